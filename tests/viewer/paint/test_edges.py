import numpy as np

from viewer.paint.edges import EdgeBundle


def bundle() -> EdgeBundle:
    return EdgeBundle((10.0, 109.0), np.array([20.0, 60.0]), np.array([40.0]), 80)


def density(edges: list[int], width: float, light: float) -> np.ndarray:
    count = len(edges)
    picture: np.ndarray = bundle().density(
        np.array(edges),
        np.full(count, width, np.float32),
        np.full((count, 1), light, np.float32),
    )[0]
    return picture


def test_edge_crosses_every_column_once_at_its_width() -> None:
    picture = density([0], 2.0, 1.0)

    assert picture.shape == (80, 100)
    assert (picture.sum(axis=0) > 1.9).all()
    assert picture[:, [0, -1]].sum(axis=0).max() < 2.2


def test_edge_runs_from_its_first_unit_to_its_second() -> None:
    picture = density([0], 2.0, 1.0)

    assert abs(int(picture[:, 0].argmax()) - 20) <= 1
    assert abs(int(picture[:, -1].argmax()) - 40) <= 1


def test_edges_add_up_where_they_meet() -> None:
    both = density([0, 1], 2.0, 1.0)

    np.testing.assert_allclose(
        both, density([0], 2.0, 1.0) + density([1], 2.0, 1.0), atol=1e-5
    )


def test_light_scales_the_density() -> None:
    np.testing.assert_allclose(
        density([0], 2.0, 3.0), 3 * density([0], 2.0, 1.0), rtol=1e-5
    )


def test_nothing_is_painted_when_no_edge_is_chosen() -> None:
    assert not density([], 2.0, 1.0).any()
