"""Others who train a network of dense layers, and what bounds them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Epoch = Callable[[], object]
LARGE = 1024


@dataclass(frozen=True)
class Case:
    """What to train.

    Attributes:
        sizes: Units of each layer.
        examples: In an epoch.
        batch: Examples of an update; where it is all of them, nobody shuffles.
    """

    sizes: tuple[int, ...]
    examples: int
    batch: int

    @property
    def flop(self) -> int:
        """Operations in the matrix products of an epoch; a last batch is left out."""
        pairs = list(pairwise(self.sizes))
        whole = self.examples // self.batch * self.batch
        inner = sum(a * b for a, b in pairs[1:])
        return 2 * whole * (2 * pairs[0][0] * pairs[0][1] + 3 * inner)

    def x(self) -> NDArray[np.float32]:
        """Give pictures of noise."""
        rng = np.random.default_rng(0)
        return rng.random((self.examples, self.sizes[0]), dtype=np.float32)

    def y(self) -> NDArray[np.int64]:
        """Give their classes."""
        return np.random.default_rng(1).integers(self.sizes[-1], size=self.examples)

    def batches(self) -> Iterator[NDArray[np.int64]]:
        """Draw the batches of an epoch, all of one size."""
        order = np.random.default_rng().permutation(self.examples)
        for start in range(0, self.examples - self.batch + 1, self.batch):
            yield order[start : start + self.batch]


def torch_adamw(case: Case, *, fused: bool) -> Epoch:
    """Train with PyTorch on the CPU."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(1)
    modules: list[Any] = []
    for fan_in, fan_out in pairwise(case.sizes):
        modules += [
            torch.nn.Linear(fan_in, fan_out),
            torch.nn.ReLU(),
            torch.nn.Dropout(0.1),
        ]
    model = torch.nn.Sequential(*modules[:-2])
    how = {"fused": True} if fused else {}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01, **how)
    x, y = torch.from_numpy(case.x()), torch.from_numpy(case.y())

    def learn(x: Any, y: Any) -> None:
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()

    def epoch() -> None:
        if case.batch == case.examples:
            learn(x, y)
            return
        for part in map(torch.from_numpy, case.batches()):
            learn(x[part], y[part])

    return epoch


def scikit_learn(case: Case) -> Epoch:
    """Train with scikit-learn, which has no dropout, in float32."""
    from sklearn.neural_network import MLPClassifier

    # Only whole batches, as the others.
    whole = case.examples // case.batch * case.batch
    x, y = case.x()[:whole], case.y()[:whole]
    model = MLPClassifier(
        case.sizes[1:-1],
        batch_size=case.batch,
        alpha=0.01,
        shuffle=case.batch < case.examples,
    )
    model.partial_fit(x, y, classes=np.arange(case.sizes[-1]))
    return lambda: model.partial_fit(x, y)


def products(case: Case) -> Epoch:
    """Multiply the matrices of an epoch and do nothing else."""
    x = case.x()[: case.batch]
    acts = [np.ones((case.batch, size), np.float32) for size in case.sizes[1:]]
    inputs = [x, *acts[:-1]]
    weights = [np.ones(pair, np.float32) for pair in pairwise(case.sizes)]
    changes = [np.empty_like(weight) for weight in weights]

    def epoch() -> None:
        for _ in range(case.examples // case.batch):
            for a, w, z in zip(inputs, weights, acts, strict=True):
                np.matmul(a, w, out=z)
            for i in reversed(range(len(weights))):
                np.matmul(inputs[i].T, acts[i], out=changes[i])
                if i:
                    np.matmul(acts[i], weights[i].T, out=inputs[i])

    return epoch


def sgemm(case: Case) -> Epoch:
    """Multiply two large matrices: the speed that this machine can reach."""
    one, two = np.ones((2, LARGE, LARGE), np.float32)
    found = np.empty_like(one)
    return lambda: np.matmul(one, two, out=found)
