"""Four groups that overlap: superimposed perturbed lattices, drawn anew for each seed.

Every cell of a lattice has its point of a group, shifted as the group is and then moved
by logistic noise, wherever that leads. The plane is two cells wide and high and goes on
at its other side.

Source: V. Granville, Stochastic Processes and Simulations (2022), part 1.
"""

import numpy as np

from trainer.datasets.points import Points, held_out
from trainer.datasets.window import Places, Window

NAMES = ("group 1", "group 2", "group 3", "group 4")
MIXTURE = (0.2, 0.4, 0.3, 0.1)
SIDE = 2  # cells of the lattice along a side of the plane
OVERLAP = 0.15

# Of one cell of the lattice: with a fifth held out as many are learned as the original
# had on its 800 x 800 pixels, 1,219; larger maps have as many on that area.
POINTS = 383
SIZE = 800


def groups(*, overlap: float, share: float, seed: int, points: int = POINTS) -> Points:
    """Draw the groups.

    Args:
        overlap: Scale of the logistic noise; a cell of the lattice is 1 wide.
        share: How much of each group is held out.
        seed: The same seed gives the same points.
        points: Of one cell of the lattice, see points_for.
    """
    rng = np.random.default_rng(seed)
    shifts = shifts_of(rng)
    cell = np.indices((SIDE, SIDE, points)).reshape(3, -1)[:2].T
    labels = rng.choice(len(NAMES), len(cell), p=MIXTURE).astype(np.uint8)
    places = shifts[labels] + cell + rng.logistic(0.0, overlap, cell.shape)
    places %= SIDE
    places[places >= SIDE] = 0  # what was just below 0
    kept = held_out(labels, share, seed)
    return Points(
        name=f"groups, overlap {overlap:g}",
        places=places[~kept],
        labels=labels[~kept],
        classes=NAMES,
        window=Window((0.0, 0.0), (float(SIDE), float(SIDE))),
        held_out_places=places[kept],
        held_out_labels=labels[kept],
    )


def points_for(size: int) -> int:
    """Say how many points of a cell suit a map with so many cells along a side."""
    return max(round(POINTS * (size / SIZE) ** 2), POINTS)


def shifts_of(rng: np.random.Generator) -> Places:
    """Draw where the lattice of each group begins, the first thing of a seed."""
    return rng.random((len(NAMES), 2))
