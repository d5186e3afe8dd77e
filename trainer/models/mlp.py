"""A multilayer perceptron: dense layers, ReLU between them, softmax at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import layers
from trainer.backend import CPU, Array, Backend
from trainer.losses import cross_entropy, softmax_cross_entropy_backward


@dataclass(frozen=True, slots=True)
class Forward:
    """Every number of one forward pass, on the device.

    Attributes:
        pre_activations: z of each layer after the input, shape (batch, units).
        activations: The input first, then a of each layer; the last are probabilities.
        masks: Dropout mask of each hidden layer; empty when nothing was dropped.
    """

    pre_activations: list[Array]
    activations: list[Array]
    masks: list[Array]


@dataclass(frozen=True, slots=True)
class Gradients:
    """What one batch says about the parameters, on the device.

    Attributes:
        loss: Mean cross-entropy in nats, 0-d.
        probabilities: Of the batch as it was trained, (batch, classes).
        weights: One for each of MLP.weights.
        biases: One for each of MLP.biases.
    """

    loss: Array
    probabilities: Array
    weights: list[Array]
    biases: list[Array]


@dataclass(frozen=True, slots=True)
class Trace:
    """What one example does to every unit, on the host, float32, copied.

    Attributes:
        pre_activations: z of each layer after the input, shape (units,).
        activations: The example first, then a of each layer; the last are probabilities.
    """

    pre_activations: list[NDArray[np.float32]]
    activations: list[NDArray[np.float32]]


class MLP:
    """A multilayer perceptron.

    Attributes:
        sizes: Units of each layer, input and output included.
        dropout: Share of hidden units silenced in each training step.
        weights: Shape (fan_in, fan_out) each, on the device.
        biases: Shape (fan_out,) each, on the device.
        rng: Draws the first weights and every dropout mask, on the host.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        dropout: float = 0.1,
        seed: int = 0,
        *,
        backend: Backend = CPU,
        dtype: Any = np.float32,
    ) -> None:
        """Draw the first weights.

        Args:
            sizes: At least two, each at least 1.
            dropout: 0 <= dropout < 1.
            seed: Decides the first weights and every dropout mask.
            backend: Where to compute.
            dtype: float32, or float64 where a test needs the digits.

        Source:
            He et al., Delving deep into rectifiers, 2015, eq. 10, for the scale.
        """
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"expected two or more sizes of 1 or more, got {sizes!r}")
        if not 0 <= dropout < 1:
            raise ValueError(f"expected a dropout from 0 to below 1, got {dropout!r}")
        self.sizes = tuple(sizes)
        self.dropout = dropout
        self.backend = backend
        self.dtype = dtype
        self.rng = np.random.default_rng(seed)
        self.weights = [
            self._to_device(self.rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)))
            for fan_in, fan_out in pairwise(sizes)
        ]
        self.biases = [self._to_device(np.zeros(size)) for size in sizes[1:]]

    def __repr__(self) -> str:
        return f"MLP({'-'.join(map(str, self.sizes))}, dropout={self.dropout})"

    @property
    def parameters(self) -> list[Array]:
        """The weights, then the biases: the arrays themselves, to update in place."""
        return [*self.weights, *self.biases]

    def forward(self, x: Array, train: bool = False) -> Forward:
        """Run a batch through the network.

        Args:
            x: Shape (batch, sizes[0]), on the device.
            train: Silence hidden units at random.
        """
        return self._run(x, self.weights, self.dropout if train else 0.0)

    def gradients(
        self,
        x: Array,
        targets: Array,
        *,
        dropout: float | None = None,
        order: Array | None = None,
        smoothing: float = 0.0,
    ) -> Gradients:
        """Find out how the loss of a batch depends on every parameter.

        Args:
            x: Shape (batch, sizes[0]), on the device.
            targets: One-hot rows, shape (batch, sizes[-1]), on the device.
            dropout: Share of hidden units to silence; None for the model's own.
            order: Reads the features in this order, as if take(x, order, axis=1) had
                been given. The first weights are reordered instead of the batch: the
                same result from some hundred times fewer numbers to move.
            smoothing: Share of each target that is spread evenly over all classes in
                the gradient; the loss is that of the targets as they are.

        Source:
            Szegedy et al., Rethinking the Inception architecture, 2016, section 7.
        """
        take, weights = self.backend.xp.take, self.weights
        if order is not None:
            back = self.backend.xp.argsort(order)
            weights = [take(weights[0], back, axis=0), *weights[1:]]
        run = self._run(x, weights, self.dropout if dropout is None else dropout)
        smooth = targets * (1 - smoothing) + smoothing / self.sizes[-1]
        gradient_w, gradient_b = self._backward(run, weights, smooth)
        if order is not None:
            gradient_w[0] = take(gradient_w[0], order, axis=0)
        p = run.activations[-1]
        loss = cross_entropy(self.backend.xp, p, targets)
        return Gradients(loss, p, gradient_w, gradient_b)

    def norms(self, gradients: Gradients) -> list[float]:
        """Give the L2 norm of the gradient of each layer's weights."""
        xp = self.backend.xp
        return [float(xp.sqrt(xp.sum(w * w))) for w in gradients.weights]

    def probabilities(self, x: Array) -> Array:
        """Give the probability of each class, (batch, classes), nothing dropped."""
        return self.forward(x).activations[-1]

    def predict(self, x: Array) -> Array:
        """Give the index of the likeliest class, (batch,)."""
        return self.backend.xp.argmax(self.probabilities(x), axis=1)

    def trace(self, example: NDArray[Any]) -> Trace:
        """Run one example, shape (sizes[0],), from the host; nothing dropped."""
        run = self.forward(self._to_device(example[None]))
        return Trace(
            [self._row(z) for z in run.pre_activations],
            [self._row(a) for a in run.activations],
        )

    def activity(self, x: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Find out how many examples each hidden unit answers to; nothing dropped.

        Args:
            x: At least one example, shape (n, sizes[0]), from the host.

        Returns:
            For each hidden layer the share of examples on which a unit's activation is
            not 0, shape (units,), on the host.
        """
        xp = self.backend.xp
        hidden = self.forward(self._to_device(x)).activations[1:-1]
        shares = [xp.mean(xp.astype(a != 0, a.dtype), axis=0) for a in hidden]
        return [np.array(self.backend.to_host(a), np.float32) for a in shares]

    def _run(self, x: Array, weights: list[Array], dropout: float) -> Forward:
        xp = self.backend.xp
        run = Forward([], [x], [])
        for w, b in zip(weights[:-1], self.biases[:-1], strict=True):
            z = layers.dense(run.activations[-1], w, b)  # (batch, units)
            a = layers.relu(xp, z)
            if dropout:
                mask = layers.dropout_mask(tuple(a.shape), dropout, self.rng)
                run.masks.append(self._to_device(mask))
                a = layers.dropout(a, run.masks[-1])
            run.pre_activations.append(z)
            run.activations.append(a)
        logits = layers.dense(run.activations[-1], weights[-1], self.biases[-1])
        run.pre_activations.append(logits)
        run.activations.append(layers.softmax(xp, logits))
        return run

    def _backward(
        self, run: Forward, weights: list[Array], targets: Array
    ) -> tuple[list[Array], list[Array]]:
        xp = self.backend.xp
        gradient_w: list[Array] = []
        gradient_b: list[Array] = []
        gradient_z = softmax_cross_entropy_backward(run.activations[-1], targets)
        for i in reversed(range(len(weights))):
            w, b = layers.dense_backward(xp, run.activations[i], gradient_z)
            gradient_w.insert(0, w)
            gradient_b.insert(0, b)
            if i == 0:
                break
            gradient = layers.dense_backward_input(xp, weights[i], gradient_z)
            if run.masks:
                gradient = layers.dropout_backward(run.masks[i - 1], gradient)
            gradient_z = layers.relu_backward(xp, run.pre_activations[i - 1], gradient)
        return gradient_w, gradient_b

    def _to_device(self, array: NDArray[Any]) -> Array:
        return self.backend.to_device(np.asarray(array, self.dtype))

    def _row(self, array: Array) -> NDArray[np.float32]:
        return np.array(self.backend.to_host(array)[0], np.float32)
