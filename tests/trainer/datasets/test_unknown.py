import numpy as np
import pytest

from trainer.datasets.glyphs import GLYPHS
from trainer.datasets.strokes import POINTS
from trainer.datasets.unknown import KINDS, Kind, along, curve, nothing, unknowns


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_every_kind_draws_strokes_of_a_plausible_size(
    rng: np.random.Generator, kind: Kind
) -> None:
    drawings = [kind(rng) for _ in range(60)]

    strokes = [stroke for drawing in drawings for stroke in drawing]
    assert bool(strokes) == (kind is not nothing)
    for stroke in strokes:
        assert stroke.ndim == 2
        assert stroke.shape[1] == 2
        assert np.abs(stroke).max() < 1.5


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_every_kind_draws_differently_each_time(
    rng: np.random.Generator, kind: Kind
) -> None:
    one, two = along(kind(rng)), along(kind(rng))

    assert kind is nothing or not np.array_equal(one, two)


def test_unknowns_are_paths_like_the_known_ones(rng: np.random.Generator) -> None:
    paths = unknowns(rng, 300)

    blank = np.isnan(paths).all((1, 2))
    assert paths.shape == (300, POINTS, 2)
    assert 0 < blank.sum() < 30
    assert np.isfinite(paths[~blank]).all()


def test_unknowns_are_drawn_in_any_number(rng: np.random.Generator) -> None:
    assert unknowns(rng, 0).shape == (0, POINTS, 2)


def test_along_spends_points_by_length() -> None:
    short, long = np.array([[0.0, 0], [1, 0]]), np.array([[0.0, 1], [3, 1]])

    points = along([short, long])

    assert len(points) == POINTS
    assert 0.2 < (points[:, 1] == 0).mean() < 0.3
    np.testing.assert_allclose(points[-1], [3, 1])


def test_along_keeps_a_dot_visible() -> None:
    points = along([np.array([[0.5, 0.5]]), np.array([[0.0, 0], [1, 0]])])

    assert (points == 0.5).all(1).any()


def test_curve_goes_through_its_points() -> None:
    corners = np.array([[0.0, 0], [1, 1], [2, 0], [3, 1]])

    points = curve(corners)

    distance = np.linalg.norm(points[:, None] - corners, axis=2).min(0)
    assert distance.max() < 0.03


def test_glyphs_fill_the_unit_square() -> None:
    for glyph in GLYPHS:
        corners = np.array([corner for stroke in glyph for corner in stroke])

        assert corners.min() >= 0
        assert corners.max() <= 1
        assert np.ptp(corners, axis=0).max() > 0.8
