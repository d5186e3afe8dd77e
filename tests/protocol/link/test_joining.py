"""What a viewer is sent, from its first hello on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from protocol.events import Arrived, Joined, Missing
from protocol.messages import Want

if TYPE_CHECKING:
    from tests.protocol.link.conftest import Link


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


def test_viewer_that_asks_for_all_later_gets_every_one_from_then_on(
    link: "Link",
) -> None:
    link.publish(3)
    viewer = link.join(window=1)
    link.settle()
    link.publish(1)

    viewer.following.ask(Want.ALL, link.now)
    link.publish(4)
    link.settle()

    assert viewer.seqs == [3, 4, 5, 6, 7, 8]
    assert viewer.following.assembler.lost == viewer.following.assembler.skipped == 0


def test_viewer_that_asks_for_the_newest_again_skips_as_before(link: "Link") -> None:
    viewer = link.join(Want.ALL, window=1)
    link.settle()

    viewer.following.ask(Want.LIVE, link.now)
    link.settle()
    viewer.consumes = False
    link.publish(1)
    link.settle()
    link.publish(4)
    viewer.following.consumed(1, link.now)
    link.settle()

    assert viewer.seqs == [1, 5]
    assert viewer.following.assembler.skipped == 3


def test_viewer_asks_for_nothing_when_it_has_it_already(link: "Link") -> None:
    viewer = link.join()
    link.settle()
    said = len(viewer.events)

    viewer.following.ask(Want.LIVE, link.now)
    link.settle()

    assert len(viewer.events) == said
