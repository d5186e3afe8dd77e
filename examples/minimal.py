"""Watch a network of plain numpy learn to tell a ring from what is around it.

Run: python examples/minimal.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

import numpy as np

from trainer import Layer, Publisher


def main(epochs: int = 2000, **options: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (500, 2))
    y = (np.abs(np.hypot(*x.T) - 0.6) < 0.2).astype(float)[:, None]
    net = [
        (rng.normal(0, 3, shape), np.zeros(shape[1])) for shape in ((2, 12), (12, 1))
    ]
    options = {"name": "a ring", "classes": ["outside", "inside"], **options}
    with Publisher(epochs=epochs, **options) as publisher:
        for epoch in range(1, epochs + 1):
            layers, a = [Layer(activation=x[0])], [x]
            for w, b in net:
                a.append(1 / (1 + np.exp(-(a[-1] @ w + b))))
                new = Layer(activation=a[-1][0], weights=w, bias=b, function="sigmoid")
                layers.append(new)
            p = a[-1]
            loss, ok = -np.log(np.where(y == 1, p, 1 - p)).mean(), (p > 0.5) == y
            publisher.publish(epoch=epoch, layers=layers, loss=loss, accuracy=ok.mean())
            d = (p - y) / len(x)
            for k in (1, 0):
                (w, b), before = net[k], a[k]
                net[k] = w - 3 * before.T @ d, b - 3 * d.sum(0)
                d = d @ w.T * before * (1 - before)


if __name__ == "__main__":
    main()
