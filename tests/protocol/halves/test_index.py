"""An index counts as an assembler does, though it sees headers only."""

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import msgpack
import numpy as np
import pytest

from protocol import limits
from protocol.assembling import Assembler
from protocol.codec import encode
from protocol.events import Arrived, Ended, Event, Joined
from protocol.index import Index, Place
from protocol.messages import EndReason, FromTrainer

if TYPE_CHECKING:
    from protocol.messages import Manifest
    from tests.protocol.halves.conftest import Stream

PARTS = 3  # of a snapshot
RUNS = (b"r" * 16, b"s" * 16)


class Both(Assembler):
    """An assembler as for a recording, and beside it an index."""

    def __init__(self) -> None:
        super().__init__()
        self.index = Index()
        self.events: list[Event] = []
        self.count = 0

    def feed(self, message: FromTrainer) -> list[Event]:
        self.index.add(self.count, bytes(encode(message)[0]))
        self.count += 1
        self.events += (events := super().feed(message))
        return events


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)


@pytest.fixture
def both(stream: "Stream") -> Both:
    """Both of them, after a welcome."""
    both = stream.assembler = Both()
    stream.welcome()
    return both


def test_index_says_where_the_parts_of_a_snapshot_are(
    stream: "Stream", both: Both
) -> None:
    for seq in (3, 4):
        stream.part(seq, 0)
        stream.beat()
        stream.part(seq, 1)
        stream.part(seq, 2)

    assert both.index.find(3) == Place(3, (1, 3, 4), row_end=1)
    assert both.index.find(4) == Place(4, (5, 7, 8), row_end=2)
    assert both.index.find(2) is both.index.find(5) is None
    assert (both.index.oldest, both.index.newest, len(both.index)) == (3, 4, 2)


def test_index_does_not_hold_what_is_not_whole(stream: "Stream", both: Both) -> None:
    stream.snapshot(1)
    stream.part(2, 0)
    stream.part(2, 1)

    assert len(both.index) == 1
    assert (both.index.seq, both.index.rows, both.index.rows_at) == (1, 2, 1)


def test_index_is_empty_before_the_welcome(stream: "Stream") -> None:
    both = stream.assembler = Both()

    stream.snapshot(1)

    assert (both.index.run, both.index.manifest, len(both.index)) == (None, None, 0)
    assert (both.index.oldest, both.index.newest) == (0, 0)


def test_index_leaves_alone_what_is_no_message(both: Both) -> None:
    for rubbish in (b"", b"rubbish", b"\x80"):
        both.index.add(1, rubbish)

    assert (both.index.run, len(both.index)) == (both.run, 0)


def test_index_begins_again_when_the_manifest_is_another(
    stream: "Stream", both: Both, small: "Manifest"
) -> None:
    stream.snapshot(1)

    stream.welcome(manifest=replace(small, metrics=("epoch",)))

    assert both.index.seq == both.seq == len(both.index) == 0


def test_index_leaves_alone_a_part_that_claims_more_rows_than_it_can_hold(
    both: Both,
) -> None:
    header = {"type": "snap", "run": both.run, "seq": 1, "part": 0, "parts": PARTS}

    both.index.add(1, msgpack.packb({**header, "n": 1 << 53}))

    assert both.index.rows == 0


def test_index_knows_the_end_when_all_before_it_is_there(
    stream: "Stream", both: Both
) -> None:
    stream.end(1)
    before = both.index.ended
    stream.snapshot(1)

    assert before is None
    assert both.index.ended is EndReason.DONE


def stir(stream: "Stream", rng: random.Random) -> None:
    """Send something, mostly what may come next."""
    run = rng.choice((stream.assembler.run,) * 9 + RUNS)
    seq = max(1, stream.assembler.seq + rng.choice((1, 1, 1, 1, 0, -1, 3)))
    skip = rng.choice((0, 0, 1, 2))
    match rng.randrange(12):
        case 0:
            stream.welcome(run=run, rows=np.zeros((rng.randrange(3), 2)))
        case 1:
            stream.gap(seq, seq + rng.randrange(3))
        case 2:
            stream.end(20)  # the same whenever it is said
        case 3 | 4:
            stream.part(seq, rng.randrange(3), run=run)
        case _:
            for index in range(3):
                rows = np.zeros((rng.randrange(3) if index == 0 else 0, 2))
                stream.part(seq, index, run=run, skip=skip, rows=rows)


@pytest.mark.parametrize("seed", range(100))
def test_index_counts_as_an_assembler_does(
    stream: "Stream", both: Both, seed: int
) -> None:
    rng = random.Random(seed)

    for _ in range(60):
        stir(stream, rng)

        index = both.index
        assert (index.run, index.manifest) == (both.run, both.manifest)
        assert (index.skipped, index.missing, index.lost) == (
            both.skipped,
            both.missing,
            both.lost,
        )
        if len(index) or index.missing:
            assert index.seq == both.seq
    last_join = max(i for i, e in enumerate(both.events) if _is_fresh(e))
    since = both.events[last_join:]
    seqs = [e.snapshot.seq for e in since if isinstance(e, Arrived)]
    assert [place.seq for place in map(index.find, seqs) if place] == seqs
    assert len(index) == len(seqs)
    assert (index.ended is not None) == any(isinstance(e, Ended) for e in since)


def _is_fresh(event: Event) -> bool:
    return isinstance(event, Joined) and event.fresh
