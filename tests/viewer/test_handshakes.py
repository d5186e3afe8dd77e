from pathlib import Path

import pytest

from protocol.address import Address
from protocol.keys import Keys
from viewer.handshakes import ASK_S, FAST_S, Handshakes
from viewer.keyring import Keyring
from viewer.knock import CURVE, NULL

ADDRESS = Address("gpu", 5556)
KEYRING = Keyring(
    own=Keys(public=b"p" * 32, secret=b"s" * 32),
    own_path=Path("keys/anna.key_secret"),
    server=b"t" * 32,
    server_path=Path("keys/server.key"),
)


class Listening:
    """Who listens, and how often that was asked."""

    def __init__(self, mechanism: str | None) -> None:
        self.mechanism = mechanism
        self.asked: list[str] = []

    def __call__(self, address: Address, own: str) -> str | None:
        self.asked.append(own)
        return self.mechanism


def fail(handshakes: Handshakes, count: int, *, after_s: float = 0.0) -> str | None:
    """Fail so many times, ten in a second; give what was said at last."""
    said = None
    for number in range(count):
        handshakes.began(number / 10)
        said = handshakes.failed(number / 10 + after_s)
    return said


def test_viewer_without_keys_is_told_that_they_are_needed() -> None:
    handshakes = Handshakes(ADDRESS, None, Listening(CURVE))

    said = fail(handshakes, 1)

    assert said is not None
    assert "the trainer on gpu:5556 lets in only viewers with keys; say --keys" in said


def test_viewer_with_keys_is_told_that_the_trainer_has_none() -> None:
    handshakes = Handshakes(ADDRESS, KEYRING, Listening(NULL))

    said = fail(handshakes, 1)

    assert said is not None
    assert "start it with trainer run --keys DIR, or leave --keys out" in said


def test_viewer_is_told_of_the_wrong_server_key_at_the_third_failure() -> None:
    handshakes = Handshakes(ADDRESS, KEYRING, Listening(CURVE))

    twice = fail(handshakes, 2)
    said = fail(handshakes, 1)

    assert twice is None
    assert said is not None
    assert "is not the one of keys/server.key; fetch that file" in said


def test_success_between_two_failures_means_that_the_keys_are_right() -> None:
    handshakes = Handshakes(ADDRESS, KEYRING, Listening(CURVE))
    fail(handshakes, 2)

    handshakes.succeeded()

    assert fail(handshakes, 2) is None


def test_trainer_that_is_not_ready_yet_refuses_nobody() -> None:
    handshakes = Handshakes(ADDRESS, KEYRING, Listening(CURVE))

    assert fail(handshakes, 20, after_s=FAST_S) is None


@pytest.mark.parametrize("keyring", [None, KEYRING])
def test_nobody_at_the_end_of_a_tunnel_is_waited_for(keyring: Keyring | None) -> None:
    handshakes = Handshakes(ADDRESS, keyring, Listening(None))

    assert fail(handshakes, 50) is None


def test_bad_line_to_a_trainer_without_keys_is_no_refusal() -> None:
    handshakes = Handshakes(ADDRESS, None, Listening(NULL))

    assert fail(handshakes, 50) is None


def test_who_listens_is_not_asked_more_often_than_it_may_change() -> None:
    listening = Listening(None)
    handshakes = Handshakes(ADDRESS, KEYRING, listening)

    fail(handshakes, 10)
    once = list(listening.asked)
    handshakes.failed(ASK_S)

    assert once == [CURVE]
    assert listening.asked == [CURVE, CURVE]


def test_key_that_the_trainer_does_not_know_is_named() -> None:
    said = Handshakes(ADDRESS, KEYRING, Listening(CURVE)).denied()

    assert "the trainer on gpu:5556 does not know keys/anna.key_secret; make" in said


def test_viewer_without_a_key_can_be_refused_by_other_trainers() -> None:
    said = Handshakes(ADDRESS, None, Listening(NULL)).denied()

    assert said == "the trainer on gpu:5556 does not let this viewer in"
