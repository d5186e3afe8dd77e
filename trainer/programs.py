"""What `trainer run` does: read, build, train, publish.

The summary goes to stdout, all that is said on the way to stderr.
"""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer import options
from trainer.backend import backend
from trainer.capture import arrays_of, capture, confused, manifest_of
from trainer.csv_log import CsvLog
from trainer.datasets.dataset import Dataset
from trainer.datasets.drawing import shapes
from trainer.datasets.pictures import load_folder
from trainer.editions import check_size
from trainer.models.mlp import MLP
from trainer.probe import examples
from trainer.recipe import Recipe, recipe_of
from trainer.running import Plan, Shown
from trainer.sample import sample
from trainer.step import Step
from trainer.stream_options import Stream
from trainer.streaming import listen, publish, say
from trainer.training import Training
from trainer.training_summary import TrainingSummary

# Reading a folder for longer than this wants a word.
READING_S = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """What to train, as the user said it.

    Attributes:
        data: "shapes", a folder or a file.
        preset: Name of a recipe, see recipe.py.
        said: What of the recipe is to be otherwise, by name.
        every: Epochs between two snapshots.
        seed: The same seed gives the same run.
        probe: Which example the snapshots show.
        device: Where to compute.
        log_csv: A file for the metric rows, None for none.
    """

    data: str
    preset: str
    said: Mapping[str, Any]
    every: int
    seed: int
    probe: str
    device: str
    log_csv: Path | None


def run(network: Network, wanted: Stream) -> None:
    """Train a network and publish what happens inside it."""
    recipe = recipe_of(network.preset, network.said)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(listen(wanted))
        dataset = _load(network.data, network.seed)
        plan = _plan(network, recipe, dataset, wanted)
        if plan.log is not None:
            stack.callback(plan.log.close)
        publish(plan, TrainingSummary(decisions=dataset.decisions), listener, wanted)


def _plan(
    network: Network, recipe: Recipe, dataset: Dataset, wanted: Stream
) -> Plan[Step]:
    sizes = (dataset.features, *recipe.hidden, len(dataset.classes))
    check_size(arrays_of(sizes, confused(dataset)), wanted.max_cells)
    model = MLP(sizes, recipe.dropout, network.seed, backend=backend(network.device))
    manifest = manifest_of(
        model, dataset, recipe, every=network.every, started=time.time()
    )
    shown, measured = examples(network.probe, dataset), sample(dataset)

    def look(step: Step) -> Shown:
        example = next(shown)
        counts = step.held_out.confusion if confused(dataset) else None
        return example.probe, capture(model, example.x, measured, counts)

    return Plan(
        marks=Training(model, dataset, recipe, network.seed),
        look=look,
        manifest=manifest,
        pace_s=wanted.pace_s,
        log=_log(network.log_csv, manifest.metrics),
    )


def _log(path: Path | None, names: tuple[str, ...]) -> CsvLog | None:
    if path is None:
        return None
    log = CsvLog(path, names)
    if log.kept:
        say(f"{path} was there already; it is {log.kept} now")
    return log


def _load(data: str, seed: int) -> Dataset:
    if data == options.SHAPES:
        return shapes(seed=seed)

    skipped: list[Path] = []

    def skip(path: Path, why: str) -> None:
        skipped.append(path)
        say(f"skipped {path}: {why}")

    dataset = load_folder(
        Path(data),
        seed=seed,
        on_skip=skip,
        on_note=say,
        on_progress=_Reading(),
    )
    if skipped:
        many = "pictures were" if len(skipped) > 1 else "picture was"
        say(f"{len(skipped)} {many} skipped")
    return dataset


class _Reading:
    """Says every few seconds how many pictures are read."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._said_at >= READING_S:
            self._said_at = time.monotonic()
            say(f"read {done} of {total} pictures")
