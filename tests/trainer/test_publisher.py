"""What a user's own loop publishes, read back from the file that it records."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.messages import SnapshotPart
from trainer import Layer, Publisher
from trainer.errors import TransportError, UsageError

Recorded = Callable[[Path], Any]
ROOT = Path(__file__).parents[2]


def layers_of(epoch: int) -> list[Layer]:
    return [
        Layer(activation=[0.0, float(epoch)]),
        Layer(
            activation=[1.0, 0.0, 2.0],
            pre_activation=[1.0, -1.0, 2.0],
            weights=np.full((2, 3), epoch, np.float32),
            bias=[0, 1, 2],
            function="relu",
        ),
    ]


def test_publisher_describes_the_run_by_its_first_snapshot(
    make_publisher: Callable[..., Publisher], path: Path, recorded: Recorded
) -> None:
    with make_publisher(
        name="mine", classes=["a", "b", "c"], every=5, epochs=9
    ) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=1.5, auc=0.5)

    manifest = recorded(path).manifest
    assert (manifest.name, manifest.kind, manifest.axis) == ("mine", "mlp", "epoch")
    assert manifest.classes == ("a", "b", "c")
    assert (manifest.every, manifest.epochs) == (5, 9)
    assert manifest.metrics == ("epoch", "loss", "auc")
    assert [(each.name, each.units) for each in manifest.layers] == [
        ("input", 2),
        ("output", 3),
    ]
    assert manifest.layers[1].activation == "relu"


def test_publisher_takes_the_numbers_and_names_of_numpy(
    make_publisher: Callable[..., Publisher], path: Path, recorded: Recorded
) -> None:
    numbers = {"every": np.int64(5), "epochs": np.int32(9)}
    names, shape = list(np.arange(3)), np.array([2, 1])
    with make_publisher(classes=names, input_shape=shape, **numbers) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=np.float32(1.5))

    manifest = recorded(path).manifest
    assert manifest.classes == ("0", "1", "2")
    assert (manifest.every, manifest.epochs, manifest.input_shape) == (5, 9, (2, 1))


def test_publisher_sends_what_it_was_given(
    make_publisher: Callable[..., Publisher], path: Path, recorded: Recorded
) -> None:
    with make_publisher() as publisher:
        publisher.publish(epoch=3, step=30, layers=layers_of(3), example=7, label=2)

    (snapshot,) = recorded(path).snapshots
    assert (snapshot.epoch, snapshot.step) == (3, 30)
    assert (snapshot.probe.index, snapshot.probe.label) == (7, 2)
    np.testing.assert_array_equal(snapshot.arrays["weights", 1], np.full((2, 3), 3))
    np.testing.assert_array_equal(snapshot.arrays["bias", 1], [0, 1, 2])
    np.testing.assert_array_equal(snapshot.arrays["activation", 0], [0, 3])


def test_publisher_takes_a_snapshot_first_every_so_often_and_last(
    make_publisher: Callable[..., Publisher], path: Path, recorded: Recorded
) -> None:
    with make_publisher(every=4) as publisher:
        taken = [
            publisher.publish(epoch=epoch, layers=layers_of(epoch))
            for epoch in range(1, 11)
        ]

    assert [epoch for epoch, is_taken in enumerate(taken, 1) if is_taken] == [1, 4, 8]
    assert recorded(path).epochs() == [1, 4, 8, 10]


def test_publisher_keeps_the_numbers_of_every_epoch(
    make_publisher: Callable[..., Publisher], path: Path, recorded: Recorded
) -> None:
    with make_publisher(every=4) as publisher:
        for epoch in range(7):
            publisher.publish(epoch=epoch, layers=layers_of(epoch), loss=epoch / 2)

    np.testing.assert_array_equal(recorded(path).rows, [[e, e / 2] for e in range(7)])


def test_publisher_looks_only_where_a_snapshot_is_due(
    make_publisher: Callable[..., Publisher],
) -> None:
    looked: list[int] = []

    with make_publisher(every=4) as publisher:
        for epoch in range(9):

            def look(epoch: int = epoch) -> list[Layer]:
                looked.append(epoch)
                return layers_of(epoch)

            publisher.publish(epoch=epoch, layers=look)

    assert looked == [0, 4, 8]


def test_metrics_may_begin_before_the_first_snapshot_and_be_missing_later(
    make_publisher: Callable[..., Publisher], path: Path, recorded: Recorded
) -> None:
    with make_publisher(metrics=["f1"]) as publisher:
        publisher.publish(epoch=1, loss=3)
        publisher.publish(epoch=2, layers=layers_of(2), accuracy=0.5)
        publisher.publish(epoch=25, layers=layers_of(25), f1=0.25)

    manifest = recorded(path).manifest
    assert manifest.metrics == ("epoch", "loss", "accuracy", "f1")
    nan = np.nan
    expected = [[1, 3, nan, nan], [2, nan, 0.5, nan], [25, nan, nan, 0.25]]
    np.testing.assert_array_equal(recorded(path).rows, expected)


def test_metric_that_comes_too_late_is_said_once(
    make_publisher: Callable[..., Publisher],
    path: Path,
    caplog: pytest.LogCaptureFixture,
    recorded: Recorded,
) -> None:
    with make_publisher(strict=False, every=1) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=1)
        for epoch in (1, 2):
            publisher.publish(epoch=epoch, layers=layers_of(epoch), loss=1, f1=0.5)

    assert recorded(path).epochs() == [0, 1, 2]
    (record,) = caplog.records
    assert "got f1, too; name what comes later before: metrics=['f1']" in record.message


def test_error_in_looking_never_reaches_the_loop(
    make_publisher: Callable[..., Publisher],
    path: Path,
    caplog: pytest.LogCaptureFixture,
    recorded: Recorded,
) -> None:
    def look() -> list[Layer]:
        raise RuntimeError("no such module")

    with make_publisher(strict=False, every=1) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=0)
        assert not publisher.publish(epoch=1, layers=look, loss=1)
        assert not publisher.publish(epoch=2, layers=look, loss=2)
        publisher.publish(epoch=3, layers=layers_of(3), loss=3)
        assert publisher.dropped == 2

    assert recorded(path).epochs() == [0, 3]
    assert recorded(path).rows[:, 1].tolist() == [0, 1, 2, 3]
    assert [record.message.split(";")[0] for record in caplog.records] == [
        "no such module"
    ]


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ([], "expected at least one layer, got none"),
        ([Layer()], "expected an activation, got none - at layer 0, 'input'"),
        (
            [Layer(activation=[1, 2]), Layer(weights=np.zeros((3, 2)))],
            r"expected weights of shape \(2, units\), got \(3, 2\) - at layer 1, "
            "'output'; hand over their transpose",
        ),
        (
            [Layer(activation=[1, 2], bias=[1, 2, 3], name="odd")],
            "expected as many units in all arrays, got .* - at layer 0, 'odd'",
        ),
        ([Layer(activation=["a"])], "expected an array of real numbers"),
        ([Layer(activation=np.zeros((2, 2, 2, 2)))], "of one example"),
    ],
)
def test_strict_publisher_raises_what_is_wrong_with_layers(
    make_publisher: Callable[..., Publisher], layers: list[Layer], text: str
) -> None:
    with (
        pytest.raises((ValueError, TypeError), match=text),
        make_publisher() as publisher,
    ):
        publisher.publish(epoch=0, layers=layers)


def test_publisher_says_no_more_than_it_may(
    make_publisher: Callable[..., Publisher],
) -> None:
    with make_publisher() as publisher:
        publisher.describe(name="later")
        assert publisher.run.name == "later"
        publisher.publish(epoch=0, layers=layers_of(0))

        with pytest.raises(ValueError, match="before the first snapshot"):
            publisher.describe(name="too late")


def test_publisher_wants_somewhere_to_publish() -> None:
    with pytest.raises(ValueError, match="an address or a file to record, got neither"):
        Publisher(None)


@pytest.mark.parametrize("every", [0, -1])
def test_publisher_wants_some_epochs_between_snapshots(
    make_publisher: Callable[..., Publisher], every: int
) -> None:
    with pytest.raises(ValueError, match="every to be at least 1"):
        make_publisher(every=every)


def test_publisher_wants_a_folder_to_record_into(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a folder for the recording, got .*make it"):
        Publisher("127.0.0.1:0", record=tmp_path / "none" / "run.ncast")


def test_publisher_is_open_to_the_network_only_where_that_is_said() -> None:
    with pytest.raises(UsageError, match="anyone on the network could watch"):
        Publisher("0.0.0.0:0")


def test_publisher_without_a_snapshot_gives_its_port_back() -> None:
    with Publisher("127.0.0.1:0", say=lambda text: None) as publisher:
        address = publisher.address
        with pytest.raises(TransportError, match="the port is in use"):
            Publisher(address)

    Publisher(address, say=lambda text: None).close()


def test_several_publishers_live_in_one_process(
    tmp_path: Path, recorded: Recorded
) -> None:
    paths = [tmp_path / f"{name}.ncast" for name in "ab"]
    both = [Publisher("127.0.0.1:0", record=p, say=lambda text: None) for p in paths]

    for epoch in range(3):
        for publisher in both:
            publisher.publish(epoch=epoch, layers=layers_of(epoch))
    for publisher in both:
        publisher.close()
        publisher.close()

    assert [recorded(path).epochs() for path in paths] == [[0, 2], [0, 2]]


def test_publisher_waits_for_viewers_with_the_first_snapshot(peer_of: Any) -> None:
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        if text.startswith("waiting for viewers, 0 of 1"):
            peer.hello()

    with Publisher("127.0.0.1:0", wait=1, say=say, strict=True) as publisher:
        peer = peer_of(publisher.address)
        publisher.publish(epoch=0, layers=layers_of(0))
        part = peer.receive(SnapshotPart)
        assert publisher.broadcast is not None
        peer.ack(publisher.broadcast.run, 2)

    assert part.seq == 1
    assert said[0] == f"listening on {publisher.address}"
