"""Which layers are found in functions of JAX, and what is shown of them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed")
pytest.importorskip("flax", reason="Flax is not installed")

import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx

from trainer.hooks.jax import watch
from trainer.layer import Layer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(1, 6)).astype(np.float32)
W = RNG.normal(size=(6, 4)).astype(np.float32)
V = RNG.normal(size=(4, 2)).astype(np.float32)


def look(apply: Callable[[Any, Any], Any], params: Any, x: Any = X) -> list[Layer]:
    """Give the layers of a first snapshot; edges are as true as they are anywhere."""
    watched = watch(apply, x, address="127.0.0.1:0", say=lambda text: None)
    found = watched._look(params)
    watched.close()
    for before, layer in pairwise(found):
        if layer.weights is not None:
            bias = 0 if layer.bias is None else layer.bias
            near(
                np.ravel(before.activation) @ layer.weights + bias, layer.pre_activation
            )
    return found


def kinds(layers: list[Layer]) -> list[tuple[str, str, bool]]:
    """Give name, function, and whether there are edges."""
    return [(each.name, each.function, each.weights is not None) for each in layers]


def near(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.ravel(found), np.ravel(expected), atol=1e-5)


def test_linen_module_is_shown_by_its_layers() -> None:
    class Net(nn.Module):
        def setup(self) -> None:
            self.one, self.two = nn.Dense(5), nn.Dense(3)
            self.norm, self.drop = nn.BatchNorm(), nn.Dropout(0.5)

        def __call__(self, x: Any, train: bool = False) -> Any:
            x = nn.tanh(self.norm(self.one(x), use_running_average=not train))
            return nn.softmax(self.two(self.drop(x, deterministic=not train)))

    model = Net()
    state = model.init(jax.random.key(0), X)
    state["batch_stats"]["norm"]["mean"] += 0.5

    layers = look(model.apply, state)

    assert kinds(layers) == [
        ("input", "", False),
        ("one", "", True),
        ("two", "softmax", True),
    ]
    dense = state["params"]["one"]
    z = X[0] @ dense["kernel"] + dense["bias"]
    near(layers[1].pre_activation, z)
    a = np.tanh((z - 0.5) / np.sqrt(1 + 1e-5))
    near(layers[1].activation, a)
    dense = state["params"]["two"]
    z = a @ dense["kernel"] + dense["bias"]
    near(layers[2].pre_activation, z)
    near(layers[2].activation, np.exp(z) / np.exp(z).sum())


@pytest.mark.parametrize("is_split", [True, False])
def test_nnx_module_is_shown_by_its_layers(is_split: bool) -> None:
    class Net(nnx.Module):
        def __init__(self, rngs: Any) -> None:
            self.one = nnx.Linear(6, 5, rngs=rngs)
            self.drop = nnx.Dropout(0.5, rngs=rngs)
            self.two = nnx.Linear(5, 2, use_bias=False, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            return self.two(self.drop(nnx.relu(self.one(x))))

    model = Net(nnx.Rngs(0))
    model.eval()
    graph, state = nnx.split(model)

    layers = (
        look(lambda state, x: nnx.merge(graph, state)(x), state)
        if is_split
        else look(lambda model, x: model(x), model)
    )

    assert kinds(layers) == [
        ("input", "", False),
        ("one", "relu", True),
        ("two", "linear", True),
    ]
    z = X[0] @ model.one.kernel[...] + model.one.bias[...]
    near(layers[1].pre_activation, z)
    near(layers[1].activation, z.clip(0))
    near(layers[2].activation, z.clip(0) @ model.two.kernel[...])
    assert layers[2].bias is None


@pytest.mark.parametrize(
    "apply",
    [
        lambda p, x: jnp.tanh(x @ p[0]) @ p[1],
        jax.jit(lambda p, x: jnp.einsum("bi,io->bo", jnp.tanh(jnp.dot(x, p[0])), p[1])),
        lambda p, x: jax.vmap(lambda one: p[1].T @ jnp.tanh(p[0].T @ one))(x),
        lambda p, x: jax.checkpoint(lambda x: jnp.tanh(x @ p[0]))(x) @ p[1],
        lambda p, x: (jnp.tanh(x[0] @ p[0]) @ p[1])[None],
    ],
    ids=["plain", "jitted", "mapped", "rematerialised", "unbatched"],
)
def test_layers_are_found_however_they_are_computed(apply: Any) -> None:
    layers = look(apply, [W, V])

    assert kinds(layers) == [
        ("input", "", False),
        ("", "tanh", True),
        ("", "linear", True),
    ]
    near(layers[1].weights, W)
    near(layers[1].activation, np.tanh(X[0] @ W))
    near(layers[2].weights, V)
    near(layers[2].activation, np.tanh(X[0] @ W) @ V)


@pytest.mark.parametrize(
    "name",
    ["relu", "gelu", "silu", "elu", "leaky_relu", "softplus", "sigmoid", "softmax"],
)
def test_functions_are_known_by_what_they_do(name: str) -> None:
    function = getattr(jax.nn, name)

    layers = look(lambda p, x: function(x @ p[0]) @ p[1], [W, V])

    assert kinds(layers)[1] == ("", name, True)
    near(layers[1].pre_activation, X[0] @ W)
    near(layers[1].activation, function(X[0] @ W))


def test_branches_have_edges_only_to_what_they_take() -> None:
    def apply(p: Any, x: Any) -> Any:
        a, b = nn.relu(x @ p["a"]["w"]), nn.tanh(x @ p["b"]["w"] + 1)
        a = nn.relu(a @ p["c"]["w"])
        return jnp.concatenate([a, b], axis=-1) @ p["d"]["w"]

    sizes = {"a": (6, 4), "b": (6, 4), "c": (4, 4), "d": (8, 2)}
    params = {name: {"w": RNG.normal(size=size)} for name, size in sizes.items()}

    layers = look(apply, params)

    assert kinds(layers) == [
        ("input", "", False),
        ("a", "relu", True),
        ("c", "relu", True),
        ("b", "tanh", False),
        ("into d", "", False),
        ("d", "linear", True),
    ]
    a = (X[0] @ params["a"]["w"]).clip(0) @ params["c"]["w"]
    b = np.tanh(X[0] @ params["b"]["w"] + 1)
    near(layers[2].activation, a.clip(0))
    near(layers[3].activation, b)
    near(layers[4].activation, [*a.clip(0), *b])
    near(layers[5].activation, np.array([*a.clip(0), *b]) @ params["d"]["w"])


def test_edges_are_none_where_a_layer_takes_something_else() -> None:
    def apply(p: Any, x: Any) -> Any:
        h = nn.relu(x @ p[0])
        return (h[:, ::-1] + h) @ p[1]

    layers = look(apply, [W, V])

    h = (X[0] @ W).clip(0)
    assert kinds(layers) == [
        ("input", "", False),
        ("", "linear", True),
        ("computed", "", False),
        ("", "linear", True),
    ]
    near(layers[2].activation, h[::-1] + h)
    near(layers[3].activation, (h[::-1] + h) @ V)


@pytest.mark.parametrize(
    "mix",
    [
        lambda h: h.reshape(2, 2).T.reshape(1, 4),
        lambda h: (h.reshape(4, 1) * h)[:, 0].reshape(1, 4),
        lambda h: h[:, jnp.array([1, 0, 2, 3])],
    ],
    ids=["turned", "multiplied", "picked"],
)
def test_units_in_another_order_are_other_units(mix: Any) -> None:
    layers = look(lambda p, x: mix(jnp.tanh(x @ p[0])) @ p[1], [W, V])

    taken = np.asarray(mix(np.tanh(X @ W)))[0]
    assert kinds(layers)[-2:] == [("computed", "", False), ("", "linear", True)]
    near(layers[-2].activation, taken)
    near(layers[-1].activation, taken @ V)


def test_sums_in_another_shape_are_not_paired_with_the_activation() -> None:
    def apply(p: Any, x: Any) -> Any:
        maps = (x @ p[0]).reshape(1, 2, 2, 1)
        return jnp.tanh(maps).reshape(1, 4) @ p[1]

    layers = look(apply, [W, V])

    assert kinds(layers)[1:] == [
        ("", "linear", True),
        ("computed", "", False),
        ("", "linear", True),
    ]
    near(layers[2].activation, np.tanh(X[0] @ W))


def test_feature_maps_are_plates_and_their_edges_are_sorted() -> None:
    class Net(nn.Module):
        def setup(self) -> None:
            self.maps, self.out = nn.Conv(3, (3, 3), padding="VALID"), nn.Dense(2)

        def __call__(self, x: Any) -> Any:
            x = nn.max_pool(nn.relu(self.maps(x)), (2, 1), (2, 1))
            return self.out(x.reshape(len(x), -1))

    model, picture = Net(), RNG.random((1, 6, 4, 1)).astype(np.float32)
    state = model.init(jax.random.key(0), picture)

    layers = look(model.apply, state, picture)

    assert kinds(layers) == [
        ("input", "", False),
        ("maps", "relu", False),
        ("max pool", "", False),
        ("out", "linear", True),
    ]
    kernel = np.asarray(state["params"]["maps"]["kernel"], float)
    z = np.empty((3, 4, 2))
    for row, column in np.ndindex(4, 2):
        window = picture[0, row : row + 3, column : column + 3]
        z[:, row, column] = np.tensordot(window, kernel, 3)
    near(layers[1].pre_activation, z)
    near(layers[2].activation, z.clip(0).reshape(3, 2, 2, 2).max(axis=2))
    near(layers[2].activation.reshape(-1) @ layers[3].weights, layers[3].activation)
    near(layers[3].activation, model.apply(state, picture)[0])


def test_layers_in_a_loop_are_not_seen_but_what_comes_out_is() -> None:
    def apply(p: Any, x: Any) -> Any:
        return jax.lax.scan(lambda x, w: (jnp.tanh(x @ w), None), x, p)[0]

    params = RNG.normal(size=(3, 6, 6))

    layers = look(apply, params)

    assert kinds(layers) == [("input", "", False), ("output", "", False)]
    near(layers[1].activation, apply(params, X)[0])
