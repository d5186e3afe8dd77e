import numpy as np

from trainer.datasets.table import table_of

ROWS = np.array([[1, 10, 5], [2, 30, 5], [3, 20, 5], [9, 90, 5]], np.float32)
NAMES = ["a", "b", "a", "b"]


def test_columns_are_scaled_to_what_is_learned() -> None:
    measured = np.array([False, False, False, True])

    dataset = table_of(ROWS, NAMES, name="rows", seed=0, measured=measured)

    np.testing.assert_allclose(
        dataset.x, np.array([[0, 0, 0], [0.5, 1, 0], [1, 0.5, 0]])
    )
    np.testing.assert_allclose(dataset.held_out_x, [[4, 4, 0]])
    assert dataset.input_shape == ()


def test_how_rows_were_prepared_is_kept() -> None:
    dataset = table_of(ROWS, NAMES, name="rows", seed=0, held_out=0.0)

    preparation = dataset.preparation
    assert preparation.low is not None
    assert preparation.high is not None
    span = preparation.high - preparation.low
    scaled = (ROWS - preparation.low) / span
    np.testing.assert_allclose(scaled, dataset.x)


def test_a_column_that_is_everywhere_the_same_is_0() -> None:
    rows = np.full((4, 3), [0, -20261125, 1e18], np.float32)

    dataset = table_of(rows, NAMES, name="rows", seed=0, held_out=0.0)

    assert (dataset.x == 0).all()


def test_equal_rows_stay_on_one_side() -> None:
    rows = np.repeat(np.arange(20, dtype=np.float32), 3)[:, None]
    names = [str(int(value) % 2) for value in rows.ravel()]

    dataset = table_of(rows, names, name="rows", seed=0)

    learned, kept = set(dataset.x.ravel()), set(dataset.held_out_x.ravel())
    assert kept
    assert not learned & kept
