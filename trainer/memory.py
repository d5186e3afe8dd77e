"""The memory of this machine: what there is to take, and what to give back."""

import ctypes
import re
from contextlib import suppress
from pathlib import Path

# Where Linux says how much there is for all, and how much for this container.
ALL = Path("/proc/meminfo")
LIMIT = Path("/sys/fs/cgroup/memory.max")


def available() -> int | None:
    """Say how many bytes a process may still take; None where the system does not."""
    found = []
    with suppress(OSError):
        if known := re.search(r"MemAvailable: +(\d+) kB", ALL.read_text()):
            found.append(int(known[1]) << 10)
    with suppress(OSError, ValueError):  # "max" where there is no limit
        found.append(int(LIMIT.read_text()))
    return min(found, default=None)


def give_back() -> None:
    """Return to the system what is free, where the C library can do so (glibc).

    Each connection leaves some tens of kilobytes, which later ones do not fill again.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
