import hashlib

import numpy as np
import pytest

from trainer.models.space import UNCLASSIFIED
from trainer.pb_clustering import Original


def counts(space: Original) -> list[int]:
    found = np.bincount(space.cells.ravel(), minlength=256)
    return [int(found[label]) for label in (0, 1, 2, 3, UNCLASSIFIED)]


def digest(space: Original) -> str:
    """Of the map as its author had it, a column after the other."""
    turned = np.ascontiguousarray(space.cells.T)
    return hashlib.sha256(turned.tobytes()).hexdigest()[:16]


def test_points_are_those_of_the_original() -> None:
    assert counts(Original()) == [261, 511, 340, 105, 638_783]


def test_the_first_layer_is_that_of_the_original() -> None:
    space = Original()

    space.advance()

    assert counts(space) == [505, 1_017, 664, 214, 637_600]
    assert digest(space) == "0c9fae2aad305a11"


@pytest.mark.slow
def test_all_layers_are_those_of_the_original() -> None:
    space = Original()
    found = {}
    filled = 0
    for layer in range(1, 251):
        space.advance()
        inner = space.cells[1:-1, 1:-1]
        if not filled and (inner != UNCLASSIFIED).all():
            filled = layer
        if layer in (50, 100, 250):
            found[layer] = digest(space), counts(space)

    assert filled == 108
    assert found == {
        50: ("48b8f7cdf56a68ba", [130_953, 224_081, 149_262, 57_238, 78_466]),
        100: ("c9b01b6719270eda", [151_832, 246_423, 169_328, 69_089, 3_328]),
        250: ("cbfdbbdf44e669d4", [152_427, 245_722, 169_550, 69_112, 3_189]),
    }
