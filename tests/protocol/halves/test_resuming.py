"""A viewer that has the first snapshots of a run already."""

from typing import TYPE_CHECKING

import pytest

from protocol import limits
from protocol.assembling import Assembler, Mark
from protocol.events import Arrived, Ended, Joined, Missing
from protocol.following import Following
from protocol.messages import Ack, EndReason, Hello, Want

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import Stream, ViewerHalf

RUN, OTHER = b"r" * 16, b"o" * 16


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)


@pytest.fixture
def resumed(stream: "Stream") -> "Stream":
    """A stream of which snapshots 1 to 3 are there already; not welcomed yet."""
    stream.assembler = Assembler(Want.ALL, Mark(RUN, 3))
    return stream


@pytest.fixture
def resumed_viewer(viewer: "ViewerHalf") -> "ViewerHalf":
    """A viewer that has snapshots 1 to 3 already."""
    nonce = iter(number.to_bytes(8, "big") for number in range(1, 9)).__next__
    viewer.following = Following(Want.ALL, nonce=nonce, resume=Mark(RUN, 3))
    return viewer


def test_assembler_goes_on_where_the_run_is_the_same(resumed: "Stream") -> None:
    (joined,) = resumed.welcome(seq=9)
    (arrived,) = resumed.snapshot(4)

    assert isinstance(joined, Joined)
    assert not joined.fresh
    assert isinstance(arrived, Arrived)
    assert (arrived.lost, arrived.skipped) == (0, 0)


def test_assembler_counts_what_is_missing_after_what_was_there(
    resumed: "Stream",
) -> None:
    resumed.welcome(seq=9)

    (missing,) = resumed.gap(4, 6)
    (arrived,) = resumed.snapshot(8)

    assert missing == Missing(first=4, last=6)
    assert isinstance(arrived, Arrived)
    assert arrived.lost == 1


def test_assembler_begins_anew_where_the_run_is_another(resumed: "Stream") -> None:
    (joined,) = resumed.welcome(run=OTHER)
    (arrived,) = resumed.snapshot(1, run=OTHER)

    assert isinstance(joined, Joined)
    assert joined.fresh
    assert isinstance(arrived, Arrived)
    assert arrived.lost == 0


def test_assembler_tells_the_end_when_all_was_there(resumed: "Stream") -> None:
    joined, ended = resumed.welcome(seq=3, ended=EndReason.DONE)

    assert isinstance(joined, Joined)
    assert isinstance(ended, Ended)


def test_viewer_asks_for_what_follows(resumed_viewer: "ViewerHalf") -> None:
    (hello,) = resumed_viewer.says(0.0)

    assert isinstance(hello, Hello)
    assert (hello.run, hello.seq, hello.want) == (RUN, 3, Want.ALL)


def test_viewer_takes_nothing_before_the_welcome(resumed_viewer: "ViewerHalf") -> None:
    resumed_viewer.says(0.0)

    assert [e for i in range(3) for e in resumed_viewer.part(4, i, 0.1)] == []
    assert resumed_viewer.following.dropped == 0


def test_viewer_that_had_all_acknowledges_the_end(
    resumed_viewer: "ViewerHalf",
) -> None:
    resumed_viewer.says(0.0)

    resumed_viewer.welcome(nonce=1, seq=3, ended=EndReason.DONE)

    assert Ack(run=RUN, seq=4) in resumed_viewer.says(0.1)


def test_viewer_acknowledges_nothing_of_another_run(
    resumed_viewer: "ViewerHalf",
) -> None:
    resumed_viewer.says(0.0)

    resumed_viewer.welcome(nonce=1, run=OTHER)

    acks = [each for each in resumed_viewer.says(3.0) if isinstance(each, Ack)]
    assert [ack.seq for ack in acks if ack.run == OTHER] in ([], [0])
    assert all(ack.run == OTHER for ack in acks)
