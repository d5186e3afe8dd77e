"""A folder of Quick, Draw! bitmap files: NAME.npy, 28 x 28 bytes a drawing.

Source:
    github.com/googlecreativelab/quickdraw-dataset, "Numpy bitmaps (.npy)": every row is
    a drawing of 784 bytes, 255 where the stroke is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Dataset, DatasetError, Pictures
from trainer.datasets.pictures import Note, dataset_of
from trainer.npy import BrokenArrayError, read_head

SIDE = 28
# How the files are called where they are downloaded from.
PREFIX = "full_numpy_bitmap_"

# The files have some 100,000 drawings each; nobody waits for all of them.
MOST_EACH = 4000
MOST = 60_000


def bitmap_files(folder: Path) -> list[Path]:
    """List such files, by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix == ".npy" and not path.name.startswith(".") and path.is_file()
    )


def load_bitmaps(
    folder: Path,
    *,
    seed: int = 0,
    held_out: float = 0.25,
    on_note: Note = lambda text: None,
) -> Dataset:
    """Make a data set of drawings, a file a class; see read_bitmaps."""
    inks, names = read_bitmaps(folder, seed=seed, on_note=on_note)
    return dataset_of(
        inks,
        names,
        name=folder.resolve().name,
        seed=seed,
        held_out=held_out,
        on_note=on_note,
    )


def read_bitmaps(
    folder: Path, *, seed: int = 0, on_note: Note = lambda text: None
) -> tuple[Pictures, list[str]]:
    """Read drawings, a file a class; of very many a random choice.

    Returns:
        Ink from 0 to 1, shape (n, 28, 28); the class of each.

    Raises:
        DatasetError: A file is none of these, or there are less than two.
    """
    files = bitmap_files(folder)
    if len(files) < 2:
        raise DatasetError(
            f"expected two or more .npy files, one a class, got {len(files)} in {folder}"
        )
    rng = np.random.default_rng(seed)
    most = max(1, min(MOST_EACH, MOST // len(files)))
    chosen = [_chosen(path, most, rng, on_note) for path in files]
    names = [path.stem.removeprefix(PREFIX) for path in files]
    inks = _inks(np.concatenate(chosen))
    return inks, _repeated(names, [len(rows) for rows in chosen])


def _inks(rows: NDArray[np.uint8]) -> Pictures:
    inks = rows.reshape(-1, SIDE, SIDE).astype(np.float32)
    inks /= 255
    return inks


def _repeated(names: Sequence[str], counts: Sequence[int]) -> list[str]:
    return [
        name for name, count in zip(names, counts, strict=True) for _ in range(count)
    ]


def _chosen(
    path: Path, most: int, rng: np.random.Generator, on_note: Note
) -> NDArray[np.uint8]:
    """Read some rows without reading all of the file."""
    try:
        with path.open("rb") as file:
            head = read_head(file)
            start = file.tell()
        fits = start + head.size == path.stat().st_size
        count = head.shape[0] if len(head.shape) == 2 else 0
        if not fits or head.dtype != np.uint8 or head.shape != (count, SIDE * SIDE):
            raise BrokenArrayError(
                f"{head.dtype} of {head.shape}, expected uint8 of (n, {SIDE * SIDE})"
                if fits
                else "not as large as it says"
            )
        if count == 0:
            raise BrokenArrayError("empty")
        order: Literal["C", "F"] = "F" if head.is_fortran else "C"
        rows = np.memmap(path, np.uint8, "r", start, head.shape, order)
    except BrokenArrayError as error:
        raise DatasetError(f"cannot use {path}: it is {error}") from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise DatasetError(f"cannot read {path}: {why}") from error
    if count <= most:
        return np.array(rows)
    on_note(
        f"of {count:,} drawings in {path.name} {most:,} are taken, chosen at random"
    )
    return np.array(rows[np.sort(rng.choice(count, most, replace=False))])
