"""What a viewer sees when the trainer is interrupted, killed, started again."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from protocol.events import Arrived, Ended, Joined, Silent
from protocol.messages import EndReason, Want

if TYPE_CHECKING:
    from tests.integration.conftest import Program, Start, Watch

endless = ("--epochs", "100000", "--every", "1", "--pace", "0.05")


def said(program: "Program") -> str:
    return "\n".join(program.lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_viewer_learns_that_a_run_was_interrupted(
    train: "Start", watch: "Watch", number: signal.Signals
) -> None:
    trainer = train(*endless)
    viewer = watch(trainer.address, Want.ALL)
    viewer.wait_for(Arrived, 3)

    trainer.signal(number)
    (ended,) = viewer.wait_for(Ended)

    assert ended == Ended(reason=EndReason.INTERRUPTED, text="")
    assert trainer.end() == 130
    assert "Traceback" not in said(trainer)
    assert trainer.out.startswith("interrupted: ")
    assert viewer.seqs == list(range(1, len(viewer.seqs) + 1))


def test_recorder_keeps_an_interrupted_run(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train(*endless, "--wait", "1")
    recorder = start("viewer", "record", trainer.address, "-o", path)
    trainer.wait_for_line(r"^epoch 3/")

    trainer.signal(signal.SIGINT)

    assert (trainer.end(), recorder.end()) == (130, 0)
    assert recorder.out.startswith(f"{path}: ")


def test_trainer_that_waits_for_viewers_can_be_interrupted(train: "Start") -> None:
    trainer = train("--wait", "2")
    trainer.wait_for_line("0 of 2")

    trainer.signal(signal.SIGINT)

    assert trainer.end() == 130
    assert "Traceback" not in said(trainer)


def test_viewer_says_that_a_killed_trainer_is_silent_and_follows_the_next(
    train: "Start", watch: "Watch"
) -> None:
    trainer = train(*endless)
    port = trainer.address.rpartition(":")[2]
    viewer = watch(trainer.address)
    viewer.wait_for(Arrived)

    trainer.signal(signal.SIGKILL)
    (silent,) = viewer.wait_for(Silent)
    notes = viewer.source.notes()
    again = train(*endless, "--port", port)
    first, second = viewer.wait_for(Joined, 2)
    viewer.wait_for(Arrived, len(viewer.seqs) + 1)

    assert isinstance(silent, Silent)
    assert silent.since_s < 2.5
    assert notes[-1] == "the trainer has been silent for 2 s; trying again"
    assert isinstance(first, Joined)
    assert isinstance(second, Joined)
    assert second.fresh
    assert second.run != first.run
    assert again.address == trainer.address
