import numpy as np

from trainer import layers


def test_dense_sums_the_weighted_inputs_and_the_bias() -> None:
    x = np.array([[1.0, 2.0]])
    w = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]])
    b = np.array([0.5, 0.0, -0.5])

    z = layers.dense(x, w, b)

    np.testing.assert_array_equal(z, [[5.5, 50.0, 499.5]])


def test_dense_leaves_its_arguments_alone() -> None:
    x, w, b = np.ones((2, 3)), np.ones((3, 2)), np.ones(2)

    layers.dense(x, w, b)

    assert x.sum() == 6
    assert w.sum() == 6
    assert b.sum() == 2


def test_relu_lets_only_the_positive_through() -> None:
    z = np.array([[-1.0, 0.0, 2.0]], np.float32)

    a = layers.relu(np, z)

    np.testing.assert_array_equal(a, [[0, 0, 2]])
    assert a.dtype == np.float32


def test_dropout_mask_keeps_the_mean() -> None:
    mask = layers.dropout_mask((400, 500), 0.25, np.random.default_rng(0))

    np.testing.assert_allclose(np.unique(mask), [0, 4 / 3], rtol=1e-6)
    assert abs(mask.mean() - 1) < 0.01
    assert mask.dtype == np.float32


def test_dropout_mask_keeps_all_when_the_rate_is_zero() -> None:
    mask = layers.dropout_mask((50, 50), 0.0, np.random.default_rng(0))

    assert (mask == 1).all()


def test_softmax_rows_sum_to_one_when_logits_are_huge() -> None:
    logits = np.array([[1e4, 0.0, -1e4], [88.0, 89.0, 90.0]], np.float32)

    p = layers.softmax(np, logits)

    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(p[0], [1, 0, 0], atol=1e-7)


def test_softmax_does_not_depend_on_a_common_offset() -> None:
    logits = np.array([[0.1, 0.5, -0.3]])

    shifted = layers.softmax(np, logits + 1000)

    np.testing.assert_allclose(shifted, layers.softmax(np, logits), rtol=1e-9)
