"""What is shown of Keras models, beside what their weights make of the example."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="Keras or its backend is not installed")

import keras
from keras import layers, ops

from trainer.hooks.keras import WatchCallback

# What Keras itself does when it is asked for weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 6)).astype(np.float32)


def weights_of(layer: Any) -> tuple[Any, Any]:
    """Give weights and bias in double precision."""
    weights, bias = layer.get_weights()
    return weights.astype(float), bias.astype(float)


def show(model: Any, probe: Any, options: Any, **more: Any) -> None:
    """Publish a model as it is, through the callback."""
    with WatchCallback(probe, **{**options, **more}) as watch:
        watch.set_model(model)
        watch.on_train_begin()
        watch.on_epoch_end(0, {"loss": 1.0})
        watch.on_train_end()


def near(run: Any, kind: str, layer: str, expected: Any) -> None:
    found = run.last(kind, run.names().index(layer))
    np.testing.assert_allclose(found, np.ravel(expected), atol=1e-5)


def relu(z: Any) -> Any:
    return np.where(z > 0, z, 0)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum()


def test_model_is_left_as_it_was(options: Any) -> None:
    one, two = keras.Input((6,)), layers.LeakyReLU()
    model = keras.Model(one, layers.Dense(2, activation=two)(layers.Dense(3)(one)))
    before = [dict(vars(layer)) for layer in (model, *model.layers)]

    show(model, X[:1], options)

    for layer, attributes in zip((model, *model.layers), before, strict=True):
        assert vars(layer).keys() == attributes.keys()
        assert layer.call.__func__ is type(layer).call


def test_what_is_published_is_what_the_weights_make_of_the_probe(
    options: Any, read: Any
) -> None:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="relu", name="first"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.4),
            layers.Dense(3, activation="softmax", name="last"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    watch = WatchCallback(X[3:4], **options)
    model.fit(X, RNG.integers(0, 3, 24), epochs=5, verbose=0, callbacks=[watch])

    run, x = read(), X[3].astype(float)
    w, b = weights_of(model.get_layer("first"))
    z = x @ w + b
    gamma, beta, mean, variance = model.get_layer("norm").get_weights()
    normed = gamma * (relu(z) - mean) / np.sqrt(variance + 1e-3) + beta
    assert run.names() == ["input", "first", "norm", "last"]
    assert run.functions() == ["", "relu", "", "softmax"]
    near(run, "pre_activation", "first", z)
    near(run, "activation", "first", relu(z))
    near(run, "activation", "norm", normed)
    w, b = weights_of(model.get_layer("last"))
    near(run, "pre_activation", "last", normed @ w + b)
    near(run, "activation", "last", softmax(normed @ w + b))
    assert run.has("weights") == [1, 3]
    np.testing.assert_array_equal(run.last("weights", 3), w.astype(np.float32))


def test_branches_have_edges_only_to_what_they_take(options: Any, read: Any) -> None:
    x = keras.Input((6,))
    a = layers.Dense(5, activation="relu", name="a1")(x)
    b = layers.Dense(5, activation="tanh", name="b1")(x)
    a = layers.Dense(5, name="a2")(a)
    b = layers.Dense(5, name="b2")(b)
    a = layers.ReLU()(a)
    both = layers.Concatenate(name="both")([a, b])
    model = keras.Model(x, layers.Dense(2, name="out")(both))

    show(model, X[:1], options)

    run, given = read(), X[0].astype(float)
    w = {name: weights_of(model.get_layer(name)) for name in ("a1", "a2", "b1", "b2")}
    left = relu(relu(given @ w["a1"][0] + w["a1"][1]) @ w["a2"][0] + w["a2"][1])
    right = np.tanh(given @ w["b1"][0] + w["b1"][1]) @ w["b2"][0] + w["b2"][1]
    for name, values in (("a2", left), ("b2", right), ("both", [*left, *right])):
        near(run, "activation", name, values)
    near(run, "activation", "out", model.predict(X[:1], verbose=0))
    names = run.names()
    edges = {(names[at - 1], names[at]) for at in run.has("weights")}
    assert edges <= {
        ("input", "a1"),
        ("input", "b1"),
        *{("a1", "a2"), ("b1", "b2")},
    } | {("both", "out")}
    assert {("a1", "a2"), ("b1", "b2"), ("both", "out")} <= edges


def test_models_in_models_are_shown_by_their_layers(options: Any, read: Any) -> None:
    inner = keras.Sequential(
        [
            layers.Dense(5, activation="sigmoid", name="one"),
            layers.Dense(4, activation=layers.LeakyReLU(0.1), name="two"),
        ]
    )
    model = keras.Sequential([keras.Input((6,)), inner, layers.Dense(1, name="three")])

    show(model, X[:1], options)

    run = read()
    assert run.names() == ["input", "one", "two", "three"]
    assert run.functions() == ["", "sigmoid", "leaky_relu", "linear"]
    w, b = weights_of(inner.layers[0])
    a = sigmoid(X[0] @ w + b)
    near(run, "activation", "one", a)
    w, b = weights_of(inner.layers[1])
    z = a @ w + b
    near(run, "pre_activation", "two", z)
    near(run, "activation", "two", np.where(z > 0, z, 0.1 * z))
    near(run, "activation", "three", model.predict(X[:1], verbose=0))
    assert run.has("weights") == [1, 2, 3]


def test_what_models_compute_between_layers_is_shown(options: Any, read: Any) -> None:
    class Residual(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = (layers.Dense(6, name=name) for name in ("a", "b"))

        def call(self, x: Any) -> Any:
            return ops.tanh(self.two(x + ops.relu(self.one(x))))

    model = Residual()
    model(X[:1])

    show(model, X[:1], options)

    run = read()
    assert run.names() == ["input", "a", "into b", "b", "output"]
    w, b = weights_of(model.one)
    total = X[0] + relu(X[0] @ w + b)
    near(run, "activation", "into b", total)
    w, b = weights_of(model.two)
    near(run, "activation", "b", total @ w + b)
    near(run, "activation", "output", np.tanh(total @ w + b))
    assert run.has("weights") == [1, 3]


def test_feature_maps_are_plates_and_their_edges_are_sorted(
    options: Any, read: Any
) -> None:
    model = keras.Sequential(
        [
            keras.Input((6, 4, 1)),
            layers.Conv2D(3, 3, activation="relu", name="maps"),
            layers.Flatten(),
            layers.Dense(2, name="out"),
        ]
    )
    picture = RNG.random((1, 6, 4, 1)).astype(np.float32)

    show(model, picture, options)

    run = read()
    kernel, bias = weights_of(model.get_layer("maps"))
    z = np.empty((3, 4, 2))
    for row, column in np.ndindex(4, 2):
        window = picture[0, row : row + 3, column : column + 3]
        z[:, row, column] = np.tensordot(window, kernel, 3) + bias
    assert run.manifest.input_shape == (6, 4)
    assert run.manifest.layers[1].tile == (4, 2)
    near(run, "pre_activation", "maps", z)
    near(run, "activation", "maps", relu(z))
    assert run.has("weights") == [2]
    _, bias = weights_of(model.get_layer("out"))
    near(
        run,
        "activation",
        "out",
        run.last("activation", 1) @ run.last("weights", 2) + bias,
    )
    near(run, "activation", "out", model.predict(picture, verbose=0))


def test_layers_that_loop_inside_are_one_plate(options: Any, read: Any) -> None:
    model = keras.Sequential(
        [
            keras.Input((5, 3)),
            layers.LSTM(4, return_sequences=True, name="memory"),
            layers.TimeDistributed(layers.Dense(2), name="each"),
            layers.GRU(3, name="end"),
            layers.Dense(1, name="out"),
        ]
    )

    show(model, RNG.random((1, 5, 3)), options)

    assert read().names() == ["input", "memory", "each", "end", "out"]
    assert read().has("weights") == [4]


def test_several_inputs_are_several_layers(options: Any, read: Any) -> None:
    one, two = keras.Input((2,)), keras.Input((4,))
    both = layers.Concatenate(name="both")([one, two])
    model = keras.Model([one, two], layers.Dense(2, name="out")(both))

    show(model, [X[:1, :2], X[:1, 2:]], options)

    assert read().names() == ["input 1", "input 2", "both", "out"]
    near(read(), "activation", "both", X[0])


@pytest.mark.parametrize(
    ("loss", "units", "function"),
    [
        (keras.losses.SparseCategoricalCrossentropy(from_logits=True), 3, "softmax"),
        (keras.losses.BinaryCrossentropy(from_logits=True), 1, "sigmoid"),
        ("mse", 1, "linear"),
    ],
)
def test_sums_are_read_as_the_loss_reads_them(
    options: Any, read: Any, loss: Any, units: int, function: str
) -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(units, name="out")])
    model.compile("sgd", loss)

    show(model, X[:1], options)

    w, b = weights_of(model.get_layer("out"))
    z = X[0] @ w + b
    heads: Any = {"softmax": softmax, "sigmoid": sigmoid, "linear": np.asarray}
    assert read().functions() == ["", function]
    near(read(), "pre_activation", "out", z)
    near(read(), "activation", "out", heads[function](z))


def test_probe_of_another_precision_is_the_input_itself(
    options: Any, read: Any
) -> None:
    one = keras.Input((6,))
    model = keras.Model(one, layers.Dense(2)(layers.Dense(3)(one)))

    show(model, X[:1].astype(np.float64), options)

    assert read().names()[0] == "input"
    assert read().has("weights") == [1, 2]
