"""Estimators of scikit-learn, watched through partial_fit."""

from typing import Any

import numpy as np
import pytest

from protocol.messages import EndReason

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor

from trainer.hooks.sklearn import watch

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype(np.float32)
THREE = np.array(["ant", "bee", "cat"])[RNG.integers(0, 3, 40)]
TWO = np.where(X[:, 0] > 0, "yes", "no")
NUMBERS = X @ RNG.normal(size=(6, 2))
SEVERAL = (X[:, :3] > 0).astype(int)


def make(kind: type[Any] = MLPClassifier, **options: Any) -> Any:
    return kind(hidden_layer_sizes=(7, 5), random_state=0, **options)


def learn(estimator: Any, y: Any, epochs: int = 3, watched: Any = None) -> Any:
    classes = {} if isinstance(estimator, MLPRegressor) else {"classes": np.unique(y)}
    if y.ndim == 2 and classes:
        classes = {"classes": np.arange(y.shape[1])}
    for _ in range(epochs):
        estimator.partial_fit(X, y, **classes)
        if watched is not None:
            watched.epoch()
    return estimator


def run_through(estimator: Any, x: Any, head: str) -> list[tuple[Any, Any]]:
    """Compute layer sums and activations, in double precision."""
    functions = {
        "identity": lambda z: z,
        "relu": lambda z: z * (z > 0),
        "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        "logistic": lambda z: 1 / (1 + np.exp(-z)),
        "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    }
    a, found = x.astype(float), []
    names = [estimator.activation] * (len(estimator.coefs_) - 1) + [head]
    for w, b, name in zip(estimator.coefs_, estimator.intercepts_, names, strict=True):
        z = np.einsum("i,ij->j", a, w.astype(float)) + b
        a = functions[name](z)
        found.append((z, a))
    return found


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize(
    ("kind", "y", "head"),
    [
        (MLPClassifier, THREE, "softmax"),
        (MLPClassifier, TWO, "logistic"),
        (MLPClassifier, SEVERAL, "logistic"),
        (MLPRegressor, NUMBERS, "identity"),
        (MLPRegressor, NUMBERS[:, 0], "identity"),
    ],
    ids=["three classes", "two classes", "several true", "two numbers", "one number"],
)
def test_what_is_published_is_what_the_weights_make_of_the_probe(
    options: Any, read: Any, kind: Any, y: Any, head: str, activation: str
) -> None:
    estimator = make(kind, activation=activation)

    with watch(estimator, X[3], **options) as watched:
        learn(estimator, y, watched=watched)

    run = read()
    np.testing.assert_array_equal(run.last("activation", 0), X[3])
    for layer, (z, a) in enumerate(run_through(estimator, X[3], head), start=1):
        weights, bias = estimator.coefs_[layer - 1], estimator.intercepts_[layer - 1]
        np.testing.assert_array_equal(run.last("weights", layer), weights)
        np.testing.assert_array_equal(run.last("bias", layer), bias)
        np.testing.assert_allclose(run.last("pre_activation", layer), z, atol=1e-5)
        np.testing.assert_allclose(run.last("activation", layer), a, atol=1e-5)
    shown = {"logistic": "sigmoid"}.get(activation, activation)
    last = {"logistic": "sigmoid"}.get(head, head)
    assert run.functions() == ["", shown, shown, last]


@pytest.mark.parametrize(
    ("kind", "y", "classes"),
    [
        (MLPClassifier, THREE, ("ant", "bee", "cat")),
        (MLPClassifier, TWO, ("no", "yes")),
        (MLPClassifier, SEVERAL, ("0", "1", "2")),
        (MLPRegressor, NUMBERS, ()),
    ],
)
def test_classes_are_named_as_the_estimator_names_them(
    options: Any, read: Any, kind: Any, y: Any, classes: Any
) -> None:
    estimator = make(kind)

    with watch(estimator, X[3], **options) as watched:
        learn(estimator, y, watched=watched)

    assert read().manifest.classes == classes


def test_classes_may_be_named_otherwise(options: Any, read: Any) -> None:
    estimator = make()
    names = ("Ameise", "Biene", "Katze")

    with watch(estimator, X[3], label="cat", classes=names, **options) as watched:
        learn(estimator, THREE, watched=watched)

    assert read().manifest.classes == names
    assert read().snapshots[0].probe.label == 2


@pytest.mark.parametrize(
    ("kind", "y"), [(MLPClassifier, THREE), (MLPRegressor, NUMBERS)]
)
def test_estimator_learns_the_same_watched_or_not(
    options: Any, kind: Any, y: Any
) -> None:
    alone = learn(make(kind), y, epochs=8)

    estimator = make(kind)
    with watch(estimator, X[3], **options) as watched:
        learn(estimator, y, epochs=8, watched=watched)

    for name in ("coefs_", "intercepts_"):
        pairs = zip(getattr(alone, name), getattr(estimator, name), strict=True)
        assert all(np.array_equal(one, other) for one, other in pairs)
    assert alone.loss_curve_ == estimator.loss_curve_


def test_loss_is_that_of_the_estimator_unless_another_is_given(
    options: Any, read: Any
) -> None:
    estimator = make()

    with watch(estimator, X[3], **options) as watched:
        estimator.partial_fit(X, THREE, classes=np.unique(THREE))
        watched.epoch(accuracy=0.5)
        estimator.partial_fit(X, THREE)
        watched.epoch(loss=7, accuracy=0.75)

    run = read()
    assert run.column("loss") == [estimator.loss_curve_[0], 7]
    assert run.column("accuracy") == [0.5, 0.75]


def test_example_may_be_a_picture(options: Any, read: Any) -> None:
    estimator = make()

    with watch(estimator, X[3].reshape(2, 3), **options) as watched:
        learn(estimator, THREE, watched=watched)

    assert read().manifest.input_shape == (2, 3)
    np.testing.assert_array_equal(read().last("activation", 0), X[3])


def test_probe_is_kept_though_the_loop_changes_its_array(
    options: Any, read: Any
) -> None:
    estimator, probe = make(), X[3:4].copy()

    with watch(estimator, probe, **options) as watched:
        probe[:] = 0
        learn(estimator, THREE, watched=watched)

    np.testing.assert_array_equal(read().last("activation", 0), X[3])


def test_error_in_the_loop_ends_the_run(options: Any, read: Any) -> None:
    def loop(estimator: Any) -> None:
        with watch(estimator, X[3], **options) as watched:
            learn(estimator, THREE, watched=watched)
            estimator.partial_fit(X, THREE[1:])

    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        loop(make())

    assert read().reason is EndReason.ERROR


@pytest.mark.parametrize(
    ("probe", "label", "text"),
    [
        (X[3, :5], None, r"of 6 features as probe, such as x\[0\], got 5"),
        (X[3], "dog", "expected label to be one of the classes .*, got 'dog'"),
    ],
)
def test_probe_that_does_not_fit_is_said(
    options: Any, probe: Any, label: Any, text: str
) -> None:
    estimator = make()

    with (
        pytest.raises(ValueError, match=text),
        watch(estimator, probe, label=label, **options) as watched,
    ):
        learn(estimator, THREE, watched=watched)


def test_estimator_that_never_learned_has_nothing_to_show(options: Any) -> None:
    with (
        pytest.raises(ValueError, match="call partial_fit before epoch"),
        watch(make(), X[3], **options) as watched,
    ):
        watched.epoch()


def test_other_estimators_are_refused(options: Any) -> None:
    other: Any = SGDClassifier()

    with pytest.raises(TypeError, match="MLPRegressor, got SGDClassifier; of a pipe"):
        watch(other, X[3], **options)


def test_poisson_regression_ends_in_an_exponential(options: Any, read: Any) -> None:
    estimator = make(MLPRegressor, loss="poisson")

    with watch(estimator, X[3], **options) as watched:
        learn(estimator, np.abs(NUMBERS[:, 0]), watched=watched)

    assert read().functions()[-1] == "exp"
    expected = estimator.predict(X[3:4])
    np.testing.assert_allclose(read().last("activation", 3), expected, atol=1e-5)


def test_label_of_several_classes_is_refused(options: Any) -> None:
    with pytest.raises(ValueError, match="leave it out where several may be true"):
        watch(make(), X[3], label=[0, 1, 1], **options)
