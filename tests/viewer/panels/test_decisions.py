from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import cue_of, cycle_of
from viewer.painter import Painter
from viewer.panels.decisions import DecisionsPanel
from viewer.panels.matrix import Matrix
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
SHAPES = ("circle", "square", "triangle", "unknown")
COUNTS = np.array([[90, 8, 0, 2], [0, 100, 0, 0], [0, 0, 25, 75], [0, 0, 0, 0]])


@pytest.fixture
def timeline(make_measured: Make) -> Timeline:
    """Three snapshots, the second with `COUNTS`."""
    found = make_measured((16, 5, 4), (4, 4), SHAPES, unknown=3)
    found.snapshots[1].arrays["confusion", 2][...] = COUNTS
    return found


def painted(
    timeline: Timeline,
    fraction: float = 0.5,
    size: tuple[int, int] = (1280, 720),
    theme: str = "dark",
) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size, theme)
    painter.paint(timeline, cue_of(1, 2, fraction, cycle_of(timeline.manifest)))
    return painter


def matrix_of(painter: Painter) -> Matrix:
    panels = [p for p in painter._panels if isinstance(p, DecisionsPanel)]
    assert panels[0]._matrix is not None
    return panels[0]._matrix


def middle(matrix: Matrix, row: int, column: int) -> tuple[float, float]:
    box, cell = matrix.box, matrix.box.width / 4
    return box.left + (column + 0.5) * cell, box.top + (row + 0.5) * cell


def brightness(painter: Painter, row: int, column: int) -> float:
    """How far the corner of a cell is from the colour of an empty one."""
    x, y = middle(matrix_of(painter), row, column)
    corner = painter.canvas.pixels[int(y) - 8, int(x) - 8, :3].astype(float)
    return float(np.abs(corner - np.array(painter.canvas.theme.panel)).sum())


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_cells_are_as_bright_as_their_share_of_the_row(
    timeline: Timeline, theme: str
) -> None:
    painter = painted(timeline, theme=theme)

    assert brightness(painter, 0, 0) > brightness(painter, 2, 2) > 20
    assert brightness(painter, 2, 3) > brightness(painter, 0, 1) > 0
    assert brightness(painter, 0, 2) == brightness(painter, 3, 3) == 0


def test_counts_are_written_into_their_cells(timeline: Timeline) -> None:
    painter = painted(timeline)

    matrix = matrix_of(painter)
    found = {
        matrix.at(
            (x.box.left + x.box.right) / 2, (x.box.top + x.box.bottom) / 2
        ): x.text
        for x in painter.canvas.labels
        if x.box is not None
    }
    assert (found[0, 0], found[0, 1], found[2, 3]) == ("90", "8", "75")
    assert (0, 2) not in found


def test_counts_are_left_out_where_they_do_not_fit(timeline: Timeline) -> None:
    painter = painted(timeline, size=(640, 360))

    assert "75" not in texts_of(painter)


def test_pointing_at_a_cell_tells_what_it_counts(timeline: Timeline) -> None:
    painter = painted(timeline)

    spot = painter.spot(*middle(matrix_of(painter), 0, 1))

    assert spot is not None
    assert spot.words == "circle taken for square: 8 of 100"


def test_figures_of_the_unknown_are_written(timeline: Timeline) -> None:
    texts = texts_of(painted(timeline))

    at = texts.index("rejected")
    assert texts[at : at + 6] == [
        "rejected",
        "25.0%",
        "caught",
        "25.0%",
        "AUROC",
        "0.250",
    ]


def test_figures_that_nobody_measured_are_left_out(timeline: Timeline) -> None:
    assert timeline.manifest is not None
    column = timeline.manifest.metrics.index("held_out_auroc")
    timeline._rows._room[:, column] = np.nan

    texts = texts_of(painted(timeline))

    assert "caught" in texts
    assert "AUROC" not in texts


def test_matrix_of_a_trial_counts_an_example_when_it_is_decided(
    make_measured: Make,
) -> None:
    timeline = make_measured((16, 5, 4), (4, 4), SHAPES, axis="example", unknown=3)
    timeline.snapshots[1].arrays["confusion", 2][...] = COUNTS

    before, after = painted(timeline, 0.2), painted(timeline, 0.6)

    assert brightness(before, 0, 2) > 0
    assert brightness(after, 0, 2) == 0
    assert "caught" in texts_of(after)


@pytest.mark.parametrize("size", [(1280, 720), (900, 1100)])
@pytest.mark.parametrize("count", [2, 10, 25])
def test_matrix_of_any_size_is_drawn_square(
    make_measured: Make, count: int, size: tuple[int, int]
) -> None:
    painter = painted(make_measured((16, 5, count), (4, 4)), size=size)

    box = matrix_of(painter).box
    assert box.width == box.height
    assert box.width % (count + 1) == 0
    assert box.width >= 0.7 * min(size) / 10


@pytest.mark.parametrize("sizes", [(16, 5, 26), (8, *[8] * 20, 4)])
def test_matrix_is_not_drawn_where_it_could_not_be_read(
    make_measured: Make, sizes: tuple[int, ...]
) -> None:
    painter = painted(make_measured(sizes, ()))

    panels = [p for p in painter._panels if isinstance(p, DecisionsPanel)]
    assert all(panel._matrix is None for panel in panels)


def test_broken_counts_are_none(timeline: Timeline) -> None:
    timeline.snapshots[1].arrays["confusion", 2][0] = np.nan, -1, np.inf, 5

    painter = painted(timeline)

    assert brightness(painter, 0, 0) == 0
    assert painter.spot(*middle(matrix_of(painter), 0, 2)) is not None
