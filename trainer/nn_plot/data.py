"""What the original learned from: raw pixels, each drawing turned three times."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Dataset, DatasetError, Pictures, flat
from trainer.datasets.drawing import SIDE, UNKNOWN, draw
from trainer.datasets.folder import find
from trainer.datasets.made_up import UNKNOWN_NAMES
from trainer.datasets.paper import BrokenPictureError, read_red
from trainer.datasets.preparation import RAW, Preparation

SHAPE = (SIDE, SIDE)
DO_NOT_KNOW = "I don't know"

# How many circles, squares and triangles its author drew.
COUNTS = {"circle": 96, "square": 107, "triangle": 85}


def drawn(seed: int) -> Dataset:
    """Make up as many drawings as the original had."""
    labels = np.repeat(np.arange(UNKNOWN), list(COUNTS.values()))
    ink = draw(labels, np.random.default_rng(seed))
    return _dataset("hand-drawn shapes", 255 * (1 - ink), labels, tuple(COUNTS))


def read(path: Path, on_skip: Callable[[Path, str], None]) -> Dataset:
    """Read a folder with a sub-folder for each class.

    Args:
        path: The folder; sub-folders called unknown or other are left alone.
        on_skip: Told each picture that cannot be read, and why.

    Raises:
        DatasetError: There are no pictures of two classes.
    """
    pictures, names = [], []
    for file in find(path):
        if file.parent.name.casefold() in UNKNOWN_NAMES:
            continue
        try:
            pictures.append(read_red(file, SHAPE))
            names.append(file.parent.name)
        except BrokenPictureError as error:
            on_skip(file, str(error))
    classes = tuple(sorted(set(names)))
    if len(classes) < 2:
        raise DatasetError(
            f"found pictures of {len(classes)} classes; put pictures into two or more "
            f"sub-folders, one a class, of {path}"
        )
    labels = np.array([classes.index(name) for name in names])
    return _dataset(path.resolve().name, np.stack(pictures), labels, classes)


def _dataset(
    name: str, pictures: Pictures, labels: NDArray[np.int64], classes: Sequence[str]
) -> Dataset:
    turned = np.stack([np.rot90(pictures, k, (1, 2)) for k in (1, 2, 3)], axis=1)
    features = SIDE * SIDE
    return Dataset(
        name=name,
        x=flat(turned.reshape(-1, *SHAPE)),
        y=np.repeat(labels, 3),
        classes=(*classes, DO_NOT_KNOW),
        input_shape=SHAPE,
        held_out_x=np.zeros((0, features), np.float32),
        held_out_y=np.zeros(0, np.int64),
        preparation=Preparation(RAW, SHAPE),
        unknown=len(classes),
    )
