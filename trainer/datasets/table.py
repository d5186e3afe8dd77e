"""Rows of numbers as a data set: one example a row, one feature a column."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Dataset
from trainer.datasets.pictures import (
    Note,
    in_order,
    note_none_held_out,
    note_uneven,
    one_unknown,
    unknown_of,
)
from trainer.datasets.preparation import TABLE, Preparation
from trainer.datasets.split import hold_out


def table_of(
    rows: NDArray[np.float32],
    names: Sequence[str],
    *,
    name: str,
    seed: int,
    held_out: float = 0.25,
    measured: NDArray[np.bool_] | None = None,
    on_note: Note = lambda text: None,
) -> Dataset:
    """Make a data set of rows.

    Each column is scaled so that the rows that are learned lie from 0 to 1.

    Args:
        rows: Shape (n, features), finite.
        names: Class of each, (n,).
        name: What it is, for people.
        seed: Decides what is held out.
        held_out: Share of each class to keep for measuring; equal rows stay on one side.
        measured: Which rows to hold out, (n,); None to choose a share of them.
        on_note: Told what the user may not expect, a line each.
    """
    names = one_unknown(names)
    classes = in_order(names)
    y = np.array([classes.index(each) for each in names], np.int64)
    note_uneven(y, classes, on_note)
    kept = measured
    if kept is None:
        rng = np.random.default_rng(seed)
        _, first, same = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        kept = hold_out(first[same.ravel()], y, held_out, rng)
    if held_out > 0:
        note_none_held_out(y[kept], classes, on_note)
    low, high = rows[~kept].min(0), rows[~kept].max(0)
    # A column that is everywhere the same becomes 0; float32 cannot add 1 to any number.
    above = low + np.maximum(1, np.spacing(abs(low)))
    high = np.where(high > low, high, above).astype(np.float32)
    x = (rows - low) / (high - low)
    return Dataset(
        name=name,
        x=x[~kept],
        y=y[~kept],
        classes=classes,
        input_shape=(),
        held_out_x=x[kept],
        held_out_y=y[kept],
        preparation=Preparation(TABLE, (rows.shape[1],), low, high),
        unknown=unknown_of(classes),
    )
