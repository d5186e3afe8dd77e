"""What the commands take, and how it is read; each option is described here once."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from protocol import sizes
from protocol.errors import SizeError
from viewer.errors import UsageError
from viewer.options import Normalisation
from viewer.quality import Quality

# Sizes that text fits into, and that encoders take.
SMALLEST, LARGEST = (640, 360), (7680, 4320)
# A viewer that forgets all but a handful of snapshots of a small network is of no use.
LEAST_MEMORY = 2**20


class Theme(StrEnum):
    """The looks there are."""

    DARK = "dark"
    LIGHT = "light"


SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A trainer, HOST:PORT, or a recording, RUN.ncast.",
        show_default=False,
    ),
]
SourcesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="A trainer, HOST:PORT, or a recording, RUN.ncast; up to 4 are shown side "
        "by side.",
        show_default=False,
    ),
]
Output = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Its ending decides: .mp4 .mkv .webm .gif are videos, .png is the newest "
        "picture, .ncast the stream itself, to be drawn later. A file that is there is "
        "replaced; a recording is continued, or kept under another name.",
        show_default=False,
    ),
]
Fps = Annotated[
    int, typer.Option(min=1, max=240, help="Frames a second; a GIF has at most 20.")
]
SilencePatience = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        min=0,
        help="End the recording when the trainer is silent for so long.",
    ),
]
Size = Annotated[str, typer.Option(metavar="WxH", help="Width and height in pixels.")]
ThemeOption = Annotated[Theme, typer.Option(help="Colours.")]
Seconds = Annotated[
    float | None,
    typer.Option(
        min=0.01,
        max=600,
        help="How long a snapshot is shown.",
        show_default="2; of layers of a plane 0.05",
    ),
]
Normalise = Annotated[
    Normalisation,
    typer.Option(
        help="What a unit's colour is a share of: the largest activation in its layer, "
        "or in the whole network."
    ),
]
ReducedMotion = Annotated[
    bool, typer.Option("--reduced-motion", help="No travelling light, no flashes.")
]
QualityOption = Annotated[
    Quality,
    typer.Option(
        help="Of a video: draft is half the size; best looks like the window and takes "
        "two to three times as long to encode."
    ),
]
MaxMemory = Annotated[
    str,
    typer.Option(
        metavar="SIZE",
        help="Memory for snapshots, such as 512M or 2G; when it is full, every second "
        "one is forgotten.",
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help="All weights of large networks, not the strongest of each block.",
    ),
]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="DIR",
        help="Folder with server.key and viewer.key_secret, for a trainer with --keys.",
        show_default=False,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        min=0,
        help="Give up where there is no run after so long.",
        show_default="wait for ever",
    ),
]


def parse_size(text: str) -> tuple[int, int]:
    """Read a width and a height.

    Raises:
        UsageError: It is no size, or none that can be painted.
    """
    found = re.fullmatch(r"([0-9]{1,5})[xX]([0-9]{1,5})", text.strip())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    fits = all(
        low <= length <= high
        for low, length, high in zip(SMALLEST, size, LARGEST, strict=True)
    )
    if not fits:
        least, most = (f"{width}x{height}" for width, height in (SMALLEST, LARGEST))
        raise UsageError(f"expected --size from {least} to {most}, got {text!r}")
    return size


def parse_memory(text: str) -> int:
    """Read a number of bytes, such as "512M", "1.5GiB" or "2 gb"; K is 1024.

    Raises:
        UsageError: It is none, or less than 1M.
    """
    try:
        return sizes.parse(text, LEAST_MEMORY)
    except SizeError as error:
        least = sizes.show(LEAST_MEMORY)
        raise UsageError(
            f"expected --max-memory of {least} or more, got {text!r}"
        ) from error
