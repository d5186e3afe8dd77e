"""What viewers get over links that break, stall or are slow."""

import signal
from typing import TYPE_CHECKING

import pytest

from protocol.events import Arrived, Ended, Joined, Missing
from protocol.messages import Want
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Viewer, Watch
    from tests.integration.faults.conftest import Connect

CUTS = 20

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
