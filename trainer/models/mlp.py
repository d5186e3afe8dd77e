"""A multilayer perceptron: dense layers, ReLU between them, softmax at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import layers
from trainer.backend import CPU, Array, Backend
from trainer.first_weights import FirstWeights, he
from trainer.losses import cross_entropy, softmax_cross_entropy_backward


@dataclass(frozen=True, slots=True)
class Forward:
    """Every number of one forward pass, on the device.

    Attributes:
        pre_activations: z of each layer after the input, shape (batch, units).
        activations: The input first, then a of each layer; the last are probabilities.
        gates: What each hidden layer's z were multiplied by, (batch, units): 0 where z
            was not positive or the unit dropped, else 1, or 1 / (1 - dropout).
    """

    pre_activations: list[Array]
    activations: list[Array]
    gates: list[Array]


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
        weight_dropout: Share of weights silenced in each training step, in every matrix
            but the last.
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
        weight_dropout: float = 0.0,
        first: FirstWeights = he,
        first_bias: float = 0.0,
        backend: Backend = CPU,
        dtype: Any = np.float32,
    ) -> None:
        """Draw the first weights.

        Args:
            sizes: At least two, each at least 1.
            dropout: 0 <= dropout < 1.
            seed: Decides the first weights and every dropout mask.
            weight_dropout: 0 <= weight_dropout < 1.
            first: Draws the first weights of a matrix, see first_weights.py.
            first_bias: What every bias is at first.
            backend: Where to compute.
            dtype: float32, or float64 where a test needs the digits.

        Source:
            Wan et al., Regularization of neural networks using DropConnect, 2013, for
            dropped weights; here a batch shares a mask, which is drawn for each step.
        """
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"expected two or more sizes of 1 or more, got {sizes!r}")
        for share in (dropout, weight_dropout):
            if not 0 <= share < 1:
                raise ValueError(f"expected a dropout from 0 to below 1, got {share!r}")
        self.sizes = tuple(sizes)
        self.dropout = dropout
        self.weight_dropout = weight_dropout
        self.backend = backend
        self.dtype = dtype
        self.rng = np.random.default_rng(seed)
        self.weights = [
            self._to_device(first(self.rng, *shape)) for shape in pairwise(sizes)
        ]
        self.biases = [self._to_device(np.full(size, first_bias)) for size in sizes[1:]]

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
            train: Silence hidden units and weights at random.
        """
        if not train:
            return self._run(x, self.weights, 0.0)
        return self._run(x, _masked(self.weights, self._weight_masks()), self.dropout)

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
        take, masks = self.backend.xp.take, self._weight_masks()
        weights = _masked(self.weights, masks)
        if order is not None:
            back = self.backend.xp.argsort(order)
            weights[0] = take(weights[0], back, axis=0)
        run = self._run(x, weights, self.dropout if dropout is None else dropout)
        aims = targets
        if smoothing:
            aims = targets * (1 - smoothing) + smoothing / self.sizes[-1]
        gradient_w, gradient_b = self._backward(run, weights, aims)
        if order is not None:
            gradient_w[0] = take(gradient_w[0], order, axis=0)
        p = run.activations[-1]
        loss = cross_entropy(self.backend.xp, p, targets)
        return Gradients(loss, p, _masked(gradient_w, masks), gradient_b)

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
        masks = self._masks([(x.shape[0], n) for n in self.sizes[1:-1]], dropout)
        for i, (w, b) in enumerate(zip(weights, self.biases, strict=True)):
            z = layers.dense(self.backend, run.activations[-1], w, b)  # (batch, units)
            run.pre_activations.append(z)
            if i < len(weights) - 1:
                gate = layers.relu_gate(xp, z)
                if masks:
                    gate *= masks[i]
                run.gates.append(gate)
                run.activations.append(z * gate)
        run.activations.append(layers.softmax(xp, run.pre_activations[-1]))
        return run

    def _backward(
        self, run: Forward, weights: list[Array], targets: Array
    ) -> tuple[list[Array], list[Array]]:
        gradient_w: list[Array] = []
        gradient_b: list[Array] = []
        gradient_z = softmax_cross_entropy_backward(run.activations[-1], targets)
        for i in reversed(range(len(weights))):
            w, b = layers.dense_backward(self.backend, run.activations[i], gradient_z)
            gradient_w.insert(0, w)
            gradient_b.insert(0, b)
            if i:
                gradient_z = layers.dense_backward_input(weights[i], gradient_z)
                gradient_z *= run.gates[i - 1]
        return gradient_w, gradient_b

    def _weight_masks(self) -> list[Array]:
        return self._masks(list(pairwise(self.sizes[:-1])), self.weight_dropout)

    def _masks(self, shapes: list[tuple[int, ...]], rate: float) -> list[Array]:
        """Draw a mask for each shape; none where nothing is to be dropped."""
        if not rate:
            return []
        masks = layers.dropout_masks(shapes, rate, self.rng)
        return [self._to_device(mask) for mask in masks]

    def _to_device(self, array: NDArray[Any]) -> Array:
        return self.backend.to_device(np.asarray(array, self.dtype))

    def _row(self, array: Array) -> NDArray[np.float32]:
        return np.array(self.backend.to_host(array)[0], np.float32)


def _masked(matrices: list[Array], masks: list[Array]) -> list[Array]:
    """Multiply as many matrices as there are masks; a new list."""
    masked = [w * mask for w, mask in zip(matrices, masks, strict=False)]
    return [*masked, *matrices[len(masks) :]]
