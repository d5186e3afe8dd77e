"""All that a training needs, put together as a preset says."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from protocol.messages import ArraySpec
from trainer.backend import Backend
from trainer.capture import capture, is_confusion_shown
from trainer.datasets.dataset import Dataset
from trainer.editions import check_size
from trainer.models.mlp import MLP
from trainer.network import Network
from trainer.probe import examples
from trainer.recipe import Recipe
from trainer.run import Run
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
        run: What viewers are told.
        look: Looks at the network after a step.
    """

    training: Training
    trained: Trained
    run: Run
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
    check_size(specs_of(sizes), max_cells)
    model = model or MLP(sizes, recipe.dropout, network.seed, backend=backend)
    shown, measured = examples(network.probe, dataset), sample(dataset)
    is_counted = is_confusion_shown(dataset.decisions) and len(dataset.held_out_y) > 0

    def look(step: Step) -> Shown:
        example = next(shown)
        counts = step.held_out.confusion if is_counted else None
        return example.probe, capture(model, example.x, measured, counts)

    trained = trained_of(model, dataset, recipe.reject)
    return Built(
        training=Training(model, dataset, recipe, network.seed),
        trained=trained,
        run=Run(
            name=dataset.name,
            classes=trained.classes,
            input_shape=trained.input_shape,
            metrics=metrics(len(model.weights)),
            every=network.every,
            epochs=recipe.epochs,
            unknown=trained.unknown,
            reject=trained.reject,
        ),
        look=look,
    )


def specs_of(sizes: tuple[int, ...]) -> list[ArraySpec]:
    """Describe what a snapshot of a network of these sizes holds, or nearly all."""
    found = []
    for k, (before, units) in enumerate(pairwise(sizes), start=1):
        shapes = {"weights": (before, units), "bias": (units,), "activation": (units,)}
        for kind, shape in shapes.items():
            found.append(ArraySpec(kind=kind, layer=k, dtype="<f4", shape=shape))
    return found


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
