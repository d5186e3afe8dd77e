"""Going on with a model file: what was said of it counts, and may not be contradicted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from trainer.datasets.dataset import Dataset
from trainer.datasets.pictures import NAMED
from trainer.errors import UsageError
from trainer.model_file import Model, ModelFileError, load
from trainer.network import Network
from trainer.recipe import recipe_of
from trainer.trained import KIND, Trained

# What may be said anew: it changes what is shown and for how long, or where the data is.
FREE = ("data", "every", "probe", "epochs")


@dataclass(frozen=True, slots=True, eq=False)
class Resumed:
    """A training that goes on.

    Attributes:
        path: The model file.
        model: What it holds.
        network: What was said when the training began, and what was said anew.
        digest: Of the data that it was trained on.
    """

    path: Path
    model: Model
    network: Network
    digest: str


def resume(path: Path, said: Mapping[str, Any]) -> Resumed:
    """Read a model file to go on with it.

    Args:
        path: The file.
        said: What the user said this time, by name: fields of Network or of a Recipe.

    Raises:
        ModelFileError: It cannot be read, or holds no training.
        UsageError: What was said contradicts it, or it is trained to the end.
    """
    model = load(path, KIND)
    try:
        before = Network(**model.meta["network"])
        epoch, digest = int(model.meta["training"]["epoch"]), str(model.meta["digest"])
        recipe = recipe_of(before.preset, before.said)
        _check(before)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(
            f"cannot go on with {path}: it holds no training"
        ) from error
    for name, value in said.items():
        had = getattr(before, name, None) if name in _NAMES else getattr(recipe, name)
        if name not in FREE and value != had:
            option = name.replace("_", "-")
            raise UsageError(
                f"expected --{option} {_text(had)}, as {path} was trained, got "
                f"{_text(value)}; leave --{option} out"
            )
    if epoch >= said.get("epochs", recipe.epochs):
        raise UsageError(
            f"{path} is trained to the end, epoch {epoch} of {recipe.epochs}; "
            "go on with --epochs of more"
        )
    return Resumed(path, model, network_of(said, before), digest)


def network_of(said: Mapping[str, Any], before: Network | None = None) -> Network:
    """Sort what was said into what to train and what of its recipe is to be otherwise.

    Args:
        said: By name.
        before: What holds where nothing was said.
    """
    before = before or Network(said={})
    own = {name: value for name, value in said.items() if name in _NAMES}
    rest = {name: value for name, value in said.items() if name not in _NAMES}
    return replace(before, **own, said={**before.said, **rest})


def check_data(path: Path, trained: Trained, dataset: Dataset) -> None:
    """See to it that a network can learn from a data set.

    Raises:
        UsageError: It reads other examples, or tells other classes apart.
    """
    sizes = trained.network.sizes[0], dataset.features
    if sizes[0] != sizes[1]:
        raise UsageError(
            f"expected examples of {sizes[0]} numbers, as {path} was trained on, got "
            f"{sizes[1]} in {dataset.name}"
        )
    if trained.classes != dataset.classes:
        had, found = (
            ", ".join(map(repr, each[:NAMED])) + (", ..." if len(each) > NAMED else "")
            for each in (trained.classes, dataset.classes)
        )
        raise UsageError(
            f"expected the classes {had}, as {path} was trained on, got {found} in "
            f"{dataset.name}"
        )


def _check(network: Network) -> None:
    usual = asdict(Network(said={}))
    for name, value in asdict(network).items():
        if type(value) is not type(usual[name]):
            raise TypeError(f"expected {name} like {usual[name]!r}, got {value!r}")
    if network.every < 1 or network.seed < 0:
        raise ValueError(f"got every {network.every}, seed {network.seed}")


_NAMES = {field.name for field in fields(Network)} - {"said"}


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
