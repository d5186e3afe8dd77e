"""Watch plain JAX tell benign from malignant: one output for two classes.

Run: python examples/jax_loop.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

import jax
import jax.numpy as jnp
from sklearn.datasets import load_breast_cancer

from trainer.hooks.jax import watch


def apply(params: Any, x: Any) -> Any:
    x = jnp.tanh(jnp.tanh(x @ params["first"]) @ params["second"])
    return x @ params["last"] + params["bias"]


def loss_of(params: Any, x: Any, y: Any) -> Any:
    z = apply(params, x)[:, 0]
    return jnp.mean(jnp.logaddexp(0, z) - y * z), jnp.mean((z > 0) == y)


def main(epochs: int = 200, **options: Any) -> None:
    data = load_breast_cancer()
    x, y, draw = data.data / data.data.max(axis=0), data.target, jax.random.normal
    sizes = {"first": (30, 16), "second": (16, 8), "last": (8, 1), "bias": (1,)}
    params = {k: draw(jax.random.key(n[0]), n) / n[0] ** 0.5 for k, n in sizes.items()}
    step = jax.jit(jax.value_and_grad(loss_of, has_aux=True))
    with watch(apply, x[:1], label=y[0], classes=data.target_names, **options) as run:
        for _ in range(epochs):
            (loss, accuracy), slope = step(params, x, y)
            params = jax.tree.map(lambda p, g: p - 0.2 * g, params, slope)
            run.epoch(params, loss=loss, accuracy=accuracy)


if __name__ == "__main__":
    main()
