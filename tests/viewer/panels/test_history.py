"""Frames depend on the moment and the options, never on what was painted before."""

from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import TRAINING, Cue, Cycle, cue_of, cycle_of
from viewer.options import Normalisation, Options, Unit
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
NETWORKS = {
    "discs": ((16, 6, 5, 3), (4, 4)),
    "many edges": ((30, 30, 30, 4), ()),
    "plates": ((784, 128, 100, 10), (28, 28)),
    "crowded": ((64, 16, 25), (8, 8)),
    "deep": ((5, *[8] * 39, 4), ()),
    "one output": ((3, 1), ()),
}
COUNT = 6


def moment(rng: np.random.Generator, cycle: Cycle = TRAINING) -> Cue:
    """Choose any snapshot, any later one as the next, and any place in the cycle."""
    index = int(rng.integers(COUNT))
    later = int(rng.integers(index, COUNT))
    following = later if later > index else None
    return cue_of(index, following, float(rng.random()), cycle)


def options(rng: np.random.Generator, sizes: tuple[int, ...]) -> Options:
    layer = int(rng.integers(len(sizes)))
    unit = Unit(layer, int(rng.integers(min(sizes[layer], 16))))
    return Options(
        normalisation=rng.choice(list(Normalisation)),
        reduced_motion=bool(rng.random() < 0.3),
        focus=unit if rng.random() < 0.4 else None,
    )


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", NETWORKS)
def test_any_way_to_a_moment_gives_the_same_frame(
    make_timeline: Make, name: str, theme: str
) -> None:
    sizes, shape = NETWORKS[name]
    timeline = make_timeline(sizes, shape, count=COUNT)
    assert timeline.manifest is not None
    compare(timeline, theme, np.random.default_rng(len(name)))


@pytest.mark.parametrize("axis", ["epoch", "example"])
@pytest.mark.parametrize("name", ["discs", "plates", "deep"])
def test_any_way_gives_the_same_frame_where_all_is_told(
    make_measured: Make, name: str, axis: str
) -> None:
    sizes, shape = NETWORKS[name]
    last = len(sizes) - 1
    timeline = make_measured(sizes, shape, count=COUNT, axis=axis, unknown=2)
    for snapshot in timeline.snapshots:
        snapshot.arrays["confusion", last][0] += snapshot.seq

    compare(timeline, "dark", np.random.default_rng(last), (900, 620))


def compare(
    timeline: Timeline,
    theme: str,
    rng: np.random.Generator,
    size: tuple[int, int] = (640, 360),
) -> None:
    """Paint moments in any order, and each by a painter of its own."""
    assert timeline.manifest is not None
    cycle = cycle_of(timeline.manifest)
    sizes = tuple(layer.units for layer in timeline.manifest.layers)
    watched = Painter(timeline.manifest, size, theme, hurried=True)

    for _ in range(12):
        cue, chosen = moment(rng, cycle), options(rng, sizes)
        while True:
            frame = watched.paint(timeline, cue, "", chosen)
            if watched.is_finished:
                break

        fresh = Painter(timeline.manifest, size, theme)
        expected = fresh.paint(timeline, cue, "", chosen)
        np.testing.assert_array_equal(frame, expected, f"{cue} {chosen}")
