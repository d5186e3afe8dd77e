"""All that a training needs, put together as a preset says."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from protocol.messages import Manifest
from trainer.backend import Backend
from trainer.capture import arrays_of, capture, confused, manifest_of
from trainer.datasets.dataset import Dataset
from trainer.editions import check_size
from trainer.models.mlp import MLP
from trainer.network import Network
from trainer.probe import examples
from trainer.recipe import Recipe
from trainer.running import Shown
from trainer.sample import sample
from trainer.step import Step, metrics
from trainer.trained import Trained
from trainer.training import Training


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A training that can begin.

    Attributes:
        training: Trains the network.
        trained: The same network, and what it needs to be used.
        manifest: What viewers are told.
        look: Looks at the network after a step.
    """

    training: Training
    trained: Trained
    manifest: Manifest
    look: Callable[[Step], Shown]


def build(
    network: Network,
    recipe: Recipe,
    dataset: Dataset,
    *,
    backend: Backend,
    max_cells: int,
    model: MLP | None = None,
) -> Built:
    """Put a training together.

    Args:
        network: What to train.
        recipe: Of it, with what was said.
        dataset: What it learns.
        backend: Where to compute.
        max_cells: Most weights of one matrix to stream; 0 for all.
        model: The network, where there is one already.

    Raises:
        UsageError: It is too large to be published, or there is no such example.
    """
    sizes = (dataset.features, *recipe.hidden, len(dataset.classes))
    rows = confused(dataset.decisions) if len(dataset.held_out_y) else 0
    arrays = arrays_of(sizes, rows)
    check_size(arrays, max_cells)
    model = model or MLP(sizes, recipe.dropout, network.seed, backend=backend)
    shown, measured = examples(network.probe, dataset), sample(dataset)

    def look(step: Step) -> Shown:
        example = next(shown)
        counts = step.held_out.confusion if rows else None
        return example.probe, capture(model, example.x, measured, counts)

    trained = trained_of(model, dataset, recipe.reject)
    manifest = manifest_of(
        trained,
        arrays,
        metrics(len(model.weights)),
        name=dataset.name,
        every=network.every,
        epochs=recipe.epochs,
        started=time.time(),
    )
    return Built(
        training=Training(model, dataset, recipe, network.seed),
        trained=trained,
        manifest=manifest,
        look=look,
    )


def trained_of(model: MLP, dataset: Dataset, reject: float) -> Trained:
    """Say what a network needs to be used that learns a data set."""
    return Trained(
        network=model,
        classes=dataset.classes,
        input_shape=dataset.input_shape,
        preparation=dataset.preparation,
        unknown=dataset.unknown,
        reject=reject,
    )
