"""Labelled examples, read and prepared one at a time, for a network that is there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trainer.datasets.arrays import read_labelled
from trainer.datasets.bitmaps import bitmap_files, read_bitmaps
from trainer.datasets.dataset import Pictures
from trainer.datasets.folder import find
from trainer.datasets.pictures import Note
from trainer.datasets.preparation import Preparation
from trainer.datasets.prepare import prepare, prepare_array


@dataclass(frozen=True, slots=True)
class Source:
    """Examples by number.

    Attributes:
        names: The class of each.
        read: Reads one as the network does, shape (features,); raises
            BrokenPictureError.
        title: Says where one comes from.
    """

    names: list[str]
    read: Callable[[int], Pictures]
    title: Callable[[int], str]


def source_of(data: Path, preparation: Preparation, on_note: Note) -> Source:
    """Find examples.

    Args:
        data: A folder of pictures or of Quick, Draw! files, or an .npz file.
        preparation: What is done to each.
        on_note: Told what the user may not expect.

    Raises:
        DatasetError: There are none.
    """
    if data.suffix.lower() == ".npz":
        found = read_labelled(data)
        return _of_arrays(found.x, found.names, data, preparation)
    if data.is_dir() and bitmap_files(data):
        return _of_arrays(*read_bitmaps(data, on_note=on_note), data, preparation)
    files = find(data)
    return Source(
        [file.parent.name for file in files],
        lambda index: prepare(files[index], preparation),
        lambda index: str(files[index]),
    )


def _of_arrays(
    arrays: Pictures, names: list[str], data: Path, preparation: Preparation
) -> Source:
    return Source(
        names,
        lambda index: prepare_array(arrays[index], preparation),
        lambda index: f"example {index} of {data}",
    )
