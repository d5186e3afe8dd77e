"""How fast a plane is classified, and how often rightly.

    python -m tests.benchmarks.space [speed] [ratio] [accuracy]

Speed: 250 layers from the points of `--data groups`, the counting of what changed
included, on one core. Ratio: the same rule as its author wrote it, a loop over pixels in
Python, in turn with ours on the same smaller plane.

Accuracy: share of 20,000 held-out points of the groups that get their own class, mean
over some seeds, beside the largest class, the nearest training point, the most frequent
class of the nearest fifteen, and the Bayes rate, which no rule can surpass.
"""

import random
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.interleaved import print_table
from trainer.datasets.groups import (
    MIXTURE,
    NAMES,
    POINTS,
    SIDE,
    groups,
    points_for,
    shifts_of,
)
from trainer.datasets.points import Points
from trainer.datasets.window import Places
from trainer.models.mean_of_neighbours import MeanOfNeighbours, reach_for
from trainer.models.random_neighbour import RandomNeighbour
from trainer.models.space import FILL, UNCLASSIFIED, WRAP, Cells, Space

LAYERS, SIZE, LARGE = 250, 800, 4000
ROUNDS = 9
SMALL = 400  # with as many points on an area; a larger plane takes minutes in Python

OVERLAPS = (0.15, 0.08, 0.05, 0.03)
SEEDS = (0, 1, 2, 3, 4)
LEARNED, MEASURED = 1226, 20_000
NEAREST = (1, 15)

Make = Callable[[Cells], Space]


def drawn(size: int, points: int) -> Cells:
    """Draw the groups on a map, so many points for a cell of their lattice."""
    found = groups(overlap=0.15, share=0.2, seed=0, points=points)
    return found.drawn(size)[0]


def mean(cells: Cells) -> Space:
    """Begin as `--filter mean` does."""
    reach = reach_for(cells, LAYERS - FILL)
    return MeanOfNeighbours(cells, len(NAMES), edges=WRAP, reach=reach)


def taken(make: Make, cells: Cells, layers: int) -> float:
    """Go through the layers; seconds."""
    space = make(cells)
    began = time.perf_counter()
    for _ in range(layers):
        space.advance()
    return time.perf_counter() - began


def loop(cells: Cells, layers: int) -> float:
    """Go through the layers as a loop over pixels; seconds."""
    size = len(cells)
    now = cells.tolist()
    began = time.perf_counter()
    for layer in range(1, layers + 1):
        before = [row[:] for row in now]
        for x in range(size):
            for y in range(size):
                if layer > FILL or before[x][y] == UNCLASSIFIED:
                    lot = random.random()
                    if lot < 0.25:
                        heard = before[x + 1 if x + 1 < size else 0][y]
                    elif lot < 0.5:
                        heard = before[x - 1][y]
                    elif lot < 0.75:
                        heard = before[x][y + 1 if y + 1 < size else 0]
                    else:
                        heard = before[x][y - 1]
                    if heard != UNCLASSIFIED or layer < FILL:
                        now[x][y] = heard
    return time.perf_counter() - began


CASES: tuple[tuple[str, Make, int], ...] = (
    ("random", RandomNeighbour, SIZE),
    ("mean", mean, SIZE),
    ("random", RandomNeighbour, LARGE),
)


def speed() -> None:
    """Measure and print how long it takes."""
    rows = []
    usual = 0.0
    for name, make, size in CASES:
        cells = drawn(size, points_for(size))
        times = [taken(make, cells, LAYERS) for _ in range(ROUNDS)]
        median = float(np.median(times))
        usual = usual or median / size**2
        found = f"{median:.3f}", f"{max(times):.3f}", f"{median / LAYERS * 1e3:.2f}"
        rows.append(
            [f"{size} x {size}", name, *found, f"{median / size**2 / usual:.2f}"]
        )
    head = ("plane", "filter", "s, 250 layers", "slowest", "ms a layer", "a cell")
    print_table(head, rows)


