"""Nothing that somebody recorded is written over."""

from pathlib import Path

from protocol.writer import other_names


def set_aside(path: Path) -> Path | None:
    """Give a file that is there another name, such as run.1.ncast.

    Returns:
        The new name, None where there was no such file.

    Raises:
        OSError: It cannot be renamed.
    """
    if not path.is_file():
        return None
    free = next(name for name in other_names(path) if not name.exists())
    path.rename(free)
    return free
