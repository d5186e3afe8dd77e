from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.codec import decode_from_trainer, encode
from protocol.messages import (
    VERSION,
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromTrainer,
    FromViewer,
    Hello,
    Manifest,
    Ping,
    Probe,
    Refusal,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.publishing import Publishing

if TYPE_CHECKING:
    from tests.protocol.conftest import Link

RUN = b"r" * 16
PEER = b"peer"


@pytest.fixture
def manifest(link: "Link") -> Manifest:
    return link.manifest


@pytest.fixture
def publishing(manifest: Manifest) -> Publishing:
    return Publishing(manifest, RUN)


def publish(publishing: Publishing, count: int = 1, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "epoch": 1,
        "step": 1,
        "time": 0.0,
        "probe": Probe(index=0, label=None),
        "rows": np.zeros((1, 2)),
        "blob": bytes(16),
    }
    for _ in range(count):
        publishing.publish(**fields | changes)


def say(
    publishing: Publishing, message: FromViewer, now: float = 0.0, peer: bytes = PEER
) -> None:
    publishing.receive(peer, [bytes(part) for part in encode(message)], now)


def hello(**changes: Any) -> Hello:
    fields: dict[str, Any] = {
        "version": VERSION,
        "want": Want.LIVE,
        "window": 8,
        "nonce": bytes(8),
    }
    return Hello(**fields | changes)


def ack(seq: int, run: bytes = RUN) -> Ack:
    return Ack(run=run, seq=seq)


def sent(
    publishing: Publishing, now: float = 0.0, peer: bytes = PEER
) -> list[FromTrainer]:
    """Everything that a socket with room takes at this moment."""
    messages = []
    while (parts := publishing.next_for(peer, now)) is not None:
        message = decode_from_trainer(parts)
        assert message is not None
        messages.append(message)
        publishing.accepted(peer)
    return messages


def kinds(messages: list[FromTrainer]) -> list[type]:
    return [type(message) for message in messages]


def test_publish_numbers_snapshots_from_one(publishing: Publishing) -> None:
    publish(publishing, 3)

    assert publishing.seq == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"blob": bytes(15)}, "expected a blob of 16 bytes, got 15"),
        ({"rows": np.zeros((1, 3))}, r"expected rows of shape \(n, 2\), got \(1, 3\)"),
    ],
)
def test_publish_raises_and_changes_nothing_when_something_does_not_fit(
    publishing: Publishing, changes: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        publish(publishing, **changes)

    say(publishing, hello())
    (welcome,) = sent(publishing)
    assert isinstance(welcome, Welcome)
    assert (welcome.seq, len(welcome.rows)) == (0, 0)


def test_publish_raises_after_the_end(publishing: Publishing) -> None:
    publishing.end(EndReason.DONE)

    with pytest.raises(ValueError, match="no snapshot after the end"):
        publish(publishing)


def test_publishing_raises_when_no_viewer_would_accept_the_manifest(
    manifest: Manifest,
) -> None:
    with pytest.raises(ValueError, match="no viewer would accept this: expected 16"):
        Publishing(manifest, b"short")


def test_snapshot_shares_the_memory_of_the_blob(publishing: Publishing) -> None:
    blob = bytearray(16)
    publish(publishing, blob=blob)
    say(publishing, hello())
    assert publishing.next_for(PEER, 0.0)
    publishing.accepted(PEER)

    parts = publishing.next_for(PEER, 0.0)

    assert parts is not None
    assert isinstance(parts[-1], memoryview)
    assert parts[-1].obj is blob


def test_peer_is_offered_the_newest_when_the_socket_was_full(
    publishing: Publishing,
) -> None:
    say(publishing, hello())
    sent(publishing)
    publish(publishing)

    assert publishing.next_for(PEER, 0.0)
    publish(publishing)
    (part,) = sent(publishing)

    assert isinstance(part, SnapshotPart)
    assert (part.seq, part.skip, len(part.rows)) == (2, 1, 2)


def test_deadline_is_short_while_a_socket_is_full(publishing: Publishing) -> None:
    say(publishing, hello())
    publishing.next_for(PEER, 0.0)
    full = publishing.next_deadline(0.0)
    sent(publishing)

    assert full == limits.RETRY_S
    assert publishing.next_deadline(0.1) == pytest.approx(limits.BEAT_S - 0.1)


def test_deadline_is_a_beat_when_nobody_watches(publishing: Publishing) -> None:
    assert publishing.next_deadline(0.0) == limits.BEAT_S


def test_beat_says_how_the_trainer_is_doing(publishing: Publishing) -> None:
    say(publishing, hello())
    sent(publishing)
    publish(publishing)
    sent(publishing)
    publishing.dropped = 3

    (beat,) = sent(publishing, 0.5)

    assert beat == Beat(run=RUN, seq=1, up=0.5, dropped=3)


def test_beats_do_not_pile_up_while_the_socket_is_full(publishing: Publishing) -> None:
    say(publishing, hello())
    sent(publishing)
    for tenth in range(50):
        publishing.next_for(PEER, tenth / 10)

    assert kinds(sent(publishing, 5.0)) == [Beat]


def test_ack_of_what_was_sent_before_a_new_hello_saves_sending_it_again(
    publishing: Publishing,
) -> None:
    publish(publishing, 4)
    say(publishing, hello(want=Want.ALL, run=RUN, seq=1))

    say(publishing, ack(3))
    parts = sent(publishing)[1:]

    assert [p.seq for p in parts if isinstance(p, SnapshotPart)] == [4]


def test_rows_go_with_part_0_only(
    link: "Link", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)
    publishing = Publishing(link.manifest, RUN)
    say(publishing, hello())
    sent(publishing)
    publish(publishing, rows=np.zeros((2, 2)))

    parts = sent(publishing)

    assert [len(p.rows) for p in parts if isinstance(p, SnapshotPart)] == [2, 0]


def test_viewer_that_knows_more_than_there_is_gets_what_comes_next(
    publishing: Publishing,
) -> None:
    say(publishing, hello(run=RUN, seq=99))
    sent(publishing)

    publish(publishing)

    assert kinds(sent(publishing)) == [SnapshotPart]


def test_newest_snapshot_is_kept_when_it_is_larger_than_the_ring(
    manifest: Manifest,
) -> None:
    publishing = Publishing(manifest, RUN, ring_bytes=1)
    publish(publishing, 3)
    say(publishing, hello())

    _, part = sent(publishing)

    assert isinstance(part, SnapshotPart)
    assert part.seq == 3


def test_end_is_said_once_and_cut_to_what_fits(publishing: Publishing) -> None:
    say(publishing, hello())
    sent(publishing)

    publishing.end(EndReason.ERROR, "ä" * 300)
    publishing.end(EndReason.DONE)

    assert sent(publishing) == [
        End(run=RUN, seq=0, reason=EndReason.ERROR, text="ä" * 256)
    ]


def test_end_is_repeated_with_beats_until_it_is_acknowledged(
    publishing: Publishing,
) -> None:
    publish(publishing)
    say(publishing, hello())
    publishing.end(EndReason.DONE)
    sent(publishing)

    repeated = sent(publishing, 0.5)
    say(publishing, ack(1), 0.6)
    again = sent(publishing, 1.0)
    before = publishing.satisfied()
    say(publishing, ack(2), 1.1)
    after = sent(publishing, 1.5)

    assert kinds(repeated) == kinds(again) == [Beat, End]
    assert kinds(after) == [Beat]
    assert (before, publishing.satisfied()) == (False, True)


def test_end_is_repeated_for_five_seconds_only(publishing: Publishing) -> None:
    say(publishing, hello())
    sent(publishing)
    publishing.end(EndReason.DONE)
    ends = 0

    for half in range(20):
        now = half / 2
        say(publishing, Ping(time=now), now)
        ends += kinds(sent(publishing, now)).count(End)

    assert ends == 1 + limits.END_REPEATS


def test_end_with_its_text_is_told_to_those_who_join_later(
    publishing: Publishing,
) -> None:
    publishing.end(EndReason.ERROR, "out of memory")

    say(publishing, hello())
    welcome, end = sent(publishing)

    assert isinstance(welcome, Welcome)
    assert welcome.ended is EndReason.ERROR
    assert isinstance(end, End)
    assert end.text == "out of memory"


def test_ack_of_another_run_is_left_alone(publishing: Publishing) -> None:
    publishing.end(EndReason.DONE)
    say(publishing, hello())

    say(publishing, ack(1, run=b"o" * 16))

    assert not publishing.satisfied()


def test_ack_of_what_does_not_exist_is_an_error(publishing: Publishing) -> None:
    publish(publishing)
    say(publishing, hello())

    say(publishing, ack(1))
    before = publishing.bad
    say(publishing, ack(2))

    assert (before, publishing.bad) == (0, 1)


def test_strangers_are_left_alone(publishing: Publishing) -> None:
    for message in (ack(1), Ping(time=0.0), Bye()):
        say(publishing, message)

    assert publishing.receivers(0.0) == []
    assert publishing.bad == 0


def test_refused_peer_is_told_once(publishing: Publishing) -> None:
    say(publishing, hello(version=2))

    (refusal,) = sent(publishing)

    assert isinstance(refusal, Refusal)
    assert refusal.code == "version"
    assert publishing.receivers(0.0) == []


def test_peer_that_was_refused_is_not_told_so_when_it_is_welcome(
    manifest: Manifest,
) -> None:
    publishing = Publishing(manifest, RUN, max_peers=1)
    say(publishing, hello(), peer=b"first")
    say(publishing, hello())
    say(publishing, Bye(), peer=b"first")
    say(publishing, hello())

    assert kinds(sent(publishing)) == [Welcome]


def test_peer_that_sends_rubbish_is_ignored_for_a_while(publishing: Publishing) -> None:
    say(publishing, hello())
    for _ in range(limits.ERRORS):
        publishing.receive(PEER, [b"rubbish"], 1.0)
    (refusal,) = sent(publishing, 1.0)
    say(publishing, hello(), limits.IGNORED_S)
    ignored = publishing.viewers
    say(publishing, hello(), limits.IGNORED_S + 1.0)

    assert isinstance(refusal, Refusal)
    assert refusal.code == "bad"
    assert (ignored, publishing.viewers) == (0, 1)


def test_memory_stays_bounded_when_many_peers_send_rubbish(
    publishing: Publishing,
) -> None:
    for i in range(2 * limits.OFFENDERS):
        for _ in range(limits.ERRORS):
            publishing.receive(i.to_bytes(4, "big"), [b"rubbish"], 0.0)

    assert len(publishing.receivers(0.0)) <= limits.PEERS
    assert len(publishing._offenders) <= limits.OFFENDERS


@given(st.lists(st.lists(st.binary(max_size=40), max_size=2), max_size=5))
def test_receive_never_raises(messages: list[list[bytes]]) -> None:
    publishing = Publishing(EMPTY, RUN)
    say(publishing, hello())

    for parts in messages:
        publishing.receive(PEER, parts, 0.0)


EMPTY = Manifest(
    name="",
    kind="mlp",
    axis="epoch",
    layers=(),
    arrays=(),
    metrics=("epoch", "loss"),
    classes=(),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
)


def test_snapshot_without_arrays_is_one_empty_part() -> None:
    publishing = Publishing(EMPTY, RUN)
    publish(publishing, blob=b"")
    say(publishing, hello())

    _, part = sent(publishing)

    assert isinstance(part, SnapshotPart)
    assert (part.parts, len(part.payload), len(part.rows)) == (1, 0, 0)
