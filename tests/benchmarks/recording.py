"""What a recording costs beside the same bytes written plainly, and how fast it is read.

Run: python -m tests.benchmarks.recording [FOLDER] [KILOBYTES]

A record of 120 KB, as of 2500-12-12-12-4, unless another size is given, written into a
file in the folder (a temporary one unless given): every round 400 records as fast as it
goes, of which 100 are taken for a second. What a sync costs depends on the disk; reading
is from the memory that the system keeps of files. The recorder is the trainer's: what its
`take` costs the thread that calls it, waiting for the disk included.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from protocol.index import scan
from protocol.recording import RecordingReader
from protocol.writer import RecordingWriter
from tests.benchmarks.interleaved import Work, in_turn, print_table, spread
from trainer.recorder import Recorder

RECORDS, ROUNDS, A_SECOND = 400, 7, 100
HEADER = bytes(150)  # about that of a snapshot
WRITE = ("a record of {} KB", "median µs", "95 %", "max", "mean", "MB/s", "mean/plain")
READ = ("reading {} MB", "median ms", "MB/s", "beside plain")


def main(folder: str | None = None, kilobytes: str = "120") -> None:
    """Measure and print."""
    payload = bytearray(np.random.default_rng(0).bytes(int(kilobytes) * 1000))
    parts = [memoryview(HEADER), memoryview(payload)]
    with tempfile.TemporaryDirectory(dir=folder) as name:
        path = Path(name) / "run.ncast"
        _write_all(path, parts, kilobytes)
        print()
        _read_all(path)


def _write_all(path: Path, parts: list[memoryview], kilobytes: str) -> None:
    ways: dict[str, Callable[[int], Work]] = {
        "plain write": partial(_plain, path, parts),
        "flushed": partial(_recorded, path, parts, "never"),
        "flushed, synced each second": partial(_recorded, path, parts, "each second"),
        "flushed, synced each time": partial(_recorded, path, parts, "each time"),
        "the trainer's recorder, take": partial(_taken, path, parts),
    }
    times = in_turn(ways, ROUNDS)
    size = sum(map(len, parts)) / 1e6
    plain = float(np.mean(times["plain write"].wall))
    rows = [
        (
            name,
            *(f"{1e3 * value:.0f}" for value in spread(each.wall)),
            f"{1e3 * np.mean(each.wall):.0f}",
            f"{size / np.mean(each.wall) * 1e3:.0f}",
            f"{np.mean(each.wall) / plain:.2f}",
        )
        for name, each in times.items()
    ]
    print_table([WRITE[0].format(kilobytes), *WRITE[1:]], rows)


def _plain(path: Path, parts: list[memoryview], number: int) -> Work:
    with path.open("wb", buffering=0) as file:
        for _ in range(RECORDS):
            yield [file.write(part) for part in parts]


def _recorded(path: Path, parts: list[memoryview], sync: str, number: int) -> Work:
    with path.open("wb") as file:
        writer = RecordingWriter(file, lambda: os.fsync(file.fileno()))
        for record in range(RECORDS):
            writer.append(parts, 0.0)
            if sync == "each second":
                writer.tick(record / A_SECOND)
            elif sync == "each time":
                writer.sync()
            yield writer


def _taken(path: Path, parts: list[memoryview], number: int) -> Work:
    path.unlink()
    with Recorder(path) as recorder:
        for _ in range(RECORDS):
            while not recorder.take(parts):
                time.sleep(0.001)
            yield recorder


def _read_all(path: Path) -> None:
    size = path.stat().st_size / 1e6
    ways: dict[str, Callable[[int], Work]] = {
        "plain read": partial(_read, path, _plainly),
        "all records, checked": partial(_read, path, _records),
        "scan, checked": partial(_read, path, partial(scan, check=True)),
        "scan of headers": partial(_read, path, scan),
    }
    times = in_turn(ways, ROUNDS)
    plain = spread(times["plain read"].wall)[0]
    rows = []
    for name, each in times.items():
        median = spread(each.wall)[0]
        rows.append(
            (
                name,
                f"{median:.1f}",
                f"{size / median * 1e3:.0f}",
                f"{median / plain:.2f}",
            )
        )
    print_table([READ[0].format(f"{size:.0f}"), *READ[1:]], rows)


def _read(
    path: Path, read: Callable[[BinaryIO], object], number: int
) -> Iterator[object]:
    with path.open("rb") as file:
        yield read(file)


def _plainly(file: BinaryIO) -> int:
    return sum(len(block) for block in iter(partial(file.read, 1 << 18), b""))


def _records(file: BinaryIO) -> int:
    return sum(len(record.parts) for record in RecordingReader(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
