import numpy as np

from trainer.datasets.rasterize import rasterize


def test_rasterize_inks_a_disc_of_the_right_size() -> None:
    middle = np.full((1, 1, 2), 10.0)

    picture = rasterize(middle, np.full((1, 1), 5.0), (21, 21))[0]

    rows, columns = np.mgrid[:21, :21] - 10
    distance = np.hypot(rows, columns)
    assert (picture[distance < 4.2] == 1).all()
    assert not picture[distance > 5.8].any()
    assert abs(picture.sum() - np.pi * 25) < 5


def test_rasterize_puts_x_across_and_y_down() -> None:
    picture = rasterize(np.array([[[7.0, 2.0]]]), np.full((1, 1), 0.6), (10, 12))[0]

    assert np.unravel_index(picture.argmax(), picture.shape) == (2, 7)


def test_rasterize_cuts_off_what_is_outside() -> None:
    corners = np.array([[[0.0, 0.0], [11.0, 9.0], [500.0, 3.0], [-1e9, 4.0]]])

    picture = rasterize(corners, np.full((1, 4), 2.0), (10, 12))[0]

    assert picture[0, 0] == picture[9, 11] == 1
    assert not picture[3:7].any()


def test_rasterize_leaves_the_paper_blank_where_points_are_nan() -> None:
    points = np.full((2, 3, 2), np.nan)
    points[1] = 5

    pictures = rasterize(points, np.ones((2, 3)), (11, 11))

    assert not pictures[0].any()
    assert pictures[1, 5, 5] == 1


def test_rasterize_keeps_pictures_apart() -> None:
    points = np.zeros((3, 4, 2))
    points[1] = 9.0

    pictures = rasterize(points, np.full((3, 4), 3.0), (10, 10))

    for picture, single in zip(pictures, points[:, None], strict=True):
        alone = rasterize(single, np.full((1, 4), 3.0), (10, 10))[0]
        np.testing.assert_array_equal(picture, alone)
    assert not pictures[0, 6:].any()
    assert not pictures[1, :6].any()


def test_rasterize_takes_no_points() -> None:
    assert rasterize(np.zeros((0, 4, 2)), np.zeros((0, 4)), (5, 6)).shape == (0, 5, 6)
