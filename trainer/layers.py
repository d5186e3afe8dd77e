"""The pieces of a layer, each forward beside its backward.

A backward function takes the gradient of the loss with respect to what its forward
function returned, and gives the gradient with respect to what that one was given.
Nothing is kept between the two: the caller holds what backward needs.

Names: x input, w weights, b bias, z = x @ w + b pre-activation, a activation.
`xp` is the array library, see backend.py.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.backend import Array


def dense(x: Array, w: Array, b: Array) -> Array:
    """Sum the weighted inputs of every unit.

    Args:
        x: Shape (batch, fan_in).
        w: Shape (fan_in, fan_out).
        b: Shape (fan_out,).

    Returns:
        Pre-activations, shape (batch, fan_out), a new array.
    """
    z = x @ w  # (batch, fan_out)
    z += b
    return z


def dense_backward(xp: Any, x: Array, gradient_z: Array) -> tuple[Array, Array]:
    """Give the gradients of the weights, (fan_in, fan_out), and the bias, (fan_out,)."""
    # The transpose of gradient_z.T @ x: a third faster than x.T @ gradient_z for a wide
    # x and few units, and never slower.
    gradient_w = xp.matrix_transpose(xp.matrix_transpose(gradient_z) @ x)
    return gradient_w, xp.sum(gradient_z, axis=0)


def dense_backward_input(xp: Any, w: Array, gradient_z: Array) -> Array:
    """Give the gradient of x, (batch, fan_in).

    Apart from dense_backward because the first layer, the widest, has no use for it.
    """
    return gradient_z @ xp.matrix_transpose(w)


def relu(xp: Any, z: Array) -> Array:
    """Let what is positive through and nothing else."""
    return z * xp.astype(z > 0, z.dtype)


def relu_backward(xp: Any, z: Array, gradient_a: Array) -> Array:
    """Give the gradient of z; at z = 0 it is taken to be 0."""
    return gradient_a * xp.astype(z > 0, z.dtype)


def dropout_mask(
    shape: tuple[int, ...], rate: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Choose the units that sit this step out.

    Args:
        shape: Shape of the activations, (batch, units).
        rate: Share of units to silence, 0 <= rate < 1.
        rng: Draws on the host, whatever the backend.

    Returns:
        0 where silenced and 1 / (1 - rate) elsewhere, so that the expected activation
        is unchanged and nothing needs scaling when the network is used.

    Source:
        Srivastava et al., Dropout, JMLR 15 (2014), section 10, the "inverted" form.
    """
    kept = rng.random(shape, dtype=np.float32) >= rate
    return kept.astype(np.float32) / np.float32(1 - rate)


def dropout(a: Array, mask: Array) -> Array:
    """Silence units; `mask` is from dropout_mask."""
    return a * mask


def dropout_backward(mask: Array, gradient: Array) -> Array:
    """Give the gradient of the activations before the mask."""
    return gradient * mask


def softmax(xp: Any, logits: Array) -> Array:
    """Turn logits into probabilities.

    Args:
        xp: The array library.
        logits: Shape (batch, classes), any range.

    Returns:
        Same shape, a new array; each row sums to 1.

    Source:
        Goodfellow, Bengio, Courville, Deep Learning, section 4.1; the row maximum is
        subtracted so that exp cannot overflow.
    """
    p = xp.exp(logits - xp.max(logits, axis=1, keepdims=True))
    p /= xp.sum(p, axis=1, keepdims=True)
    return p


def softmax_backward(xp: Any, p: Array, gradient_p: Array) -> Array:
    """Give the gradient of the logits; `p` is what softmax returned."""
    return p * (gradient_p - xp.sum(gradient_p * p, axis=1, keepdims=True))
