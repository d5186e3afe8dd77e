from collections.abc import Callable

import numpy as np
import pytest

from trainer.datasets.strokes import (
    POINTS,
    Paths,
    circles,
    polygons,
    squares,
    tremor,
    triangles,
)

Draw = Callable[[np.random.Generator, int], Paths]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


@pytest.mark.parametrize("draw", [circles, squares, triangles])
def test_shapes_are_about_one_wide_around_the_origin(
    rng: np.random.Generator, draw: Draw
) -> None:
    paths = draw(rng, 200)

    extent = np.ptp(paths, axis=1).max(1)
    assert paths.shape == (200, POINTS, 2)
    assert np.isfinite(paths).all()
    assert 0.85 < extent.mean() < 1.25
    assert np.abs(paths.mean(1)).max() < 0.4


@pytest.mark.parametrize("draw", [circles, squares, triangles])
def test_shapes_are_drawn_in_any_number(rng: np.random.Generator, draw: Draw) -> None:
    assert draw(rng, 0).shape == (0, POINTS, 2)
    assert draw(rng, 1).shape == (1, POINTS, 2)


@pytest.mark.parametrize("draw", [circles, squares, triangles])
def test_shapes_come_back_to_where_they_began(
    rng: np.random.Generator, draw: Draw
) -> None:
    paths = draw(rng, 200)

    gap = np.hypot(*(paths[:, 0] - paths[:, -1]).T)
    assert np.median(gap) < 0.2


def test_no_two_drawings_are_the_same(rng: np.random.Generator) -> None:
    paths = squares(rng, 50)

    assert len(np.unique(paths.round(6), axis=0)) == 50


def test_polygons_pass_near_their_corners(rng: np.random.Generator) -> None:
    corners = np.array([[[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [0, 0.1], [-0.5, 0.5]]])

    path = polygons(rng, corners, round_share=0)[0]

    distance = np.linalg.norm(path[:, None] - corners[0], axis=2).min(0)
    assert distance.max() < 0.15


def test_polygons_round_their_corners_when_asked(rng: np.random.Generator) -> None:
    corners = np.tile([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], (50, 1, 1))

    paths = polygons(rng, corners, round_share=1)

    reached = np.linalg.norm(paths[:, :, None] - corners[0, 1:3], axis=3).min(1)
    assert reached.mean() > 0.03


def test_tremor_is_smooth_and_of_the_size_asked_for(rng: np.random.Generator) -> None:
    noise = tremor(rng, 300, waves=6, size=0.5)

    assert 0.2 < noise.std() < 0.8
    assert np.abs(np.diff(noise, axis=1)).max() < 0.1
