"""Frames depend on the moment and the options, never on what was painted before."""

from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import Cue, cue_of
from viewer.options import Normalisation, Options, Unit
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
NETWORKS = {
    "discs": ((16, 6, 5, 3), (4, 4)),
    "many edges": ((30, 30, 30, 4), ()),
    "plates": ((784, 128, 100, 10), (28, 28)),
    "deep": ((5, *[8] * 39, 4), ()),
    "one output": ((3, 1), ()),
}
COUNT = 6


def moment(rng: np.random.Generator) -> Cue:
    """Choose any snapshot, any later one as the next, and any place in the cycle."""
    index = int(rng.integers(COUNT))
    later = int(rng.integers(index, COUNT))
    return cue_of(index, later if later > index else None, float(rng.random()))


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
    rng = np.random.default_rng(len(name))
    size = (640, 360)
    watched = Painter(timeline.manifest, size, theme, hurried=True)

    for _ in range(12):
        cue, chosen = moment(rng), options(rng, sizes)
        while True:
            frame = watched.paint(timeline, cue, "", chosen)
            if watched.is_finished:
                break

        fresh = Painter(timeline.manifest, size, theme)
        expected = fresh.paint(timeline, cue, "", chosen)
        np.testing.assert_array_equal(frame, expected, f"{cue} {chosen}")
