"""Layers as a manifest describes them, found from their arrays."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from protocol import limits
from protocol.messages import Array, ArraySpec, LayerSpec, Manifest
from trainer.layer import CLASS_MAP, OF_UNITS, Layer, tile_of
from trainer.run import Run

Arrays = Mapping[tuple[str, int], Array]


def arrays_of(layers: Sequence[Layer]) -> dict[tuple[str, int], Array]:
    """Give all arrays of a snapshot by (kind, layer); not copied, see Layer.arrays.

    Raises:
        TypeError: These are no layers, or one of them holds no real numbers.
        ValueError: An array has more dimensions than can be shown.
    """
    _check(layers)
    return {
        (kind, index): array
        for index, layer in enumerate(layers)
        for kind, array in layer.arrays().items()
    }


def _check(layers: Any) -> None:
    """See to it that a user's loop gave layers."""
    is_list = isinstance(layers, Sequence)
    strange = [x for x in layers if not isinstance(x, Layer)] if is_list else [layers]
    if strange:
        raise TypeError(
            f"expected a list of Layer, got {type(strange[0]).__name__}; such as "
            "[Layer(activation=...), Layer(activation=..., weights=...)]"
        )


def manifest_of(
    run: Run,
    layers: Sequence[Layer],
    arrays: Arrays,
    metrics: tuple[str, ...],
    started: float,
) -> Manifest:
    """Describe a run by its first snapshot.

    Args:
        run: What was said of it.
        layers: Of the snapshot, input layer first.
        arrays: Of these layers.
        metrics: Columns of the metric rows, "epoch" first.
        started: Unix seconds.

    Raises:
        ValueError: The arrays contradict each other.
    """
    return Manifest(
        name=clip(run.name),
        kind=run.kind,
        axis=run.axis,
        layers=_layer_specs(layers, arrays),
        arrays=_array_specs(arrays),
        metrics=metrics,
        classes=tuple(map(clip, run.classes)),
        # As plain numbers: frameworks have types of their own for them.
        input_shape=tuple(map(int, run.input_shape)),
        every=int(run.every),
        epochs=int(run.epochs),
        started=started,
        unknown=run.unknown,
        reject=run.reject,
    )


def check_same(manifest: Manifest, arrays: Arrays) -> None:
    """See to it that a network is still that of the first snapshot.

    Raises:
        ValueError: It has other layers, or an array has another shape.
    """
    count = len(manifest.layers)
    strange = [f"layer {layer}" for _, layer in arrays if layer >= count]
    for spec in manifest.arrays:
        shape = arrays[spec.key].shape if spec.key in arrays else "none"
        if shape != (spec.full_shape or spec.shape):
            name = manifest.layers[spec.layer].name
            strange.append(f"{spec.kind} {shape} at layer {spec.layer}, {name!r}")
    if strange:
        raise ValueError(
            f"expected the network of the first snapshot, got {strange[0]}; one that "
            "changes is another run: end this one and begin another"
        )


def _layer_specs(layers: Sequence[Layer], arrays: Arrays) -> tuple[LayerSpec, ...]:
    """Describe layers; those without a name get the usual one.

    Args:
        layers: Input layer first.
        arrays: Of these layers, by (kind, layer).

    Raises:
        ValueError: There is no layer, or the arrays of one contradict each other.
    """
    if not layers:
        raise ValueError("expected at least one layer, got none")
    units = [_units(layers, index, arrays) for index in range(len(layers))]
    return tuple(
        LayerSpec(
            name=clip(layer.name) or _usual_name(index, len(layers)),
            units=units[index],
            activation=clip(layer.function),
            tile=tile_of(layer),
        )
        for index, layer in enumerate(layers)
    )


def _array_specs(arrays: Arrays) -> tuple[ArraySpec, ...]:
    """Describe arrays: classes of cells as bytes, all else as float32."""
    return tuple(
        ArraySpec(
            kind=clip(kind),
            layer=layer,
            dtype="|u1" if kind == CLASS_MAP else "<f4",
            shape=array.shape,
        )
        for (kind, layer), array in arrays.items()
    )


def clip(name: str) -> str:
    """Shorten a name to what the wire carries, between two characters."""
    encoded = name.encode(errors="replace")  # a file's name need not be text
    return encoded[: limits.NAME_BYTES].decode(errors="ignore")


def _units(layers: Sequence[Layer], index: int, arrays: Arrays) -> int:
    """Count the units of a layer, and see to it that all its arrays have as many."""
    name = layers[index].name or _usual_name(index, len(layers))
    where = f"at layer {index}, {name!r}"
    weights = arrays.get(("weights", index))
    sizes = {
        kind: math.prod(arrays[kind, index].shape)
        for kind in OF_UNITS
        if (kind, index) in arrays
    }
    if weights is not None:
        before = _size(arrays, index - 1)
        if weights.ndim != 2 or (before and weights.shape[0] != before):
            raise ValueError(
                f"expected weights of shape ({before or 'units before'}, units), got "
                f"{weights.shape} - {where}; hand over their transpose if they are "
                "(units, units before), and the activation of one example, not of a batch"
            )
        sizes["weights"] = weights.shape[1]
    if not sizes:
        sizes = {kind: a.size for (kind, at), a in arrays.items() if at == index}
    if not sizes or 0 in sizes.values():
        raise ValueError(f"expected an activation, got none - {where}")
    if len(set(sizes.values())) > 1:
        raise ValueError(f"expected as many units in all arrays, got {sizes} - {where}")
    return next(iter(sizes.values()))


def _size(arrays: Arrays, index: int) -> int:
    """Count the units of a layer by its activation; 0 where there is none."""
    activation = arrays.get(("activation", index))
    return 0 if activation is None else activation.size


def _usual_name(index: int, count: int) -> str:
    if index == 0:
        return "input"
    return "output" if index == count - 1 else f"hidden {index}"
