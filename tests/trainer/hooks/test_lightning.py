"""Modules of Lightning, watched through a callback."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.messages import EndReason

pytest.importorskip("torch", reason="PyTorch is not installed")
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Lightning itself imports
        import lightning.pytorch as pl
except ImportError:
    pytest.skip("Lightning is not installed", allow_module_level=True)

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from trainer.hooks.lightning import WatchCallback, numbers_of

X = torch.rand(64, 6, generator=torch.Generator().manual_seed(0))
DATA = TensorDataset(X, (X.sum(1) > 3).long())

pytestmark = pytest.mark.filterwarnings("ignore")  # Lightning warns of much


class Module(pl.LightningModule):
    """Learns, and logs as most do."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(0.3)
        )
        self.out = nn.Linear(5, 2)
        self.fails = fails

    def forward(self, x: Any) -> Any:
        return self.out(self.net(x))

    def training_step(self, batch: Any, _: int) -> Any:
        if self.fails and self.current_epoch == 2:
            raise RuntimeError("too hot")
        x, y = batch
        logits = self(x)
        self.log("train_acc", (logits.argmax(1) == y).float().mean(), on_epoch=True)
        self.log("margin", logits.abs().mean(), on_step=True, on_epoch=True)
        return nn.functional.cross_entropy(logits, y)

    def validation_step(self, batch: Any, _: int) -> None:
        x, y = batch
        self.log("val_loss", nn.functional.cross_entropy(self(x), y))

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=0.01)


@pytest.fixture
def fit(tmp_path: Path) -> Callable[..., Any]:
    """Train a module from the same seed."""

    def run(*callbacks: Any, **options: Any) -> Any:
        pl.seed_everything(0, verbose=False)
        module = Module(**options)
        trainer = pl.Trainer(
            max_epochs=5,
            accelerator="cpu",
            callbacks=list(callbacks),
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=tmp_path,
        )
        train = DataLoader(DATA, 16, shuffle=True)
        trainer.fit(module, train, DataLoader(DATA, 64))
        return module

    return run


def test_watched_module_learns_the_same_to_the_last_bit(fit: Any, options: Any) -> None:
    alone = fit()
    watched = fit(WatchCallback(X[0], **{**options, "every": 1}))

    for name, value in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], value), name


def test_callback_publishes_the_layers_and_what_is_logged(
    fit: Any, options: Any, read: Any
) -> None:
    module = fit(WatchCallback(X[0], label=1, classes=["no", "yes"], **options))

    assert read().epochs() == [1, 2, 4, 5]
    assert read().snapshots[-1].step == 20
    assert read().manifest.epochs == 5
    assert read().manifest.name == "Module"
    assert read().functions() == ["", "", "relu", "softmax"]
    assert read().has("weights") == [1, 3]
    assert read().reason is EndReason.DONE
    np.testing.assert_array_equal(
        read().last("weights", 3), module.out.weight.detach().numpy().T
    )
    for name in ("loss", "accuracy", "held_out_loss", "margin"):
        assert np.isfinite(read().column(name)).all(), name


def test_callback_watches_the_part_that_takes_the_probe(
    fit: Any, options: Any, read: Any
) -> None:
    fit(WatchCallback(X[0, :5], part="out", **options))

    assert [layer.units for layer in read().manifest.layers] == [5, 2]


def test_error_of_the_training_ends_the_run_and_is_not_swallowed(
    fit: Any, options: Any, read: Any
) -> None:
    with pytest.raises(RuntimeError, match="too hot"):
        fit(WatchCallback(X[0], **options), fails=True)

    assert read().reason is EndReason.ERROR
    assert read().epochs() == [1, 2]


def test_what_is_logged_twice_is_that_of_the_epoch() -> None:
    logged = {
        "train_loss_step": 1.0,
        "train_loss_epoch": 2.0,
        "val_acc": 3.0,
        "f1": 4.0,
    }

    found = numbers_of({**logged, "epoch": 5.0})

    assert found == {"loss": 2.0, "held_out_accuracy": 3.0, "f1": 4.0}
