"""A live source and a trainer with keys, which changes its mind about this viewer."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from protocol.address import Address
from protocol.events import Event, Joined
from protocol.messages import Manifest
from trainer import keyring as trainers
from trainer.broadcast import Broadcast
from trainer.keygen import make_folder
from trainer.listener import Listener
from viewer.errors import ViewerError
from viewer.keyring import read_keyring
from viewer.live import LiveSource

LIMIT_S = 15.0
Serve = Callable[[Address], Broadcast]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_folder(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def serve(folder: Path, make_manifest: Callable[..., Manifest]) -> Iterator[Serve]:
    """Begin a run with keys at an address."""
    with ExitStack() as stack:

        def serve(address: Address) -> Broadcast:
            listener = Listener(address, trainers.Keyring(folder))
            broadcast = Broadcast(make_manifest([4, 3, 2]), listener)
            stack.callback(broadcast.close)
            broadcast.start()
            return broadcast

        yield serve


def wait_for_join(source: LiveSource) -> None:
    events: list[Event] = []
    until = time.monotonic() + LIMIT_S
    while not any(isinstance(event, Joined) for event in events):
        assert time.monotonic() < until, events
        events += source.events(0.05)


def wait_for_note(source: LiveSource, text: str) -> list[str]:
    """Wait until a note holds this; give all that came."""
    notes: list[str] = []
    until = time.monotonic() + LIMIT_S
    while not any(text in note for note in notes):
        assert time.monotonic() < until, notes
        source.events(0.05)
        notes += source.notes()
    return notes


def test_live_source_raises_before_it_has_joined(folder: Path, serve: Serve) -> None:
    broadcast = serve(Address("127.0.0.1", 0))
    (folder / "authorized" / "viewer.key").unlink()

    with (
        LiveSource(broadcast.address, keyring=read_keyring(folder)) as source,
        pytest.raises(
            ViewerError, match=r"^key refused: .* does not know .*viewer.key"
        ),
    ):
        wait_for_join(source)


def test_live_source_that_had_joined_stays_and_comes_back_when_it_may(
    folder: Path, serve: Serve
) -> None:
    broadcast = serve(Address("127.0.0.1", 0))
    authorized = folder / "authorized" / "viewer.key"
    key = authorized.read_text()
    with LiveSource(broadcast.address, keyring=read_keyring(folder)) as source:
        wait_for_join(source)

        broadcast.close()
        authorized.unlink()
        serve(broadcast.address)
        notes = wait_for_note(source, "key refused")
        authorized.write_text(key)
        wait_for_join(source)

        notes += source.notes()
        assert len([note for note in notes if "key refused" in note]) == 1
        assert notes[-1].startswith(f"another run on {broadcast.address}")


def test_live_source_waits_where_the_trainer_has_not_begun_to_serve(
    folder: Path,
) -> None:
    keyring = trainers.Keyring(folder)
    with (
        Listener(Address("127.0.0.1", 0), keyring) as listener,
        LiveSource(listener.address, keyring=read_keyring(folder)) as source,
    ):
        notes = wait_for_note(source, "trying again")

        assert notes == [f"no answer from {listener.address} yet; trying again"]
