"""Beside a plain loop, to which the same lots are given."""

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.models.lots import Bits
from trainer.models.random_neighbour import RandomNeighbour
from trainer.models.space import EDGES, REFLECT, UNCLASSIFIED, WRAP, Cells

# (down, across) of what a unit listens to, by its two lots.
NEIGHBOURS = {(0, 0): (-1, 0), (255, 0): (1, 0), (0, 255): (0, -1), (255, 255): (0, 1)}


class Kept(Bits):
    """Remembers what was drawn."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.drawn: list[tuple[Cells, Cells]] = []

    def __call__(
        self, shape: tuple[int, int], listens: NDArray[np.bool_] | None
    ) -> tuple[Cells, Cells]:
        second, beside = super().__call__(shape, listens)
        self.drawn.append((second.copy(), beside.copy()))
        return second, beside


def points_of(shape: tuple[int, int], share: float = 0.1, seed: int = 0) -> Cells:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 4, shape, np.uint8)
    points[rng.random(shape) > share] = UNCLASSIFIED
    return points


def beside(at: int, step: int, size: int, edges: str) -> int:
    """Find a neighbour along one axis; beyond the edge of a mirrored plane is itself."""
    return (at + step) % size if edges == WRAP else min(max(at + step, 0), size - 1)


def looped(
    cells: Cells, layer: int, fill: int, edges: str, lots: tuple[Cells, Cells]
) -> Cells:
    """Do one layer as one would say it."""
    after = cells.copy()
    for row, column in np.ndindex(cells.shape):
        if layer > fill or cells[row, column] == UNCLASSIFIED:
            down, across = NEIGHBOURS[
                int(lots[0][row, column]), int(lots[1][row, column])
            ]
            heard = cells[
                beside(row, down, cells.shape[0], edges),
                beside(column, across, cells.shape[1], edges),
            ]
            if layer <= fill or heard != UNCLASSIFIED:
                after[row, column] = heard
    return after


@pytest.mark.parametrize("edges", EDGES)
@pytest.mark.parametrize("fill", [0, 4, 50])
@pytest.mark.parametrize("shape", [(1, 1), (2, 7), (9, 1), (13, 11)])
def test_same_lots_give_the_map_of_a_plain_loop(
    shape: tuple[int, int], fill: int, edges: str
) -> None:
    points = points_of(shape)
    lots = Kept(3)
    space = RandomNeighbour(points, fill=fill, edges=edges, lots=lots)
    expected = points

    for layer in range(1, 13):
        space.advance()

        before = expected
        expected = looped(before, layer, fill, edges, lots.drawn[-1])
        np.testing.assert_array_equal(space.cells, expected)
        assert space.layer == layer
        assert space.changed == np.count_nonzero(expected != before)
        assert space.unclassified == np.count_nonzero(expected == UNCLASSIFIED)


@pytest.mark.parametrize("edges", EDGES)
def test_rows_may_be_done_in_blocks(
    edges: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.models.random_neighbour.BLOCK", 3 * 11)
    points, lots = points_of((13, 11)), Kept(3)
    space = RandomNeighbour(points, fill=4, edges=edges, lots=lots)
    expected = points

    for layer in range(1, 13):
        lots.drawn.clear()
        space.advance()

        second, across = map(np.concatenate, zip(*lots.drawn, strict=True))
        expected = looped(expected, layer, 4, edges, (second, across))
        np.testing.assert_array_equal(space.cells, expected)
    assert len(lots.drawn) == 5


@pytest.mark.parametrize("edges", EDGES)
def test_unit_takes_no_class_that_neither_it_nor_a_neighbour_had(edges: str) -> None:
    space = RandomNeighbour(points_of((40, 50), 0.02), fill=20, edges=edges)
    mode = "wrap" if edges == WRAP else "edge"

    for _ in range(60):
        before = np.pad(space.cells, 1, mode=mode)  # type: ignore[call-overload]
        space.advance()

        around = (
            before[:-2, 1:-1],
            before[2:, 1:-1],
            before[1:-1, :-2],
            before[1:-1, 2:],
        )
        own = before[1:-1, 1:-1]
        assert np.any([space.cells == each for each in (own, *around)], axis=0).all()


def test_classified_units_stay_as_they_are_until_the_plane_is_filled() -> None:
    points = points_of((30, 30))
    space = RandomNeighbour(points, fill=10)

    for _ in range(10):
        space.advance()

    known = points != UNCLASSIFIED
    np.testing.assert_array_equal(space.cells[known], points[known])
    space.advance()
    assert (space.cells[known] != points[known]).any()


def test_plane_without_points_stays_empty() -> None:
    space = RandomNeighbour(np.full((5, 5), UNCLASSIFIED, np.uint8), fill=2)

    for _ in range(5):
        space.advance()

    assert space.unclassified == 25
    assert space.changed == 0


def test_each_neighbour_is_drawn_equally_often() -> None:
    second, beside = Bits(0)((100, 100), None)

    assert set(np.unique(second)) == set(np.unique(beside)) == {0, 255}
    for lots in NEIGHBOURS:
        share = ((second == lots[0]) & (beside == lots[1])).mean()
        assert share == pytest.approx(0.25, abs=0.02)


def test_seed_decides_the_map() -> None:
    def map_of(seed: int) -> bytes:
        space = RandomNeighbour(points_of((20, 20)), edges=REFLECT, lots=Bits(seed))
        for _ in range(8):
            space.advance()
        return space.cells.tobytes()

    assert map_of(1) == map_of(1) != map_of(2)
