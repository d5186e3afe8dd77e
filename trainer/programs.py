"""What `trainer run` does: read, build, train, publish.

The summary goes to stdout, all that is said on the way to stderr.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trainer import building
from trainer.backend import backend
from trainer.building import Built
from trainer.checkpoint import Checkpoint, digest_of, go_on
from trainer.csv_log import CsvLog
from trainer.datasets.dataset import Dataset
from trainer.datasets.load import SHAPES, load
from trainer.interruption import Interruption
from trainer.model_file import check_target
from trainer.network import Network
from trainer.nn_plot import building as nn_plot
from trainer.nn_plot import data as nn_plot_data
from trainer.patience import Patience
from trainer.recipe import Recipe, recipe_of
from trainer.resuming import Resumed, check_data, network_of, resume
from trainer.running import Plan
from trainer.step import Step
from trainer.stream_options import Stream
from trainer.streaming import publish, publisher_of, say
from trainer.trained import unpack
from trainer.training_summary import TrainingSummary

BUILDERS = {"default": building.build, "nn-plot": nn_plot.build}


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """What a run reads and writes beside its data; None for none.

    Attributes:
        save: The model, at the end.
        resume: The model to go on with.
        checkpoint_every: Epochs between two savings on the way; 0 for none.
        log_csv: The metric rows.
    """

    save: Path | None = None
    resume: Path | None = None
    checkpoint_every: int = 0
    log_csv: Path | None = None


def run(said: Mapping[str, Any], files: Files, device: str, wanted: Stream) -> None:
    """Train a network and publish what happens inside it.

    Args:
        said: What the user said of the network and its recipe, by name.
        files: What to read and write.
        device: Where to compute.
        wanted: How to publish it.
    """
    if files.save is not None:
        check_target(files.save)
    resumed = None if files.resume is None else resume(files.resume, said)
    network = network_of(said) if resumed is None else resumed.network
    recipe = recipe_of(network.preset, network.said)
    with contextlib.ExitStack() as stack:
        publisher = stack.enter_context(publisher_of(wanted))
        dataset = _load(network)
        plan = _plan(network, recipe, dataset, resumed, files, device, wanted, stack)
        publish(plan, TrainingSummary(decisions=dataset.decisions), publisher, wanted)


def _plan(
    network: Network,
    recipe: Recipe,
    dataset: Dataset,
    resumed: Resumed | None,
    files: Files,
    device: str,
    wanted: Stream,
    stack: contextlib.ExitStack,
) -> Plan[Step]:
    computer = backend(device, say)
    model = None
    if resumed is not None:
        trained = unpack(resumed.model, resumed.path, computer)
        check_data(resumed.path, trained, dataset)
        model = trained.network
    built = BUILDERS[network.preset](
        network,
        recipe,
        dataset,
        backend=computer,
        max_cells=wanted.max_cells,
        model=model,
    )
    digest = digest_of(dataset) if files.save or resumed else ""
    earlier = []
    if resumed is not None:
        if digest != resumed.digest:
            say(f"{network.data} is not what {resumed.path} was trained on so far")
        earlier = go_on(resumed.model, resumed.path, built.training)
    plan = Plan(
        marks=built.training,
        look=built.look,
        run=built.run,
        pace_s=wanted.pace_s,
        earlier=earlier,
    )
    plan = _logged(plan, files.log_csv, stack)
    return plan if files.save is None else _saved(plan, files, network, built, digest)


def _logged(
    plan: Plan[Step], path: Path | None, stack: contextlib.ExitStack
) -> Plan[Step]:
    if path is None:
        return plan
    log = CsvLog(path, plan.run.metrics)
    stack.callback(log.close)
    if log.kept:
        say(f"{path} was there already; it is {log.kept} now")
    for row in plan.earlier:
        log.write(row)
    return replace(plan, takers=[log.write])


def _saved(
    plan: Plan[Step], files: Files, network: Network, built: Built, digest: str
) -> Plan[Step]:
    assert files.save is not None
    checkpoint = Checkpoint(
        files.save,
        network,
        built.training,
        built.trained,
        digest=digest,
        earlier=plan.earlier,
        every=files.checkpoint_every,
        say=say,
    )
    words = "finishing the epoch, to be saved; Ctrl-C again ends at once"
    return replace(
        plan,
        takers=[*plan.takers, checkpoint.take],
        whole=Interruption(lambda: say(words)).deferred,
        at_end=checkpoint.finish,
    )


def _load(network: Network) -> Dataset:
    skipped: list[Path] = []

    def skip(path: Path, why: str) -> None:
        skipped.append(path)
        say(f"skipped {path}: {why}")

    if network.preset == "default":
        dataset = load(
            network.data,
            seed=network.seed,
            on_skip=skip,
            on_note=say,
            on_progress=Patience("read", say),
        )
    elif network.data == SHAPES:
        dataset = nn_plot_data.drawn(network.seed)
    else:
        dataset = nn_plot_data.read(Path(network.data), skip)
    if skipped:
        many = "pictures were" if len(skipped) > 1 else "picture was"
        say(f"{len(skipped)} {many} skipped")
    return dataset
