"""Beside a plain loop in whole numbers."""

import tracemalloc

import numpy as np
import pytest

from trainer.models.mean_of_neighbours import (
    ONE,
    MeanOfNeighbours,
    bytes_for,
    reach_for,
)
from trainer.models.space import EDGES, REFLECT, UNCLASSIFIED, WRAP, Cells

CLASSES = 4
STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def points_of(shape: tuple[int, int], share: float = 0.1, seed: int = 0) -> Cells:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, CLASSES, shape, np.uint8)
    points[rng.random(shape) > share] = UNCLASSIFIED
    return points


def beside(at: int, step: int, size: int, edges: str) -> int:
    """Find a unit so far away along one axis; mirrored, edge units come twice."""
    at += step
    if edges == WRAP:
        return at % size
    if at < 0:
        return -1 - at
    return 2 * size - 1 - at if at >= size else at


class Loop:
    """The rule as one would say it; a unit without a class has no shares at all."""

    def __init__(self, points: Cells) -> None:
        rows, columns = points.shape
        self.shares = {
            (row, column): [ONE * (points[row, column] == k) for k in range(CLASSES)]
            for row in range(rows)
            for column in range(columns)
            if points[row, column] != UNCLASSIFIED
        }
        self.shape = points.shape

    def advance(self, is_filling: bool, edges: str, distance: int) -> None:
        after = dict(self.shares)
        for unit in np.ndindex(self.shape):
            if is_filling and unit in self.shares:
                continue
            around = [
                tuple(
                    beside(at, distance * step, size, edges)
                    for at, step, size in zip(unit, each, self.shape, strict=True)
                )
                for each in STEPS
            ]
            heard = [self.shares[each] for each in around if each in self.shares]
            if heard:
                sums = (sum(map(int, share)) for share in zip(*heard, strict=True))
                after[unit] = [each // len(heard) for each in sums]
        self.shares = after

    def cells(self) -> Cells:
        found = np.full(self.shape, UNCLASSIFIED, np.uint8)
        for unit, shares in self.shares.items():
            found[unit] = np.argmax([share >> 8 for share in shares])
        return found


@pytest.mark.parametrize("edges", EDGES)
@pytest.mark.parametrize("reach", [1, 3])
@pytest.mark.parametrize("fill", [0, 2, 50])
@pytest.mark.parametrize("shape", [(3, 7), (13, 11)])
def test_map_is_that_of_a_plain_loop(
    shape: tuple[int, int], fill: int, reach: int, edges: str
) -> None:
    points = points_of(shape)
    space = MeanOfNeighbours(points, CLASSES, fill=fill, edges=edges, reach=reach)
    loop = Loop(points)

    for layer in range(1, 11):
        before = space.cells.copy()
        space.advance()

        distance = 1 if layer <= fill else 1 + (layer - fill - 1) % reach
        loop.advance(layer <= fill, edges, distance)
        np.testing.assert_array_equal(space.cells, loop.cells())
        assert space.changed == np.count_nonzero(space.cells != before)
        assert space.unclassified == np.count_nonzero(space.cells == UNCLASSIFIED)


def test_rows_may_be_done_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    points = points_of((13, 11))
    whole = MeanOfNeighbours(points, CLASSES, fill=2, reach=3)
    monkeypatch.setattr("trainer.models.mean_of_neighbours.BLOCK", 4 * 2 * 11)
    in_blocks = MeanOfNeighbours(points, CLASSES, fill=2, reach=3)

    for _ in range(12):
        whole.advance()
        in_blocks.advance()

        np.testing.assert_array_equal(in_blocks.cells, whole.cells)


@pytest.mark.parametrize("edges", EDGES)
def test_unit_takes_no_class_that_no_neighbour_had_a_share_of(edges: str) -> None:
    space = MeanOfNeighbours(points_of((40, 50), 0.02), CLASSES, fill=15, edges=edges)
    mode = "wrap" if edges == WRAP else "edge"

    for _ in range(40):
        before = [
            np.pad(plane > 0, 1, mode=mode)  # type: ignore[call-overload]
            for plane in space.shares
        ]
        space.advance()

        for number, had in enumerate(before):
            near = had[:-2, 1:-1] | had[2:, 1:-1] | had[1:-1, :-2] | had[1:-1, 2:]
            assert (near | had[1:-1, 1:-1])[space.cells == number].all()


def test_shares_of_a_unit_with_a_class_add_up_to_one() -> None:
    space = MeanOfNeighbours(points_of((30, 30)), CLASSES, fill=5, reach=2)

    for _ in range(200):
        space.advance()

    total = np.sum(space.shares, axis=0, dtype=np.int64)
    assert space.unclassified == 0
    np.testing.assert_allclose(total / ONE, 1, atol=1e-6)


def test_last_of_the_most_classes_can_win() -> None:
    points = np.full((4, 4), UNCLASSIFIED, np.uint8)
    points[0] = (0, 253, 253, 253)
    space = MeanOfNeighbours(points, 254, fill=3, edges=REFLECT)

    for _ in range(20):
        space.advance()

    assert (space.cells == 253).all()


@pytest.mark.parametrize(("count", "reach"), [(0, 1), (1000, 1), (100, 3), (3, 20)])
def test_units_hear_as_far_as_there_are_few_points(count: int, reach: int) -> None:
    points = np.full(100 * 100, UNCLASSIFIED, np.uint8)
    points[:count] = 0

    assert reach_for(points.reshape(100, 100), 60) == reach


def test_units_hear_no_farther_than_the_plane_is_wide() -> None:
    points = np.full((5, 9), UNCLASSIFIED, np.uint8)
    points[0, 0] = 0

    assert reach_for(points, 1) <= 5


def test_units_hear_no_farther_than_there_are_layers_to_come_to() -> None:
    points = np.full((100, 100), UNCLASSIFIED, np.uint8)
    points[0, :3] = 0

    assert reach_for(points, 5) == 5


@pytest.mark.parametrize("classes", [1, 20])
def test_memory_is_what_it_was_said_to_be(classes: int) -> None:
    points = points_of((500, 500), 0.001) % np.uint8(classes + 1)
    points[points == classes] = UNCLASSIFIED
    said = bytes_for(points, classes, 6)

    tracemalloc.start()
    space = MeanOfNeighbours(points, classes, fill=20, reach=6)
    for _ in range(40):
        space.advance()
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 0.7 * said < taken <= said
