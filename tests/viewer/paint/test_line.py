import numpy as np

from viewer.paint.line import Thinned, sparse


def test_peaks_stay_when_points_are_thinned_out() -> None:
    x, y = np.linspace(0, 100, 5001), np.zeros(5001)
    y[[777, 4321]] = 5, -3

    thin, _ = sparse(x, y)

    assert thin.shape[1] < 60
    assert (thin[1].max(), thin[1].min()) == (5, -3)


def test_few_points_stay_all_as_they_are() -> None:
    x, y = np.array([0.0, 10, 20, 30]), np.array([1.0, 5, 2, 9])

    thin, _ = sparse(x, y)

    np.testing.assert_array_equal(thin[:, ::2], [x, y])
    np.testing.assert_array_equal(thin[:, 1::2], [x, y])


def test_gap_stays_however_small() -> None:
    x, y = np.linspace(0, 100, 5001), np.ones(5001)
    y[[1000, 2000]] = np.nan, np.inf

    thin, _ = sparse(x, y)

    gaps = thin[0][np.isnan(thin[1])]
    assert np.unique(gaps).tolist() == [x[1000], x[2000]]
    assert np.isfinite(thin[1][~np.isnan(thin[1])]).all()


def test_line_that_grew_has_the_points_of_one_given_at_once() -> None:
    epochs, values = np.arange(1000.0), np.sin(np.arange(1000.0) ** 2)
    values[300:310] = np.nan
    grown = Thinned()

    for count in (1, 2, 50, 305, 700, 400, 1000):
        points = grown.of(epochs[:count], values[:count], 36.0, 0.2)

    at_once = Thinned().of(epochs, values, 36.0, 0.2)
    np.testing.assert_array_equal(points, at_once)
    np.testing.assert_array_equal([p[-1] for p in points], [36 + 199.8, values[-1]])


def test_line_is_thinned_anew_when_its_scale_changes() -> None:
    epochs, values = np.arange(100.0), np.arange(100.0)
    line = Thinned()
    line.of(epochs, values, 0.0, 1.0)

    columns, _ = line.of(epochs, values, 0.0, 0.5)

    assert columns[-1] == 49.5
    assert columns.max() == 49.5
