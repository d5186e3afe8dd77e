import resource
from collections.abc import Iterator

import pytest

from protocol import limits
from trainer import descriptors


@pytest.fixture(autouse=True)
def limit() -> Iterator[tuple[int, int]]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_room_is_made_as_far_as_the_system_lets_it(limit: tuple[int, int]) -> None:
    _, hard = limit
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hard), hard))

    descriptors.make_room()

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == min(hard, descriptors.WANTED)
    assert descriptors.room() == min(limits.CONNECTIONS, soft // 4)


def test_room_that_is_there_is_never_taken(limit: tuple[int, int]) -> None:
    _, hard = limit
    plenty = min(2 * descriptors.WANTED, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (plenty, hard))

    descriptors.make_room()

    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (plenty, hard)
