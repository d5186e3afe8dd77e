"""The original put together."""

from protocol.messages import Probe
from trainer.backend import Backend
from trainer.building import Built, trained_of
from trainer.datasets.dataset import Dataset
from trainer.errors import UsageError
from trainer.first_weights import truncated_normal
from trainer.models.mlp import MLP
from trainer.network import Network
from trainer.nn_plot.look import look
from trainer.nn_plot.training import NNPlotTraining
from trainer.recipe import Recipe
from trainer.run import Run
from trainer.running import Shown
from trainer.step import Step, metrics

FIRST = 0.01
TEST_REJECT = 0.95


def build(
    network: Network,
    recipe: Recipe,
    dataset: Dataset,
    *,
    backend: Backend,
    max_cells: int,
    model: MLP | None = None,
) -> Built:
    """Put a training together; see trainer.building.build.

    Each snapshot shows the first picture of its epoch's batch. A model that is saved
    tests as the original did: unknown is what no class reaches 0.95 of.

    Raises:
        UsageError: Something was said that the original leaves no choice of.
    """
    for name, is_said in (("batch", "batch" in network.said), ("probe", network.probe)):
        if is_said:
            raise UsageError(
                f"nn-plot learns all pictures but one at once and shows another each "
                f"time; leave --{name} out"
            )
    sizes = (dataset.features, *recipe.hidden, len(dataset.classes))
    model = model or MLP(
        sizes,
        0.0,
        network.seed,
        weight_dropout=recipe.dropout,
        first=truncated_normal(FIRST),
        first_bias=FIRST,
        backend=backend,
    )
    training = NNPlotTraining(model, dataset, recipe, network.seed)
    trained = trained_of(model, dataset, TEST_REJECT)

    def shown(step: Step) -> Shown:
        index = training.shown
        probe = Probe(index=index, label=int(dataset.y[index]))
        return probe, look(trained, dataset.x[index], recipe.reject)

    return Built(
        training=training,
        trained=trained,
        run=Run(
            name=f"nn-plot: {dataset.name}",
            classes=trained.classes,
            metrics=metrics(len(model.weights)),
            every=network.every,
            epochs=max(recipe.epochs - 1, 0),  # they are numbered from 0
            unknown=trained.unknown,
            reject=recipe.reject,
        ),
        look=shown,
    )
