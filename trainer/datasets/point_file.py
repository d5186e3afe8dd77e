"""A text file of points: x, y and a label in each row."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import DatasetError
from trainer.datasets.points import Points, check_classes, held_out
from trainer.datasets.separated import (
    Columns,
    Row,
    SeparatedError,
    columns_of,
    number,
    rows_of,
)
from trainer.datasets.window import Places, window_of

# Told which row was skipped, and why; the first row of the file is 1.
SkipRow = Callable[[int, str], None]

SAMPLE = 100  # lines that tell how to read the rest
LINE = 1 << 20  # characters; a longer one is no row of a table
TOGETHER = 1 << 14  # rows

# What nobody calls a class; the last is what a map says where there is none.
NONE = ("", "nan", "na", "null", "none", "unclassified")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What was read.

    Attributes:
        places: Shape (n, 2): x and y, finite.
        labels: Index into `names`, shape (n,); all 0 where there is no label.
        names: Labels in the order in which they came.
        rows: Number of each one's row in the file, shape (n,).
    """

    places: Places
    labels: NDArray[np.int64]
    names: list[str]
    rows: NDArray[np.int64]


def load_points(path: Path, *, share: float, seed: int, on_skip: SkipRow) -> Points:
    """Read points to learn from.

    Args:
        path: Text in UTF-8 or UTF-16: x, y and label; with or without a head.
        share: How much of each class is held out.
        seed: Decides which.
        on_skip: Told of each row that cannot be used.

    Raises:
        DatasetError: It cannot be read, or there is nothing to learn in it.
    """
    table = read_table(path, labelled=True, on_skip=on_skip)
    check_classes(len(table.names), str(path))
    classes = sorted(table.names, key=_by_value)
    labels = np.array([classes.index(name) for name in table.names], np.uint8)
    labels = labels[table.labels]
    kept = held_out(labels, share, seed)
    try:
        window = window_of(table.places[~kept])
    except ValueError as error:
        raise DatasetError(
            f"expected x and y that can be scaled, got {error} in {path}"
        ) from error
    return Points(
        name=path.stem,
        places=table.places[~kept],
        labels=labels[~kept],
        classes=tuple(classes),
        window=window,
        held_out_places=table.places[kept],
        held_out_labels=labels[kept],
    )


def read_table(path: Path, *, labelled: bool, on_skip: SkipRow) -> Table:
    """Read the rows of a file; see load_points.

    Args:
        path: The file.
        labelled: Whether there must be a label in each row.
        on_skip: Told of each row that cannot be used.

    Raises:
        DatasetError: It cannot be read, or no row of it can be used.
    """
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            sample = [line for line in islice(_lines(file), SAMPLE) if line.strip()]
            file.seek(0)
            columns = columns_of(sample, labelled=labelled)
            table = _read(rows_of(_lines(file), columns.separator), columns, on_skip)
    except FileNotFoundError as error:
        raise DatasetError(f"no such file: {path}") from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"expected text in UTF-8, got other bytes: {path}; save it as UTF-8"
        ) from error
    except (SeparatedError, csv.Error) as error:
        raise DatasetError(f"{error} in {path}") from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise DatasetError(f"cannot read {path}: {why}") from error
    if not len(table.rows):
        wanted = "x, y and label" if labelled else "x and y"
        raise DatasetError(f"expected rows of {wanted}, got none in {path}")
    return table


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        begins = file.read(len(codecs.BOM_UTF16))
    is_wide = begins in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return "utf-16" if is_wide else "utf-8-sig"


def _lines(file: TextIO) -> Iterator[str]:
    """Read lines, none of them without end."""
    while line := file.readline(LINE):
        yield line


def _read(rows: Iterator[Row], columns: Columns, on_skip: SkipRow) -> Table:
    """Read all rows, many at a time: a million takes seconds one by one."""
    at = 1
    if columns.has_head:
        at += next(k for k, row in enumerate(rows, start=1) if row)
    names: dict[str, int] = {}
    found = [Table(np.empty((0, 2)), np.empty(0, int), [], np.empty(0, int))]
    while some := list(islice(rows, TOGETHER)):
        numbered = dict(enumerate(some, start=at))
        at += len(some)
        found.append(_usable(numbered, columns, names, on_skip))
    return Table(
        np.concatenate([part.places for part in found]),
        np.concatenate([part.labels for part in found]),
        list(names),
        np.concatenate([part.rows for part in found]),
    )


def _usable(
    rows: dict[int, Row], columns: Columns, names: dict[str, int], on_skip: SkipRow
) -> Table:
    """Read what can be used of some rows, by their numbers; new labels go to `names`."""
    whole = {at: row for at, row in rows.items() if len(row) == columns.width}
    faults = {
        at: f"expected {columns.width} columns, got {len(row)}"
        for at, row in rows.items()
        if row and at not in whole
    }
    cells = list(zip(*whole.values(), strict=True)) or [()] * columns.width
    x, y = _numbers(cells[columns.x]), _numbers(cells[columns.y])
    labels = [""] * len(whole)
    is_usable = np.isfinite(x) & np.isfinite(y)
    if columns.label is not None:
        texts = cells[columns.label]
        cleaned = {text: _cleaned(text) for text in set(texts)}
        labels = [cleaned[text] for text in texts]
        named = [text.lower() not in NONE for text in labels]
        is_usable &= np.array(named, np.bool_)
    places = np.stack([x, y], axis=1)
    at_row = np.fromiter(whole, int, len(whole))
    for k in np.flatnonzero(~is_usable):
        why = _why(cells[columns.x][k], cells[columns.y][k], labels[k])
        faults[int(at_row[k])] = why
    for at in sorted(faults):
        on_skip(at, faults[at])
    usable = [label for label, is_so in zip(labels, is_usable, strict=True) if is_so]
    for label in dict.fromkeys(usable):
        names.setdefault(label, len(names))
    return Table(
        places[is_usable],
        np.array([names[label] for label in usable], int),
        [],
        at_row[is_usable],
    )


def _numbers(texts: Sequence[str]) -> NDArray[np.float64]:
    """Read numbers, NaN where there is none."""
    try:
        return np.array(list(map(float, texts)), np.float64)
    except ValueError:
        found = [number(text) for text in texts]
        return np.array([np.nan if each is None else each for each in found])


def _why(x: str, y: str, label: str) -> str:
    """Say why a row cannot be used."""
    for name, text in (("x", x), ("y", y)):
        if not np.isfinite(_numbers([text]))[0]:
            return f"{name} is {text[:20]!r}"
    return f"the label is {label!r}"


def _cleaned(label: str) -> str:
    """Put a label on one line: it is printed on terminals, and drawn."""
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())


def _by_value(name: str) -> tuple[bool, float, list[str], str]:
    """Sort numbers by what they are; after them text, and numbers in it likewise."""
    value = number(name)
    parts = re.split(r"0*(\d+)", name)
    within = [
        f"{len(part):06}{part}" if k % 2 else part for k, part in enumerate(parts)
    ]
    return value is None, 0.0 if value is None else value, within, name
