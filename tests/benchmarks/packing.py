"""How small class maps get, what that costs, and how many a link carries.

    python -m tests.benchmarks.packing [maps] [stream]

Maps: layers of `trainer space`, cut into parts, each packed and unpacked. Stream: real
runs with a layer each 10 ms, straight and over a link of 100 Mbit/s, to a viewer that
wants the newest and to a recorder; once raw, as to a viewer that cannot unpack.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from protocol import address
from protocol.arrays import cut
from protocol.events import Arrived
from protocol.messages import Want
from protocol.payload import Packing, packed, raw, unpacked
from tests.benchmarks.audience import Seat
from tests.benchmarks.interleaved import print_table
from tests.benchmarks.space import Make, drawn, mean
from tests.integration.faults.conftest import Proxy
from trainer.datasets.groups import points_for
from trainer.models.random_neighbour import RandomNeighbour
from trainer.models.space import Cells

SIZE, SHOWN = 800, (0, 10, 60, 250)
LINK = 100e6 / 8  # bytes a second
PACE_S = 0.01
ROUNDS = 9
LISTENING = re.compile(r"listening on (\S+)")
FILTERS: dict[str, Make] = {"random": RandomNeighbour, "mean": mean}


def median_ms(work: Callable[[], object]) -> float:
    """Take the processor's time."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1e3)
    return float(np.median(taken))


def measured(cells: Cells) -> list[str]:
    """Pack and unpack the parts of a layer."""
    parts = cut(cells.tobytes())
    small = [packed(part) or raw(part) for part in parts]
    lengths = [len(part) for part in parts]
    size = sum(len(each.data) for each in small)
    pack_ms = median_ms(lambda: [packed(part) for part in parts])
    unpack_ms = median_ms(lambda: list(map(unpacked, small, lengths)))
    return [
        f"{cells.size / 1e3:.0f}",
        f"{size / 1e3:.1f}",
        f"{cells.size / size:.1f}",
        f"{pack_ms:.2f}",
        f"{unpack_ms:.2f}",
        f"{LINK / cells.size:.0f}",
        f"{LINK / size:.0f}",
    ]


def maps() -> None:
    """Measure and print layer by layer."""
    cells = drawn(SIZE, points_for(SIZE))
    rows = []
    for name, make in FILTERS.items():
        space = make(cells)
        while True:
            if space.layer in SHOWN:
                rows.append([name, str(space.layer), *measured(space.cells)])
            if space.layer == max(SHOWN):
                break
            space.advance()
    head = (
        "filter", "layer", "raw KB", "packed KB", "times", "ms to pack", "ms to unpack",
        "raw, layers/s at 100 Mbit/s", "packed",
    )  # fmt: skip
    print_table(head, rows)


def followed(name: str, link: float, want: Want, how: Sequence[Packing]) -> list[str]:
    """Follow a run to its end."""
    command = [sys.executable, "-m", "trainer", "space", "--port", "0", "--wait", "1"]
    command += ["--size", str(SIZE), "--pace", str(PACE_S), "--filter", name]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    found = next(filter(None, map(LISTENING.search, process.stderr)))
    proxy = Proxy(address.parse(found[1]))
    proxy.throttle(link)
    seat, times = Seat(proxy.address, want, packings=how), [0.0]
    while not seat.ended:
        if any(isinstance(event, Arrived) for event in seat.look()):
            times.append(time.monotonic())
    seat.look()
    seat.connection.close()
    process.communicate()
    carried = proxy.down.carried
    proxy.close()
    got = seat.result()
    return [
        name,
        "no limit" if link == np.inf else f"{link * 8 / 1e6:.0f} Mbit/s",
        "newest" if want is Want.LIVE else "all",
        "packed" if how else "raw",
        *(f"{got[each]:.0f}" for each in ("received", "skipped", "gaps", "lost")),
        f"{carried / 1e6:.1f}",
        f"{times[-1] - times[1]:.2f}",
        f"{(got['received'] - 1) / (times[-1] - times[1]):.1f}",
    ]


def stream() -> None:
    """Measure and print run after run."""
    rows = [
        followed(name, link, want, how)
        for name in FILTERS
        for link in (np.inf, LINK)
        for want in Want
        for how in ((), tuple(Packing))
    ]
    head = (
        "filter", "link", "wants", "payloads", "layers", "skipped", "not held", "lost",
        "MB", "s", "layers/s",
    )  # fmt: skip
    print_table(head, rows)


PARTS = {"maps": maps, "stream": stream}


def main() -> None:
    """Measure what was asked for, or all."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
        print()


if __name__ == "__main__":
    main()
