"""Watches an MLPClassifier or MLPRegressor of scikit-learn learn through `partial_fit`.

How it works: the estimator is only read. What the example does to each layer is computed
anew from `coefs_` and `intercepts_`, in their dtype.
"""

from typing import Any, TypeAlias

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from protocol.messages import Array
from trainer.hooks.functions import FUNCTIONS
from trainer.hooks.watch import Number, Watch
from trainer.layer import Layer

Estimator: TypeAlias = MLPClassifier | MLPRegressor


def watch(
    estimator: Estimator, probe: Any, *, label: Any = None, **options: Any
) -> "EstimatorWatch":
    """Watch an estimator; report each epoch to what this gives.

    The classes are named by `classes_`, unless `classes` says how.

    Args:
        estimator: It need not be fitted yet.
        probe: The example to show: shape (features,), (1, features), or (rows, columns)
            where it is a picture.
        label: Its true class, as in y; None where it has none.
        **options: Of Publisher: address, name, every, record, ...

    Raises:
        TypeError: It is another estimator.
        TrainerError: Nothing can listen there, or the keys cannot be used.
        ValueError: `every` is less than 1, there is neither address nor file, or the
            label is not one class.
    """
    if not isinstance(estimator, MLPClassifier | MLPRegressor):
        raise TypeError(
            "expected an MLPClassifier or MLPRegressor, got "
            f"{type(estimator).__name__}; of a pipeline watch the network in it, with "
            "the probe as it comes there"
        )
    if np.ndim(label):
        raise ValueError(
            f"expected label to be one class, got shape {np.shape(label)}; leave it out "
            "where several may be true"
        )
    return EstimatorWatch(estimator, np.array(probe), label, options)


class EstimatorWatch(Watch):
    """The run of an estimator; made by `watch`."""

    def __init__(
        self, estimator: Estimator, probe: Array, label: Any, options: dict[str, Any]
    ) -> None:
        super().__init__(**options)
        self._estimator = estimator
        self._probe = probe.reshape(-1)
        self._picture = probe.shape if probe.ndim == 2 and len(probe) > 1 else ()
        self._label = label

    def epoch(
        self,
        *,
        loss: Number = None,
        accuracy: Number = None,
        epoch: int | None = None,
        **metrics: Number,
    ) -> bool:
        """Report a completed epoch.

        Args:
            loss: Mean loss of the epoch; `loss_` where it is None.
            accuracy: Share that was right, 0 to 1.
            epoch: Which one, counted from 1; the next one where it is None.
            **metrics: Other numbers, such as held_out_accuracy.

        Returns:
            True where a snapshot was taken.
        """
        return self.report(
            self._look,
            epoch=epoch,
            loss=getattr(self._estimator, "loss_", None) if loss is None else loss,
            accuracy=accuracy,
            label=self._index(),
            **metrics,
        )

    def _look(self) -> list[Layer]:
        classes = self._classes()
        if self._label is not None and self._index() is None:
            raise ValueError(
                "expected label to be one of the classes "
                f"{', '.join(map(str, classes))}, got {self._label!r}"
            )
        if self.publisher.broadcast is None:
            run = self.publisher.run
            self.publisher.describe(
                name=run.name or type(self._estimator).__name__,
                classes=run.classes or tuple(map(str, classes)),
                input_shape=run.input_shape or self._picture,
            )
        return layers_of(self._estimator, self._probe)

    def _classes(self) -> list[Any]:
        return list(getattr(self._estimator, "classes_", ()))

    def _index(self) -> int | None:
        """Number the label among the classes; None where it is none of them."""
        found = [k for k, each in enumerate(self._classes()) if each == self._label]
        return found[0] if found else None


def layers_of(estimator: Estimator, probe: Array) -> list[Layer]:
    """Run an example through an estimator, all its layers kept.

    Args:
        estimator: A fitted one.
        probe: Shape (features,).

    Raises:
        ValueError: The estimator is not fitted, or to examples of another size.
    """
    if not hasattr(estimator, "coefs_"):
        raise ValueError("expected a fitted estimator; call partial_fit before epoch")
    weights, biases = estimator.coefs_, estimator.intercepts_
    if probe.size != len(weights[0]):
        raise ValueError(
            f"expected one example of {len(weights[0])} features as probe, such as "
            f"x[0], got {probe.size}"
        )
    a = probe.astype(weights[0].dtype)
    layers = [Layer(activation=a)]
    for k, (w, b) in enumerate(zip(weights, biases, strict=True), start=1):
        is_last = k == len(weights)
        name = estimator.out_activation_ if is_last else estimator.activation
        function = "sigmoid" if name == "logistic" else name
        z = a @ w + b
        a = FUNCTIONS[function](z)
        layers.append(
            Layer(activation=a, pre_activation=z, weights=w, bias=b, function=function)
        )
    return layers
