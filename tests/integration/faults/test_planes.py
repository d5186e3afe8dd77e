"""What a viewer gets of a plane over a link that is too slow for all its layers."""

import json
import time
from typing import TYPE_CHECKING

import numpy as np

from protocol.events import Arrived, Ended, Missing, Silent
from tests.integration.conftest import wait_until
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Watch
    from tests.integration.faults.conftest import Connect

PACE_S = 0.01
LAYERS = 150
RATE = 2_000_000  # bytes a second; a map has 640,000

# A second for what is on the way, and what a busy machine needs.
OLDEST_S = 3.0


def test_viewer_behind_a_slow_link_stays_live_and_skips_are_counted(
    start: "Start", watch: "Watch", proxy_to: "Connect"
) -> None:
    trainer = start(
        *("trainer", "space", "--port", "0", "--layers", str(LAYERS)),
        *("--pace", str(PACE_S), "--wait", "1", "--json"),
    )
    proxy = proxy_to(trainer.address)
    proxy.throttle(RATE)
    viewer = watch(str(proxy.address))
    timeline, ages = Timeline(), list[float]()

    def look() -> None:
        before = len(viewer.events)
        viewer.look()
        for event in viewer.events[before:]:
            timeline.absorb(event)
            if isinstance(event, Arrived):
                ages.append(time.time() - event.snapshot.time)

    wait_until(lambda: timeline.ended is not None, look)

    assert trainer.end() == 0
    assert [*viewer.of(Missing), *viewer.of(Silent)] == []
    assert len(viewer.of(Ended)) == 1
    assert viewer.seqs[-1] == LAYERS + 1
    assert timeline.skipped > 0
    assert timeline.lost == 0
    assert len(viewer.seqs) + timeline.skipped == LAYERS + 1
    assert json.loads(trainer.out)["skipped"] == timeline.skipped
    assert max(ages) < OLDEST_S
    np.testing.assert_array_equal(timeline.rows[:, 0], np.arange(LAYERS + 1))
