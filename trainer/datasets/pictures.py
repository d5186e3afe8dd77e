"""Pictures of classes as a data set, wherever they come from."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.augment import warped
from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import Dataset, Labels, Pictures, flat
from trainer.datasets.drawing import turns_and_shifts
from trainer.datasets.made_up import UNKNOWN_NAMES, can_be_made_up, made_up
from trainer.datasets.preparation import INK, Preparation
from trainer.datasets.split import hold_out, near_duplicate_groups

# Pictures are brought to at most this many pixels a side: the first layer has a weight
# for each pixel and unit, and a drawing says no more with more of them.
MOST_SIDE = 100

# Few drawings are warped into so many to learn from.
LEARNED = 4000
MOST_COPIES = 50

# Classes that differ more than this in size are worth a word.
UNEVEN = 3
# So many names fit into a line.
NAMED = 5

Note = Callable[[str], None]


def dataset_of(
    inks: Pictures,
    names: Sequence[str],
    *,
    name: str,
    seed: int,
    held_out: float = 0.25,
    learned: int = LEARNED,
    measured: NDArray[np.bool_] | None = None,
    on_note: Note = lambda text: None,
) -> Dataset:
    """Make a data set of pictures.

    Few pictures are warped into more. Where all classes are shapes that can be made up,
    as many generated drawings are learned as well, and each is seen from all sides.

    Args:
        inks: Ink from 0 to 1, shape (n, height, width).
        names: Class of each, (n,).
        name: What it is, for people.
        seed: Decides what is held out, and how the others are warped.
        held_out: Share of each class to keep for measuring; copies of one drawing stay
            on one side, and warped copies are made of the other pictures only.
        learned: About how many pictures to learn from, made-up ones not counted.
        measured: Which pictures to hold out, (n,); None to choose a share of them.
        on_note: Told what the user may not expect, a line each.
    """
    names = one_unknown(names)
    classes = in_order(names)
    shape = (inks.shape[1], inks.shape[2])
    x = flat(centre_by_mass(inks))
    y = np.array([classes.index(each) for each in names], np.int64)
    rng = np.random.default_rng(seed)
    note_uneven(y, classes, on_note)
    kept = measured
    if kept is None:
        kept = hold_out(near_duplicate_groups(x, shape), y, held_out, rng)
    if held_out > 0:
        note_none_held_out(y[kept], classes, on_note)
    pictures, labels = _multiplied(x[~kept].reshape(-1, *shape), y[~kept], learned, rng)
    can = can_be_made_up(classes)
    if can:
        drawn, drawn_labels = made_up(classes, learned // len(classes), shape, rng)
        pictures = np.concatenate([pictures, drawn])
        labels = np.concatenate([labels, drawn_labels])
        on_note(f"{len(drawn)} made-up drawings of these classes are learned, too")
    order = rng.permutation(len(labels))
    return Dataset(
        name=name,
        x=flat(pictures[order]),
        y=labels[order],
        classes=classes,
        input_shape=shape,
        held_out_x=x[kept],
        held_out_y=y[kept],
        preparation=Preparation(INK, shape),
        unknown=unknown_of(classes),
        views=turns_and_shifts(shape[0], 1) if can and shape[0] == shape[1] else None,
    )


def one_unknown(names: Sequence[str]) -> list[str]:
    """Give what means "none of the others" one name, where people use several."""
    several = {name for name in names if _is_unknown(name)}
    if len(several) < 2:
        return list(names)
    return ["unknown" if name in several else name for name in names]


def in_order(names: Sequence[str]) -> tuple[str, ...]:
    """Sort the names of classes, each once; what means "none of the others" is last."""
    return tuple(sorted(set(names), key=lambda each: (_is_unknown(each), each)))


def unknown_of(classes: Sequence[str]) -> int | None:
    """Find the class that means "none of the others", in classes that are in order."""
    last = len(classes) - 1
    return last if _is_unknown(classes[last]) else None


def note_uneven(y: Labels, classes: Sequence[str], on_note: Note) -> None:
    """Say so where one class has far more examples than another."""
    counts = np.bincount(y, minlength=len(classes))
    low, high = int(counts.argmin()), int(counts.argmax())
    if counts[high] > UNEVEN * counts[low]:
        on_note(
            f"classes are uneven: from {counts[low]} of {classes[low]!r} to "
            f"{counts[high]} of {classes[high]!r}"
        )


def note_none_held_out(kept: Labels, classes: Sequence[str], on_note: Note) -> None:
    """Say of which classes nothing could be held out, in one line."""
    held = set(kept.tolist())
    lacking = [repr(each) for label, each in enumerate(classes) if label not in held]
    if lacking:
        more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
        on_note(
            "too few different examples to hold one out of "
            f"{', '.join(lacking[:NAMED])}{more}"
        )


def _is_unknown(name: str) -> bool:
    return name.casefold() in UNKNOWN_NAMES


def _multiplied(
    pictures: Pictures, labels: Labels, wanted: int, rng: np.random.Generator
) -> tuple[Pictures, Labels]:
    """Warp each picture into several, about as many of each class."""
    counts = np.bincount(labels)
    share = wanted / np.count_nonzero(counts)
    copies = np.maximum(1, np.rint(share / counts[labels])).astype(np.int64)
    copies = np.minimum(copies, MOST_COPIES)
    again = np.repeat(np.arange(len(labels)), copies - 1)
    grown = centre_by_mass(warped(pictures[again], rng))
    return (
        np.concatenate([pictures, grown]),
        np.concatenate([labels, labels[again]]),
    )
