"""What is under the pointer, in words."""

from dataclasses import dataclass

from viewer.options import Unit


@dataclass(frozen=True, slots=True)
class Spot:
    """Something on the frame that has a value.

    Attributes:
        words: What it is and its value, one short line.
        unit: The unit that it is; None for an edge or anything else.
    """

    words: str
    unit: Unit | None = None
