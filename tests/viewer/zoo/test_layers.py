"""Layers without edges, and units that make up maps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.options import Options, Unit
from viewer.painter import Painter
from viewer.panels.lens import LensPanel
from viewer.panels.network import NetworkPanel
from viewer.timeline import Timeline

Meet = Callable[[str], Timeline]


def painted(timeline: Timeline, fraction: float = 0.5, theme: str = "dark") -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, theme=theme)
    painter.paint(timeline, cue_of(1, 2, fraction))
    return painter


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def network(painter: Painter) -> NetworkPanel:
    return next(p for p in painter._panels if isinstance(p, NetworkPanel))


def gap(painter: Painter, number: int) -> np.ndarray:
    """What is painted between two layers, glow of discs not included."""
    pictures = network(painter)._stage.supply.pictures[number]
    geometry = network(painter)._geometry
    rows = slice(geometry.top, geometry.top + geometry.rows)
    columns = slice(pictures.left + 40, pictures.left + pictures.width - 40)
    return painter.canvas.pixels[rows, columns, :3].astype(int)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_edge_leads_into_a_convolution(meet: Meet, theme: str) -> None:
    timeline = meet("cnn")
    painter = painted(timeline, theme=theme)

    drawn = [
        len(edges.chosen.weights) if edges else -1
        for edges in network(painter)._stage.shown
    ]

    assert drawn == [0, 0, 240, 400]
    spread = np.ptp(gap(painter, 0), axis=2)
    assert spread.max() <= np.ptp(painter.canvas.theme.ring)  # grey, no edge's colour


def test_what_leads_into_a_convolution_is_a_band_from_plate_to_plate(
    meet: Meet,
) -> None:
    painter = painted(meet("cnn"))

    before, after = network(painter)._geometry.columns[:2]
    assert before.plate is not None
    assert after.plate is not None
    top = network(painter)._geometry.top
    is_band = (gap(painter, 0) != painter.canvas.theme.background).any(axis=2)
    rows = [np.flatnonzero(column) + top for column in is_band.T]
    assert rows[0].min() > after.plate.top
    assert rows[0].max() < after.plate.bottom
    assert len(rows[-1]) > len(rows[0])
    assert all(len(each) == each.max() - each.min() + 1 for each in rows)


def test_light_passes_through_a_band(meet: Meet) -> None:
    still, lit = painted(meet("cnn"), 0.5), painted(meet("cnn"), 0.08)

    assert gap(lit, 0).sum() > gap(still, 0).sum()


def test_nothing_is_known_to_change_in_a_band(meet: Meet) -> None:
    still = gap(painted(meet("cnn"), 0.5), 0)

    for fraction in (0.6, 0.75, 0.9):
        running_back = gap(painted(meet("cnn"), fraction), 0)
        np.testing.assert_array_equal(running_back, still)


def test_header_counts_the_weights_that_there_are(meet: Meet) -> None:
    texts = texts_of(painted(meet("cnn")))

    assert "8×8 – 16×8×8 – 32×4×4 – 64 – 10   neural network" in texts
    weights = 512 * 64 + 64 * 10
    drawn = f"{weights:,} weights, strongest 640 edges drawn; 2 layers without edges"
    assert drawn in texts


def test_header_knows_one_weight_and_one_layer(meet: Meet) -> None:
    assert "1 weight, all drawn" in texts_of(painted(meet("one weight")))
    timeline = meet("one weight")
    assert timeline.manifest is not None
    arrays = [spec for spec in timeline.manifest.arrays if spec.kind != "weights"]
    timeline.manifest = replace(timeline.manifest, arrays=tuple(arrays))

    texts = texts_of(painted(timeline))

    assert "no weights; 1 layer without edges" in texts
    assert "weight" not in texts
    assert not [text for text in texts if text.startswith("light:")]


def test_cell_of_a_map_has_the_colour_of_its_unit(meet: Meet) -> None:
    timeline = meet("cnn")
    activation = timeline.snapshots[1].arrays["activation", 1]
    activation[:] = np.linspace(0, 1, len(activation))

    painter = painted(timeline, theme="light")  # in the dark bright cells glow

    column = network(painter)._geometry.columns[1]
    colours = painter.canvas.pixels[column.y.astype(int), column.x.astype(int), :3]
    levels = (activation / activation.max() * 255).astype(int)
    expected = painter.canvas.theme.saturation[levels]
    np.testing.assert_array_equal(colours, expected)


def test_hover_names_the_place_of_a_unit_in_its_map(meet: Meet) -> None:
    timeline = meet("cnn")
    timeline.snapshots[1].arrays["activation", 1][3 * 64 + 2 * 8 + 5] = 0.75
    timeline.snapshots[1].arrays["pre_activation", 1][3 * 64 + 2 * 8 + 5] = -0.5
    painter = painted(timeline)
    column = network(painter)._geometry.columns[1]
    unit = 3 * 64 + 2 * 8 + 5

    spot = painter.spot(float(column.x[unit]), float(column.y[unit]))

    assert spot is not None
    assert spot.words == "conv 1, map 3, row 2, column 5: z -0.5, a 0.75"
    assert spot.unit == Unit(1, unit)


def test_hover_finds_nothing_in_a_band(meet: Meet) -> None:
    painter = painted(meet("cnn"))
    before, after = network(painter)._geometry.columns[:2]

    found = [
        painter.spot(x, y)
        for x in np.linspace(before.right + 1, after.left - 1, 20)
        for y in range(100, 600, 10)
    ]

    assert found == [None] * len(found)


def test_hover_names_all_that_share_a_disc(meet: Meet) -> None:
    timeline = meet("deep cnn")
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(1, 2, 0.01))
    lens = next(p for p in painter._panels if isinstance(p, LensPanel))
    column = lens._geometry.columns[1]

    spot = painter.spot(float(column.x[3]), float(column.y[3]))

    assert spot is not None
    assert spot.words.startswith("conv 1, map 3: largest |a| ")


def test_unit_of_a_convolution_can_be_looked_at_alone(meet: Meet) -> None:
    timeline = meet("cnn")
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    focus = Options(focus=Unit(2, 17))

    painter.paint(timeline, cue_of(1, 2, 0.5), "", focus)

    stage = network(painter)._stage
    sources = [len(np.unique(edges.chosen.rows)) for edges in stage.shown[2:3] if edges]
    assert sources == [1]


def test_changes_are_drawn_of_layers_that_have_weights_only(meet: Meet) -> None:
    painter = painted(meet("deep cnn"))

    box = painter.canvas.layout.changes  # type: ignore[attr-defined]
    strip = painter.canvas.pixels[box.slices][..., :3]
    is_drawn = (strip != painter.canvas.theme.background).any(axis=(0, 2))
    layers = np.arange(box.width) * 20 // box.width
    assert set(layers[is_drawn]) == {19}


def test_gradients_are_told_of_the_layers_that_have_any(meet: Meet) -> None:
    timeline = meet("cnn")
    assert timeline.manifest is not None
    metrics = (*timeline.manifest.metrics[:3], "gradient_norm_3", "gradient_norm_4")
    timeline.manifest = replace(timeline.manifest, metrics=metrics)
    timeline._rows._room[:, 3:] = 0.5, 25

    texts = texts_of(painted(timeline, 0.7))

    assert {"16 × 8 × 8 relu", "32 × 4 × 4 relu"} <= set(texts)
    norms = [text.split()[-1] for text in texts if text.startswith(("grad", "∇"))]
    assert norms == ["0.500", "25.000"]


def test_paper_of_a_shifted_picture_is_its_lowest_value(meet: Meet) -> None:
    timeline = meet("cnn")
    pixels = timeline.snapshots[1].arrays["activation", 0]
    pixels[:] = np.linspace(-0.4, 2.8, 64)

    painter = painted(timeline)

    column, theme = network(painter)._geometry.columns[0], painter.canvas.theme
    at = column.y.astype(int), column.x.astype(int)
    brightness = painter.canvas.pixels[(*at, slice(None, 3))].sum(axis=1).astype(int)
    assert (np.diff(brightness) >= 0).all()
    assert abs(brightness[0] - sum(theme.panel)) <= 3
