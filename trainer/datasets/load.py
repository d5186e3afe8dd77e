"""Which kind of data was meant."""

from pathlib import Path

from trainer.datasets.arrays import load_arrays
from trainer.datasets.bitmaps import bitmap_files, load_bitmaps
from trainer.datasets.dataset import Dataset, DatasetError
from trainer.datasets.drawing import shapes
from trainer.datasets.folder import Progress, Skip, load_folder
from trainer.datasets.pictures import Note

SHAPES = "shapes"


def load(
    data: str, *, seed: int, on_skip: Skip, on_note: Note, on_progress: Progress
) -> Dataset:
    """Make or read a data set.

    Args:
        data: "shapes" for generated drawings, a folder or a file.
        seed: Decides what is drawn or held out.
        on_skip: Told each picture that cannot be read, and why.
        on_note: Told what the user may not expect, a line each.
        on_progress: Told how many of how many pictures are read.

    Raises:
        DatasetError: It is not there, or cannot be used.
    """
    if data == SHAPES:
        return shapes(seed=seed)
    path = Path(data)
    if path.suffix.lower() == ".npz":
        return load_arrays(path, seed=seed, on_note=on_note)
    if path.suffix.lower() == ".npy":
        raise DatasetError(
            f"expected the folder that holds {path.name} and the files of the other "
            f"classes, got a file: {path}"
        )
    if path.is_dir() and bitmap_files(path):
        return load_bitmaps(path, seed=seed, on_note=on_note)
    return load_folder(
        path, seed=seed, on_skip=on_skip, on_note=on_note, on_progress=on_progress
    )
