"""What a user's own loop publishes, read back from the file that it records."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Event, Joined
from protocol.messages import EndReason, SnapshotPart
from trainer import Layer, Publisher
from trainer.errors import TransportError, UsageError
from viewer.sources import FileSource

LIMIT_S = 10.0
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


def events_of(path: Path) -> list[Event]:
    events: list[Event] = []
    with FileSource(path) as source:
        while not source.finished:
            events += source.events()
    return events


def pick(events: list[Event], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def epochs_of(path: Path) -> list[int]:
    return [each.snapshot.epoch for each in pick(events_of(path), Arrived)]


def rows_of(path: Path) -> Any:
    events = events_of(path)
    tables = [each.rows for each in pick(events, Joined) + pick(events, Arrived)]
    return np.concatenate(tables)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def make(path: Path) -> Callable[..., Publisher]:
    """Make a publisher that writes a file only and says nothing."""

    def make(**options: Any) -> Publisher:
        given = {"address": None, "record": path, "say": lambda text: None}
        return Publisher(**{**given, "strict": True, **options})

    return make


def test_publisher_describes_the_run_by_its_first_snapshot(
    make: Callable[..., Publisher], path: Path
) -> None:
    with make(name="mine", classes=["a", "b", "c"], every=5, epochs=9) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=1.5, auc=0.5)

    manifest = pick(events_of(path), Joined)[0].manifest
    assert (manifest.name, manifest.kind, manifest.axis) == ("mine", "mlp", "epoch")
    assert manifest.classes == ("a", "b", "c")
    assert (manifest.every, manifest.epochs) == (5, 9)
    assert manifest.metrics == ("epoch", "loss", "auc")
    assert [(each.name, each.units) for each in manifest.layers] == [
        ("input", 2),
        ("output", 3),
    ]
    assert manifest.layers[1].activation == "relu"


def test_publisher_sends_what_it_was_given(
    make: Callable[..., Publisher], path: Path
) -> None:
    with make() as publisher:
        publisher.publish(epoch=3, step=30, layers=layers_of(3), example=7, label=2)

    (arrived,) = pick(events_of(path), Arrived)
    snapshot = arrived.snapshot
    assert (snapshot.epoch, snapshot.step) == (3, 30)
    assert (snapshot.probe.index, snapshot.probe.label) == (7, 2)
    np.testing.assert_array_equal(snapshot.arrays["weights", 1], np.full((2, 3), 3))
    np.testing.assert_array_equal(snapshot.arrays["bias", 1], [0, 1, 2])
    np.testing.assert_array_equal(snapshot.arrays["activation", 0], [0, 3])


def test_publisher_takes_a_snapshot_first_every_so_often_and_last(
    make: Callable[..., Publisher], path: Path
) -> None:
    with make(every=4) as publisher:
        taken = [
            publisher.publish(epoch=epoch, layers=layers_of(epoch))
            for epoch in range(1, 11)
        ]

    assert [epoch for epoch, is_taken in enumerate(taken, 1) if is_taken] == [1, 4, 8]
    assert epochs_of(path) == [1, 4, 8, 10]


def test_publisher_keeps_the_numbers_of_every_epoch(
    make: Callable[..., Publisher], path: Path
) -> None:
    with make(every=4) as publisher:
        for epoch in range(7):
            publisher.publish(epoch=epoch, layers=layers_of(epoch), loss=epoch / 2)

    np.testing.assert_array_equal(rows_of(path), [[e, e / 2] for e in range(7)])


def test_publisher_looks_only_where_a_snapshot_is_due(
    make: Callable[..., Publisher],
) -> None:
    looked: list[int] = []

    with make(every=4) as publisher:
        for epoch in range(9):

            def look(epoch: int = epoch) -> list[Layer]:
                looked.append(epoch)
                return layers_of(epoch)

            publisher.publish(epoch=epoch, layers=look)

    assert looked == [0, 4, 8]


def test_metrics_may_begin_before_the_first_snapshot_and_be_missing_later(
    make: Callable[..., Publisher], path: Path
) -> None:
    with make(metrics=["f1"]) as publisher:
        publisher.publish(epoch=1, loss=3)
        publisher.publish(epoch=2, layers=layers_of(2), accuracy=0.5)
        publisher.publish(epoch=25, layers=layers_of(25), f1=0.25)

    manifest = pick(events_of(path), Joined)[0].manifest
    assert manifest.metrics == ("epoch", "loss", "accuracy", "f1")
    nan = np.nan
    expected = [[1, 3, nan, nan], [2, nan, 0.5, nan], [25, nan, nan, 0.25]]
    np.testing.assert_array_equal(rows_of(path), expected)


def test_metric_that_comes_too_late_is_said_once(
    make: Callable[..., Publisher], path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with make(strict=False, every=1) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=1)
        for epoch in (1, 2):
            publisher.publish(epoch=epoch, layers=layers_of(epoch), loss=1, f1=0.5)

    assert epochs_of(path) == [0, 1, 2]
    (record,) = caplog.records
    assert "got f1, too; name what comes later before: metrics=['f1']" in record.message


def test_error_in_looking_never_reaches_the_loop(
    make: Callable[..., Publisher], path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def look() -> list[Layer]:
        raise RuntimeError("no such module")

    with make(strict=False, every=1) as publisher:
        publisher.publish(epoch=0, layers=layers_of(0), loss=0)
        assert not publisher.publish(epoch=1, layers=look, loss=1)
        assert not publisher.publish(epoch=2, layers=look, loss=2)
        publisher.publish(epoch=3, layers=layers_of(3), loss=3)
        assert publisher.dropped == 2

    assert epochs_of(path) == [0, 3]
    assert rows_of(path)[:, 1].tolist() == [0, 1, 2, 3]
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
    make: Callable[..., Publisher], layers: list[Layer], text: str
) -> None:
    with (
        pytest.raises((ValueError, TypeError), match=text),
        make() as publisher,
    ):
        publisher.publish(epoch=0, layers=layers)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (None, EndReason.DONE),
        (KeyboardInterrupt(), EndReason.INTERRUPTED),
        (RuntimeError("too hot"), EndReason.ERROR),
    ],
)
def test_publisher_tells_how_the_loop_ended_and_swallows_nothing(
    make: Callable[..., Publisher],
    path: Path,
    error: BaseException | None,
    reason: EndReason,
) -> None:
    def loop() -> None:
        with make() as publisher:
            publisher.publish(epoch=0, layers=layers_of(0))
            if error is not None:
                raise error

    if error is None:
        loop()
    else:
        with pytest.raises(type(error)):
            loop()

    (ended,) = pick(events_of(path), Ended)
    assert ended.reason is reason


def test_publisher_says_no_more_than_it_may(make: Callable[..., Publisher]) -> None:
    with make() as publisher:
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
    make: Callable[..., Publisher], every: int
) -> None:
    with pytest.raises(ValueError, match="every to be at least 1"):
        make(every=every)


def test_publisher_is_open_to_the_network_only_where_that_is_said() -> None:
    with pytest.raises(UsageError, match="anyone on the network could watch"):
        Publisher("0.0.0.0:0")


def test_publisher_without_a_snapshot_gives_its_port_back() -> None:
    with Publisher("127.0.0.1:0", say=lambda text: None) as publisher:
        address = publisher.address
        with pytest.raises(TransportError, match="the port is in use"):
            Publisher(address)

    Publisher(address, say=lambda text: None).close()


def test_several_publishers_live_in_one_process(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.ncast" for name in "ab"]
    both = [Publisher("127.0.0.1:0", record=p, say=lambda text: None) for p in paths]

    for epoch in range(3):
        for publisher in both:
            publisher.publish(epoch=epoch, layers=layers_of(epoch))
    for publisher in both:
        publisher.close()
        publisher.close()

    assert [epochs_of(path) for path in paths] == [[0, 2], [0, 2]]


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


def run_program(text: str, path: Path) -> subprocess.CompletedProcess[str]:
    begin = (
        "import sys, os; from trainer import Publisher, Layer\n"
        "publisher = Publisher(None, record=sys.argv[1], every=1)\n"
        "def publish(epoch):\n"
        "    publisher.publish(epoch=epoch, layers=[Layer(activation=[1, 2])])\n"
        "publish(0)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", begin + text, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [("publish(1)", EndReason.DONE), ("raise OSError('full')", EndReason.ERROR)],
)
def test_program_that_never_closes_ends_its_run(
    path: Path, text: str, reason: EndReason
) -> None:
    run_program(text, path)

    (ended,) = pick(events_of(path), Ended)
    assert ended.reason is reason


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="nothing forks here")
def test_copy_of_the_process_is_told_and_does_no_harm(path: Path) -> None:
    done = run_program(
        "child = os.fork()\n"
        "if child == 0:\n"
        "    publish(1)\n"
        "    sys.exit(publisher.dropped)\n"
        "_, status = os.waitpid(child, 0)\n"
        "assert os.waitstatus_to_exitcode(status) == 1\n"
        "publish(2)\n",
        path,
    )

    assert done.returncode == 0, done.stderr
    assert "make a Publisher in each process that publishes" in done.stderr
    assert epochs_of(path) == [0, 2]
    assert [each.reason for each in pick(events_of(path), Ended)] == [EndReason.DONE]
