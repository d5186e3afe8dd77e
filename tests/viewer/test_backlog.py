import numpy as np

from protocol import limits
from protocol.assembling import Mark
from protocol.messages import Probe, Snapshot, Want
from viewer.backlog import Backlog
from viewer.footprint import footprint

RUN, OTHER = b"r" * 16, b"s" * 16


def snapshot_of(run: bytes, seq: int) -> Snapshot:
    return Snapshot(
        run=run,
        seq=seq,
        epoch=0,
        step=0,
        time=0.0,
        probe=Probe(index=0, label=None),
        arrays={("bias", 1): np.zeros(25, "<f4")},
    )


BYTES = footprint(snapshot_of(RUN, 1))


def test_backlog_acknowledges_what_was_consumed_where_the_newest_is_wanted() -> None:
    backlog = Backlog(Want.LIVE, 10**6)
    backlog.receive(snapshot_of(RUN, 1))
    before = backlog.acknowledged

    backlog.consume(Mark(RUN, 1))

    assert (before, backlog.acknowledged) == (None, Mark(RUN, 1))


def test_backlog_acknowledges_what_was_received_where_all_are_wanted() -> None:
    backlog = Backlog(Want.ALL, 5 * BYTES // 2)

    for seq in (1, 2):
        backlog.receive(snapshot_of(RUN, seq))

    assert backlog.acknowledged == Mark(RUN, 2)


def test_backlog_waits_when_too_much_is_not_consumed() -> None:
    backlog = Backlog(Want.ALL, 5 * BYTES // 2)
    for seq in (1, 2, 3, 4):
        backlog.receive(snapshot_of(RUN, seq))

    found = [backlog.acknowledged]
    for seq in (1, 2):
        backlog.consume(Mark(RUN, seq))
        found.append(backlog.acknowledged)

    assert found == [None, Mark(RUN, 1), Mark(RUN, 4)]


def test_backlog_keeps_what_another_run_sent_since() -> None:
    backlog = Backlog(Want.LIVE, 0)
    for run, seq in ((RUN, 1), (RUN, 2), (OTHER, 1)):
        backlog.receive(snapshot_of(run, seq))

    backlog.consume(Mark(RUN, 2))
    backlog.consume(Mark(RUN, 1))

    assert backlog.acknowledged == Mark(RUN, 2)
    backlog.consume(Mark(OTHER, 1))
    assert backlog.acknowledged == Mark(OTHER, 1)


def test_backlog_is_overfull_when_the_trainer_heeds_no_acks() -> None:
    backlog = Backlog(Want.ALL, BYTES)
    found = []

    for seq in range(1, 3 + 2 * limits.WINDOW):
        backlog.receive(snapshot_of(RUN, seq))
        found.append(backlog.is_overfull)
    backlog.consume(Mark(RUN, 1))

    assert found == [*[False] * (1 + 2 * limits.WINDOW), True]
    assert not backlog.is_overfull
