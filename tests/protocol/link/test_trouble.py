"""Silence, other runs, refusals."""

from typing import TYPE_CHECKING

import pytest

from protocol import limits
from protocol.events import Joined, Refused, Silent
from protocol.following import State
from protocol.messages import Want

if TYPE_CHECKING:
    from tests.protocol.link.conftest import Link


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


def test_trainer_forgets_a_viewer_that_is_silent(link: "Link") -> None:
    viewer = link.join()
    link.settle()

    link.viewers.remove(viewer)
    link.run(limits.FORGET_S - 0.2)
    before = link.publishing.viewers
    link.run(0.4)

    assert (before, link.publishing.viewers) == (1, 0)


def test_viewer_that_was_stopped_and_forgotten_is_whole_at_once(link: "Link") -> None:
    viewer = link.join(Want.ALL)
    link.publish(2)
    link.run(1.0)
    stopped = link.viewers.pop()
    for _ in range(30):
        link.publish()
        link.run(limits.SILENT_S, pause=0.5)
    assert link.publishing.viewers == 0

    link.viewers.append(stopped)
    link.run(0.1)

    assert viewer.seqs == list(range(1, 33))
    assert viewer.following.state is State.LIVE


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
    monkeypatch.setattr("protocol.greeting.VERSION", 2)
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
