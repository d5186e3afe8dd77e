"""A file of arrays x and y, as numpy.savez writes it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Dataset, DatasetError, Pictures
from trainer.datasets.paper import fitted, ink_of
from trainer.datasets.pictures import MOST_SIDE, Note, dataset_of
from trainer.datasets.table import table_of
from trainer.npy import read_array

# All arrays of a file together.
MOST_BYTES = 4 << 30
MOST_CLASSES = 1024

# Beyond it differences and squares are no float32 any more, whole numbers no float64.
LARGEST = np.float64(1e18)
LARGEST_LABEL = 2**53

# Names of the parts, also those of the files that come with Keras; the second part of
# those is held out.
PARTS = (("x", "y"), ("x_train", "y_train"))
MEASURED = ("x_test", "y_test")
CLASSES = "classes"

# Kinds of arrays, see numpy.dtype.kind.
NUMBERS, TEXT = "biuf", "US"


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """What a file holds.

    Attributes:
        x: Pictures, (n, height, width), ink from 0 to 1; or rows, (n, features).
        names: Class of each.
        measured: Which are to be held out; None where that is left open.
    """

    x: NDArray[np.float32]
    names: list[str]
    measured: NDArray[np.bool_] | None


def load_arrays(
    path: Path,
    *,
    seed: int = 0,
    held_out: float = 0.25,
    on_note: Note = lambda text: None,
) -> Dataset:
    """Read pictures or rows of numbers and their classes.

    Args:
        path: An .npz file with x of shape (n, height, width), or (n, side * side) bytes,
            for pictures; any other (n, features) for rows. y holds whole numbers or
            text; `classes`, which may be left out, names the numbers.
        seed: Decides what is held out.
        held_out: Share of each class to keep for measuring.
        on_note: Told what the user may not expect, a line each.

    Raises:
        DatasetError: It cannot be read, or its arrays make no sense.
    """
    found = read_labelled(path)
    make = dataset_of if found.x.ndim == 3 else table_of
    return make(
        found.x,
        found.names,
        name=path.stem,
        seed=seed,
        held_out=held_out,
        measured=found.measured,
        on_note=on_note,
    )


def read_labelled(path: Path) -> Labelled:
    """Read what a file holds; see load_arrays.

    Raises:
        DatasetError: It cannot be read, or its arrays make no sense.
    """
    arrays = _read(path)
    for names in PARTS:
        if all(name in arrays for name in names):
            x, y = (arrays[name] for name in names)
            break
    else:
        raise DatasetError(
            f"expected arrays x and y, got {', '.join(arrays) or 'none'} in {path}"
        )
    measured = None
    if all(name in arrays for name in MEASURED):
        x, y, measured = _joined(path, x, y, *(arrays[name] for name in MEASURED))
    if len(x.shape) == 0 or len(x) == 0 or y.shape not in ((len(x),), (len(x), 1)):
        raise DatasetError(
            f"expected as many labels as examples, got x of {x.shape} and y of "
            f"{y.shape} in {path}"
        )
    named = _named(path, y.ravel(), arrays.get(CLASSES))
    return Labelled(_examples(path, x), named, measured)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as file:
            members = [info for info in file.infolist() if info.filename[-4:] == ".npy"]
            size = sum(info.file_size for info in members)
            if size > MOST_BYTES:
                raise DatasetError(
                    f"expected at most {MOST_BYTES >> 30} GiB of arrays, got "
                    f"{size / 2**30:.1f} in {path}"
                )
            return {info.filename[:-4]: _member(file, info) for info in members}
    except FileNotFoundError as error:
        raise DatasetError(f"no such file: {path}") from error
    except (zipfile.BadZipFile, ValueError, RuntimeError) as error:
        raise DatasetError(f"cannot read {path}: {error}") from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise DatasetError(f"cannot read {path}: {why}") from error


def _member(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    with file.open(info) as member:
        try:
            return read_array(member, info.file_size)
        except ValueError as error:
            raise DatasetError(
                f"cannot use {info.filename[:-4]}: it is {error}"
            ) from error


def _joined(
    path: Path,
    x: NDArray[Any],
    y: NDArray[Any],
    more_x: NDArray[Any],
    more_y: NDArray[Any],
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    y, more_y = y.ravel(), more_y.ravel()
    if (x.ndim, x.shape[1:]) != (more_x.ndim, more_x.shape[1:]) or (
        x.shape[:1],
        more_x.shape[:1],
    ) != (y.shape, more_y.shape):
        raise DatasetError(
            f"expected x_test and y_test like x_train and y_train, got {more_x.shape} and "
            f"{more_y.shape}, {x.shape} and {y.shape} in {path}"
        )
    if len(x) == 0:
        raise DatasetError(f"expected examples to learn from, got x_train of {x.shape}")
    measured = np.arange(len(x) + len(more_x)) >= len(x)
    try:
        return np.concatenate([x, more_x]), np.concatenate([y, more_y]), measured
    except TypeError as error:
        raise DatasetError(
            f"expected arrays of numbers, got {x.dtype}, {more_x.dtype}, {y.dtype} and "
            f"{more_y.dtype} in {path}"
        ) from error


def _named(path: Path, y: NDArray[Any], classes: NDArray[Any] | None) -> list[str]:
    """Give the name of each example's class."""
    if y.dtype.kind in TEXT:
        named = _texts(y)
    elif y.dtype.kind in NUMBERS and _are_whole(y):
        named = _numbered(path, y.astype(np.int64), classes)
    else:
        raise DatasetError(f"expected y of whole numbers or text, got others in {path}")
    count = len(set(named))
    if not 2 <= count <= MOST_CLASSES:
        raise DatasetError(
            f"expected 2 to {MOST_CLASSES} classes, got {count} in {path}"
        )
    return named


