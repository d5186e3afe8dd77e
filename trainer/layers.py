"""The pieces of a layer, each forward beside its backward.

A backward function takes the gradient of the loss with respect to what its forward
function returned, and gives the gradient with respect to what that one was given.
Nothing is kept between the two: the caller holds what backward needs.

Names: x input, w weights, b bias, z = x @ w + b pre-activation, a activation.
`xp` is the array library, see backend.py.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.backend import Array, Backend
from trainer.products import product, transposed_product

# Values of the random numbers that decide what is dropped.
LEVELS = 2**16


def dense(backend: Backend, x: Array, w: Array, b: Array) -> Array:
    """Sum the weighted inputs of every unit.

    Args:
        backend: Computes it.
        x: Shape (batch, fan_in).
        w: Shape (fan_in, fan_out).
        b: Shape (fan_out,).

    Returns:
        Pre-activations, shape (batch, fan_out), a new array.
    """
    z = product(backend, x, w)  # (batch, fan_out)
    z += b
    return z


def dense_backward(
    backend: Backend, x: Array, gradient_z: Array
) -> tuple[Array, Array]:
    """Give the gradients of the weights, (fan_in, fan_out), and the bias, (fan_out,)."""
    gradient_w = transposed_product(backend, x, gradient_z)
    return gradient_w, backend.xp.sum(gradient_z, axis=0)


def dense_backward_input(w: Array, gradient_z: Array) -> Array:
    """Give the gradient of x, (batch, fan_in).

    Apart from dense_backward because the first layer, the widest, has no use for it.
    """
    return gradient_z @ w.T


def relu_gate(xp: Any, z: Array) -> Array:
    """Say where a ReLU lets through: 1 where z is positive, else 0.

    Forward is z * gate and backward gradient * gate; at z = 0 the derivative is taken to
    be 0. A gate that is multiplied by a dropout mask is gate and mask in one.
    """
    return xp.astype(z > 0, z.dtype)


def dropout_masks(
    shapes: Sequence[tuple[int, ...]], rate: float, rng: np.random.Generator
) -> list[NDArray[np.float32]]:
    """Choose the units, or weights, that sit this step out.

    Args:
        shapes: Shape of each array to mask.
        rate: Share of numbers to silence, 0 <= rate < 1; taken to a 65,536th.
        rng: Draws on the host, whatever the backend; its bit generator makes 64 bits at
            a time, as numpy's default does.

    Returns:
        For each shape 0 where silenced and 1 / (1 - rate) elsewhere, so that the
        expected value is unchanged and nothing needs scaling when the network is used.

    Source:
        Srivastava et al., Dropout, JMLR 15 (2014), section 10, the "inverted" form.
    """
    counts = [math.prod(shape) for shape in shapes]
    # Four numbers from each draw: a quarter of the time of as many random floats.
    raw = rng.bit_generator.random_raw(-(-sum(counts) // 4))
    silenced = min(round(rate * LEVELS), LEVELS - 1)
    masks = (raw.view(np.uint16) >= silenced).astype(np.float32)
    masks *= np.float32(LEVELS / (LEVELS - silenced))
    ends = list(itertools.accumulate(counts))
    return [
        masks[end - count : end].reshape(shape)
        for end, count, shape in zip(ends, counts, shapes, strict=True)
    ]


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
