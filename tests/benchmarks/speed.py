"""How long an epoch of training takes, beside PyTorch, scikit-learn and sgemm.

Run, where there is an index of packages:

    python -m venv .venv-speed
    .venv-speed/bin/pip install torch==2.13.0 scikit-learn 'numpy>=2.1'
    PYTHONPATH=. .venv-speed/bin/python -m tests.benchmarks.speed [ROUNDS [NETWORK]]

The CPU's wheel of PyTorch is enough (--index-url https://download.pytorch.org/whl/cpu).
Where PyTorch or scikit-learn is not installed its rows say so.

Everyone does the same work on the same numbers, in float32, on one thread of one core:
draw batches, forward, softmax and cross-entropy, backward, AdamW; a tenth of the hidden
units is dropped. scikit-learn has neither dropout nor AdamW: it does less. Ours is the
model and the optimizer of `trainer run`; beside it is its whole loop, which also measures
loss and accuracy. The matrix products alone are those of numpy as they are, not in blocks.

The ways take turns, each from new weights: the moments of units that have died become
subnormal numbers after some 800 updates, with which a processor is slow; ours are put to
0, PyTorch's are not. Of each way the median of the rounds is shown, and the median of the
ratios within a round. CPU is that of the process: on a machine that is busy with other
things it says what the clock cannot. "of sgemm" is the speed of the epoch's matrix
products as a share of the speed of one large product.
"""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from tests.benchmarks.interleaved import Times, Work, in_turn, print_table, spread
from tests.benchmarks.rivals import (
    LARGE,
    Case,
    Epoch,
    products,
    scikit_learn,
    sgemm,
    torch_adamw,
)
from trainer.backend import CPU, Array
from trainer.datasets.dataset import Dataset, one_hot
from trainer.datasets.preparation import RAW, Preparation
from trainer.models.mlp import MLP
from trainer.optimizers import AdamW
from trainer.process import THREADS
from trainer.recipe import Recipe
from trainer.rows import Rows
from trainer.training import Training

ROUNDS = 9
BLOCK_MS = 150.0  # a way's turn lasts about as long
CASES = {
    "2500-12-12-12-4, 960, full batch": Case((2500, 12, 12, 12, 4), 960, 960),
    "2500-12-12-12-4, 960, batch 32": Case((2500, 12, 12, 12, 4), 960, 32),
    "2500-64-32-16-4, 960, batch 32": Case((2500, 64, 32, 16, 4), 960, 32),
    "784-512-512-10, 10,000, batch 128": Case((784, 512, 512, 10), 10000, 128),
}
LIBRARIES = ("numpy", "torch", "scikit-learn")
OURS, PEAK = "neurocast", "one large product"
Way = Callable[[Case], Epoch]
HEAD = ("network", "way", "ms an epoch", "neurocast / it", "CPU", "of sgemm")


def neurocast(case: Case) -> Epoch:
    """Train with the model and the optimizer of `trainer run`."""
    model = MLP(case.sizes, 0.1, 0)
    optimizer = AdamW(np, model.parameters, decay=0.01)
    rates = [1e-3] * len(model.parameters)
    x, targets = case.x(), one_hot(case.y(), case.sizes[-1])
    rows, target_rows = Rows(CPU, x), Rows(CPU, targets)

    def learn(x: Array, targets: Array) -> None:
        found = model.gradients(x, targets)
        optimizer.update(model.parameters, [*found.weights, *found.biases], rates)

    def epoch() -> None:
        if case.batch == case.examples:
            learn(x, targets)
            return
        for part in case.batches():
            learn(rows.take(part), target_rows.take(part))

    return epoch


def trainer_run(case: Case) -> Epoch:
    """Train as `trainer run` does, with all that it measures of the training set."""
    dataset = Dataset(
        name="noise",
        x=case.x(),
        y=case.y(),
        classes=tuple(map(str, range(case.sizes[-1]))),
        input_shape=(case.sizes[0],),
        held_out_x=case.x()[:0],
        held_out_y=case.y()[:0],
        preparation=Preparation(RAW, (case.sizes[0],)),
    )
    recipe = Recipe(batch=case.batch, epochs=10**6, decay=0.01, learning_rate=1e-3)
    steps = iter(Training(MLP(case.sizes, 0.1, 0), dataset, recipe))
    next(steps)
    return partial(next, steps)


WAYS: dict[str, Way] = {
    OURS: neurocast,
    "`trainer run`, all it measures": trainer_run,
    "PyTorch, AdamW": partial(torch_adamw, fused=False),
    "PyTorch, AdamW fused": partial(torch_adamw, fused=True),
    "scikit-learn, Adam, no dropout": scikit_learn,
    "matrix products alone": products,
    PEAK: sgemm,
}


def turn(way: Way, case: Case, count: int, number: int) -> Work:
    """Train for some epochs, from new weights; what is timed begins after the first."""
    epoch = way(case)
    epoch()

    def work() -> Work:
        for _ in range(count):
            epoch()
        yield number

    return work()


def measure(case: Case, rounds: int) -> Iterator[list[str]]:
    """Time all ways of one network; give their rows."""
    turns = {}
    for name, way in WAYS.items():
        try:
            turns[name] = partial(turn, way, case)
            turns[name](0, 0)
        except ImportError as error:
            del turns[name]
            yield [name, f"skipped: {error}", "", "", ""]
    once = in_turn({name: partial(turns[name], 1) for name in turns}, 1)
    counts = {name: 1 + int(BLOCK_MS / once[name].wall[0]) for name in turns}
    times = in_turn(
        {name: partial(turns[name], counts[name]) for name in turns}, rounds
    )
    for name in turns:
        times[name].wall = [took / counts[name] for took in times[name].wall]
        times[name].cpu = [took / counts[name] for took in times[name].cpu]
    flop_per_ms = 2 * LARGE**3 / spread(times[PEAK].wall)[0]
    for name in turns:
        yield _row(name, times, case.flop / flop_per_ms)


def _row(name: str, times: dict[str, Times], ideal_ms: float) -> list[str]:
    took = spread(times[name].wall)[0]
    if name == PEAK:
        return [name, f"{took:.2f}", "", "", "1"]
    wall = np.divide(times[OURS].wall, times[name].wall)
    cpu = np.divide(times[OURS].cpu, times[name].cpu)
    shares = [np.median(wall), np.median(cpu), ideal_ms / took]
    return [name, f"{took:.2f}", *(f"{share:.2f}" for share in shares)]


def main(rounds: str = str(ROUNDS), only: str = "") -> None:
    """Measure and print."""
    if any(os.environ.get(name) != "1" for name in THREADS):
        # Too late for this process: the libraries read it when they are loaded.
        os.environ.update(dict.fromkeys(THREADS, "1"))
        os.execv(sys.executable, [sys.executable, "-m", __spec__.name, *sys.argv[1:]])
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rows = [
        [name, *row]
        for name, case in CASES.items()
        if only in name
        for row in measure(case, int(rounds))
    ]
    print(", ".join(map(_with_version, LIBRARIES)), end="\n\n")
    print_table(HEAD, rows)


def _with_version(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"no {library}"


if __name__ == "__main__":
    main(*sys.argv[1:])
