"""What a trainer sends for a network that is drawn smaller than it is."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import ArraySpec
from viewer.cue import cue_of
from viewer.options import PLAIN, Normalisation, Options
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
SIZES = (10, 12, 4)


def send(timeline: Timeline, kind: str, layer: int, values: np.ndarray) -> None:
    """Have each snapshot hold an array more."""
    assert timeline.manifest is not None
    spec = ArraySpec(kind=kind, layer=layer, dtype="<f4", shape=values.shape)
    arrays = (*timeline.manifest.arrays, spec)
    timeline.manifest = replace(timeline.manifest, arrays=arrays)
    timeline.snapshots = [
        replace(each, arrays={**each.arrays, (kind, layer): values})
        for each in timeline.snapshots
    ]


@pytest.fixture
def timeline(make_timeline: Make) -> Timeline:
    """A picture of 50 x 50 beside ten inputs; saturations of all layers."""
    timeline = make_timeline(SIZES, ())
    ink = np.zeros((50, 50), np.float32)
    ink[:25, :25] = 1
    send(timeline, "picture", 0, ink)
    for layer, units in enumerate(SIZES):
        values = np.linspace(0, 1, units, dtype=np.float32)
        send(timeline, "saturation", layer, values)
    return timeline


def painted(timeline: Timeline, options: Options = PLAIN) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, theme="light")
    painter.paint(timeline, cue_of(1, 2, 0.5), "", options)
    return painter


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def test_picture_beside_the_input_is_shown(timeline: Timeline) -> None:
    painter = painted(timeline)

    box, theme = painter.canvas.layout.picture, painter.canvas.theme
    pixels = painter.canvas.pixels[box.slices][..., :3]
    quarter = box.height // 4
    assert tuple(pixels[quarter, quarter]) == theme.ink
    assert tuple(pixels[-quarter, -quarter]) == theme.panel
    assert not [text for text in texts_of(painter) if text.endswith("inputs")]


def test_caption_says_what_the_inputs_were_made_of(timeline: Timeline) -> None:
    assert "50 × 50 px → 10" in texts_of(painted(timeline))


@pytest.mark.parametrize("normalisation", Normalisation)
def test_units_have_the_saturation_that_was_sent(
    timeline: Timeline, normalisation: Normalisation
) -> None:
    painter = painted(timeline, Options(normalisation=normalisation))

    box, ramp = painter.canvas.layout.network, painter.canvas.theme.saturation
    x = round((box.left + box.right) / 2)
    column = painter.canvas.pixels[box.top - 10 : box.bottom + 10, x, :3].astype(int)
    shown = [
        (np.abs(column - ramp[round(level * 255)]).sum(axis=1) <= 6).any()
        for level in np.linspace(0, 1, SIZES[1])
    ]
    assert all(shown)


def test_legend_says_whose_scale_it_is(timeline: Timeline) -> None:
    texts = texts_of(painted(timeline))

    assert "as the trainer scales it" in texts
    assert "of a unit in its layer" not in texts


def test_unit_that_is_no_number_is_marked_whatever_was_sent(timeline: Timeline) -> None:
    timeline.snapshots[1].arrays["activation", 1][3] = np.nan

    painter = painted(timeline)

    box = painter.canvas.layout.network
    middle = slice((box.left + box.right) // 2 - 16, (box.left + box.right) // 2 + 16)
    column = painter.canvas.pixels[box.top : box.bottom, middle, :3]
    assert (column == painter.canvas.theme.wrong).all(axis=2).any()


def test_saturations_of_a_deep_network_are_those_that_were_sent(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((8, *[8] * 18, 4), ())
    for layer in range(1, 19):
        send(timeline, "saturation", layer, np.ones(8, np.float32))

    painter = painted(timeline)

    box = painter.canvas.layout.spectrogram  # type: ignore[attr-defined]
    half = painter.canvas.pixels[box.slices][:, box.width // 4 : box.width // 2, :3]
    full = painter.canvas.theme.saturation[255]
    assert (half == full).all(axis=2).mean() > 0.95
