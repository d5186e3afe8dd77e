"""What happens to one program while the other is stopped, killed, started again."""

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from protocol.events import Arrived, Ended, Heard, Joined, Silent
from protocol.messages import Want
from viewer.sources import FileSource

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Watch

endless = ("--epochs", "100000", "--every", "1", "--pace", "0.03")

# 2.1 and 2 s, and what a busy machine needs.
DETECTION_S = 2.5
RECOVERY_S = 3.0


def seqs_in(path: Path) -> list[int]:
    found = []
    with FileSource(path) as source:
        while not source.finished:
            events = source.events()
            found += [e.snapshot.seq for e in events if isinstance(e, Arrived)]
    return found


def test_viewer_of_a_stopped_trainer_says_so_and_is_whole_soon_after_it(
    train: "Start", watch: "Watch"
) -> None:
    trainer = train(*endless, "--wait", "1")
    viewer = watch(trainer.address, Want.ALL)
    viewer.wait_for(Arrived)

    trainer.signal(signal.SIGSTOP)
    (silent,) = viewer.wait_for(Silent)
    before = len(viewer.seqs)
    trainer.signal(signal.SIGCONT)
    began = time.monotonic()
    viewer.wait_for(Arrived, before + 1)

    assert time.monotonic() - began < RECOVERY_S
    assert isinstance(silent, Silent)
    assert silent.since_s < DETECTION_S
    assert viewer.of(Heard)
    assert viewer.seqs == list(range(1, len(viewer.seqs) + 1))


@pytest.mark.slow
def test_recorder_that_was_stopped_gets_what_it_missed(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "100", "--every", "1", "--pace", "0.05", "--wait", "1")
    recorder = start("viewer", "record", trainer.address, "-o", path)
    trainer.wait_for_line(r"^epoch 3/")

    recorder.signal(signal.SIGSTOP)
    trainer.wait_for_line(r"^epoch 60/")
    recorder.signal(signal.SIGCONT)

    assert (trainer.end(), recorder.end()) == (0, 0)
    assert seqs_in(path) == list(range(1, 102))


def test_trainer_that_is_killed_and_started_again_is_recognised_at_once(
    train: "Start", watch: "Watch"
) -> None:
    trainer = train(*endless)
    port = trainer.address.rpartition(":")[2]
    viewer = watch(trainer.address)
    viewer.wait_for(Arrived)

    trainer.signal(signal.SIGKILL)
    again = train(*endless, "--port", port)
    again.wait_for_line("listening on")
    began = time.monotonic()
    _, second = viewer.wait_for(Joined, 2)

    assert time.monotonic() - began < RECOVERY_S
    assert isinstance(second, Joined)
    assert second.fresh
    assert viewer.of(Ended) == []
