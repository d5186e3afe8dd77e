"""A manifest as a map in the header of a welcome, and back.

Layers and arrays have one-letter keys: a network of 250 layers has a thousand arrays,
and all of them must fit in one header.
"""

from typing import Any

from protocol import limits
from protocol.arrays import DTYPES, array_bytes
from protocol.fields import Fields, wrong
from protocol.messages import ArraySpec, LayerSpec, Manifest


def write_manifest(manifest: Manifest) -> dict[str, Any]:
    """Make the map."""
    return {
        "name": manifest.name,
        "kind": manifest.kind,
        "axis": manifest.axis,
        "layers": [_write_layer(layer) for layer in manifest.layers],
        "arrays": [_write_array(spec) for spec in manifest.arrays],
        "metrics": list(manifest.metrics),
        "classes": list(manifest.classes),
        "input_shape": list(manifest.input_shape),
        "every": manifest.every,
        "epochs": manifest.epochs,
        "started": manifest.started,
        "unknown": manifest.unknown,
        "reject": manifest.reject,
    }


def read_manifest(fields: Fields) -> Manifest:
    """Judge the map.

    Raises:
        DecodeError: A field is missing, of another type or beyond its bounds.
    """
    layers = tuple(map(_read_layer, fields.maps("layers", limits.LAYERS)))
    arrays = tuple(
        _read_array(each, len(layers)) for each in fields.maps("arrays", limits.ARRAYS)
    )
    _check_arrays(arrays, fields.at("arrays"))
    metrics = fields.texts("metrics", most=limits.METRICS)
    if not metrics:
        wrong("at least one", metrics, fields.at("metrics"))
    classes = fields.texts("classes", most=limits.CLASSES)
    return Manifest(
        name=fields.text("name", limits.NAME_BYTES),
        kind=fields.text("kind", limits.NAME_BYTES),
        axis=fields.text("axis", limits.NAME_BYTES),
        layers=layers,
        arrays=arrays,
        metrics=metrics,
        classes=classes,
        input_shape=fields.integers("input_shape", high=limits.DIMENSION, most=2),
        every=fields.integer("every"),
        epochs=fields.integer("epochs"),
        started=fields.number("started"),
        unknown=_read_unknown(fields, layers, classes),
        reject=_read_reject(fields),
    )


def _read_unknown(
    fields: Fields, layers: tuple[LayerSpec, ...], classes: tuple[str, ...]
) -> int | None:
    if fields.lacks("unknown"):
        return None
    outputs = layers[-1].units if layers else 0
    most = min(outputs, len(classes)) - 1
    if most < 0:
        wrong("no unknown class where there are no classes", 0, fields.at("unknown"))
    return fields.integer("unknown", high=most)


def _read_reject(fields: Fields) -> float:
    if fields.lacks("reject"):
        return 0.0
    reject = fields.number("reject")
    if not 0 <= reject <= 1:
        wrong("a probability from 0 to 1", reject, fields.at("reject"))
    return reject


def _write_layer(layer: LayerSpec) -> dict[str, Any]:
    values: dict[str, Any] = {
        "n": layer.name,
        "u": layer.units,
        "a": layer.activation,
    }
    if layer.tile is not None:
        values["t"] = list(layer.tile)
    return values


def _read_layer(fields: Fields) -> LayerSpec:
    units = fields.integer("u", low=1, high=limits.DIMENSION)
    return LayerSpec(
        name=fields.text("n", limits.NAME_BYTES),
        units=units,
        activation=fields.text("a", limits.NAME_BYTES),
        tile=None if fields.lacks("t") else _read_tile(fields, units),
    )


def _read_tile(fields: Fields, units: int) -> tuple[int, int]:
    sides = fields.integers("t", high=limits.DIMENSION, most=2)
    if len(sides) != 2:
        wrong("a height and a width", list(sides), fields.at("t"))
    height, width = sides
    if units % (height * width):
        wrong(f"maps that make up {units} units", list(sides), fields.at("t"))
    return height, width


def _write_array(spec: ArraySpec) -> dict[str, Any]:
    values = {"k": spec.kind, "l": spec.layer, "d": spec.dtype, "s": list(spec.shape)}
    if spec.full_shape is not None:
        values["f"] = list(spec.full_shape)
    return values


def _read_array(fields: Fields, layers: int) -> ArraySpec:
    dtype = fields.text("d", limits.NAME_BYTES)
    if dtype not in DTYPES:
        wrong("one of " + ", ".join(DTYPES), dtype, fields.at("d"))
    kind = fields.text("k", limits.NAME_BYTES)
    shape = _read_shape(fields, "s")
    return ArraySpec(
        kind=kind,
        layer=fields.integer("l", high=max(0, layers - 1)),
        dtype=dtype,
        shape=shape,
        full_shape=None if fields.lacks("f") else _read_full_shape(fields, kind, shape),
    )


def _read_full_shape(
    fields: Fields, kind: str, shape: tuple[int, ...]
) -> tuple[int, ...]:
    full = _read_shape(fields, "f")
    if kind != "weights":
        wrong("previews of weights only", kind, fields.at("f"))
    if len(full) != len(shape):
        wrong(f"as many sides as {list(shape)}", list(full), fields.at("f"))
    if any(whole < part for whole, part in zip(full, shape, strict=True)):
        wrong(f"no side smaller than in {list(shape)}", list(full), fields.at("f"))
    return full


def _read_shape(fields: Fields, name: str) -> tuple[int, ...]:
    shape = fields.integers(name, high=limits.DIMENSION, most=2)
    if not shape:
        wrong("one or two dimensions", shape, fields.at(name))
    return shape


def _check_arrays(specs: tuple[ArraySpec, ...], where: str) -> None:
    if len({spec.key for spec in specs}) != len(specs):
        wrong("each kind once a layer", "a second one", where)
    size = sum(map(array_bytes, specs))
    if size > limits.SNAPSHOT_BYTES:
        wrong(f"snapshots of at most {limits.SNAPSHOT_BYTES} bytes", size, where)
