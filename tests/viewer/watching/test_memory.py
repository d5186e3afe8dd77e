"""A watch that may not keep everything."""

from collections.abc import Callable
from typing import Any

import pytest

from protocol.events import Event
from protocol.messages import Manifest
from viewer.controls import Playhead
from viewer.footprint import ARRAY_BYTES, SNAPSHOT_BYTES
from viewer.watching import Watch

# Of one snapshot of a network of 4-3-2.
BYTES = SNAPSHOT_BYTES + 5 * ARRAY_BYTES + 4 * (4 + 12 + 3 + 6 + 2)


@pytest.fixture
def many(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((4, 3, 2), every=1), 60)


@pytest.fixture
def watch(make_source: Callable[..., Any], painters: Any, many: list[Event]) -> Watch:
    return Watch(
        make_source(many[:20], many[20:], ends=False),
        name="x",
        live=True,
        make=painters,
        most_bytes=25 * BYTES,
    )


def test_watch_says_that_it_forgot_snapshots(watch: Watch, painters: Any) -> None:
    watch.frame(1.0)

    assert len(watch.timeline.snapshots) <= 25
    assert watch.timeline.received == 60
    assert "thinned: every 4th snapshot" in painters.made[-1].badges[-1]


def test_watch_goes_on_showing_what_it_showed(watch: Watch, painters: Any) -> None:
    batches = watch._reception._source.batches  # type: ignore[attr-defined]
    later = batches.pop()
    watch.frame(1.0)
    watch.playhead = Playhead(index=13, fraction=0.8, target=14, playing=False)
    watch.frame(1.1)

    batches.append(later)
    watch.frame(1.2)

    [painter] = painters.made
    assert painter.shown[-2:] == [14, 14]
    assert painter.following[-2:] == [15, 15]
    assert painter.cues[-1].index < 13
