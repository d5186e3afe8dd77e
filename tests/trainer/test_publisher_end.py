"""How a run ends that a user's own loop publishes, whatever becomes of the loop."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.messages import EndReason
from trainer import Layer, Publisher

Recorded = Callable[[Path], Any]
ROOT = Path(__file__).parents[2]


LAYERS = [Layer(activation=[1.0, 2.0])]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (None, EndReason.DONE),
        (KeyboardInterrupt(), EndReason.INTERRUPTED),
        (RuntimeError("too hot"), EndReason.ERROR),
    ],
)
def test_publisher_tells_how_the_loop_ended_and_swallows_nothing(
    make_publisher: Callable[..., Publisher],
    path: Path,
    error: BaseException | None,
    reason: EndReason,
    recorded: Recorded,
) -> None:
    def loop() -> None:
        with make_publisher() as publisher:
            publisher.publish(epoch=0, layers=LAYERS)
            if error is not None:
                raise error

    if error is None:
        loop()
    else:
        with pytest.raises(type(error)):
            loop()

    assert recorded(path).ended is reason


def run_program(text: str, path: Path) -> subprocess.CompletedProcess[str]:
    begin = (
        "import sys, os; from trainer import Publisher, Layer\n"
        "publisher = Publisher(None, record=sys.argv[1], every=1)\n"
        "def publish(epoch):\n"
        "    publisher.publish(epoch=epoch, layers=[Layer(activation=[1, 2])])\n"
        "publish(0)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", begin + text, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [("publish(1)", EndReason.DONE), ("raise OSError('full')", EndReason.ERROR)],
)
def test_program_that_never_closes_ends_its_run(
    path: Path, text: str, reason: EndReason, recorded: Recorded
) -> None:
    run_program(text, path)

    assert recorded(path).ended is reason


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="nothing forks here")
def test_copy_of_the_process_is_told_and_does_no_harm(
    path: Path, recorded: Recorded
) -> None:
    done = run_program(
        "child = os.fork()\n"
        "if child == 0:\n"
        "    publish(1)\n"
        "    sys.exit(publisher.dropped)\n"
        "_, status = os.waitpid(child, 0)\n"
        "assert os.waitstatus_to_exitcode(status) == 1\n"
        "publish(2)\n",
        path,
    )

    assert done.returncode == 0, done.stderr
    assert "make a Publisher in each process that publishes" in done.stderr
    assert recorded(path).epochs == [0, 2]
    assert recorded(path).ended is EndReason.DONE
