"""How soon a viewer sees that something is wrong, and is whole again when it is not.

Run: python -m tests.benchmarks.liveness [ROUNDS] [SECONDS]

Real processes, a snapshot every 20 ms. Noticed is the time from the fault to the viewer's
word that the trainer is silent; whole is the time from the end of the fault to the first
snapshot that was taken after it. A fault lasts for SECONDS, 3 if they are not given; the
trainer forgets a viewer after 10, TCP tries ever less often.
"""

import math
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from protocol.events import Arrived, Joined, Silent
from protocol.messages import Want
from tests.benchmarks.hostile import RUN
from tests.benchmarks.interleaved import print_table
from tests.integration.conftest import Program, Viewer, wait_until
from tests.integration.faults.conftest import Proxy
from tests.integration.faults.hostile.conftest import resident_mb

ROUNDS, SECONDS = 5, 3.0
HEAD = (
    "what happens",
    "noticed after s, median",
    "most",
    "whole after s, median",
    "most",
)
WATCHED = "watch"

Times = tuple[float, float]  # noticed, whole again


@contextmanager
def programs() -> Iterator[tuple[Program, Proxy, Viewer]]:
    """A trainer, a link to it, and a viewer that has a snapshot."""
    trainer = Program("trainer", *RUN)
    proxy = Proxy(trainer.address)
    viewer = Viewer(str(proxy.address), Want.LIVE)
    try:
        viewer.wait_for(Arrived)
        yield trainer, proxy, viewer
    finally:
        viewer.source.close()
        proxy.close()
        trainer.close()


def silence_s(viewer: Viewer, seconds: float) -> float:
    """Wait that long; give the time until the viewer calls the trainer silent."""
    began, noticed = time.monotonic(), math.nan
    while time.monotonic() - began < seconds or math.isnan(noticed):
        viewer.look(0.01)
        if math.isnan(noticed) and viewer.of(Silent):
            noticed = time.monotonic() - began
    return noticed


def whole_s(viewer: Viewer) -> float:
    """Give the time until a snapshot has come that was taken from now on."""
    began, now = time.monotonic(), time.time()

    def is_whole() -> bool:
        arrived = viewer.of(Arrived)
        last = arrived[-1] if arrived else None
        return isinstance(last, Arrived) and last.snapshot.time > now

    wait_until(is_whole, lambda: viewer.look(0.01))
    return time.monotonic() - began


def stop_trainer(seconds: float) -> Times:
    with programs() as (trainer, _, viewer):
        trainer.signal(signal.SIGSTOP)
        noticed = silence_s(viewer, seconds)
        trainer.signal(signal.SIGCONT)
        return noticed, whole_s(viewer)


def black_hole(forget: bool) -> Callable[[float], Times]:
    def fault(seconds: float) -> Times:
        with programs() as (_, proxy, viewer):
            proxy.black_hole(True, forget=forget)
            noticed = silence_s(viewer, seconds)
            proxy.black_hole(False)
            return noticed, whole_s(viewer)

    return fault


def kill_trainer(seconds: float) -> Times:
    """Kill it and start another one on its port; recognised is when that is welcomed."""
    trainer = Program("trainer", *RUN)
    port = trainer.address.rpartition(":")[2]
    viewer = Viewer(trainer.address, Want.LIVE)
    viewer.wait_for(Arrived)
    trainer.signal(signal.SIGKILL)
    noticed = silence_s(viewer, seconds)
    again = Program("trainer", *RUN, "--port", port)
    again.wait_for_line("listening on")
    began = time.monotonic()
    wait_until(lambda: len(viewer.of(Joined)) == 2, lambda: viewer.look(0.01))
    recognised = time.monotonic() - began
    viewer.source.close()
    again.close()
    trainer.close()
    return noticed, recognised


def stop_viewer(seconds: float) -> tuple[float, list[float]]:
    """Stop a viewer; give the time until it is whole, and the trainer's memory."""
    trainer = Program("trainer", *RUN)
    viewer = Program("tests.benchmarks.liveness", WATCHED, trainer.address)
    viewer.wait_for_line("^[0-9]")
    memory = [resident_mb(trainer.process.pid)]
    viewer.signal(signal.SIGSTOP)
    for _ in range(3):
        time.sleep(seconds / 3)
        memory.append(resident_mb(trainer.process.pid))
    viewer.signal(signal.SIGCONT)
    began, now = time.monotonic(), time.time()
    while float(viewer.lines[-1]) < now:
        time.sleep(0.005)
    took = time.monotonic() - began
    viewer.close()
    trainer.close()
    return took, memory


def watch(where: str) -> None:
    """Be a viewer that says when each snapshot was taken."""
    viewer = Viewer(where, Want.LIVE)
    while True:
        before = len(viewer.seqs)
        viewer.look(0.05)
        for event in viewer.of(Arrived)[before:]:
            assert isinstance(event, Arrived)
            print(event.snapshot.time, file=sys.stderr, flush=True)


FAULTS: dict[str, Callable[[float], Times]] = {
    "the trainer is stopped, and goes on": stop_trainer,
    "the link is a black hole": black_hole(forget=False),
    "the same, and forgets connections": black_hole(forget=True),
    "the trainer is killed, and another one started": kill_trainer,
}


def main(rounds: int = ROUNDS, seconds: float = SECONDS) -> None:
    """Do everything that is bad and print."""
    rows = []
    for name, fault in FAULTS.items():
        times = [fault(seconds) for _ in range(rounds)]
        cells = [
            f"{what(column):.2f}"
            for column in zip(*times, strict=True)
            for what in (statistics.median, max)
        ]
        rows.append((name, *cells))
    print_table(HEAD, rows)
    took, memory = stop_viewer(seconds)
    sizes = ", ".join(f"{mb:.0f}" for mb in memory)
    print(f"\na viewer is stopped for {seconds:g} s: whole again after {took:.2f} s;")
    print(f"the trainer's memory meanwhile, in MB: {sizes}")


if __name__ == "__main__":
    if sys.argv[1:2] == [WATCHED]:
        watch(sys.argv[2])
    count, *duration = sys.argv[1:] or [str(ROUNDS)]
    main(int(count), *map(float, duration))
