"""Spoilt messages into both halves of the conversation, for as long as one likes.

Run: python -m tests.benchmarks.fuzz [MESSAGES] [SEED]

Each half runs in a process of its own, so that its memory is its own. An exception ends
it and shows the seed and the number of the message; the same two numbers bring it back.
Bad are messages that were found out; the others were true in every field, or came from a
peer that is not listened to. RSS is that of the whole process, Python included.
"""

import json
import resource
import subprocess
import sys
import time

from protocol import limits
from tests.benchmarks.interleaved import print_table
from tests.protocol.fuzz.conftest import Mutator, Run
from tests.protocol.fuzz.sieges.conftest import PART_BYTES, SIEGES

MESSAGES, SEED = 1_000_000, 1
WARM = 20_000  # messages until memory is looked at for the first time
HEAD = (
    "half", "messages", "a second", "bad", "exceptions", "worst ms",
    "RSS MB at first", "at most",
)  # fmt: skip


def besiege(half: str, messages: int, seed: int) -> dict[str, float]:
    """Fuzz one half in this process."""
    limits.PART_BYTES = PART_BYTES
    mutator = Mutator(seed)
    siege = SIEGES[half](mutator, Run(mutator.rng))
    began, first_mb = time.perf_counter(), peak_mb()
    for number in range(messages):
        if number == WARM:
            first_mb = peak_mb()
        try:
            siege.step()
        except Exception:
            print(f"{half}: seed {seed}, message {number}", file=sys.stderr)
            raise
    return {
        "rate": messages / (time.perf_counter() - began),
        "bad": siege.tally.refused,
        "worst_ms": siege.tally.worst_s * 1e3,
        "first_mb": first_mb,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """Read how much memory this process has had at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def main(messages: int = MESSAGES, seed: int = SEED) -> None:
    """Fuzz each half and print."""
    rows: list[tuple[str, ...]] = []
    for half in SIEGES:
        command = [sys.executable, "-m", __spec__.name, half, str(messages), str(seed)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            rows.append((half, f"{messages:,}", "", "", "1", "", "", ""))
            continue
        got = json.loads(done.stdout)
        cells = (f"{got['rate']:,.0f}", f"{got['bad']:,.0f}", "0")
        sizes = (f"{got[name]:.1f}" for name in ("worst_ms", "first_mb", "peak_mb"))
        rows.append((half, f"{messages:,}", *cells, *sizes))
    print_table(HEAD, rows)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in SIEGES:
        half, *numbers = sys.argv[1:]
        print(json.dumps(besiege(half, *map(int, numbers))))
    else:
        main(*map(int, sys.argv[1:]))
