"""Generated drawings beside a user's own, of those classes that can be generated.

Somebody who has drawn a few dozen circles has not drawn all the ways a circle may look,
and nobody draws all the things that are none of his classes.
"""

from collections.abc import Sequence

import numpy as np

from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import Labels, Pictures
from trainer.datasets.drawing import CLASSES, UNKNOWN, draw
from trainer.datasets.paper import fitted

# What people call a class that is none of the others.
UNKNOWN_NAMES = ("unknown", "other")

# Drawings made at once.
CHUNK = 128


def kind_of(name: str) -> int | None:
    """Find what can be drawn for a class of this name, also in the plural.

    Returns:
        An index into drawing.CLASSES, None where nothing can be.
    """
    folded = name.casefold()
    if folded in UNKNOWN_NAMES:
        return UNKNOWN
    for kind, known in enumerate(CLASSES):
        if folded in (known, f"{known}s"):
            return kind
    return None


def can_be_made_up(classes: Sequence[str]) -> bool:
    """Whether all of these can be drawn, so that unknown things are none of them."""
    return all(kind_of(name) is not None for name in classes)


def made_up(
    classes: Sequence[str], each: int, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[Pictures, Labels]:
    """Draw pictures of classes that can be drawn.

    Args:
        classes: Names.
        each: How many of a class; twice as many unknown things, which differ most.
        shape: (height, width) of the pictures.
        rng: Decides.

    Returns:
        Ink, shape (n, height, width), centred by mass; indices into `classes`, (n,).
    """
    kinds = np.array([kind_of(name) for name in classes], np.int64)
    labels = np.repeat(np.arange(len(classes)), np.where(kinds == UNKNOWN, 2, 1) * each)
    drawn, pictures = kinds[labels], [np.zeros((0, *shape), np.float32)]
    for start in range(0, len(drawn), CHUNK):
        inks = draw(drawn[start : start + CHUNK], rng)
        pictures.append(np.stack([fitted(ink, shape) for ink in inks]))
    return centre_by_mass(np.concatenate(pictures)), labels
