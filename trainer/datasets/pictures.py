"""A folder of pictures, one sub-folder a class, as a data set."""

from collections import Counter
from collections.abc import Callable, Sequence, Sized
from pathlib import Path

import numpy as np

from trainer.datasets.augment import warped
from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import Dataset, DatasetError, Labels, Pictures, flat
from trainer.datasets.paper import ENDINGS, BrokenPictureError, read_ink, size_of
from trainer.datasets.preparation import INK, Preparation
from trainer.datasets.split import hold_out, near_duplicate_groups

# Pictures are brought to at most this many pixels a side: the first layer has a weight
# for each pixel and unit, and a drawing says no more with more of them.
MOST_SIDE = 100

# What people call a class that is none of the others.
UNKNOWN_NAMES = ("unknown", "other")

# Few drawings are warped into so many to learn from.
LEARNED = 4000
MOST_COPIES = 50

Skip = Callable[[Path, str], None]
Note = Callable[[str], None]
Progress = Callable[[int, int], None]


def load_folder(
    path: Path,
    *,
    seed: int = 0,
    size: tuple[int, int] | None = None,
    held_out: float = 0.25,
    learned: int = LEARNED,
    on_skip: Skip = lambda path, why: None,
    on_note: Note = lambda text: None,
    on_progress: Progress = lambda done, total: None,
) -> Dataset:
    """Read pictures of hand-drawn things.

    Files that do not end like a picture, and hidden ones, are passed over in silence.

    Args:
        path: Holds a folder for each class, named after it.
        seed: Decides what is held out and how the others are warped.
        size: (height, width) to bring all pictures to; None for the commonest among
            them, at most MOST_SIDE a side.
        held_out: Share of each class to keep for measuring; copies of one drawing stay
            on one side, and warped copies are made of the other pictures only.
        learned: About how many pictures to learn from.
        on_skip: Told each picture that cannot be read, and why.
        on_note: Told what the user may not expect, a line each.
        on_progress: Told how many of how many pictures are read.

    Returns:
        Pictures centred by mass, in an order of chance.

    Raises:
        DatasetError: The folder is not there, or holds less than two classes.
    """
    found = find(path)
    shapes = _measure(found, on_skip)
    shape = size or _common_shape(list(shapes.values()), on_note)
    inks = _read(list(shapes), shape, on_skip, on_progress)
    classes = sorted({file.parent.name for file in inks}, key=_unknown_last)
    _check(path, classes, found, inks)
    x = flat(centre_by_mass(np.stack(list(inks.values()))))
    y = np.array([classes.index(file.parent.name) for file in inks], np.int64)
    rng = np.random.default_rng(seed)
    kept = hold_out(near_duplicate_groups(x, shape), y, held_out, rng)
    for label, name in enumerate(classes):
        if held_out > 0 and not kept[y == label].any():
            on_note(f"too few different pictures of {name!r} to hold one out")
    pictures, labels = _multiplied(x[~kept].reshape(-1, *shape), y[~kept], learned, rng)
    return Dataset(
        name=path.resolve().name,
        x=flat(pictures),
        y=labels,
        classes=tuple(classes),
        input_shape=shape,
        held_out_x=x[kept],
        held_out_y=y[kept],
        preparation=Preparation(INK, shape),
        unknown=_unknown(classes),
    )


def _unknown(classes: Sequence[str]) -> int | None:
    """Find the class that means "none of the others"; it is the last one."""
    last = len(classes) - 1
    return last if classes[last].casefold() in UNKNOWN_NAMES else None


def _unknown_last(name: str) -> tuple[bool, str]:
    return name.casefold() in UNKNOWN_NAMES, name


def find(path: Path) -> list[Path]:
    """List the picture files of all classes, class by class.

    Raises:
        DatasetError: The folder cannot be looked into.
    """
    try:
        folders = sorted(entry for entry in path.iterdir() if _is_class(entry))
        return [file for folder in folders for file in pictures_in(folder)]
    except FileNotFoundError as error:
        raise DatasetError(f"no such folder: {path}") from error
    except NotADirectoryError as error:
        raise DatasetError(
            f"expected a folder with a sub-folder for each class, got a file: {path}"
        ) from error
    except OSError as error:
        raise DatasetError(f"cannot look into {path}: {error.strerror}") from error


def _is_class(entry: Path) -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def pictures_in(folder: Path) -> list[Path]:
    """List the picture files of a folder, by name."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in ENDINGS
        and not file.name.startswith(".")
        and file.is_file()
    )


def _measure(files: Sequence[Path], on_skip: Skip) -> dict[Path, tuple[int, int]]:
    shapes = {}
    for file in files:
        try:
            shapes[file] = size_of(file)
        except BrokenPictureError as error:
            on_skip(file, str(error))
    return shapes


def _common_shape(shapes: Sequence[tuple[int, int]], on_note: Note) -> tuple[int, int]:
    """Choose the (height, width) that all pictures are brought to."""
    counted = Counter(shapes)
    if not counted:
        return (1, 1)  # nothing to read; _check says so
    # The commonest; among equally common ones the largest.
    height, width = max(counted, key=lambda shape: (counted[shape], shape))
    scale = min(1.0, MOST_SIDE / max(height, width))
    chosen = (max(1, round(height * scale)), max(1, round(width * scale)))
    if set(counted) != {chosen}:
        kinds = "one size" if len(counted) == 1 else f"{len(counted)} sizes"
        on_note(f"pictures of {kinds} are brought to {chosen[1]} x {chosen[0]} pixels")
    return chosen


def _read(
    files: Sequence[Path],
    shape: tuple[int, int],
    on_skip: Skip,
    on_progress: Progress,
) -> dict[Path, Pictures]:
    inks = {}
    for done, file in enumerate(files, start=1):
        try:
            inks[file] = read_ink(file, shape)
        except BrokenPictureError as error:
            on_skip(file, str(error))
        on_progress(done, len(files))
    return inks


def _check(
    path: Path, classes: Sequence[str], found: Sequence[Path], read: Sized
) -> None:
    """See to it that there is something to tell apart."""
    if len(classes) >= 2:
        return
    loose, broken = len(pictures_in(path)), len(found) - len(read)
    what_now = f"put pictures into two or more sub-folders, one a class, of {path}"
    if not found:
        lying = f" ({loose} {'lies' if loose == 1 else 'lie'} in the folder itself)"
        what = f"found no pictures (PNG, JPEG) of a class{lying if loose else ''}"
    elif not classes:
        what = f"none of {len(found)} pictures can be read"
    else:
        skipped = f" ({broken} pictures skipped)" if broken else ""
        what = f"found only one class, {classes[0]!r}{skipped}"
    raise DatasetError(f"{what}; {what_now}")


def _multiplied(
    pictures: Pictures, labels: Labels, wanted: int, rng: np.random.Generator
) -> tuple[Pictures, Labels]:
    """Warp each picture into several, about as many of each class, and shuffle them."""
    counts = np.bincount(labels)
    share = wanted / np.count_nonzero(counts)
    copies = np.maximum(1, np.rint(share / counts[labels])).astype(np.int64)
    copies = np.minimum(copies, MOST_COPIES)
    again = np.repeat(np.arange(len(labels)), copies - 1)
    grown = centre_by_mass(warped(pictures[again], rng))
    order = rng.permutation(len(labels) + len(again))
    return (
        np.concatenate([pictures, grown])[order],
        np.concatenate([labels, labels[again]])[order],
    )
