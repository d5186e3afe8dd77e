"""The options of `trainer space`, and what they mean.

Imports no numpy, so that `--help` answers at once.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer

GROUPS = "groups"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plane:
    """What to classify, as the user said it.

    Attributes:
        data: "groups" or a file.
        preset: "default" or "pb-clustering".
        layers: How many.
        size: Cells along a side of the map.
        overlap: Scale of the logistic noise of the groups.
        filter: "random" or "mean".
        edges: "wrap" or "reflect"; "" for what suits the data.
        fill: Last layer in which only cells without a class listen.
        held_out: Share of the points that are kept for measuring.
        seed: The same seed gives the same maps.
    """

    data: str = GROUPS
    preset: str = "default"
    layers: int = 250
    size: int = 800
    overlap: float = 0.15
    filter: str = "random"
    edges: str = ""
    fill: int = 50
    held_out: float = 0.2
    seed: int = 0

    @property
    def is_groups(self) -> bool:
        """Whether the points are made up."""
        return self.data == GROUPS

    def said(self) -> list[str]:
        """Name the options that are not as usual, but for the preset."""
        return [
            each.name.replace("_", "-")
            for each in fields(self)
            if each.name != "preset" and getattr(self, each.name) != each.default
        ]


Data = Annotated[
    str,
    typer.Option(
        metavar="groups|FILE.csv",
        help="Four groups that overlap, or rows of x, y and label.",
    ),
]
Preset = Annotated[
    str,
    typer.Option(
        metavar="default|pb-clustering",
        help="pb-clustering: bit for bit the video of 2022 that this goes back to.",
    ),
]
Layers = Annotated[int, typer.Option(metavar="N", min=0, max=100_000, help="How many.")]
Size = Annotated[
    int,
    typer.Option(metavar="N", min=2, max=8192, help="Cells along a side of the map."),
]
Overlap = Annotated[
    float,
    typer.Option(
        metavar="SCALE", min=0, max=100, help="How far the points of a group stray."
    ),
]
Filter = Annotated[
    str,
    typer.Option(
        metavar="random|mean",
        help="Each cell hears one neighbour by lot, or the mean of all: slower and "
        "more often right.",
    ),
]
Edges = Annotated[
    str,
    typer.Option(
        metavar="wrap|reflect",
        help="Whether the plane goes on at its other side, or is mirrored there.",
        show_default="wrap for groups, reflect for a file",
    ),
]
Fill = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=0,
        max=100_000,
        help="Last layer in which only cells without a class listen.",
    ),
]
HeldOut = Annotated[
    float,
    typer.Option(
        metavar="SHARE", min=0, max=0.9, help="Points kept for measuring only."
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        metavar="MODEL.npz",
        help="Keep the last layer, to predict with.",
        show_default=False,
    ),
]
