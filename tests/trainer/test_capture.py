from pathlib import Path

import numpy as np

import protocol
from protocol.messages import Manifest
from trainer.capture import capture
from trainer.datasets.dataset import Dataset
from trainer.layer import Layer
from trainer.models.mlp import MLP
from trainer.run import Run
from trainer.specs import arrays_of, manifest_of
from trainer.step import metrics


def test_manifest_describes_every_layer(manifest: Manifest) -> None:
    layers = [(layer.name, layer.units, layer.activation) for layer in manifest.layers]

    assert layers == [
        ("input", 4, ""),
        ("hidden 1", 5, "relu"),
        ("output", 3, "softmax"),
    ]


def test_manifest_gives_the_input_layer_nothing_but_its_activation(
    manifest: Manifest,
) -> None:
    kinds = {spec.kind for spec in manifest.arrays if spec.layer == 0}

    assert kinds == {"activation"}


def test_manifest_gives_hidden_layers_only_their_activity(manifest: Manifest) -> None:
    layers = [spec.layer for spec in manifest.arrays if spec.kind == "activity"]

    assert layers == [1]


def test_manifest_holds_no_kind_that_the_specification_does_not_name(
    manifest: Manifest,
) -> None:
    named = (Path(protocol.__file__).parent / "SPEC.md").read_text(encoding="utf-8")

    assert all(f'| `"{spec.kind}"` |' in named for spec in manifest.arrays)


def test_manifest_names_what_the_data_set_and_the_loop_give(manifest: Manifest) -> None:
    assert manifest.classes == ("zero", "one", "two")
    assert manifest.input_shape == (2, 2)
    assert manifest.metrics == metrics(2)
    assert (manifest.unknown, manifest.reject) == (None, 0.6)


def test_manifest_shortens_names_to_what_the_wire_carries() -> None:
    run = Run(name="n" * 100, classes=("é" * 40, "one", "two"))
    layers = [Layer(activation=[1], name="l" * 99)]

    manifest = manifest_of(run, layers, arrays_of(layers), ("epoch",), 0.0)

    assert len(manifest.name) == len(manifest.layers[0].name) == 64
    assert manifest.classes[0] == "é" * 32


def test_capture_holds_weights_and_layer_sums(model: MLP, dataset: Dataset) -> None:
    x = dataset.x[0]

    found = arrays_of(capture(model, x, dataset.x))

    trace = model.trace(x)
    np.testing.assert_array_equal(found["weights", 1], model.weights[0])
    np.testing.assert_array_equal(found["bias", 2], model.biases[1])
    np.testing.assert_array_equal(found["activation", 0], x)
    np.testing.assert_array_equal(found["pre_activation", 1], trace.pre_activations[0])
    np.testing.assert_array_equal(found["activation", 2], trace.activations[2])


def test_capture_tells_dead_units_from_those_that_always_answer(
    model: MLP, dataset: Dataset
) -> None:
    model.biases[0][:2] = -1e3, 1e3

    found = arrays_of(capture(model, dataset.x[0], dataset.held_out_x))

    assert found["activity", 1].shape == (5,)
    assert found["activity", 1][:2].tolist() == [0, 1]


def test_capture_of_a_broken_network_shows_it_as_it_is(
    model: MLP, dataset: Dataset
) -> None:
    model.weights[0][:] = 3e38
    model.weights[1][:] = np.inf

    found = arrays_of(capture(model, 10 * dataset.x[0], dataset.x))

    assert np.isinf(found["weights", 2]).all()
    assert np.isnan(found["activation", 2]).all()


def test_capture_gives_every_array_of_the_manifest(
    model: MLP, dataset: Dataset, manifest: Manifest
) -> None:
    counts = np.zeros((4, 4), np.int64)

    found = arrays_of(capture(model, dataset.x[0], dataset.x, counts))

    shapes = {key: array.shape for key, array in found.items()}
    assert shapes == {spec.key: spec.shape for spec in manifest.arrays}


def test_capture_does_not_copy_the_weights(model: MLP, dataset: Dataset) -> None:
    found = arrays_of(capture(model, dataset.x[0], dataset.x))

    assert np.shares_memory(found["weights", 1], model.weights[0])
