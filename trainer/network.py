"""What to train, as the user said it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """What decides a training to the last bit, on one machine.

    Attributes:
        data: "shapes", a folder or a file.
        preset: Name of a recipe, see recipe.py.
        said: What of the recipe is to be otherwise, by name.
        every: Epochs between two snapshots.
        seed: The same seed gives the same run.
        probe: Which example the snapshots show.
    """

    data: str = "shapes"
    preset: str = "default"
    said: Mapping[str, Any]
    every: int = 25
    seed: int = 0
    probe: str = ""
