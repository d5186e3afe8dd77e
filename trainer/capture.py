"""What a network looks like now, copied out of the training.

The layer sums of a unit are both its pre-activation z = x @ weights + bias and its
activation a = f(z), for one example, with nothing dropped. The activity of a hidden
unit is the share of a sample of examples on which its activation is not 0.
"""

import numpy as np
from numpy.typing import NDArray

from protocol import limits
from protocol.arrays import blob_bytes, pack
from protocol.messages import ArraySpec, LayerSpec, Manifest
from trainer.datasets.dataset import Dataset
from trainer.errors import UsageError
from trainer.models.mlp import MLP
from trainer.preview import MAX_CELLS, preview, preview_shape
from trainer.training import METRICS

DTYPE = "<f4"


def check_size(sizes: tuple[int, ...], max_cells: int = MAX_CELLS) -> None:
    """See to it that a network can be published, before memory is taken for it.

    Args:
        sizes: Units of each layer.
        max_cells: As in manifest_of.

    Raises:
        UsageError: Its snapshots would be larger than any viewer takes.
    """
    size = blob_bytes(_arrays(sizes, max_cells))
    if size > limits.SNAPSHOT_BYTES:
        raise UsageError(
            f"expected snapshots of at most {limits.SNAPSHOT_BYTES / 1e9:.1f} GB, got "
            f"{size / 1e9:.1f} GB; use fewer units than {'-'.join(map(str, sizes))}, "
            "or stream fewer weights of each matrix with --max-cells"
        )


def manifest_of(
    model: MLP,
    dataset: Dataset,
    *,
    every: int,
    epochs: int,
    started: float,
    max_cells: int = MAX_CELLS,
) -> Manifest:
    """Describe a run before it begins.

    Args:
        model: The network that is trained.
        dataset: What it learns; names the outputs.
        every: Epochs between two snapshots.
        epochs: Planned length; 0 where it is open.
        started: Unix seconds.
        max_cells: Most weights of one matrix that are sent; of a larger one it is a
            preview. 0 sends all.
    """
    return Manifest(
        name=_clip(dataset.name),
        kind="mlp",
        axis="epoch",
        layers=_layers(model.sizes),
        arrays=_arrays(model.sizes, max_cells),
        metrics=METRICS,
        classes=tuple(map(_clip, dataset.classes)),
        input_shape=dataset.input_shape,
        every=every,
        epochs=epochs,
        started=started,
    )


def capture(
    model: MLP,
    x: NDArray[np.float32],
    sample: NDArray[np.float32],
    manifest: Manifest,
) -> memoryview:
    """Copy the network and what one example does to it.

    Args:
        model: The network; the training may go on as soon as this returns.
        x: The example, shape (model.sizes[0],).
        sample: The examples that activity is measured on, shape (n, model.sizes[0]).
        manifest: As made by manifest_of for this model.

    Returns:
        All arrays end to end, in memory of their own that nothing else writes to.
    """
    # Numbers out of range are sent as what they lead to.
    with np.errstate(over="ignore", invalid="ignore"):
        trace, activity = model.trace(x), model.activity(sample)
    to_host = model.backend.to_host
    shapes = {spec.key: spec.shape for spec in manifest.arrays}
    found = {("activation", 0): trace.activations[0]}
    for layer in range(1, len(model.sizes)):
        weights = np.asarray(to_host(model.weights[layer - 1]), DTYPE)
        found["weights", layer] = preview(weights, shapes["weights", layer])
        found["bias", layer] = to_host(model.biases[layer - 1])
        found["pre_activation", layer] = trace.pre_activations[layer - 1]
        found["activation", layer] = trace.activations[layer]
    for layer, share in enumerate(activity, start=1):
        found["activity", layer] = share
    blob = np.empty(blob_bytes(manifest.arrays), np.uint8).data
    pack(found, manifest.arrays, blob)
    return blob


def _layers(sizes: tuple[int, ...]) -> tuple[LayerSpec, ...]:
    hidden = [(f"hidden {i}", "relu") for i in range(1, len(sizes) - 1)]
    names = [("input", ""), *hidden, ("output", "softmax")]
    return tuple(
        LayerSpec(name=name, units=units, activation=activation)
        for (name, activation), units in zip(names, sizes, strict=True)
    )


def _arrays(sizes: tuple[int, ...], max_cells: int) -> tuple[ArraySpec, ...]:
    specs = [_spec("activation", 0, sizes[0])]
    for layer in range(1, len(sizes)):
        specs += [
            _weights(layer, (sizes[layer - 1], sizes[layer]), max_cells),
            _spec("bias", layer, sizes[layer]),
            _spec("pre_activation", layer, sizes[layer]),
            _spec("activation", layer, sizes[layer]),
        ]
        if layer < len(sizes) - 1:
            specs.append(_spec("activity", layer, sizes[layer]))
    return tuple(specs)


def _weights(layer: int, shape: tuple[int, int], max_cells: int) -> ArraySpec:
    sent = preview_shape(shape, max_cells)
    return ArraySpec(
        kind="weights",
        layer=layer,
        dtype=DTYPE,
        shape=sent,
        full_shape=None if sent == shape else shape,
    )


def _spec(kind: str, layer: int, *shape: int) -> ArraySpec:
    return ArraySpec(kind=kind, layer=layer, dtype=DTYPE, shape=shape)


def _clip(name: str) -> str:
    """Shorten a name to what the wire carries, between two characters."""
    encoded = name.encode(errors="replace")  # a file's name need not be text
    return encoded[: limits.NAME_BYTES].decode(errors="ignore")
