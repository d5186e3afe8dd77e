import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from protocol.messages import Manifest
from trainer.capture import manifest_of
from trainer.datasets.dataset import Dataset
from trainer.models.mlp import MLP
from trainer.probe import examples
from trainer.progress import Lines
from trainer.running import Plan, Summary, stream
from trainer.sample import sample
from trainer.training import train


class FakePublisher:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.viewers = 0
        self.dropped = self.skipped = 0
        self.snapshots: list[dict[str, Any]] = []
        self.times: list[float] = []

    def publish(self, **snapshot: Any) -> None:
        self.snapshots.append(snapshot)
        self.times.append(time.monotonic())


@pytest.fixture
def make_plan(model: MLP, dataset: Dataset) -> Callable[..., Plan]:
    def make(epochs: int = 5, every: int = 2, pace_s: float = 0.0) -> Plan:
        manifest: Manifest = manifest_of(
            model, dataset, every=every, epochs=epochs, started=0.0
        )
        return Plan(
            model=model,
            dataset=dataset,
            manifest=manifest,
            examples=examples("cycle", dataset),
            sample=sample(dataset),
            seed=0,
            pace_s=pace_s,
        )

    return make


def stream_into(publisher: Any, plan: Plan) -> Summary:
    summary = Summary(run="")
    stream(plan, publisher, Lines(plan.manifest.epochs), summary)
    return summary


def test_stream_takes_a_snapshot_first_every_so_often_and_last(
    make_plan: Callable[..., Plan],
) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan(epochs=5, every=2))

    assert [each["epoch"] for each in publisher.snapshots] == [0, 2, 4, 5]


def test_stream_gives_every_epoch_a_row(make_plan: Callable[..., Plan]) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan(epochs=5, every=2))

    rows = np.concatenate([each["rows"] for each in publisher.snapshots])
    np.testing.assert_array_equal(rows[:, 0], np.arange(6))


def test_stream_shows_another_example_each_time(
    make_plan: Callable[..., Plan],
) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan())

    labels = [each["probe"].label for each in publisher.snapshots]
    assert labels == [0, 1, 2, 0]


def test_stream_does_not_change_what_is_learnt(
    make_plan: Callable[..., Plan], dataset: Dataset
) -> None:
    plan, alone = make_plan(epochs=5, every=1), MLP((4, 5, 3), 0.1, 0)

    stream_into(FakePublisher(), plan)

    steps = list(train(alone, dataset, epochs=5, seed=0))
    assert steps[-1].epoch == 5
    for shown, unseen in zip(plan.model.parameters, alone.parameters, strict=True):
        np.testing.assert_array_equal(shown, unseen)


def test_stream_keeps_the_pace(make_plan: Callable[..., Plan]) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan(epochs=2, every=1, pace_s=0.05))

    assert min(np.diff(publisher.times)) >= 0.045


def test_summary_says_how_far_it_came(make_plan: Callable[..., Plan]) -> None:
    summary = stream_into(FakePublisher(), make_plan(epochs=5, every=2))

    assert (summary.epochs, summary.steps, summary.snapshots) == (5, 5, 4)
    assert summary.loss is not None


def test_summary_has_no_number_where_there_is_none(
    make_plan: Callable[..., Plan], make_dataset: Callable[..., Dataset], model: MLP
) -> None:
    dataset = make_dataset(held_out_x=np.empty((0, 4)), held_out_y=np.empty(0, int))
    plan = Plan(
        model=model,
        dataset=dataset,
        manifest=make_plan().manifest,
        examples=examples("", dataset),
        sample=sample(dataset),
        seed=0,
        pace_s=0.0,
    )

    summary = stream_into(FakePublisher(), plan)

    assert summary.held_out_accuracy is None
    assert not any(
        isinstance(value, float) and math.isnan(value)
        for value in summary.as_dict().values()
    )


def test_summary_is_a_line(make_plan: Callable[..., Plan]) -> None:
    summary = stream_into(FakePublisher(), make_plan(epochs=5, every=2))
    summary.ended, summary.dropped, summary.skipped = "done", 1, 2

    text = summary.text()

    assert text.startswith("done: 5 epochs in ")
    assert text.endswith("4 snapshots, 1 dropped, 2 skipped for slow viewers")


def test_summary_says_that_the_loss_is_no_number() -> None:
    summary = Summary(run="", epochs=1, snapshots=1)

    assert (
        summary.text() == "interrupted: 1 epoch in 0.0 s, loss not finite, 1 snapshot"
    )


def test_summary_says_that_nothing_was_trained() -> None:
    assert Summary(run="").text() == "interrupted before the training began"
