"""How a run ends that a user's own loop publishes, whatever becomes of the loop."""

import signal
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

    assert recorded(path).reason is reason


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

    assert recorded(path).reason is reason


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
    assert recorded(path).epochs() == [0, 2]
    assert recorded(path).reason is EndReason.DONE


def terminated(text: str, path: Path) -> int:
    """Run a program until it says that it is ready, tell it to end, give its status."""
    program = (
        "import sys, threading; from trainer import Publisher, Layer\n"
        "with Publisher(None, record=sys.argv[1]) as publisher:\n"
        "    publisher.publish(epoch=0, layers=[Layer(activation=[1, 2])])\n"
        "    say = lambda: print('ready', flush=True)\n"
        "    threading.Timer(0.2, say).start()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program + text, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.terminate()
        return process.wait(60)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is told to end here")
@pytest.mark.parametrize(
    "text",
    [
        "    import time; time.sleep(60)\n",
        "    import hashlib; hashlib.pbkdf2_hmac('sha256', b'', b'', 10**9)\n",
    ],
    ids=["that sleeps", "that is stuck in a library"],
)
def test_program_that_is_told_to_end_says_so(
    text: str, path: Path, recorded: Recorded
) -> None:
    assert terminated(text, path) == 143

    assert recorded(path).reason is EndReason.ERROR


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is told to end here")
def test_publisher_leaves_alone_what_somebody_else_does_when_told_to_end(
    make_publisher: Callable[..., Publisher],
) -> None:
    def mine(number: int, frame: Any) -> None: ...

    before = signal.signal(signal.SIGTERM, mine)
    try:
        with make_publisher():
            assert signal.getsignal(signal.SIGTERM) is mine
        assert signal.getsignal(signal.SIGTERM) is mine
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with make_publisher():
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.set_wakeup_fd(-1) == -1
    finally:
        signal.signal(signal.SIGTERM, before)
