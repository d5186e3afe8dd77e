from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import ArraySpec, Manifest
from viewer.confusion import is_measured, spec_of, words_at
from viewer.timeline import Timeline

SHAPES = ("circle", "square", "unknown")
COUNTS = np.array([[262, 3, 5], [10, 0, 0], [0, 30, 120]])


@pytest.fixture
def manifest(make_measured: Callable[..., Timeline]) -> Manifest:
    timeline = make_measured((16, 5, 3), (4, 4), SHAPES, unknown=2)
    assert timeline.manifest is not None
    return timeline.manifest


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((0, 0), "circle: 262 of 270 right"),
        ((0, 1), "circle taken for square: 3 of 270"),
        ((0, 2), "circle called unknown: 5 of 270"),
        ((2, 2), "unknown: 120 of 150 caught"),
        ((2, 1), "unknown taken for square: 30 of 150"),
    ],
)
def test_words_say_what_a_cell_counts(
    manifest: Manifest, cell: tuple[int, int], words: str
) -> None:
    assert words_at(manifest, COUNTS, *cell) == words


def test_words_say_that_a_class_has_no_examples(manifest: Manifest) -> None:
    assert words_at(manifest, np.zeros((3, 3)), 1, 0) == "square: none"


def test_words_name_the_unknown_that_no_class_is(manifest: Manifest) -> None:
    without = replace(manifest, classes=SHAPES[:2], unknown=None)

    assert words_at(without, COUNTS, 0, 2) == "circle called unknown: 5 of 270"


@pytest.mark.parametrize("shape", [(3, 2), (4, 4), (2, 2), (27, 27)])
def test_matrix_of_other_classes_is_not_drawn(
    manifest: Manifest, shape: tuple[int, int]
) -> None:
    spec = ArraySpec(kind="confusion", layer=2, dtype="<f4", shape=shape)
    odd = replace(manifest, arrays=(*manifest.arrays[:-1], spec))

    assert spec_of(odd) is None
    assert not is_measured(odd)


def test_figures_of_many_classes_are_told_without_a_matrix(
    make_measured: Callable[..., Timeline],
) -> None:
    manifest = make_measured((64, 16, 300), (8, 8)).manifest

    assert manifest is not None
    assert spec_of(manifest) is None
    assert is_measured(manifest)
