from pathlib import Path

import pytest

from protocol.address import Address
from trainer.errors import UsageError
from trainer.options import layer_sizes
from trainer.stream_options import listening_address, recording
from trainer.tunnel import tunnel


@pytest.mark.parametrize(
    ("text", "sizes"), [("12,12,12", (12, 12, 12)), (" 5 ", (5,)), ("", ())]
)
def test_layer_sizes_reads_numbers(text: str, sizes: tuple[int, ...]) -> None:
    assert layer_sizes(text) == sizes


@pytest.mark.parametrize("text", ["12,", "a", "0", "-3", "1.5", "9" * 5000])
def test_layer_sizes_raises_when_one_is_no_size(text: str) -> None:
    with pytest.raises(UsageError, match="expected --hidden such as 12,12,12, got"):
        layer_sizes(text)


@pytest.mark.parametrize("bind", ["127.0.0.1", "localhost", "::1"])
def test_listening_address_takes_what_only_this_machine_reaches(bind: str) -> None:
    assert listening_address(bind, 0, insecure=False) == Address(bind, 0)


@pytest.mark.parametrize("bind", ["0.0.0.0", "*", "192.0.2.1", "::", "gpu"])
def test_listening_address_raises_when_others_could_watch(bind: str) -> None:
    with pytest.raises(UsageError, match=r"say ssh -L 77:127.0.0.1:77 .* --insecure"):
        listening_address(bind, 77, insecure=False)


def test_listening_address_names_the_way_with_keys() -> None:
    with pytest.raises(UsageError, match="trainer keygen keys and --keys keys, or"):
        listening_address("0.0.0.0", 77, insecure=False)


@pytest.mark.parametrize(("insecure", "has_keys"), [(True, False), (False, True)])
def test_listening_address_takes_any_address_with_keys_or_when_told_so(
    insecure: bool, has_keys: bool
) -> None:
    found = listening_address("0.0.0.0", 77, insecure=insecure, has_keys=has_keys)

    assert found == Address("0.0.0.0", 77)


def test_listening_address_raises_when_keys_are_insecure() -> None:
    with pytest.raises(UsageError, match="--keys or --insecure, got both"):
        listening_address("0.0.0.0", 77, insecure=True, has_keys=True)


@pytest.mark.parametrize("bind", ["127.0.0.1:99", "a b", "[::1]"])
def test_listening_address_raises_when_it_is_no_host(bind: str) -> None:
    with pytest.raises(UsageError, match="expected --bind with an address"):
        listening_address(bind, 77, insecure=False)


@pytest.mark.parametrize(
    ("host", "command"),
    [
        ("127.0.0.1", "ssh -L 77:127.0.0.1:77 USER@THIS-HOST"),
        ("::1", "ssh -L 77:[::1]:77 USER@THIS-HOST"),
    ],
)
def test_tunnel_names_both_ends(host: str, command: str) -> None:
    assert tunnel(Address(host, 77)) == command


def test_recording_has_the_ending_of_one() -> None:
    assert recording(None) is None
    assert recording(Path("run.NCAST")) == Path("run.NCAST")
    with pytest.raises(UsageError, match=r"ends in .ncast, got 'run.mp4'"):
        recording(Path("run.mp4"))
