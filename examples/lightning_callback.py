"""Watch a module of Lightning learn to read digits.

Run: python examples/lightning_callback.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

import torch
from lightning.pytorch import LightningModule, Trainer
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from trainer.hooks.lightning import WatchCallback


class Reader(nn.Sequential, LightningModule):
    def training_step(self, batch: Any) -> Any:
        logits = self(batch[0])
        right = (logits.argmax(1) == batch[1]).float().mean()
        self.log("train_acc", right, on_step=False, on_epoch=True)
        return nn.functional.cross_entropy(logits, batch[1])

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=0.003)


def main(epochs: int = 100, **options: Any) -> None:
    digits = load_digits()
    x, y = torch.tensor(digits.images / 16).float(), torch.tensor(digits.target)
    reader = Reader(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    watch = WatchCallback(x[0], label=int(y[0]), classes="0123456789", **options)
    quiet: Any = {"logger": False, "enable_checkpointing": False}
    trainer = Trainer(max_epochs=epochs, callbacks=[watch], **quiet)
    trainer.fit(reader, DataLoader(TensorDataset(x, y), batch_size=100, shuffle=True))


if __name__ == "__main__":
    main()
