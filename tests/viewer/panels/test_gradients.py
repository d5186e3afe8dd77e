"""Norms of the gradients: below the layers, or over all layers of a deep network."""

from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def painted(timeline: Timeline, index: int, fraction: float) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(index, index + 1, fraction))
    return painter


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


@pytest.fixture
def timeline(make_measured: Make) -> Timeline:
    """Norms of 0.001, 0.5 and 25 before the second snapshot, none before the first."""
    timeline = make_measured((16, 5, 6, 3), (4, 4), unknown=2)
    assert timeline.manifest is not None
    first = timeline.manifest.metrics.index("gradient_norm_1")
    timeline._rows._room[:2, first : first + 3] = [[np.nan] * 3, [0.001, 0.5, 25]]
    return timeline


@pytest.mark.parametrize("fraction", [0.7, 0.97])
def test_gradients_are_told_while_the_update_runs_back(
    timeline: Timeline, fraction: float
) -> None:
    texts = texts_of(painted(timeline, 1, fraction))

    norms = [text.split()[-1] for text in texts if text.startswith("grad")]
    assert norms == ["0.001", "0.500", "25.000"]
    assert "6 relu" not in texts


@pytest.mark.parametrize(("index", "fraction"), [(1, 0.3), (1, 0.5), (0, 0.7)])
def test_sizes_are_told_where_no_gradient_is(
    timeline: Timeline, index: int, fraction: float
) -> None:
    texts = texts_of(painted(timeline, index, fraction))

    assert "6 relu" in texts
    assert not [text for text in texts if text.startswith("grad")]


def strip(painter: Painter) -> list[float]:
    """How high the line stands at each layer but the first, as a share of the strip."""
    box, layers = painter.canvas.layout.changes, 20  # type: ignore[attr-defined]
    ink = np.array(painter.canvas.theme.positive)
    found = []
    for layer in range(1, layers):
        x = box.left + round((layer + 0.5) * box.width / layers)
        near = np.abs(
            painter.canvas.pixels[box.top : box.bottom, x, :3] - ink.astype(int)
        )
        found.append(1 - float(near.sum(axis=1).argmin()) / box.height)
    return found


def test_gradients_of_a_deep_network_are_drawn_over_decades(
    make_measured: Make,
) -> None:
    timeline = make_measured((8, *[8] * 18, 4), (), unknown=3)
    assert timeline.manifest is not None
    first = timeline.manifest.metrics.index("gradient_norm_1")
    norms = 10.0 ** np.linspace(-3, 1, 19)
    timeline._rows._room[1, first : first + 19] = norms

    painter = painted(timeline, 1, 0.5)

    title = next(text for text in texts_of(painter) if "gradient" in text)
    assert title.endswith("largest 10.000")
    assert strip(painter) == pytest.approx(np.linspace(0, 1, 19), abs=0.12)


def test_change_of_the_weights_is_drawn_where_no_gradient_is_told(
    make_timeline: Make,
) -> None:
    texts = texts_of(painted(make_timeline((8, *[8] * 18, 4), ()), 1, 0.5))

    assert any(text.startswith("change of the weights, layer") for text in texts)
