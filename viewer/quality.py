"""How good a video is to look at, against its size and the time that it takes."""

from enum import StrEnum


class Quality(StrEnum):
    """What a video is for; what each means for a codec is in its sink."""

    DRAFT = "draft"  # about half the size; fine lines blur
    GOOD = "good"  # what is lost can hardly be seen
    BEST = "best"  # nothing lost that can be seen; larger, slower to make
