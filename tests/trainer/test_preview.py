import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trainer.preview import MAX_CELLS, preview, preview_shape

SIDES = st.integers(1, 40)
BOTH = st.tuples(SIDES, SIDES)
ANY = st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=True)


@st.composite
def matrices(draw: st.DrawFn) -> tuple[np.ndarray, tuple[int, int]]:
    shape = draw(BOTH)
    weights = draw(hnp.arrays(np.float32, shape, elements=ANY))
    return weights, (
        draw(st.integers(1, shape[0])),
        draw(st.integers(1, shape[1])),
    )


def strongest_by_the_rule(weights: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Follow the rule of SPEC.md weight by weight."""
    rows, columns = weights.shape
    found = np.zeros(shape, np.float32)
    for r in range(rows):
        for c in range(columns):
            place = r * shape[0] // rows, c * shape[1] // columns
            w, so_far = weights[r, c], found[place]
            if math.isnan(w) or abs(w) > abs(so_far):
                found[place] = w
    return found


@settings(deadline=None, derandomize=True, database=None)
@given(matrices())
def test_preview_holds_the_strongest_weight_of_each_block(
    given: tuple[np.ndarray, tuple[int, int]],
) -> None:
    weights, shape = given

    found = preview(weights, shape)

    expected = strongest_by_the_rule(weights, shape)
    assert found.shape == shape
    np.testing.assert_array_equal(np.abs(found), np.abs(expected))


@settings(deadline=None, derandomize=True, database=None)
@given(BOTH, BOTH, st.integers(0, 2**32 - 1))
def test_preview_keeps_the_sign(
    shape: tuple[int, int], wanted: tuple[int, int], seed: int
) -> None:
    weights = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    smaller = min(shape[0], wanted[0]), min(shape[1], wanted[1])

    found = preview(weights, smaller)

    np.testing.assert_array_equal(found, strongest_by_the_rule(weights, smaller))


@pytest.mark.parametrize(
    "shape", [(300, 257), (1, 1), (300, 1), (37, 511), (600, 400), (75, 511), (50, 73)]
)
def test_preview_of_many_bands_is_that_of_one_loop(shape: tuple[int, int]) -> None:
    weights = np.random.default_rng(0).standard_normal((600, 511), dtype=np.float32)
    smaller = min(shape[0], 600), min(shape[1], 511)

    found = preview(weights, smaller)

    np.testing.assert_array_equal(found, strongest_by_the_rule(weights, smaller))


@pytest.mark.parametrize("stronger", [np.nan, -np.inf, np.inf])
def test_preview_shows_that_a_block_is_broken(stronger: float) -> None:
    weights = np.full((6, 6), -1e30, np.float32)
    weights[4, 1] = stronger

    found = preview(weights, (2, 3))

    np.testing.assert_array_equal(found[1, 0], np.float32(stronger))
    assert np.isfinite(found).sum() == 5


def test_preview_reads_weights_in_any_order_of_memory() -> None:
    weights = np.asfortranarray(np.arange(-60, 60, dtype=np.float32).reshape(12, 10))

    found = preview(weights, (4, 3))

    np.testing.assert_array_equal(found, strongest_by_the_rule(weights, (4, 3)))


@given(st.integers(1, 1 << 27), st.integers(1, 1 << 27), st.integers(1, 1 << 24))
@example(3000, 400, 1)
@example(100_000, 1, 4096)
@example(1 << 27, 1 << 27, 64 * 64)
def test_shape_has_no_more_cells_than_wanted_and_no_side_too_small(
    rows: int, columns: int, most: int
) -> None:
    assume(rows * columns > most)

    height, width = preview_shape((rows, columns), most)

    assert 1 <= height <= rows
    assert 1 <= width <= columns
    assert height * width <= most
    if min(rows, 64) * min(columns, 64) <= most:
        assert height >= min(rows, 64)
        assert width >= min(columns, 64)


@pytest.mark.parametrize("shape", [(4096, 4096), (3000, 1500), (2000, 9000)])
def test_shape_keeps_the_aspect_and_uses_the_room(shape: tuple[int, int]) -> None:
    rows, columns = preview_shape(shape, 100_000)

    assert rows / columns == pytest.approx(shape[0] / shape[1], rel=0.02)
    assert rows * columns > 99_000


@pytest.mark.parametrize("shape", [(784, 512), (512, 512), (1024, 1024), (1, 1)])
def test_shape_is_the_whole_where_that_is_small_enough(shape: tuple[int, int]) -> None:
    assert preview_shape(shape, MAX_CELLS) == shape


def test_shape_is_the_whole_where_all_is_wanted() -> None:
    assert preview_shape((1 << 20, 1 << 20), 0) == (1 << 20, 1 << 20)
