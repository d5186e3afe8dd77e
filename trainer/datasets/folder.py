"""A folder of pictures, one sub-folder a class."""

from collections import Counter
from collections.abc import Callable, Sequence, Sized
from pathlib import Path

import numpy as np

from trainer.datasets.dataset import Dataset, DatasetError, Pictures
from trainer.datasets.paper import ENDINGS, BrokenPictureError, read_ink, size_of
from trainer.datasets.pictures import LEARNED, MOST_SIDE, NAMED, Note, dataset_of

Skip = Callable[[Path, str], None]
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

    Hidden files are passed over in silence, others that are no PNG or JPEG are counted.

    Args:
        path: Holds a folder for each class, named after it.
        seed: Decides what is held out and how the others are warped.
        size: (height, width) to bring all pictures to; None for the commonest among
            them, at most MOST_SIDE a side.
        held_out: As in dataset_of.
        learned: As in dataset_of.
        on_skip: Told each picture that cannot be read, and why.
        on_note: Told what the user may not expect, a line each.
        on_progress: Told how many of how many pictures are read.

    Returns:
        Pictures centred by mass, in an order of chance.

    Raises:
        DatasetError: The folder is not there, or holds less than two classes.
    """
    found = find(path)
    _note_others(path, on_note)
    shapes = _measure(found, on_skip)
    shape = size or _common_shape(list(shapes.values()), on_note)
    inks = _read(list(shapes), shape, on_skip, on_progress)
    names = [file.parent.name for file in inks]
    _check(path, sorted(set(names)), found, inks)
    return dataset_of(
        np.stack(list(inks.values())),
        names,
        name=path.resolve().name,
        seed=seed,
        held_out=held_out,
        on_note=on_note,
        learned=learned,
    )


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


def _note_others(path: Path, on_note: Note) -> None:
    """Count the files in the folders of classes that are passed over."""
    others = Counter(
        file.suffix.lower() or "no ending"
        for folder in path.iterdir()
        if _is_class(folder)
        for file in folder.iterdir()
        if not (file.name.startswith(".") or file.is_dir() or _is_picture(file))
    )
    if others:
        some = sorted(others.items())[:NAMED]
        kinds = ", ".join(f"{count} {kind}" for kind, count in some)
        on_note(f"passed over what is no PNG or JPEG file: {kinds}")


def _is_class(entry: Path) -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def pictures_in(folder: Path) -> list[Path]:
    """List the picture files of a folder, by name."""
    return sorted(
        file
        for file in folder.iterdir()
        if _is_picture(file) and not file.name.startswith(".")
    )


def _is_picture(path: Path) -> bool:
    """Whether it is a file with such an ending; a dangling link is none."""
    return path.suffix.lower() in ENDINGS and path.is_file()


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
