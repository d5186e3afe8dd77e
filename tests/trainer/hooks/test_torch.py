"""What a PyTorch loop publishes, and that it learns the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Joined
from protocol.messages import EndReason, Manifest, Snapshot
from viewer.sources import FileSource

torch = pytest.importorskip("torch", reason="PyTorch is not installed here")
from torch import nn  # noqa: E402

from trainer.hooks.torch import ModelWatch, watch  # noqa: E402

X = torch.rand(64, 6, generator=torch.Generator().manual_seed(0))
Y = (X.sum(1) > 3).long()


class Published:
    """What a recording holds."""

    def __init__(self, path: Path) -> None:
        self.manifest: Manifest | None = None
        self.snapshots: list[Snapshot] = []
        self.rows: list[Any] = []
        self.reason: EndReason | None = None
        with FileSource(path) as source:
            while not source.finished:
                for event in source.events():
                    self._take(event)

    def _take(self, event: Any) -> None:
        if isinstance(event, Joined):
            self.manifest = event.manifest
        if isinstance(event, Arrived):
            self.snapshots.append(event.snapshot)
        if isinstance(event, Joined | Arrived):
            self.rows += event.rows.tolist()
        if isinstance(event, Ended):
            self.reason = event.reason

    @property
    def edges(self) -> set[int]:
        """Layers that have weights."""
        return {k for kind, k in self.snapshots[0].arrays if kind == "weights"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def watched(path: Path) -> Callable[..., ModelWatch]:
    """Watch a model, into a file only."""

    def start(model: Any, probe: Any = X[:1], **options: Any) -> ModelWatch:
        given = {"address": None, "record": path, "say": lambda text: None}
        return watch(model, probe, **{**given, "strict": True, **options})

    return start


def seeded(make: Callable[[], Any]) -> Any:
    torch.manual_seed(3)
    return make()


def mlp() -> Any:
    return nn.Sequential(
        nn.Linear(6, 5),
        nn.BatchNorm1d(5),
        nn.ReLU(inplace=True),
        nn.Dropout(0.3),
        nn.Linear(5, 2),
    )


def train(model: Any, epochs: int, report: Callable[[Any], object]) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        for rows in torch.randperm(64).split(16):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(X[rows]), Y[rows])
            loss.backward()
            optimizer.step()
        report(loss)


def test_watched_model_learns_the_same_to_the_last_bit(
    watched: Callable[..., ModelWatch],
) -> None:
    alone, seen = seeded(mlp), seeded(mlp)
    torch.manual_seed(1)
    train(alone, 6, lambda loss: None)

    torch.manual_seed(1)
    with watched(seen, every=1) as w:
        train(seen, 6, lambda loss: w.epoch(loss=loss))

    for name, value in alone.state_dict().items():
        assert torch.equal(seen.state_dict()[name], value), name


def test_watch_publishes_the_untrained_network_and_every_so_many_epochs(
    watched: Callable[..., ModelWatch], path: Path
) -> None:
    model = seeded(mlp)

    with watched(model, every=2, classes=["no", "yes"]) as w:
        train(model, 5, lambda loss: w.epoch(loss=loss, accuracy=0.5))

    found = Published(path)
    assert [each.epoch for each in found.snapshots] == [0, 2, 4, 5]
    assert [row[0] for row in found.rows] == [0, 1, 2, 3, 4, 5]
    assert found.reason is EndReason.DONE
    assert found.manifest is not None
    assert [each.units for each in found.manifest.layers] == [6, 5, 5, 2]
    names = [each.activation for each in found.manifest.layers]
    assert names == ["", "", "relu", "softmax"]
    assert found.edges == {1, 3}


def test_error_of_the_loop_ends_the_run_and_is_not_swallowed(
    watched: Callable[..., ModelWatch], path: Path
) -> None:
    with pytest.raises(RuntimeError, match="too hot"), watched(mlp()):
        raise RuntimeError("too hot")

    assert Published(path).reason is EndReason.ERROR


def test_published_sums_are_those_of_the_weights(
    watched: Callable[..., ModelWatch], path: Path
) -> None:
    model: Any = nn.Sequential(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 2))

    with watched(model, classes=["no", "yes"]) as w:
        train(model, 3, lambda loss: w.epoch(loss=loss))

    arrays = Published(path).snapshots[-1].arrays
    a = X[0].numpy()
    np.testing.assert_allclose(arrays["activation", 0], a)
    for layer, part in ((1, model[0]), (2, model[2])):
        weight = part.weight.detach().numpy().T
        z = a @ weight + part.bias.detach().numpy()
        a = np.tanh(z) if layer == 1 else np.exp(z) / np.exp(z).sum()
        np.testing.assert_allclose(arrays["weights", layer], weight)
        np.testing.assert_allclose(arrays["pre_activation", layer], z, atol=1e-5)
        np.testing.assert_allclose(arrays["activation", layer], a, atol=1e-5)
