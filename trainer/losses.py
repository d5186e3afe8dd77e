"""What is minimised: value and gradient side by side."""

from typing import Any

from trainer.backend import Array


def cross_entropy(xp: Any, p: Array, targets: Array) -> Array:
    """Measure how surprised the network is by the truth.

    Args:
        xp: The array library.
        p: Probabilities, shape (batch, classes).
        targets: Same shape, each row sums to 1; one-hot rows name one true class.

    Returns:
        Mean over the batch in nats, a 0-d array that stays on the device.
    """
    # A probability that has underflowed to 0 costs 69 nats in place of infinity.
    return -xp.sum(targets * xp.log(p + 1e-30)) / p.shape[0]


def softmax_cross_entropy_backward(p: Array, targets: Array) -> Array:
    """Give the gradient of cross_entropy(softmax(logits)) with respect to the logits.

    The two are differentiated as one: it is exact, needs no division by p, and is the
    reason why the last layer has no activation function of its own.

    Source:
        Goodfellow, Bengio, Courville, Deep Learning, section 6.2.2.3.
    """
    return (p - targets) / p.shape[0]
