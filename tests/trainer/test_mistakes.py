"""What a newcomer gets wrong is said in words that help, and the loop goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer import Layer, Publisher
from trainer.errors import UsageError
from trainer.hooks.head import check

Make = Callable[..., Publisher]


def layers_of(units: int = 3, more: int = 0) -> list[Layer]:
    weights = np.zeros((2, units))
    first = Layer(activation=[0, 1])
    later = [Layer(activation=np.zeros(units))] * more
    return [first, Layer(activation=np.zeros(units), weights=weights), *later]


@pytest.mark.parametrize("label", [3, -1, "b", 1.5])
def test_label_that_is_none_of_the_classes_is_refused(
    make_publisher: Make, label: Any
) -> None:
    with make_publisher(classes="abc") as publisher:
        with pytest.raises(
            ValueError, match=r"label to be an index into .*classes, counted from 0"
        ):
            publisher.publish(epoch=0, layers=layers_of(), label=label)
        valid: Any = np.int64(2)
        assert publisher.publish(epoch=1, layers=layers_of(), label=valid)


def test_label_needs_no_classes(make_publisher: Make) -> None:
    with make_publisher() as publisher:
        assert publisher.publish(epoch=0, layers=layers_of(), label=7)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ({"accuracy": "high"}, "expected a number as accuracy, got 'high'"),
        ({"loss": np.ones(3)}, "expected a number as loss, got array"),
        ({"accuracy": 87.5}, "accuracy to be a share from 0 to 1, got 87.5; divide"),
        ({"held_out_accuracy": 2}, "held_out_accuracy to be a share from 0 to 1"),
    ],
)
def test_number_that_is_none_is_named(
    make_publisher: Make, numbers: dict[str, Any], text: str
) -> None:
    with (
        pytest.raises(ValueError, match=text),
        make_publisher() as publisher,
    ):
        publisher.publish(epoch=0, layers=layers_of(), **numbers)


def test_share_in_percent_is_said_once_and_left_out(
    make_publisher: Make, path: Path, recorded: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with make_publisher(strict=False, every=1) as publisher:
        for epoch in range(3):
            percent = 80.0 + epoch
            publisher.publish(epoch=epoch, layers=layers_of(), accuracy=percent, loss=1)

    assert recorded(path).epochs() == [0, 1, 2]
    assert len(caplog.records) == 1


@pytest.mark.parametrize("label", [1, 1.0, np.int64(1), np.array(1), np.float32(1)])
def test_label_may_be_a_whole_number_of_any_kind(
    make_publisher: Make, label: Any
) -> None:
    with make_publisher(classes="abc") as publisher:
        assert publisher.publish(epoch=0, layers=layers_of(), label=label)


def test_accuracy_may_be_above_one_by_a_rounding_error(make_publisher: Make) -> None:
    with make_publisher() as publisher:
        assert publisher.publish(epoch=0, layers=layers_of(), accuracy=1.0000001)


def test_strict_publisher_raises_for_a_metric_that_comes_too_late(
    make_publisher: Make,
) -> None:
    with make_publisher() as publisher:
        publisher.publish(epoch=0, layers=layers_of())

        with pytest.raises(ValueError, match=r"metrics=\['f1'\]"):
            publisher.publish(epoch=1, f1=0.5)


@pytest.mark.parametrize(
    ("layers", "kind"),
    [
        ([np.ones(3)], "ndarray"),
        (Layer(activation=[1, 2]), "Layer"),
        (np.ones(3), "ndarray"),
    ],
)
def test_layers_that_are_none_are_told_what_they_should_be(
    make_publisher: Make, layers: Any, kind: str
) -> None:
    with (
        pytest.raises(TypeError, match=rf"expected a list of Layer, got {kind}; such"),
        make_publisher() as publisher,
    ):
        publisher.publish(epoch=0, layers=layers)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (layers_of(4), r"got weights \(2, 4\) at layer 1, 'output'; one that changes"),
        (layers_of(3, more=1), "got layer 2; one that changes is another run"),
        (layers_of()[:1], "got weights none at layer 1"),
    ],
)
def test_network_that_changes_is_no_snapshot_of_the_run(
    make_publisher: Make, changed: list[Layer], text: str
) -> None:
    with make_publisher(every=1) as publisher:
        publisher.publish(epoch=0, layers=layers_of())

        with pytest.raises(ValueError, match=text):
            publisher.publish(epoch=1, layers=changed)
        assert publisher.publish(epoch=2, layers=layers_of())


@pytest.mark.parametrize(
    ("classes", "units", "count"),
    [("ab", 3, 1), ("abcd", 3, 1), ("abc", 3, 0), ("ab", 1, 0), ("", 3, 0)],
)
def test_names_of_classes_that_do_not_fit_are_said(
    make_publisher: Make, classes: str, units: int, count: int
) -> None:
    said: list[str] = []

    with make_publisher(classes=classes, say=said.append) as publisher:
        publisher.publish(epoch=0, layers=layers_of(units))

    expected = f"{len(classes)} classes are named but the last layer, 'output', has"
    assert [text[: len(expected)] for text in said] == [expected] * count


def test_run_without_layers_says_that_it_showed_nothing(make_publisher: Make) -> None:
    said: list[str] = []

    with make_publisher(say=said.append) as publisher:
        for epoch in range(3):
            publisher.publish(epoch=epoch, loss=1)

    assert said == [
        "nothing was published of 3 epochs: there was no snapshot; give publish the "
        "layers, too"
    ]


def test_run_without_epochs_says_that_it_showed_nothing(make_publisher: Make) -> None:
    said: list[str] = []

    with make_publisher(say=said.append):
        pass

    assert said == ["nothing was published: no epoch was reported"]


def test_run_that_was_told_why_is_not_told_twice(make_publisher: Make) -> None:
    said: list[str] = []

    with make_publisher(say=said.append, strict=False) as publisher:
        publisher.publish(epoch=0, layers=[])

    assert said == []
    assert publisher.dropped == 2


@pytest.mark.parametrize("every", [2.5, "25", None])
def test_epochs_between_snapshots_are_whole(make_publisher: Make, every: Any) -> None:
    with pytest.raises(ValueError, match=r"expected every to be at least 1, a whole"):
        make_publisher(every=every)


def test_recording_ends_in_its_own_suffix(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.ncast, got .*run\.mp4'; viewer"):
        Publisher(None, record=tmp_path / "run.mp4")


def test_port_alone_may_be_a_number() -> None:
    with Publisher("127.0.0.1:0", say=lambda text: None) as publisher:
        port: Any = publisher.address.port

    with Publisher(port, say=lambda text: None) as publisher:
        assert (publisher.address.host, publisher.address.port) == ("127.0.0.1", port)


def test_what_else_goes_wrong_later_is_said_too(
    make_publisher: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with make_publisher(strict=False, every=1) as publisher:
        publisher.publish(epoch=0, layers=layers_of())
        for epoch in (1, 2):
            publisher.publish(epoch=epoch, layers=layers_of(4), f1=0.5)

    assert [record.message.split(",")[0] for record in caplog.records] == [
        "expected the metrics of the first snapshot",
        "expected the network of the first snapshot",
    ]


def test_head_is_one_of_three() -> None:
    wrong: Any = "softmaxx"

    with pytest.raises(ValueError, match="softmax, sigmoid, linear, got 'softmaxx'"):
        check(wrong)
