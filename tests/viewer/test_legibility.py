"""No text is cut or lies over another, whatever is shown at whatever size."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from viewer.cue import cue_of, cycle_of
from viewer.layout import Box
from viewer.layouts import PlateLayout
from viewer.painter import Painter
from viewer.panels.decisions import DecisionsPanel
from viewer.tall_layouts import TallPlateLayout
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
DIGITS = (
    "zero", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine",
)  # fmt: skip
NETWORKS = {
    "discs": ((2500, 12, 12, 12, 4), (50, 50), ()),
    "many discs": ((2500, 64, 32, 16, 4), (50, 50), ()),
    "9 layers": ((2500, *[12] * 7, 4), (50, 50), ()),
    "ten classes": ((64, 16, 10), (8, 8), DIGITS),
    "25 classes": ((64, 16, 25), (8, 8), ()),
    "300 classes": ((64, 16, 300), (8, 8), ()),
    "wide": ((784, 100, 80, 10), (28, 28), DIGITS),
    "discs before plates": ((64, 100, 80, 128), (), ()),
    "deep": ((64, *[16] * 58, 4), (8, 8), ()),
    "small": ((3, 4, 2), (), ("no", "yes")),
    "one output": ((3, 1), (), ("price",)),
}
CLASSIFIERS = "discs", "25 classes", "300 classes", "wide", "deep"
ORDINARY = [(1280, 720), (640, 360), (1920, 1080), (1024, 768)]
DRAWN_OUT = [
    (639, 694),
    (640, 2160),
    (3840, 360),
    (1000, 1000),
    (800, 1200),
    (2560, 720),
]
LONG_BADGE = "paused  ·  stale 123 s  ·  0.25x  ·  skipped 1234  ·  lost 12"


def painter_of(timeline: Timeline, size: tuple[int, int], theme: str) -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, size, theme)


def cut(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text.endswith("…")]


def outside(painter: Painter) -> list[str]:
    layout = painter.canvas.layout
    return [
        label.text
        for label in painter.canvas.labels
        if label.box is not None
        and not (
            0 <= label.box.left <= label.box.right <= layout.width
            and 0 <= label.box.top <= label.box.bottom <= layout.height
        )
    ]


def touch(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0


def overlaps(painter: Painter) -> list[tuple[str, str]]:
    """Name pairs of texts, and of texts and curves or pictures, that overlap."""
    shown = [(label.text, label.box) for label in painter.canvas.labels if label.box]
    layout = painter.canvas.layout
    drawn = [("loss", layout.loss), ("accuracy", layout.accuracy)]
    drawn += [("matrix", box) for box in matrices(painter)]
    is_strip = any(text.endswith(" inputs") for text, _ in shown)  # has words inside
    if type(layout) not in (PlateLayout, TallPlateLayout) and not is_strip:
        drawn.append(("picture", layout.picture))
    pairs = [*combinations(shown, 2), *product(shown, drawn)]
    return [(text, other) for (text, one), (other, two) in pairs if touch(one, two)]


def matrices(painter: Painter) -> list[Box]:
    """Find the matrix, but for the numbers within it."""
    panels = [p for p in painter._panels if isinstance(p, DecisionsPanel)]
    return [p._matrix.box for p in panels if p._matrix and not p._matrix._labels]


@pytest.mark.parametrize("size", ORDINARY + DRAWN_OUT, ids=str)
@pytest.mark.parametrize("network", NETWORKS)
def test_no_text_is_cut_or_overlaps(
    make_timeline: Make, network: str, size: tuple[int, int]
) -> None:
    timeline = make_timeline(*NETWORKS[network])
    painter = painter_of(timeline, size, "dark")

    for fraction in (0.2, 0.5, 0.8):
        painter.paint(timeline, cue_of(1, 2, fraction), "stale 3 s")

        assert cut(painter) == []
        assert outside(painter) == []
        assert overlaps(painter) == []


@pytest.mark.parametrize("size", ORDINARY + DRAWN_OUT, ids=str)
@pytest.mark.parametrize("network", CLASSIFIERS)
@pytest.mark.parametrize("axis", ["epoch", "example"])
def test_no_text_is_cut_or_overlaps_where_all_is_told(
    make_measured: Make, network: str, axis: str, size: tuple[int, int]
) -> None:
    timeline = make_measured(*NETWORKS[network], axis=axis, unknown=None)
    assert timeline.manifest is not None
    timeline.manifest = replace(timeline.manifest, epochs=12_345)
    painter = painter_of(timeline, size, "dark")

    for fraction in (0.2, 0.5, 0.8):
        cue = cue_of(1, 2, fraction, cycle_of(timeline.manifest))
        painter.paint(timeline, cue, "stale 3 s")

        assert cut(painter) == []
        assert outside(painter) == []
        assert overlaps(painter) == []


@pytest.mark.parametrize("network", ["discs", "wide"])
def test_no_text_is_cut_or_overlaps_on_the_largest_screen(
    make_timeline: Make, network: str
) -> None:
    timeline = make_timeline(*NETWORKS[network])
    painter = painter_of(timeline, (3840, 2160), "light")

    painter.paint(timeline, cue_of(1, 2, 0.5), "stale 3 s")

    assert cut(painter) == []
    assert overlaps(painter) == []


@pytest.mark.parametrize("size", ORDINARY + DRAWN_OUT, ids=str)
@pytest.mark.parametrize("network", ["discs", "wide", "deep", "25 classes"])
def test_long_words_and_numbers_do_not_overlap(
    make_timeline: Make, network: str, size: tuple[int, int]
) -> None:
    sizes, shape, _ = NETWORKS[network]
    classes = tuple(f"a class with a long name, {k}" for k in range(sizes[-1]))
    timeline = make_timeline(sizes, shape, classes)
    assert timeline.manifest is not None
    timeline.manifest = replace(
        timeline.manifest, name="a run with a very long name " * 4, epochs=10**9
    )
    snapshot = timeline.snapshots[1]
    probe = replace(snapshot.probe, index=123_456_789)
    timeline.snapshots[1] = replace(
        snapshot, seq=123_456, epoch=999_999_999, step=12_345_678_901, probe=probe
    )
    painter = painter_of(timeline, size, "light")

    painter.paint(timeline, cue_of(1, None, 0.5), LONG_BADGE)

    assert outside(painter) == []
    assert overlaps(painter) == []


@pytest.mark.parametrize("size", ORDINARY + DRAWN_OUT, ids=str)
@pytest.mark.parametrize("network", ["discs", "wide", "deep", "one output"])
def test_words_about_a_diverged_run_do_not_overlap(
    make_timeline: Make, network: str, size: tuple[int, int]
) -> None:
    timeline = make_timeline(*NETWORKS[network])
    timeline._rows._room[:, 1:] = np.inf
    for array in timeline.snapshots[1].arrays.values():
        array[...] = np.nan
    painter = painter_of(timeline, size, "dark")

    painter.paint(timeline, cue_of(1, 2, 0.5), LONG_BADGE)

    assert overlaps(painter) == []
    texts = [label.text for label in painter.canvas.labels]
    assert any(text.startswith("diverged") for text in texts)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("network", ["discs", "wide", "deep"])
def test_words_are_written_in_colours_that_stand_out(
    make_timeline: Make, network: str, theme: str
) -> None:
    timeline = make_timeline(*NETWORKS[network])
    painter = painter_of(timeline, (1280, 720), theme)
    tested = painter.canvas.theme
    readable = {
        tested.ink, tested.dim, tested.faint,
        tested.positive, tested.negative, tested.correct, tested.wrong,
    }  # fmt: skip

    painter.paint(timeline, cue_of(1, 2, 0.5), "stale 3 s")

    assert {x.colour for x in painter.canvas.labels if x.text} <= readable
