"""Keys through a tunnel, which takes a connection whether somebody is there or not."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from protocol.address import Address
from protocol.events import Event, Joined
from trainer.listener import Listener
from viewer.errors import ViewerError
from viewer.keyring import read_keyring
from viewer.live import LiveSource

if TYPE_CHECKING:
    from tests.integration.conftest import Start
    from tests.integration.faults.conftest import Connect

PATIENCE_S = 30.0
# What a viewer that is refused may take to say so.
REFUSED_S = 5.0
# From either end of the tunnel to the other.
DELAY_S = 0.15

endless = ("--epochs", "100000", "--every", "1", "--pace", "0.05")


def wait_for_join(source: LiveSource) -> None:
    events: list[Event] = []
    until = time.monotonic() + PATIENCE_S
    while not any(isinstance(event, Joined) for event in events):
        assert time.monotonic() < until, source.notes()
        events += source.events(0.05)


@pytest.mark.parametrize("has_keys", [True, False])
def test_viewer_waits_at_a_tunnel_until_somebody_is_at_its_end(
    train: "Start", proxy_to: "Connect", keys: Path, has_keys: bool
) -> None:
    with Listener(Address("127.0.0.1", 0)) as listener:
        nobody = listener.address
    proxy = proxy_to(nobody)
    keyring = read_keyring(keys) if has_keys else None
    options = ("--keys", keys) if has_keys else ()

    with LiveSource(proxy.address, keyring=keyring) as source:
        while proxy.accepted < 8:  # often enough to give up
            source.events(0.05)
        train(*endless, "--port", str(nobody.port), *options)

        wait_for_join(source)


def assert_refused(source: LiveSource, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(ViewerError, match=f"refused: the trainer on .*{why}"):
        wait_for_join(source)
    assert time.monotonic() - began < REFUSED_S


def test_viewers_are_refused_in_time_through_a_long_tunnel(
    train: "Start", proxy_to: "Connect", keys: Path, others: Path
) -> None:
    trainer = train(*endless, "--keys", keys)
    proxy = proxy_to(trainer.address)
    proxy.delay(DELAY_S)

    with LiveSource(proxy.address) as source:
        assert_refused(source, "lets in only viewers with keys")
    with LiveSource(proxy.address, keyring=read_keyring(others)) as source:
        assert_refused(source, "is not the one of")

    trainer.wait_for_line("^refused a viewer without keys; it needs --keys")
    trainer.wait_for_line("^refused a viewer that has the server.key of another train")


def test_viewer_with_keys_is_refused_in_time_where_the_trainer_has_none(
    train: "Start", proxy_to: "Connect", keys: Path
) -> None:
    trainer = train(*endless)
    proxy = proxy_to(trainer.address)
    proxy.delay(DELAY_S)

    with LiveSource(proxy.address, keyring=read_keyring(keys)) as source:
        assert_refused(source, "has none")

    trainer.wait_for_line("^refused a viewer with keys: this trainer was started witho")
