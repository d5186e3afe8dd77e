"""Watches a function of JAX learn, be it a module of Flax (Linen or NNX) or plain.

How it works: the function is traced once, and the layers are found in what it computes.
A program of its own, compiled once, then computes them for the example where a snapshot
is due. The training step knows nothing of it, and no random number is drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from protocol.messages import Array
from trainer.hooks.calls import Key, Shown, plan
from trainer.hooks.head import Head, check, finish
from trainer.hooks.jax_calls import Reading, Weighting
from trainer.hooks.jax_program import Program, program_of
from trainer.hooks.shown import layers_of, picture_of
from trainer.hooks.watch import Number, Watch
from trainer.layer import Layer
from trainer.state import index_of


def watch(
    apply: Callable[[Any, Any], Any],
    probe: Any,
    *,
    label: int | None = None,
    head: Head | None = None,
    **options: Any,
) -> "FunctionWatch":
    """Watch a function learn; report each epoch with its parameters to what this gives.

        with watch(model.apply, probe=x[:1], every=25) as w:
            for epoch in range(1000):
                params = ...
                w.epoch(params, loss=loss)

    Products of a vector with parameters are layers with edges; convolutions, pooling and
    other products are shown as plates. Layers within a `scan` or another loop are not
    seen: publish those with Publisher, from what a function of yours gives.

    Args:
        apply: Gives the outputs for parameters and an example, as the network is used:
            nothing dropped, statistics of batches as they are. Jitted or not.
        probe: The example to show, as `apply` takes it, such as x[:1]. Copied.
        label: Its true class, an index into the classes; None where it has none.
        head: How outputs are read, "softmax", "sigmoid" or "linear", where `apply` ends
            in plain sums. None: as probabilities of the classes where there is an output
            for each, or one for two of them; else as numbers.
        **options: Of Publisher: address, name, classes, every, record, ...

    Raises:
        TrainerError: Nothing can listen there, or the keys cannot be used.
        ValueError: `every` is less than 1, there is no such head, or there is neither
            address nor file.
    """
    return FunctionWatch(apply, probe, label, head, options)


class FunctionWatch(Watch):
    """The run of a function; made by `watch`."""

    def __init__(
        self,
        apply: Callable[[Any, Any], Any],
        probe: Any,
        label: int | None,
        head: Head | None,
        options: dict[str, Any],
    ) -> None:
        check(head)
        super().__init__(**options)
        self._apply = apply
        self._probe = jax.tree.map(np.array, probe)
        self._label = index_of(label)
        self._head = head
        self._view: _View | None = None

    def epoch(
        self,
        params: Any,
        *,
        loss: Number = None,
        accuracy: Number = None,
        epoch: int | None = None,
        step: int | None = None,
        **metrics: Number,
    ) -> bool:
        """Report a completed epoch.

        Args:
            params: What `apply` takes first. Read here where a snapshot is due; those of
                the last epoch at the end, too, where they must not be donated by then.
            loss: Mean loss of the epoch.
            accuracy: Share that was right, 0 to 1.
            epoch: Which one, counted from 1; the next one where it is None.
            step: Optimizer updates done; as many as epochs where it is None.
            **metrics: Other numbers, such as held_out_accuracy.

        Returns:
            True where a snapshot was taken.
        """
        return self.report(
            lambda: self._look(params),
            epoch=epoch,
            step=step,
            loss=loss,
            accuracy=accuracy,
            label=self._label,
            **metrics,
        )

    def _look(self, params: Any) -> list[Layer]:
        if self._view is None:
            self._view = _View(self._apply, params, self._probe)
        *layers, last = self._view.layers(params)
        run = self.publisher.run
        found = [*layers, finish(last, self._head, len(run.classes))]
        if self.publisher.broadcast is None and not run.input_shape:
            self.publisher.describe(input_shape=picture_of(found[0]))
        return found


class _View:
    """What is shown of a function, and the compiled program that computes it."""

    def __init__(
        self, apply: Callable[[Any, Any], Any], params: Any, probe: Any
    ) -> None:
        program = program_of(apply, params, probe)
        paths, _ = jax.tree.flatten_with_path(params)
        self._example = jax.tree.leaves(probe)
        example = program.inputs[len(paths) :]
        names = {
            key: _name_of(path)
            for key, (path, _) in zip(program.inputs, paths, strict=False)
        }
        reading = Reading(program, example, names)
        self._shown = plan(reading.calls)
        self._channels_last = reading.channels_last
        self._batch = all(each.shape[:1] == (1,) for each in self._example)
        self._compute = jax.jit(_chosen(program, _wanted(self._shown)))

    def layers(self, params: Any) -> list[Layer]:
        """Compute the layers."""
        leaves = [*jax.tree.leaves(params), *self._example]
        values = {
            key: np.asarray(value) for key, value in self._compute(leaves).items()
        }
        return layers_of(
            self._shown,
            {key: self._in_batch(value) for key, value in values.items()},
            lambda weighting: _parameters(weighting, values),
            channels_last=self._channels_last,
        )

    def _in_batch(self, value: Array) -> Array:
        """Give a value as of a batch of one, wherever the function has its batch."""
        if value.size == max(value.shape, default=1):
            return value.reshape(1, -1)
        return value if self._batch and len(value) == 1 else value[np.newaxis]


def _wanted(found: Sequence[Shown]) -> set[Key]:
    """Give the keys of all arrays that are shown."""
    wanted = {shown.activation for shown in found}
    wanted |= {shown.sums for shown in found if shown.sums is not None}
    for weighting in (shown.call.layer for shown in found if shown.is_dense):
        wanted |= {
            key for key in (weighting.weights, weighting.bias) if key is not None
        }
    return wanted


def _chosen(program: Program, wanted: set[Key]) -> Callable[[Any], dict[Key, Any]]:
    return lambda leaves: program.run(leaves, wanted)


def _parameters(
    weighting: Weighting, values: Mapping[Key, Array]
) -> tuple[Array, Array | None]:
    matrix = values[weighting.weights]
    weights = np.moveaxis(matrix, weighting.axis, 0).reshape(-1, weighting.units)
    if weighting.bias is None:
        return weights, None
    bias = values[weighting.bias].reshape(-1)
    return weights, np.broadcast_to(bias, weighting.units)


def _name_of(path: Sequence[Any]) -> str:
    """Name a layer after the path to its parameter; "" where that is only numbers.

    Of params/Dense_0/kernel, or in NNX dense/kernel/value, the middle or the beginning.
    """
    names = [str(getattr(at, "key", getattr(at, "name", ""))) for at in path]
    if names[-1:] in (["value"], ["raw_value"]):
        names.pop()
    inner = [name for name in names[:-1] if name]
    return "/".join(inner[1:] if inner[:1] == ["params"] else inner)
