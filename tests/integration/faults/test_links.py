"""What viewers get over links that break, stall or are slow."""

import signal
import time
from typing import TYPE_CHECKING

import pytest

from protocol.events import Arrived, Ended, Joined, Missing, Silent
from protocol.messages import Want
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Viewer, Watch
    from tests.integration.faults.conftest import Connect

CUTS = 20

# 2.1 and 2 s, and what a busy machine needs.
DETECTION_S = 2.5
RECOVERY_S = 3.0

endless = ("--epochs", "100000", "--every", "1", "--pace", "0.03")


def timeline_of(viewer: "Viewer") -> Timeline:
    timeline = Timeline()
    for event in viewer.events:
        timeline.absorb(event)
    return timeline


@pytest.mark.parametrize("want", Want)
def test_history_is_complete_though_the_link_is_cut_again_and_again(
    train: "Start", watch: "Watch", proxy_to: "Connect", want: Want
) -> None:
    trainer = train(*endless, "--wait", "1")
    proxy = proxy_to(trainer.address)
    viewer = watch(str(proxy.address), want)

    for cuts in range(CUTS):
        viewer.wait_for(Joined, cuts + 1)
        viewer.wait_for(Arrived, len(viewer.seqs) + 1)
        assert proxy.cut()
    viewer.wait_for(Joined, CUTS + 1)
    viewer.wait_for(Arrived, len(viewer.seqs) + 1)
    trainer.signal(signal.SIGINT)
    viewer.wait_for(Ended)

    timeline = timeline_of(viewer)
    assert list(timeline.rows[:, 0]) == list(range(viewer.seqs[-1]))
    assert timeline.lost == 0
    assert viewer.of(Missing) == []
    assert viewer.seqs == sorted(set(viewer.seqs))
    assert len(viewer.seqs) + timeline.skipped == viewer.seqs[-1]
    assert want is Want.LIVE or timeline.skipped == 0


@pytest.mark.slow
def test_slow_link_is_not_taken_for_a_dead_one(
    train: "Start", watch: "Watch", proxy_to: "Connect"
) -> None:
    trainer = train("--hidden", "1100", "--epochs", "9", "--every", "1", "--pace", "60")
    proxy = proxy_to(trainer.address)
    proxy.throttle(62_500)  # the first of two parts takes 4 s
    viewer = watch(str(proxy.address))

    viewer.wait_for(Arrived)

    assert [type(event) for event in viewer.events] == [Joined, Arrived]
    assert proxy.accepted == 1


def test_long_link_delays_everything_and_loses_nothing(
    train: "Start", watch: "Watch", proxy_to: "Connect"
) -> None:
    trainer = train("--epochs", "10", "--every", "1", "--wait", "1")
    proxy = proxy_to(trainer.address)
    proxy.delay(0.2)
    viewer = watch(str(proxy.address), Want.ALL)

    viewer.wait_for(Ended)

    assert viewer.seqs == list(range(1, 12))
    assert viewer.of(Silent) == []
    assert proxy.accepted == 1


@pytest.mark.parametrize("forget", [False, True], ids=["kept", "forgotten"])
def test_viewer_behind_a_black_hole_says_so_and_is_whole_soon_after_it(
    train: "Start", watch: "Watch", proxy_to: "Connect", forget: bool
) -> None:
    trainer = train(*endless)
    proxy = proxy_to(trainer.address)
    viewer = watch(str(proxy.address))
    viewer.wait_for(Arrived)

    proxy.black_hole(True, forget=forget)
    (silent,) = viewer.wait_for(Silent)
    before = len(viewer.seqs)
    proxy.black_hole(False)
    began = time.monotonic()
    viewer.wait_for(Arrived, before + 1)

    assert time.monotonic() - began < RECOVERY_S
    assert isinstance(silent, Silent)
    assert silent.since_s < DETECTION_S
    assert timeline_of(viewer).lost == 0


def test_connection_that_a_router_forgot_is_replaced(
    train: "Start", watch: "Watch", proxy_to: "Connect"
) -> None:
    trainer = train(*endless)
    proxy = proxy_to(trainer.address)
    viewer = watch(str(proxy.address))
    viewer.wait_for(Arrived)

    proxy.black_hole(False, forget=True)
    viewer.wait_for(Joined, 2)
    viewer.wait_for(Arrived, len(viewer.seqs) + 1)

    assert proxy.accepted == 2
    assert timeline_of(viewer).lost == 0
