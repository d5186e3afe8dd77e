import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.address import Address, parse
from protocol.errors import AddressError


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("gpu.example.org:6000", "gpu.example.org", 6000),
        ("10.0.0.7:6000", "10.0.0.7", 6000),
        ("tcp://10.0.0.7:6000", "10.0.0.7", 6000),
        ("[2001:db8::1]:6000", "2001:db8::1", 6000),
        ("tcp://[::1]:6000", "::1", 6000),
        ("::1", "::1", 5556),
        ("[::1]", "::1", 5556),
        ("gpu", "gpu", 5556),
        (" gpu:6000\n", "gpu", 6000),
        (":6000", "127.0.0.1", 6000),
        ("6000", "127.0.0.1", 6000),
        ("*:6000", "*", 6000),
    ],
)
def test_parse_reads_what_people_type(text: str, host: str, port: int) -> None:
    assert parse(text) == Address(host, port)


@pytest.mark.parametrize(
    "text",
    ["", " ", "a:b", "a:", "a:1:2", "http://a:1", "a b:1", "a/b:1", "[a]:1", "a;b:1"],
)
def test_parse_raises_on_anything_else(text: str) -> None:
    with pytest.raises(
        AddressError, match=r"expected HOST:PORT such as 127\.0\.0\.1:5556"
    ):
        parse(text)


@pytest.mark.parametrize("text", ["a:0", "a:65536", "99999"])
def test_parse_raises_when_the_port_is_out_of_range(text: str) -> None:
    with pytest.raises(AddressError, match="expected a port from 1 to 65535"):
        parse(text)


@given(st.text())
def test_parse_raises_only_address_error(text: str) -> None:
    try:
        address = parse(text)
    except AddressError:
        return

    assert parse(str(address)) == address
    assert parse(address.endpoint) == address


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("*", False),
        ("10.0.0.7", False),
        ("localhost.example.org", False),
    ],
)
def test_is_loopback_knows_who_can_reach_it(host: str, expected: bool) -> None:
    assert Address(host, 1).is_loopback is expected


def test_endpoint_puts_brackets_around_an_ipv6_number() -> None:
    assert Address("::1", 5556).endpoint == "tcp://[::1]:5556"
