import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from viewer.paint.edges import Curves, cover

SHAPE = 2, 80, 100
ONE = np.ones((1, 1)), np.zeros(1, np.intp), SHAPE
ENDS = np.array([[20.0, 40.0], [60.0, 40.0]])


def curves(edges: list[int], width: float = 2.0) -> Curves:
    x = np.tile([10.0, 109.0], (len(edges), 1))
    return Curves(x, ENDS[edges].reshape(-1, 2), np.full(len(edges), width))


def picture(edges: list[int], width: float = 2.0, light: float = 1.0) -> np.ndarray:
    shine, channel = np.full((1, len(edges)), light), np.zeros(len(edges), np.intp)
    covered = cover(curves(edges, width), 10, 100)
    painted: np.ndarray = covered.density(shine, channel, SHAPE)[0][0]
    return painted


def test_edge_crosses_every_column_once_at_its_width() -> None:
    painted = picture([0])

    assert painted.shape == (80, 100)
    np.testing.assert_allclose(painted[:, [0, -1]].sum(axis=0), 2, atol=1e-4)
    assert (painted.sum(axis=0) > 1.99).all()


def test_edge_runs_from_its_first_unit_to_its_second() -> None:
    painted = picture([0])

    rows = np.arange(80)
    assert abs(np.average(rows, weights=painted[:, 0]) - 20) < 0.1
    assert abs(np.average(rows, weights=painted[:, -1]) - 40) < 0.1


def test_edge_covers_only_the_columns_between_its_ends() -> None:
    half = Curves(np.array([[40.0, 70.0]]), ENDS[:1], np.array([2.0]))

    painted = cover(half, 10, 100).density(*ONE)[0][0]

    lit = np.flatnonzero(painted.any(axis=0)) + 10
    assert (lit[0], lit[-1]) == (40, 70)


@given(st.floats(0.4, 5), st.floats(20, 60), st.floats(20, 60))
def test_light_of_a_level_edge_is_its_width(
    width: float, start: float, end: float
) -> None:
    level = Curves(
        np.array([[10.0, 109.0]]), np.array([[start, start]]), np.array([width])
    )

    painted = cover(level, 10, 100).density(*ONE)[0]

    np.testing.assert_allclose(painted.sum(axis=(0, 1)), width, rtol=1e-3)


def test_edges_add_up_where_they_meet() -> None:
    np.testing.assert_allclose(picture([0, 1]), picture([0]) + picture([1]), atol=1e-5)


def test_light_scales_the_density() -> None:
    np.testing.assert_allclose(picture([0], light=3), 3 * picture([0]), rtol=1e-5)


def test_each_picture_and_channel_has_its_own_light() -> None:
    light, channel = np.array([[1.0, 1.0], [2.0, 4.0]]), np.array([0, 1])

    once, again = cover(curves([0, 1]), 10, 100).density(light, channel, SHAPE)

    np.testing.assert_allclose(once[0], picture([0]), atol=1e-6)
    np.testing.assert_allclose(once[1], picture([1]), atol=1e-6)
    np.testing.assert_allclose(again[1], picture([1], light=4), atol=1e-5)


def test_some_columns_look_as_they_do_among_all() -> None:
    covered = cover(curves([0, 1]), 10, 100)

    shine, channel = np.ones((1, 2)), np.zeros(2, np.intp)
    (some,) = covered.within(30, 70).density(shine, channel, (2, 80, 40))

    np.testing.assert_allclose(some[0], picture([0, 1])[:, 30:70], atol=1e-6)


def test_nothing_is_painted_when_no_edge_is_chosen() -> None:
    assert not picture([]).any()


def test_rows_outside_the_picture_add_nothing_to_it() -> None:
    beyond = np.array([[-500.0, -300.0], [200.0, 900.0]])
    outside = Curves(np.tile([10.0, 109.0], (2, 1)), beyond, np.ones(2))

    (painted,) = cover(outside, 10, 100).density(
        np.ones((1, 2)), np.zeros(2, np.intp), SHAPE
    )

    assert not painted.any()