def _numbered(
    path: Path, y: NDArray[np.int64], classes: NDArray[Any] | None
) -> list[str]:
    if classes is None:
        width = len(str(y.max()))  # so that 10 is after 9 in the order of names
        return [f"{number:0{width}}" for number in y.tolist()]
    if classes.ndim != 1 or classes.dtype.kind not in TEXT:
        raise DatasetError(f"expected classes to be a list of names in {path}")
    if y.min() < 0 or y.max() >= len(classes):
        raise DatasetError(
            f"expected y from 0 to {len(classes) - 1}, as classes has {len(classes)} "
            f"names, got {y.min()} to {y.max()} in {path}"
        )
    names = _texts(classes)
    return [names[number] for number in y]


def _are_whole(y: NDArray[Any]) -> bool:
    numbers = y.astype(np.float64)
    return bool(((abs(numbers) <= LARGEST_LABEL) & (numbers % 1 == 0)).all())


def _texts(array: NDArray[Any]) -> list[str]:
    if array.dtype.kind == "U":
        return [str(each) for each in array]
    return [each.decode(errors="replace") for each in array.tolist()]


def _examples(path: Path, x: NDArray[Any]) -> NDArray[np.float32]:
    """Give pictures as ink, or rows as they are."""
    if x.dtype.kind not in NUMBERS:
        raise DatasetError(f"expected x of numbers, got {x.dtype} in {path}")
    if x.dtype.kind == "f" and not (fit := abs(x) <= LARGEST).all():
        bad = int((~fit.reshape(len(x), -1)).any(1).sum())
        raise DatasetError(
            f"expected x of finite numbers up to {LARGEST:g}, got others in {bad} of "
            f"{len(x)} examples in {path}; leave those out"
        )
    if x.ndim == 4 and x.shape[3] in (1, 3):  # colours
        x = x.mean(3)
    side = round(x.shape[1] ** 0.5) if x.ndim == 2 else 0
    if x.dtype == np.uint8 and side * side == x.shape[-1] and side > 1:
        x = x.reshape(-1, side, side)
    if x.ndim not in (2, 3) or 0 in x.shape:
        raise DatasetError(
            "expected x of shape (n, height, width) or (n, features), got "
            f"{x.shape} in {path}"
        )
    return _inked(x) if x.ndim == 3 else x.astype(np.float32)


def _inked(x: NDArray[Any]) -> Pictures:
    low, high = min(float(x.min()), 0.0), float(x.max())
    high = 255.0 if x.dtype == np.uint8 else max(high, 1.0)
    height, width = x.shape[1:]
    scale = min(1.0, MOST_SIDE / max(height, width))
    shape = (max(1, round(height * scale)), max(1, round(width * scale)))
    inks = np.empty((len(x), *shape), np.float32)
    for ink, picture in zip(inks, x, strict=True):
        grey = (picture.astype(np.float32) - low) / np.float32(high - low)
        ink[:] = fitted(ink_of(grey), shape)
    return inks
