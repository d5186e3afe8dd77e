from collections.abc import Callable
from dataclasses import replace

import pytest

from protocol.messages import Manifest
from viewer.painter import Painter

Make = Callable[..., Manifest]


def previewed(manifest: Manifest, *layers: int) -> Manifest:
    """Stream only a quarter of the weights that lead into some layers."""
    arrays = tuple(
        replace(
            spec,
            shape=tuple(side // 2 for side in spec.shape),
            full_shape=spec.shape,
        )
        if spec.kind == "weights" and spec.layer in layers
        else spec
        for spec in manifest.arrays
    )
    return replace(manifest, arrays=arrays)


def texts_of(manifest: Manifest, size: tuple[int, int]) -> str:
    labels = Painter(manifest, size=size).canvas.labels
    return "\n".join(label.text for label in labels)


def test_header_says_that_edges_are_chosen_from_a_preview(make_manifest: Make) -> None:
    manifest = previewed(make_manifest((100, 300, 40, 4)), 2)

    texts = texts_of(manifest, (1920, 1080))

    assert "edges drawn; hidden 2's chosen from a preview of 150 × 20" in texts


@pytest.mark.parametrize(
    ("layers", "words"),
    [((3,), "a preview of 1 matrix"), ((1, 2), "previews of 2 matrices")],
)
def test_header_counts_previews_where_there_is_little_room(
    make_manifest: Make, layers: tuple[int, ...], words: str
) -> None:
    manifest = previewed(make_manifest((100, 20_000, 400, 40, 4)), *layers)

    texts = texts_of(manifest, (1000, 560))

    assert f"edges drawn; 1 layer pooled, chosen from {words}" in texts


def test_header_begins_at_the_margin_also_where_a_run_has_no_name(
    make_manifest: Make,
) -> None:
    canvas = Painter(replace(make_manifest((2, 2)), name="")).canvas

    left, top = canvas.layout.margins[0], round(canvas.layout.header)
    band = canvas.pixels[top - 6 : top + 7, :, :3].astype(int)
    written = (abs(band - band[0, 0]).sum(axis=2) > 60).any(axis=0)
    assert left <= written.argmax() <= left + 6
