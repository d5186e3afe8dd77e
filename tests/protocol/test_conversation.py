"""Both halves joined by a link: what a viewer learns, whatever happens between them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from protocol import limits
from protocol.events import Arrived, Ended, Joined, Missing, Refused, Silent
from protocol.following import State
from protocol.messages import EndReason, Want

if TYPE_CHECKING:
    from tests.protocol.conftest import Link


def test_viewer_that_joins_late_gets_all_rows_and_the_newest_snapshot(
    link: "Link",
) -> None:
    link.publish(5)
    viewer = link.join()

    link.settle()

    joined = viewer.events[0]
    assert isinstance(joined, Joined)
    assert joined.fresh
    assert joined.viewers == 1
    assert list(joined.rows[:, 0]) == list(range(10))
    assert viewer.seqs == [5]
    assert viewer.following.assembler.lost == viewer.following.assembler.skipped == 0


def test_viewer_that_wants_all_gets_every_snapshot_in_order(link: "Link") -> None:
    link.publish(5)
    viewer = link.join(Want.ALL)

    link.settle()
    link.publish(3)
    link.settle()

    assert viewer.seqs == [1, 2, 3, 4, 5, 6, 7, 8]
    assert viewer.epochs == list(range(16))


def test_viewer_gets_no_more_than_its_window_when_it_does_not_consume(
    link: "Link",
) -> None:
    viewer = link.join(Want.ALL, window=3)
    viewer.consumes = False
    link.publish(10)

    link.settle()
    assert viewer.seqs == [1, 2, 3]
    viewer.following.consumed(2, link.now)
    link.settle()

    assert viewer.seqs == [1, 2, 3, 4, 5]


def test_live_viewer_that_is_slow_gets_the_newest_and_the_count_of_the_rest(
    link: "Link",
) -> None:
    viewer = link.join(window=1)
    link.settle()
    viewer.consumes = False
    for _ in range(7):
        link.publish()
        link.settle()

    viewer.following.consumed(1, link.now)
    link.settle()

    last = viewer.events[-1]
    assert viewer.seqs == [1, 7]
    assert isinstance(last, Arrived)
    assert (last.skipped, last.lost) == (5, 0)
    assert viewer.epochs == list(range(14))


def test_viewer_that_wants_all_is_told_what_is_no_longer_held(
    make_link: "Callable[..., Link]",
) -> None:
    link = make_link(held=3)
    link.publish(10)
    viewer = link.join(Want.ALL)

    link.settle()

    assert viewer.events[1] == Missing(first=1, last=7)
    assert viewer.seqs == [8, 9, 10]
    assert viewer.following.assembler.missing == 7
    assert viewer.following.assembler.lost == 0


def test_viewer_resumes_where_it_was_when_the_connection_is_cut(link: "Link") -> None:
    viewer = link.join(Want.ALL)
    link.publish(3)
    link.settle()

    link.publish(4)
    link.cut(viewer)
    link.settle()

    joined = viewer.events[4]
    assert isinstance(joined, Joined)
    assert not joined.fresh
    assert viewer.seqs == [1, 2, 3, 4, 5, 6, 7]
    assert viewer.epochs == list(range(14))


def test_live_viewer_counts_what_went_by_while_it_was_away_as_skipped(
    link: "Link",
) -> None:
    viewer = link.join()
    link.publish(3)
    link.settle()

    link.publish(4)
    link.cut(viewer)
    link.settle()

    assert viewer.seqs == [3, 7]
    assert viewer.following.assembler.skipped == 3
    assert viewer.following.assembler.lost == 0


def test_viewer_begins_anew_when_the_trainer_was_restarted(link: "Link") -> None:
    viewer = link.join()
    link.publish(5)
    link.run(1.0)

    link.start_trainer()
    link.publish(2)
    link.run(limits.SILENT_S + 0.2)

    fresh = [e.fresh for e in viewer.events if isinstance(e, Joined)]
    assert fresh == [True, True]
    assert viewer.seqs[-1] == 2
    assert viewer.epochs == [0, 1, 2, 3]
    assert viewer.following.state is State.LIVE


def test_viewer_recognises_another_run_by_its_name(link: "Link") -> None:
    viewer = link.join()
    link.publish(5)
    link.settle()
    other = link.publishing

    link.start_trainer()
    link.publish(1)
    stranger = link.join()
    link.settle()
    viewer.name, stranger.name = stranger.name, viewer.name  # beats of the new run
    link.run(limits.BEAT_S + 0.1)

    assert other is not link.publishing
    assert viewer.kinds.count("Joined") == 2
    assert viewer.following.assembler.seq == 1


def test_viewer_says_when_the_trainer_is_silent_and_when_it_is_back(
    link: "Link",
) -> None:
    viewer = link.join()
    link.publish()
    link.run(1.0)

    link.is_trainer_up = False
    link.run(limits.SILENT_S + 0.1)
    silent = viewer.following.state
    link.is_trainer_up = True
    link.run(2.1)

    assert silent is State.SILENT
    assert viewer.kinds == ["Joined", "Arrived", "Silent", "Heard", "Joined"]
    event = viewer.events[2]
    assert isinstance(event, Silent)
    assert limits.SILENT_S <= event.since_s < limits.SILENT_S + 0.1


def test_viewer_stays_live_when_nothing_is_published(link: "Link") -> None:
    viewer = link.join()

    link.run(60.0)

    assert viewer.kinds == ["Joined"]
    assert link.publishing.viewers == 1


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


def test_trainer_forgets_a_viewer_that_is_silent(link: "Link") -> None:
    viewer = link.join()
    link.settle()

    link.viewers.remove(viewer)
    link.run(limits.FORGET_S - 0.2)
    before = link.publishing.viewers
    link.run(0.4)

    assert (before, link.publishing.viewers) == (1, 0)


def test_viewer_over_the_limit_is_refused_and_welcomed_later(link: "Link") -> None:
    link.start_trainer(max_peers=1)
    first = link.join()
    second = link.join()
    link.settle()
    refused = list(second.events)

    first.following.leave()
    link.run(limits.REFUSED_FIRST_S + 0.1)

    assert [e.code for e in refused if isinstance(e, Refused)] == ["busy"]
    assert second.kinds == ["Refused", "Joined"]


def test_viewer_of_another_version_is_refused(
    link: "Link", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("protocol.following.VERSION", 2)
    viewer = link.join()

    link.run(0.9)

    event = viewer.events[0]
    assert isinstance(event, Refused)
    assert event.code == "version"
    assert viewer.kinds == ["Refused"]
    assert link.publishing.viewers == 0


def test_trainer_refuses_and_ignores_after_three_bad_messages(link: "Link") -> None:
    viewer = link.join()
    link.settle()

    for _ in range(limits.ERRORS):
        link.publishing.receive(viewer.name, [b"rubbish"], link.now)
    link.settle()
    viewers = link.publishing.viewers
    link.run(limits.IGNORED_S - 1)
    ignored = link.publishing.viewers
    link.run(limits.REFUSED_LAST_S)

    assert viewer.kinds[:2] == ["Joined", "Refused"]
    assert (viewers, ignored, link.publishing.viewers) == (0, 0, 1)
    assert link.publishing.bad == limits.ERRORS


def test_hello_is_repeated_and_answered_once_on_a_slow_link(link: "Link") -> None:
    link.publish(3)
    link.delay = 1.5
    viewer = link.join()

    link.run(8.0)

    assert viewer.kinds == ["Joined", "Arrived"]
    assert viewer.following.assembler.duplicates == 0


def test_beats_get_between_the_parts_of_a_large_snapshot(
    make_link: "Callable[..., Link]",
) -> None:
    link = make_link(parts=12)
    link.room = 1
    link.delay = 0.4
    viewer = link.join()
    link.publish()

    link.run(15.0)

    assert viewer.kinds == ["Joined", "Arrived"]
    assert viewer.following.beat is not None
    assert viewer.following.beat.up > 5.0


def test_large_snapshot_begins_again_when_the_connection_is_cut(
    make_link: "Callable[..., Link]",
) -> None:
    link = make_link(parts=5)
    link.room = 1
    link.delay = 0.1
    viewer = link.join(Want.ALL)
    link.publish(2)
    link.run(0.5)

    link.cut(viewer)
    link.run(3.0)

    assert viewer.seqs == [1, 2]
    assert viewer.epochs == [0, 1, 2, 3]
    assert viewer.following.assembler.lost == 0