def ratio() -> None:
    """Measure and print how much longer a loop takes."""
    cells = drawn(SMALL, POINTS * SMALL**2 // SIZE**2)
    pairs = [
        (loop(cells, LAYERS), taken(RandomNeighbour, cells, LAYERS))
        for _ in range(ROUNDS)
    ]
    slow, fast = np.array(pairs).T
    print(
        f"{SMALL} x {SMALL}, {LAYERS} layers: a loop in Python "
        f"{np.median(slow) * 1e3:.0f} ms, vectorised {np.median(fast) * 1e3:.1f} ms; "
        f"median of {ROUNDS} ratios {np.median(slow / fast):.0f}"
    )


def right(labels: NDArray[np.uint8], given: NDArray[np.integer]) -> float:
    """Give the share that is right."""
    return float((labels == given).mean())


def mapped(found: Points, make: Make) -> float:
    """Classify the plane and look the held-out points up."""
    space = make(found.drawn(SIZE)[0])
    for _ in range(LAYERS):
        space.advance()
    at, _ = found.window.cells(found.held_out_places, SIZE)
    return right(found.held_out_labels, space.cells[at // SIZE, at % SIZE])


def nearest(found: Points) -> list[float]:
    """Classify by the most frequent class of the nearest points, ties to the nearest."""
    hits = np.zeros(len(NEAREST))
    for block in range(0, len(found.held_out_places), 1000):
        rows = slice(block, block + 1000)
        apart = np.abs(found.held_out_places[rows, None] - found.places)
        far = (np.minimum(apart, SIDE - apart) ** 2).sum(2)
        order = np.argsort(far, axis=1)[:, : max(NEAREST)]
        labels = found.labels[order]
        for k, count in enumerate(NEAREST):
            votes = np.zeros((len(labels), len(NAMES)))
            for place in range(count):
                votes[np.arange(len(labels)), labels[:, place]] += 1 - place * 1e-6
            hits[k] += (votes.argmax(1) == found.held_out_labels[rows]).sum()
    return [float(share) for share in hits / len(found.held_out_places)]


def bayes(found: Points, overlap: float, seed: int) -> float:
    """Classify by the true densities: logistic, wrapped round one cell."""
    shifts = shifts_of(np.random.default_rng(seed))
    likely = np.ones((len(found.held_out_places), len(NAMES))) * MIXTURE
    for group, shift in enumerate(shifts):
        likely[:, group] *= _wrapped(found.held_out_places - shift, overlap).prod(1)
    return right(found.held_out_labels, likely.argmax(1))


def _wrapped(apart: Places, scale: float) -> Places:
    cells = np.arange(-12, 13)
    z = np.abs((apart % 1)[..., None] - cells) / scale
    return np.asarray((np.exp(-z) / (1 + np.exp(-z)) ** 2).sum(-1))


def measured(overlap: float, seed: int) -> list[float]:
    """Measure all ways on the groups of one seed."""
    points = (LEARNED + MEASURED) // SIDE**2
    share = MEASURED / (LEARNED + MEASURED)
    found = groups(overlap=overlap, share=share, seed=seed, points=points)

    most = np.bincount(found.labels).argmax()
    return [
        right(found.held_out_labels, np.full(1, most)),
        mapped(found, RandomNeighbour),
        nearest(found)[0],
        mapped(found, mean),
        nearest(found)[1],
        bayes(found, overlap, seed),
    ]


def accuracy() -> None:
    """Measure and print how often points get their class."""
    head = ("overlap", "largest class", "random", "1-NN", "mean", "15-NN", "Bayes")
    rows = []
    for overlap in OVERLAPS:
        shares = np.array([measured(overlap, seed) for seed in SEEDS])
        rows.append([f"{overlap:g}", *(f"{share:.3f}" for share in shares.mean(0))])
    print_table(head, rows)


PARTS = {"speed": speed, "ratio": ratio, "accuracy": accuracy}


def main() -> None:
    """Measure what was asked for, or all."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
        print()


if __name__ == "__main__":
    main()
