"""Functions of JAX, watched in a loop: Flax and plain."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from protocol.messages import EndReason

pytest.importorskip("jax", reason="JAX is not installed")

import jax
import jax.numpy as jnp

from trainer.hooks.jax import watch

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 6)).astype(np.float32)
Y = RNG.integers(0, 3, 24)
SIZES = (6, 8, 3)


def initial() -> list[dict[str, Any]]:
    rng = np.random.default_rng(1)
    return [
        {"w": jnp.array(rng.normal(size=pair), jnp.float32), "b": jnp.ones(pair[1])}
        for pair in pairwise(SIZES)
    ]


def apply(params: Any, x: Any, key: Any = None) -> Any:
    first, last = params
    x = jax.nn.relu(x @ first["w"] + first["b"])
    if key is not None:
        x = x * jax.random.bernoulli(key, 0.8, x.shape)
    return x @ last["w"] + last["b"]


def loss_of(params: Any, key: Any) -> Any:
    picked = jax.nn.log_softmax(apply(params, X, key))[jnp.arange(len(Y)), Y]
    return -picked.mean()


def learn(epochs: int, report: Callable[[Any, Any], Any]) -> Any:
    """Train with dropout, the parameters of each step given away to the next one."""

    def update(params: Any, key: Any) -> Any:
        loss, gradient = jax.value_and_grad(loss_of)(params, key)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient), loss

    step = jax.jit(update, donate_argnums=0)
    params, key = initial(), jax.random.key(0)
    for _ in range(epochs):
        key, now = jax.random.split(key)
        params, loss = step(params, now)
        report(params, loss)
    return jax.tree.map(np.array, params)


def test_function_learns_the_same_watched_or_not(options: Any, read: Any) -> None:
    alone = learn(7, lambda params, loss: None)

    with watch(apply, X[:1], **options) as watched:
        found = learn(7, lambda params, loss: watched.epoch(params, loss=loss))

    assert read().epochs() == [1, 2, 4, 6, 7]
    assert jax.tree.all(jax.tree.map(np.array_equal, alone, found))


def test_what_is_published_is_what_the_parameters_make_of_the_probe(
    options: Any, read: Any
) -> None:
    with watch(apply, X[5:6], label=Y[5], classes="abc", **options) as watched:
        first, last = learn(3, lambda params, loss: watched.epoch(params, loss=loss))

    run = read()
    z = X[5].astype(float) @ first["w"] + first["b"]
    sums = z.clip(0) @ last["w"] + last["b"]
    chances = np.exp(sums) / np.exp(sums).sum()
    assert run.functions() == ["", "relu", "softmax"]
    np.testing.assert_array_equal(run.last("activation", 0), X[5])
    np.testing.assert_allclose(run.last("pre_activation", 1), z, atol=1e-5)
    np.testing.assert_allclose(run.last("activation", 1), z.clip(0), atol=1e-5)
    np.testing.assert_allclose(run.last("pre_activation", 2), sums, atol=1e-5)
    np.testing.assert_allclose(run.last("activation", 2), chances, atol=1e-5)
    for layer, params in enumerate((first, last), start=1):
        np.testing.assert_array_equal(run.last("weights", layer), params["w"])
        np.testing.assert_array_equal(run.last("bias", layer), params["b"])
    assert run.snapshots[-1].probe.label == Y[5]


def test_outputs_are_numbers_where_that_is_said(options: Any, read: Any) -> None:
    with watch(apply, X[:1], head="linear", classes="abc", **options) as watched:
        params = learn(1, lambda params, loss: watched.epoch(params))

    assert read().functions()[-1] == "linear"
    expected = apply(params, X[:1])[0]
    np.testing.assert_allclose(read().last("activation", 2), expected, atol=1e-5)


def test_example_that_is_a_picture_is_shown_as_one(options: Any, read: Any) -> None:
    def flat(params: Any, x: Any) -> Any:
        return apply(params, x.reshape(1, -1))

    with watch(flat, X[:1].reshape(1, 2, 3, 1), **options) as watched:
        watched.epoch(initial())

    assert read().manifest.input_shape == (2, 3)


def test_function_is_traced_once(options: Any) -> None:
    traced = []

    def counting(params: Any, x: Any) -> Any:
        traced.append(x)
        return apply(params, x)

    with watch(counting, X[:1], **options) as watched:
        learn(9, lambda params, loss: watched.epoch(params))

    assert len(traced) == 1


def test_error_in_the_loop_ends_the_run(options: Any, read: Any) -> None:
    def fail(params: Any, loss: Any) -> None:
        raise ZeroDivisionError

    def loop() -> None:
        with watch(apply, X[:1], **options) as watched:
            watched.epoch(initial())
            learn(1, fail)

    with pytest.raises(ZeroDivisionError):
        loop()

    assert read().reason is EndReason.ERROR


def test_error_in_looking_does_not_reach_the_loop(
    options: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with watch(apply, X[:1, :5], **{**options, "strict": False}) as watched:
        learn(4, lambda params, loss: watched.epoch(params))

    assert watched.publisher.dropped == 5
    assert len(caplog.records) == 1


def test_strict_watch_raises_what_goes_wrong_in_looking(options: Any) -> None:
    with (
        pytest.raises(TypeError, match=r"got \(5,\) and \(6,\)"),
        watch(apply, X[:1, :5], **options) as watched,
    ):
        watched.epoch(initial())
