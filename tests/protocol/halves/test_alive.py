"""What counts as a sign of life beside whole messages."""

from typing import TYPE_CHECKING

from protocol import limits
from protocol.events import Heard
from protocol.following import State

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import ViewerHalf

RUN = b"r" * 16


def test_bytes_under_way_show_that_the_trainer_is_alive(
    welcomed: "ViewerHalf",
) -> None:
    assert welcomed.following.alive(1.9) == []

    assert welcomed.following.tick(3.8) == []
    assert welcomed.following.state is State.LIVE


def test_bytes_under_way_end_a_silence(welcomed: "ViewerHalf") -> None:
    welcomed.says(2.0)

    assert welcomed.following.alive(2.1) == [Heard()]
    assert welcomed.following.state is State.LIVE


def test_bytes_under_way_are_no_welcome(viewer: "ViewerHalf") -> None:
    viewer.says(0.0)

    assert viewer.following.alive(0.1) == []
    assert viewer.following.state is State.WAITING


def test_messages_without_an_end_are_bad_ones(welcomed: "ViewerHalf") -> None:
    for _ in range(limits.ERRORS):
        welcomed.following.overrun(0.1)

    assert welcomed.following.dropped == limits.ERRORS
    assert welcomed.greets(0.1) == []
    assert welcomed.greets(0.1 + limits.REFUSED_FIRST_S) == [2]


def test_viewer_that_was_stopped_says_hello_when_it_goes_on(
    welcomed: "ViewerHalf",
) -> None:
    welcomed.says(1.0)

    welcomed.beat(1.0 + limits.AWAY_S + 0.1)

    assert welcomed.greets(1.0 + limits.AWAY_S + 0.1) == [2]
