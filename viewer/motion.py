"""How light moves through the layers at a moment of the cycle; pure.

Positions are counted in layers: 0 at the first, 1.5 between the second and the third.
"""

from dataclasses import dataclass

import numpy as np

from viewer.cue import Cue, Phase
from viewer.easing import clamp, ease

_RISE = 1 / 3  # of a layer, over which its units light up
_LEFT = 0.2  # of the decision, in which the light leaves the network
_FLASH = 0.35  # of a layer on each side of the wave that shines with it


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves, and how far it is.

    Attributes:
        cue: The moment.
        last: Number of the last layer.
        is_reduced: Whether nothing travels or flashes: all layers fade together.
    """

    cue: Cue
    last: int
    is_reduced: bool

    @property
    def is_forward(self) -> bool:
        """Whether the signal runs, and not the update."""
        return self.cue.phase not in (Phase.BACKWARD, Phase.UPDATE)

    @property
    def faded(self) -> float:
        """How far the weights have gone over, all at once, where motion is reduced."""
        if self.cue.phase is Phase.BACKWARD:
            return ease(self.cue.progress)
        return 1.0 if self.cue.phase is Phase.UPDATE else 0.0

    def position(self, beyond: float) -> float:
        """Say where the wave is; it leaves the network by `beyond` layers."""
        progress = self.cue.progress
        match self.cue.phase:
            case Phase.FORWARD:
                return progress * self.last
            case Phase.LOSS:
                return self.last + progress * beyond
            case Phase.BACKWARD:
                return (1 - progress) * self.last
            case Phase.UPDATE:
                return -progress * beyond
            case Phase.DECISION:
                return self.last + min(progress / _LEFT, 1.0) * beyond
            case Phase.NEXT:
                return self.last + beyond

    def has_passed(self, layer: int) -> bool:
        """Whether the update has reached a layer: the weights around it are new."""
        if self.is_forward:
            return False
        return self.faded >= 0.5 if self.is_reduced else self.position(1.0) < layer

    def on(self, layer: int) -> float:
        """How far a layer has lit up, 0 to 1; it rests again with the next example."""
        if self.cue.is_leaving:
            return 1.0 if layer == 0 else 1 - ease(self.cue.progress)
        if self.cue.phase is not Phase.FORWARD or (self.is_reduced and layer == 0):
            return 1.0
        if self.is_reduced:
            return ease(self.cue.progress)
        return ease(clamp((self.position(0) - layer) / _RISE + 1))

    def flash(self, layer: int) -> float:
        """How close the wave is to a layer, 0 to 1."""
        if self.is_reduced:
            return 0.0
        return float(np.exp(-(((self.position(1.0) - layer) / _FLASH) ** 2)))
