"""What a PyTorch loop publishes, and that it learns what it would have learned."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from protocol.messages import EndReason

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
from torch import nn

from trainer import Publisher
from trainer.hooks.torch import watch

X = torch.rand(64, 6, generator=torch.Generator().manual_seed(0))
Y = (X.sum(1) > 3).long()


def make() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Linear(6, 5),
        nn.BatchNorm1d(5),
        nn.ReLU(inplace=True),
        nn.Dropout(0.3),
        nn.Linear(5, 2),
    )


def train(model: nn.Module, epochs: int, report: Callable[[Any], object]) -> None:
    torch.manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        for rows in torch.randperm(64).split(16):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(X[rows]), Y[rows])
            loss.backward()
            optimizer.step()
        report(loss)


def test_watched_model_learns_the_same_to_the_last_bit(options: Any) -> None:
    alone, watched = make(), make()
    train(alone, 6, lambda loss: None)

    with watch(watched, X[0], **{**options, "every": 1}) as w:
        train(watched, 6, lambda loss: w.epoch(loss=loss))

    for name, value in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], value), name


def test_watch_publishes_the_untrained_network_and_every_so_many_epochs(
    options: Any, read: Any
) -> None:
    model = make()

    with watch(model, X[0], classes=["no", "yes"], **options) as w:
        train(model, 5, lambda loss: w.epoch(loss=loss, accuracy=0.5))

    assert read().epochs() == [0, 2, 4, 5]
    assert read().column("epoch") == [0, 1, 2, 3, 4, 5]
    assert read().column("accuracy")[1:] == [0.5] * 5
    assert read().functions() == ["", "", "relu", "softmax"]
    assert read().names() == ["input", "hidden 1", "BatchNorm1d", "output"]
    assert read().has("weights") == [1, 3]
    assert read().reason is EndReason.DONE


def test_numbers_have_the_names_of_most_loops(options: Any, read: Any) -> None:
    with watch(make(), X[0], metrics=["f1"], **options) as w:
        w.epoch(train_loss=torch.tensor(1.0, requires_grad=True), acc=0.5, f1=0.25)
        w.epoch(loss=0.5, val_loss=2.0, val_acc=torch.tensor(0.75))

    last = {name: read().column(name)[-1] for name in read().manifest.metrics[1:6]}
    assert last == {
        "f1": pytest.approx(np.nan, nan_ok=True),
        "loss": 0.5,
        "accuracy": pytest.approx(np.nan, nan_ok=True),
        "held_out_loss": 2.0,
        "held_out_accuracy": 0.75,
    }
    assert read().column("loss")[1] == 1.0
    assert read().column("f1")[1] == 0.25


def test_error_of_the_loop_ends_the_run_and_is_not_swallowed(
    options: Any, read: Any
) -> None:
    with pytest.raises(RuntimeError, match="too hot"), watch(make(), X[0], **options):
        raise RuntimeError("too hot")

    assert read().reason is EndReason.ERROR


def test_published_sums_are_those_of_the_weights(options: Any, read: Any) -> None:
    first, second = nn.Linear(6, 4), nn.Linear(4, 2)
    model = nn.Sequential(first, nn.Tanh(), second)

    with watch(model, X[0], classes=["no", "yes"], **options) as w:
        train(model, 3, lambda loss: w.epoch(loss=loss))

    a = X[0].numpy()
    np.testing.assert_array_equal(read().last("activation", 0), a)
    for layer, part in ((1, first), (2, second)):
        weights = part.weight.detach().numpy().T
        z = a @ weights + part.bias.detach().numpy()
        a = np.tanh(z) if layer == 1 else np.exp(z) / np.exp(z).sum()
        np.testing.assert_array_equal(read().last("weights", layer), weights)
        np.testing.assert_allclose(read().last("pre_activation", layer), z, atol=1e-5)
        np.testing.assert_allclose(read().last("activation", layer), a, atol=1e-5)


def test_watch_takes_a_publisher_that_its_owner_closes(options: Any, read: Any) -> None:
    with Publisher(**options) as publisher:
        with watch(make(), X[0], publisher=publisher) as w:
            w.epoch(loss=1.0)
        publisher.publish(epoch=2, loss=0.5)

    assert read().column("loss")[1:] == [1.0, 0.5]


def test_watch_takes_no_options_of_a_publisher_made_before(options: Any) -> None:
    with (
        Publisher(**options) as publisher,
        pytest.raises(ValueError, match="no options beside a publisher, got every"),
    ):
        watch(make(), X[0], publisher=publisher, every=3)
