import socket

import pytest

from protocol.guard import TCP_INFO_BYTES, Guard, bytes_received

KIB = 1024


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="only Linux tells")
def test_bytes_received_are_those_that_came() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
        near.sendall(bytes(1234))
        far.recv(1234, socket.MSG_WAITALL)

        info = far.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)

        assert bytes_received(info) == 1234
        near.close()
        far.close()


def test_bytes_received_are_unknown_to_an_old_kernel() -> None:
    assert bytes_received(bytes(TCP_INFO_BYTES - 1)) is None


def test_guard_names_who_sends_too_much_without_an_end() -> None:
    guard = Guard(most=10, most_of_all=1000)

    assert guard.offenders({1: 10, 2: 11, 3: 0}) == [2]


def test_guard_counts_from_the_last_whole_message() -> None:
    guard = Guard(most=10, most_of_all=1000)

    guard.ended(1, 5 * KIB)

    assert guard.offenders({1: 5 * KIB + 10}) == []
    assert guard.offenders({1: 5 * KIB + 11}) == [1]


def test_guard_begins_anew_with_a_name_that_was_forgotten() -> None:
    guard = Guard(most=10, most_of_all=1000)
    guard.ended(1, 5 * KIB)

    guard.forget(1)

    assert guard.offenders({1: 11}) == [1]


def test_guard_names_the_largest_where_many_small_ones_are_too_much() -> None:
    guard = Guard(most=10, most_of_all=20)

    assert guard.offenders({1: 8, 2: 5, 3: 9, 4: 6}) == [3]


def test_guard_names_nobody_where_all_is_well() -> None:
    assert Guard(most=10, most_of_all=20).offenders({}) == []
