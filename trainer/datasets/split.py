"""Which pictures are kept for measuring, so that a copy of none of them is trained on.

People hand in the same drawing turned, mirrored or moved by a pixel. With one copy on
either side, a measurement is of memory only, so whole groups of copies go to one side.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Labels, Pictures

Indices = NDArray[np.intp]

# Two drawings by hand never overlap so well, two copies of one always do.
ALIKE = 0.9
# Small pictures of different things overlap well too: only faithful copies count.
ALIKE_SMALL = 0.995
SMALL = 32

# Most multiplications for one way to turn and move the pictures; some seconds in all.
AFFORDABLE = 5e9
# Most pictures: there is a number for each pair.
COMPARED = 5000


def near_duplicate_groups(x: Pictures, shape: tuple[int, int]) -> NDArray[np.int64]:
    """Find pictures that are the same drawing.

    Two are the same when the cosine between their ink, for one of the eight ways to
    turn and mirror a picture and a move by at most a pixel, is above ALIKE. Groups are
    transitive. Where comparing all with all would take minutes, only exact copies are
    found, turned or mirrored.

    Args:
        x: Centred pictures, shape (n, features), 0 to 1.
        shape: (height, width); height * width is features.

    Returns:
        The group of each picture, shape (n,): the index of the first one in it.
    """
    groups = np.arange(len(x))
    if len(x) > COMPARED or len(x) ** 2 * x.shape[1] > AFFORDABLE:
        found = _exact_copies(x, shape)
    else:
        found = _close_copies(x, shape)
    for copies in found:
        joined = np.unique(groups[copies])
        if len(joined) > 1:
            groups[np.isin(groups, joined)] = joined[0]
    return groups


def hold_out(
    groups: NDArray[np.int64],
    labels: Labels,
    share: float,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Choose what to measure with.

    Args:
        groups: Pictures of one group stay together; shape (n,).
        labels: The class of each picture; a group of two classes is never held out.
        share: How many of each class, at most.
        rng: Chooses.

    Returns:
        True where held out, shape (n,). A class of two or more groups keeps at least
        one of them on each side, unless its share is below half a picture.
    """
    members: dict[int, list[int]] = {}
    for index, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(index)
    pure_of: dict[int, list[list[int]]] = {label: [] for label in np.unique(labels)}
    for found in members.values():
        if len(of := set(labels[found])) == 1:
            pure_of[of.pop()].append(found)
    held_out = np.zeros(len(labels), np.bool_)
    for label, pure in pure_of.items():
        total = int((labels == label).sum())
        wanted = room = min(round(share * total), total - 1)
        for chosen in rng.permutation(len(pure)):
            if len(pure[chosen]) <= room:
                held_out[pure[chosen]] = True
                room -= len(pure[chosen])
        if room == wanted > 0 and len(pure) > 1:  # no group is small enough
            held_out[min(pure, key=len)] = True
    return held_out


def _close_copies(x: Pictures, shape: tuple[int, int]) -> Iterator[Indices]:
    """Yield those whose ink nearly coincides with that of one, for each."""
    small = min(shape) < SMALL
    reach, alike = (0, ALIKE_SMALL) if small else (1, ALIKE)
    unit = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-6)
    best = np.zeros((len(x), len(x)), np.float32)
    for turned in _turns(unit, shape):
        for down in range(-reach, reach + 1):
            for right in range(-reach, reach + 1):
                moved = np.roll(turned, (down, right), (1, 2))
                np.maximum(best, unit @ moved.reshape(x.shape).T, out=best)
    yield from (np.flatnonzero(cosines > alike) for cosines in best)


def _exact_copies(x: Pictures, shape: tuple[int, int]) -> Iterator[Indices]:
    """Yield pairs that are the same to the last pixel, turned or mirrored."""
    first: dict[bytes, int] = {}
    ways = [_levels(turned) for turned in _turns(x, shape)]
    for i in range(len(x)):
        key = min(way[i].tobytes() for way in ways)
        if (known := first.setdefault(key, i)) != i:
            yield np.array([known, i])


def _levels(pictures: Pictures) -> NDArray[np.uint8]:
    return np.rint(pictures * 255).astype(np.uint8)


def _turns(x: Pictures, shape: tuple[int, int]) -> Iterator[Pictures]:
    """Yield all pictures in each of the ways that keep their shape, (n, h, w)."""
    pictures = x.reshape(-1, *shape)
    for mirrored in (pictures, pictures[:, :, ::-1]):
        for quarters in range(0, 4, 1 if shape[0] == shape[1] else 2):
            yield np.rot90(mirrored, quarters, (1, 2))
