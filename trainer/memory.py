"""Memory that was freed and that the process still has."""

import ctypes


def give_back() -> None:
    """Return to the system what is free, where the C library can do so (glibc).

    Each connection leaves some tens of kilobytes, which later ones do not fill again.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
