import numpy as np
import pytest

from viewer.tiling import BETWEEN, Tiling


@pytest.mark.parametrize(
    "tiling",
    [
        Tiling(4, 5, 20),
        Tiling(4, 5, 17),
        Tiling(3, 3, 27, across=2),
        Tiling(2, 7, 14 * 6, across=3),
        Tiling(1, 1, 5, across=5),
    ],
)
def test_every_cell_is_found_at_its_middle(tiling: Tiling) -> None:
    x, y = tiling.centres

    found = [tiling.at(x[k : k + 1], y[k : k + 1]).item() for k in range(tiling.cells)]

    assert found == list(range(tiling.cells))
    assert (x.max(), y.max()) <= (tiling.width - 0.5, tiling.height - 0.5)


def test_there_is_no_cell_between_maps_nor_beside_them() -> None:
    tiling = Tiling(3, 3, 27, across=2)
    between, row = np.array([3 + BETWEEN / 2]), np.array([1.5])

    assert tiling.at(between, row).item() == -1
    assert tiling.at(row, between).item() == -1
    assert tiling.at(np.array([-0.5]), row).item() == -1
    assert tiling.at(np.array([tiling.width + 0.5]), row).item() == -1


def test_place_of_the_last_map_may_be_empty() -> None:
    tiling = Tiling(3, 3, 27, across=2)
    right = np.array([3 + BETWEEN + 1.5])

    assert tiling.maps == 3
    assert tiling.at(right, np.array([1.5])).item() == 9 + 4
    assert tiling.at(right, right).item() == -1


def test_cell_is_as_large_as_its_share_of_the_side() -> None:
    tiling = Tiling(1, 2, 2)
    x = np.array([0.0, 0.7, 0.9, 1.1])

    found = tiling.at(x, np.array([0.5]), inside=0.8)

    assert found.tolist() == [[0, 0, -1, 1]]
