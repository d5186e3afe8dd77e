from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import ArraySpec, Manifest
from viewer.plane import plane_of


def manifest_of(spec: ArraySpec, classes: int = 2) -> Manifest:
    return Manifest(
        name="groups",
        kind="space",
        axis="layer",
        layers=(),
        arrays=(spec,),
        metrics=("epoch",),
        classes=tuple(f"group {k}" for k in range(classes)),
        input_shape=(),
        every=1,
        epochs=250,
        started=0.0,
    )


SPEC = ArraySpec(kind="class_map", layer=0, dtype="|u1", shape=(3, 5))


def test_class_map_is_found_with_its_shape() -> None:
    plane = plane_of(manifest_of(SPEC))

    assert plane is not None
    assert plane.shape == (3, 5)
    assert plane.name(1) == "group 1"
    assert plane.name(255) == "unclassified"


@pytest.mark.parametrize(
    "spec",
    [
        replace(SPEC, kind="weights"),
        replace(SPEC, dtype="<f4"),
        replace(SPEC, shape=(15,)),
    ],
)
def test_what_is_no_plane_of_bytes_is_not_drawn(spec: ArraySpec) -> None:
    assert plane_of(manifest_of(spec)) is None


def test_more_classes_than_a_byte_can_number_are_not_drawn() -> None:
    assert plane_of(manifest_of(SPEC, classes=255)) is not None
    assert plane_of(manifest_of(SPEC, classes=256)) is None


@pytest.mark.parametrize("shape", [(3, 5), (4, 4), (1, 1)])
def test_every_cell_is_counted_once(shape: tuple[int, int]) -> None:
    plane = plane_of(manifest_of(replace(SPEC, shape=shape)))
    lots = np.random.default_rng(2)
    cells = lots.choice(np.array([0, 1, 7, 255], np.uint8), shape)
    assert plane is not None

    counts = plane.counts(cells)

    zeros, ones = (cells == 0).sum(), (cells == 1).sum()
    assert counts.tolist() == [zeros, ones, cells.size - zeros - ones]
