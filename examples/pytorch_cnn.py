"""Watch the feature maps of a convolutional network in PyTorch.

Run: python examples/pytorch_cnn.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

from trainer.hooks.torch import watch


def main(epochs: int = 40, **options: Any) -> None:
    digits = load_digits()
    x = torch.tensor(digits.images[:, None] / 16).float()
    y = torch.tensor(digits.target)
    model = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 10)),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    options = {"every": 2, "epochs": epochs, "classes": digits.target_names, **options}
    with watch(model, probe=x[0], label=int(y[0]), name="digits", **options) as w:
        for _ in range(epochs):
            right = 0
            for rows in torch.randperm(len(x)).split(100):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(logits := model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                right += int((logits.argmax(1) == y[rows]).sum())
            w.epoch(loss=loss, accuracy=right / len(x))


if __name__ == "__main__":
    main()
