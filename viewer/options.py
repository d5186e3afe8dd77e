"""How the reader wants the same moment drawn; none of it changes what is shown when."""

from dataclasses import dataclass
from enum import StrEnum


class Normalisation(StrEnum):
    """What a unit's saturation is a share of."""

    LAYER = "layer"  # the largest activation in its own layer
    NETWORK = "network"  # the largest activation of all hidden layers


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the network: index of its layer, and of the unit in it."""

    layer: int
    unit: int


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader may choose.

    Attributes:
        normalisation: What saturations are shares of.
        reduced_motion: No light that travels, no flashes: layers and weights fade over.
        focus: Only the edges of this unit are drawn; None for all.
        points: The cells that were classified from the start are marked on a class map.
    """

    normalisation: Normalisation = Normalisation.LAYER
    reduced_motion: bool = False
    focus: Unit | None = None
    points: bool = False


PLAIN = Options()
