"""Keras models, watched through a callback of fit."""

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.messages import EndReason

pytest.importorskip("keras", reason="Keras or its backend is not installed")

import keras
from keras import layers, ops

from trainer.hooks.keras import WatchCallback, numbers_of

# What Keras itself does when it is asked for weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")

ROOT = Path(__file__).parents[3]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 6)).astype(np.float32)
Y = RNG.integers(0, 3, 24)


def small(*, seed: int = 0) -> Any:
    """Make a classifier that drops units and normalises batches."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="relu", name="first"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.4),
            layers.Dense(3, activation="softmax", name="last"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(model: Any, *callbacks: Any, x: Any = X, y: Any = Y, **options: Any) -> Any:
    given = {"epochs": 4, "verbose": 0, "batch_size": 8, **options}
    return model.fit(x, y, callbacks=list(callbacks), **given)


def test_model_learns_the_same_watched_or_not(options: Any) -> None:
    alone = small()
    fit(alone, epochs=8)

    watched = small()
    fit(watched, WatchCallback(X[:1], **options), epochs=8)

    pairs = zip(alone.get_weights(), watched.get_weights(), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_layers_that_draw_random_numbers_when_used_draw_the_same(options: Any) -> None:
    class Blur(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seeds = keras.random.SeedGenerator(1)

        def call(self, x: Any) -> Any:
            return x + keras.random.normal(ops.shape(x), seed=self.seeds)

    def make() -> Any:
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((6,)), Blur(), layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    alone = make()
    fit(alone)
    watched = make()
    fit(watched, WatchCallback(X[:1], **options))

    pairs = zip(alone.get_weights(), watched.get_weights(), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_numbers_have_the_names_that_viewers_know() -> None:
    logs = {
        "loss": 1.0,
        "sparse_categorical_accuracy": 0.5,
        "val_loss": 2.0,
        "val_sparse_categorical_accuracy": 0.25,
        "val_auc": 0.75,
        "learning_rate": 0.01,
        "f1": np.zeros(3),
        "step": 7,
    }

    assert numbers_of(logs) == {
        "loss": 1.0,
        "accuracy": 0.5,
        "held_out_loss": 2.0,
        "held_out_accuracy": 0.25,
        "val_auc": 0.75,
        "learning_rate": 0.01,
    }


def test_every_epoch_is_counted_with_its_numbers(options: Any, read: Any) -> None:
    history = fit(small(), WatchCallback(X[:1], label=Y[0], **options), epochs=5)

    run = read()
    assert run.epochs() == [1, 2, 4, 5]
    assert run.manifest.epochs == 5
    assert run.column("loss") == history.history["loss"]
    assert run.column("accuracy") == history.history["accuracy"]
    assert [each.step for each in run.snapshots] == [3, 6, 12, 15]
    assert run.snapshots[0].probe.label == Y[0]
    assert run.reason is EndReason.DONE


def test_one_run_goes_through_several_fits_in_a_block(options: Any, read: Any) -> None:
    model = small()

    with WatchCallback(X[:1], **options) as watch:
        fit(model, watch, epochs=2)
        fit(model, watch, epochs=2)

    assert read().epochs() == [1, 2, 4]
    assert read().reason is EndReason.DONE


def test_last_epoch_is_shown_before_better_weights_are_put_back(
    options: Any, read: Any
) -> None:
    model, kept = small(), []
    stop = keras.callbacks.EarlyStopping(
        "loss", mode="max", patience=2, restore_best_weights=True
    )
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: kept.append(model.layers[0].get_weights()[0])
    )

    fit(model, keep, stop, WatchCallback(X[:1], **options), epochs=50)

    assert read().epochs()[-1] == len(kept)
    np.testing.assert_allclose(read().last("weights", 1), kept[-1])
    assert not np.array_equal(model.layers[0].get_weights()[0], kept[-1])


class Failing(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch == 1:
            raise OSError("the disk is full")


def test_fit_that_raises_in_a_block_ends_the_run(options: Any, read: Any) -> None:
    def loop() -> None:
        with WatchCallback(X[:1], **options) as watch:
            fit(small(), watch, Failing())

    with pytest.raises(OSError, match="the disk is full"):
        loop()

    assert read().reason is EndReason.ERROR


def test_fit_that_raised_is_no_run_that_is_done(options: Any, read: Any) -> None:
    watch = WatchCallback(X[:1], **options)

    with watch, contextlib.suppress(OSError):
        fit(small(), watch, Failing())

    assert read().reason is EndReason.ERROR


def test_fit_that_raises_without_a_block_ends_the_run_with_the_program(
    path: Path, read: Any
) -> None:
    program = (
        "import runpy, sys; from pathlib import Path\n"
        "test = runpy.run_path(sys.argv[1])\n"
        "options = {'address': None, 'record': sys.argv[2]}\n"
        "watch = test['WatchCallback'](test['X'][:1], **options)\n"
        "try: test['fit'](test['small'](), watch, test['Failing']())\n"
        "except OSError: pass"
    )

    subprocess.run(
        [sys.executable, "-c", program, __file__, path],
        check=True,
        cwd=ROOT,
        timeout=120,
    )

    assert read().reason is EndReason.ERROR


def test_error_in_looking_does_not_reach_fit(
    options: Any, caplog: pytest.LogCaptureFixture
) -> None:
    watch = WatchCallback(X[:1, :5], **{**options, "strict": False})

    fit(small(), watch, epochs=3)

    assert watch.publisher.dropped == 4
    assert len(caplog.records) == 1


def test_strict_callback_raises_what_goes_wrong_in_looking(options: Any) -> None:
    with (
        pytest.raises(ValueError, match="incompatible"),
        WatchCallback(X[:1, :5], **options) as watch,
    ):
        fit(small(), watch)


@pytest.mark.parametrize("probe", [X[0], X[:2]])
def test_probe_is_a_batch_of_one(options: Any, probe: Any) -> None:
    with pytest.raises(ValueError, match=r"such as x\[:1\], got shape"):
        WatchCallback(probe, **options)


def test_run_is_named_as_the_model_unless_it_is_said(options: Any, read: Any) -> None:
    model = small()

    fit(model, WatchCallback(X[:1], **options))

    assert read().manifest.name == model.name
