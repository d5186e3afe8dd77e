"""Watch a PyTorch loop of your own read digits.

Run: python examples/pytorch_loop.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

from trainer.hooks.torch import watch


def main(epochs: int = 200, **options: Any) -> None:
    digits = load_digits()
    x, y = torch.tensor(digits.images / 16).float(), torch.tensor(digits.target)
    x, held_x, y, held_y = x[:1400], x[1400:], y[:1400], y[1400:]
    model = nn.Sequential(
        *(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.1)),
        *(nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 10)),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    options = {"epochs": epochs, "classes": digits.target_names, **options}
    with watch(model, held_x[0], name="digits", label=int(held_y[0]), **options) as w:
        for _ in range(epochs):
            model.train()
            for rows in torch.randperm(len(x)).split(100):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
            accuracy = (model.eval()(held_x).argmax(1) == held_y).float().mean()
            w.epoch(loss=loss, held_out_accuracy=accuracy)


if __name__ == "__main__":
    main()
