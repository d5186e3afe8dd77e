"""Which snapshots are kept, and which are let go."""

from collections.abc import Callable
from functools import partial

import pytest

from protocol.held import Blob, Held, Moment, Sendable
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe
from protocol.ring import Ring

MOMENT = Moment(epoch=1, step=1, time=0.0, probe=Probe(index=0, label=None))
SIZE = 8
MANIFEST = Manifest(
    name="test",
    kind="mlp",
    axis="epoch",
    layers=(LayerSpec(name="input", units=8, activation=""),),
    arrays=(ArraySpec(kind="activation", layer=0, dtype="|u1", shape=(SIZE,)),),
    metrics=("epoch",),
    classes=(),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
)


class Recorded:
    """The trainer's own recording, with some numbers in it."""

    def __init__(self, *numbers: int, told: int = 100) -> None:
        self._numbers = numbers
        self.told = told

    @property
    def oldest(self) -> int:
        return min(self._numbers, default=0)

    def stored(self, seq: int) -> Sendable | None:
        blob = Blob(memoryview(bytes(SIZE)), lambda: None)
        return Held(seq, MOMENT, blob, seq) if seq in self._numbers else None

    def first_from(self, seq: int) -> int | None:
        return min((number for number in self._numbers if number >= seq), default=None)


class Filled:
    """A ring and what it has let go."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.let_go: list[int] = []
        self._seq = 0

    def append(self, count: int = 1, in_use: dict[int, float] | None = None) -> None:
        for _ in range(count):
            self._seq += 1
            release = partial(self.let_go.append, self._seq)
            blob = Blob(memoryview(bytes(SIZE)), release)
            self.ring.append(Held(self._seq, MOMENT, blob, self._seq), in_use or {})


@pytest.fixture
def make() -> Callable[..., Filled]:
    def make(capacity: int = 4, older: Recorded | None = None) -> Filled:
        return Filled(Ring(MANIFEST, capacity * SIZE, older))

    return make


def test_ring_keeps_the_newest(make: Callable[..., Filled]) -> None:
    filled = make(3)

    filled.append(5)

    assert (filled.ring.oldest, filled.ring.newest) == (3, 5)
    assert filled.let_go == [1, 2]


def test_ring_keeps_one_however_large_it_is(make: Callable[..., Filled]) -> None:
    filled = make(0)

    filled.append(2)

    assert (filled.ring.oldest, filled.ring.newest) == (2, 2)


def test_ring_without_snapshots_has_no_oldest(make: Callable[..., Filled]) -> None:
    assert (make().ring.oldest, make().ring.newest) == (0, 0)


def test_ring_lets_go_of_what_is_being_sent_only_afterwards(
    make: Callable[..., Filled],
) -> None:
    filled = make(4)
    filled.append(4)

    filled.append(2, {1: 0.0})
    while_it_is_sent = list(filled.let_go)
    filled.append()

    assert while_it_is_sent == [2, 3]
    assert filled.let_go == [2, 3, 1]


def test_ring_gives_up_what_goes_to_the_viewer_silent_for_longest(
    make: Callable[..., Filled],
) -> None:
    filled = make(4)
    filled.append(4)

    filled.append(2, {1: 7.0, 2: 3.0})

    assert filled.let_go == [2, 3]
    assert filled.ring.find(2) is None


def test_viewers_that_stand_still_leave_three_quarters_to_the_others(
    make: Callable[..., Filled],
) -> None:
    filled = make(8)

    for number in range(1, 40):
        filled.append(1, dict.fromkeys(range(number), 0.0))

    assert filled.ring.newest - filled.ring.oldest + 1 == 6


def test_ring_finds_older_ones_in_the_recording(make: Callable[..., Filled]) -> None:
    filled = make(2, Recorded(1, 2, 4, 5))

    filled.append(6)

    assert filled.ring.oldest == 1
    found = [filled.ring.find(seq) for seq in range(1, 7)]
    assert [held.seq if held else None for held in found] == [1, 2, None, 4, 5, 6]


@pytest.mark.parametrize(("seq", "first"), [(1, 1), (2, 4), (3, 4), (5, 5), (6, 6)])
def test_ring_tells_where_to_go_on(
    make: Callable[..., Filled], seq: int, first: int
) -> None:
    filled = make(2, Recorded(1, 4))
    filled.append(6)

    assert filled.ring.first_from(seq) == first


@pytest.mark.parametrize(
    ("told", "waits", "first"), [(3, True, None), (4, True, 5), (3, False, 5)]
)
def test_ring_waits_for_what_is_on_its_way_into_the_recording(
    make: Callable[..., Filled], told: int, waits: bool, first: int | None
) -> None:
    filled = make(2, Recorded(1, told=told))
    filled.append(6)

    assert filled.ring.first_from(2, waits=waits) == first
    assert filled.ring.first_from(1, waits=waits) == 1
    assert filled.ring.first_from(5, waits=waits) == 5


def test_ring_goes_on_where_it_begins_when_nothing_is_recorded(
    make: Callable[..., Filled],
) -> None:
    filled = make(2)
    filled.append(6)

    assert filled.ring.first_from(2) == 5
