"""How a run ends for its viewers and its trainer."""

from typing import TYPE_CHECKING

from protocol import limits
from protocol.events import Ended, Joined
from protocol.following import State
from protocol.messages import EndReason, Want

if TYPE_CHECKING:
    from tests.protocol.link.conftest import Link


def test_viewer_learns_of_the_end_after_the_last_snapshot(link: "Link") -> None:
    viewer = link.join(Want.ALL, window=1)
    link.publish(3)
    link.publishing.end(EndReason.INTERRUPTED, "Ctrl-C")

    link.settle()

    assert viewer.kinds == ["Joined", "Arrived", "Arrived", "Arrived", "Ended"]
    assert viewer.events[-1] == Ended(reason=EndReason.INTERRUPTED, text="Ctrl-C")
    assert viewer.following.state is State.ENDED


def test_viewer_that_joins_after_the_end_sees_the_last_snapshot(link: "Link") -> None:
    link.publish(3)
    link.publishing.end(EndReason.DONE)
    link.run(20.0)

    viewer = link.join()
    link.settle()

    joined = viewer.events[0]
    assert isinstance(joined, Joined)
    assert joined.ended is EndReason.DONE
    assert viewer.kinds == ["Joined", "Arrived", "Ended"]
    assert viewer.seqs == [3]
    assert link.publishing.satisfied()


def test_end_is_told_once_though_it_is_repeated(link: "Link") -> None:
    viewer = link.join()
    link.publish()
    link.settle()
    viewer.consumes = False
    link.publishing.end(EndReason.DONE)

    link.run(30.0)

    assert viewer.kinds == ["Joined", "Arrived", "Ended"]


def test_trainer_is_satisfied_when_every_viewer_has_acknowledged_the_end(
    link: "Link",
) -> None:
    quick = link.join(Want.ALL)
    slow = link.join(Want.ALL, window=1)
    slow.consumes = False
    link.publish(3)
    link.publishing.end(EndReason.DONE)
    satisfied = []

    for seq in (1, 2, 3):
        link.settle()
        satisfied.append(link.publishing.satisfied())
        slow.following.consumed(seq, link.now)
    link.settle()

    assert satisfied == [False, False, False]
    assert link.publishing.satisfied()
    assert quick.seqs == slow.seqs == [1, 2, 3]


def test_trainer_is_satisfied_when_nobody_watches(link: "Link") -> None:
    link.publish()

    before = link.publishing.satisfied()
    link.publishing.end(EndReason.DONE)

    assert not before
    assert link.publishing.satisfied()


def test_viewer_that_leaves_is_not_waited_for(link: "Link") -> None:
    viewer = link.join()
    viewer.consumes = False
    link.publish()
    link.publishing.end(EndReason.DONE)
    link.settle()

    viewer.following.leave()
    link.settle()

    assert link.publishing.viewers == 0
    assert link.publishing.satisfied()


def test_viewer_counts_what_an_ended_trainer_took_with_it_as_lost(link: "Link") -> None:
    viewer = link.join(Want.ALL, window=1)
    viewer.consumes = False
    link.publish(3)
    link.publishing.end(EndReason.DONE)
    link.settle()

    link.is_trainer_up = False
    link.run(limits.LOST_S + 0.1)

    assert viewer.kinds == ["Joined", "Arrived", "Silent", "Ended"]
    assert viewer.following.assembler.lost == 2


def test_viewer_that_has_seen_the_end_watches_the_next_run(link: "Link") -> None:
    viewer = link.join()
    link.publish()
    link.publishing.end(EndReason.DONE)
    link.run(1.0)

    link.is_trainer_up = False
    link.run(10.0)
    link.start_trainer()
    link.publish()
    link.run(limits.HELLO_LAST_S + 0.1)

    assert viewer.kinds == ["Joined", "Arrived", "Ended", "Joined", "Arrived"]
    assert viewer.following.state is State.LIVE
