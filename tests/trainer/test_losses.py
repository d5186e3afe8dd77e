import math

import numpy as np

from trainer.losses import cross_entropy, softmax_cross_entropy_backward


def test_cross_entropy_is_the_log_of_the_classes_when_all_are_as_likely() -> None:
    p = np.full((3, 4), 0.25)

    loss = cross_entropy(np, p, np.eye(4)[[0, 2, 3]])

    assert math.isclose(loss, math.log(4))


def test_cross_entropy_is_zero_when_the_network_is_sure_and_right() -> None:
    loss = cross_entropy(np, np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32))

    assert abs(float(loss)) < 1e-7


def test_cross_entropy_stays_finite_when_a_probability_is_zero() -> None:
    p = np.array([[1.0, 0.0]], np.float32)

    loss = cross_entropy(np, p, np.array([[0.0, 1.0]], np.float32))

    assert 60 < float(loss) < 80


def test_softmax_cross_entropy_backward_is_zero_when_nothing_is_wrong() -> None:
    p = np.array([[0.25, 0.75]])

    gradient = softmax_cross_entropy_backward(p, p)

    assert not gradient.any()
