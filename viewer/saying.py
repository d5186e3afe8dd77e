"""Lines that are not the result."""

import sys


def say(text: str) -> None:
    """Print a line that is not the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
