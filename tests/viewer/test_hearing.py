from collections.abc import Callable
from dataclasses import replace

import pytest

from protocol.events import Event, Heard, Joined, Refused, Silent
from protocol.messages import Manifest
from viewer.hearing import Hearing


@pytest.fixture
def joined(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> Joined:
    event = make_events(make_manifest((6, 4, 3)), 1)[0]
    assert isinstance(event, Joined)
    return event


def test_another_run_is_the_end(joined: Joined) -> None:
    hearing = Hearing()

    assert hearing.hear(joined, 0.0) == ""
    assert hearing.hear(replace(joined, fresh=False), 1.0) == ""
    assert hearing.hear(joined, 2.0) == "the trainer started another run"


@pytest.mark.parametrize(("now", "trouble"), [(38.0, False), (38.1, True)])
def test_trainer_is_given_up_so_long_after_it_was_last_heard(
    joined: Joined, now: float, trouble: bool
) -> None:
    hearing = Hearing(patience_s=30)
    hearing.hear(joined, 1.0)
    hearing.hear(Silent(since_s=2.0), 10.0)

    said = hearing.given_up(now)

    assert said == ("the trainer has been silent for 30 s" if trouble else "")


@pytest.mark.parametrize(
    ("event", "is_heard"),
    [(Heard(), True), (Refused(code="busy", text=""), False)],
)
def test_trainer_that_answers_is_waited_for(
    joined: Joined, event: Event, is_heard: bool
) -> None:
    hearing = Hearing(patience_s=5)
    hearing.hear(joined, 0.0)
    hearing.hear(Silent(since_s=2.0), 10.0)
    hearing.hear(event, 12.0)

    assert (hearing.given_up(60.0) == "") == is_heard
