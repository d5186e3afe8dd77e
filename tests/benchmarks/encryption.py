"""What encryption costs: a whole run sent from one process to another, with and without.

Run: python -m tests.benchmarks.encryption

Every round a trainer's Broadcast in a process of its own holds a run, then a viewer's
LiveSource here asks for all of it, over loopback: megabytes a second from the welcome to
the last snapshot, and the processor time of the trainer's process meanwhile. Both want
a core of their own.
"""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from protocol.address import Address
from protocol.arrays import blob_bytes
from protocol.events import Arrived, Joined
from protocol.messages import EndReason, Manifest, Probe, Want
from tests.benchmarks.interleaved import print_table
from tests.benchmarks.runs import manifest_of
from trainer.broadcast import Broadcast
from trainer.keygen import make_folder
from trainer.keyring import Keyring
from trainer.listener import Listener
from viewer.keyring import read_keyring
from viewer.live import LiveSource

ROUNDS, PATIENCE_S = 7, 120.0
BUFFER_BYTES = 1 << 30
# Layers, and so many snapshots that a run takes about as long as the other.
RUNS = {(2500, 12, 12, 12, 4): 600, (784, 1024, 192, 10): 48}
HEAD = ("snapshot", "", "MB/s", "trainer's CPU s/GB", "MB/s beside plain")

Taken = tuple[float, float]  # MB/s, CPU s/GB


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "keys"
        make_folder(folder)
        rows = [
            row
            for sizes, count in RUNS.items()
            for row in _compare(sizes, count, folder)
        ]
    print_table(HEAD, rows)


def _compare(sizes: tuple[int, ...], count: int, folder: Path) -> list[list[str]]:
    manifest = manifest_of(sizes, ())
    ways: dict[str, Callable[[], Taken]] = {
        "plain": partial(_send, manifest, count, None),
        "encrypted": partial(_send, manifest, count, folder),
    }
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            measured = way()
            if number:  # the first warms up
                taken[name].append(measured)
    size = blob_bytes(manifest.arrays)
    shown = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} KB"
    plain = statistics.median(speed for speed, _ in taken["plain"])
    rows = []
    for name, each in taken.items():
        speed, cpu = (statistics.median(column) for column in zip(*each, strict=True))
        figures = [f"{speed:.0f}", f"{cpu:.2f}", f"{speed / plain:.2f}"]
        rows.append([shown, name, *figures])
    return rows


def _send(manifest: Manifest, count: int, folder: Path | None) -> Taken:
    """Send a run once."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    trainer = spawn.Process(target=_train, args=(there, manifest, count, folder))
    trainer.start()
    try:
        keyring = None if folder is None else read_keyring(folder)
        with LiveSource(here.recv(), Want.ALL, keyring=keyring) as source:
            wall_s = _receive(source, count)
        gigabytes = count * blob_bytes(manifest.arrays) / 1e9
        return 1e3 * gigabytes / wall_s, here.recv() / gigabytes
    finally:
        trainer.join()


def _receive(source: LiveSource, count: int) -> float:
    """Receive a run; give the seconds from the welcome to its last snapshot."""
    began, arrived = 0.0, 0
    until = time.monotonic() + PATIENCE_S
    while arrived < count:
        assert time.monotonic() < until, f"{arrived} of {count} snapshots came"
        for event in source.events(0.1):
            if isinstance(event, Joined):
                began = time.perf_counter()
            elif isinstance(event, Arrived):
                arrived += 1
                source.consumed(event.snapshot.seq)
    return time.perf_counter() - began


def _train(
    pipe: Connection, manifest: Manifest, count: int, folder: Path | None
) -> None:
    """Hold a run, serve it to one viewer, tell what that cost."""
    keyring = None if folder is None else Keyring(folder)
    listener = Listener(Address("127.0.0.1", 0), keyring)
    rng = np.random.default_rng(0)
    arrays = {
        spec.key: rng.normal(size=spec.shape).astype(spec.dtype)
        for spec in manifest.arrays
    }
    with Broadcast(
        manifest, listener, max_cells=0, buffer_bytes=BUFFER_BYTES, strict=True
    ) as broadcast:
        for number in range(count):
            broadcast.publish(
                epoch=number,
                step=number,
                probe=Probe(index=0, label=None),
                rows=np.zeros((1, len(manifest.metrics))),
                arrays=arrays,
            )
        broadcast.end(EndReason.DONE)
        pipe.send(listener.address)
        broadcast.wait_for(1, lambda there: None)
        before = time.process_time()
        assert broadcast.serve_until_satisfied(PATIENCE_S)
        pipe.send(time.process_time() - before)


if __name__ == "__main__":
    main()
