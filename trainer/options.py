"""The options of the commands, and what their texts mean.

Imports no numpy, so that `--help` answers at once.
"""

import re
from pathlib import Path
from typing import Annotated

import typer

from protocol.limits import DIMENSION
from trainer.errors import UsageError

# The network; None is the preset's own

Data = Annotated[
    str | None,
    typer.Option(
        metavar="shapes|DIR|FILE.npz",
        help="Made-up hand drawings; a folder with a sub-folder of pictures, or a Quick, "
        "Draw! .npy file, for each class; or arrays x and y.",
        show_default="shapes",
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        metavar="default|nn-plot",
        help="nn-plot: the network of the video of 2017 that this project goes back to.",
        show_default="default",
    ),
]
Hidden = Annotated[
    str | None,
    typer.Option(
        metavar="N,N,...",
        help="Units of each hidden layer; '' for none.",
        show_default="12,12,12",
    ),
]
Dropout = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        min=0,
        max=0.99,
        help="Hidden units silenced in each update.",
        show_default="0.1",
    ),
]
MOST_EPOCHS = 1_000_000_000
Epochs = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        max=MOST_EPOCHS,
        help="How often all examples are seen.",
        show_default="500",
    ),
]
Batch = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Most examples that an update looks at.",
        show_default="2000",
    ),
]
LearningRate = Annotated[
    float | None,
    typer.Option(
        metavar="RATE",
        min=0,
        help="At its highest, for a unit with one input; of a unit with n inputs it is "
        "divided by the square root of n.",
        show_default="0.25",
    ),
]
Every = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=MOST_EPOCHS,
        help="Epochs between two snapshots.",
        show_default="25",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help="The same seed gives the same run.",
        show_default="0",
    ),
]
Probe = Annotated[
    str | None,
    typer.Option(
        metavar="INDEX|CLASS|cycle",
        help="Which example the snapshots show; cycle: another one each time.",
        show_default="an example of the first class",
    ),
]
Reject = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        min=0,
        max=1,
        help="Where no class is as likely as this the decision is unknown.",
        show_default="0.6",
    ),
]
RejectInstead = Annotated[
    float | None,
    typer.Option(
        "--reject",
        metavar="SHARE",
        min=0,
        max=1,
        help="Where no class is as likely as this the decision is unknown.",
        show_default="the model's own",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        metavar="auto|cpu|gpu", help="Where to compute; gpu needs the extra [gpu]."
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=1024,
        help="Of matrix products; small networks are fastest with one.",
        show_default="1, or as OPENBLAS_NUM_THREADS says",
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        metavar="MODEL.npz",
        help="Keep the network at the end, also after Ctrl-C.",
        show_default=False,
    ),
]
Resume = Annotated[
    Path | None,
    typer.Option(
        metavar="MODEL.npz",
        help="Go on with a training as if it had never stopped.",
        show_default=False,
    ),
]
CheckpointEvery = Annotated[
    int,
    typer.Option(
        metavar="N", min=0, help="Epochs between two savings on the way; 0 for none."
    ),
]
LogCsv = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Write all that is measured, a line an epoch.",
        show_default=False,
    ),
]

# Other commands

Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL.npz",
        help="What trainer run --save wrote.",
        show_default=False,
    ),
]
Pictures = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PICTURE...", help="PNG or JPEG, or folders.", show_default=False
    ),
]
TestData = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR|FILE.npz",
        help="What was never learned, as for trainer run.",
        show_default=False,
    ),
]
DrawingsFolder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="Where the pictures go.", show_default=False),
]
Count = Annotated[
    int, typer.Option("--count", metavar="N", min=1, max=10**7, help="How many.")
]
PlaneSeed = Annotated[
    int, typer.Option(metavar="N", min=0, help="The same seed gives the same maps.")
]
Points = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Rows of x and y, for a model of trainer space.",
        show_default=False,
    ),
]
DrawingsSeed = Annotated[
    int, typer.Option(metavar="N", min=0, help="The same seed gives the same drawings.")
]
JsonLines = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a line.")
]

KeysFolder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="Where the keys go.", show_default=False),
]
ViewerName = Annotated[
    str,
    typer.Option(
        "--viewer",
        metavar="NAME",
        help="Make the keys of one more viewer only, to be revoked apart.",
        show_default=False,
    ),
]


def layer_sizes(text: str) -> tuple[int, ...]:
    """Read the units of hidden layers.

    Raises:
        UsageError: The text is not such as 12,12,12.
    """
    words = [word.strip() for word in text.split(",")] if text.strip() else []
    if all(re.fullmatch("[0-9]{1,9}", word) for word in words):
        units = tuple(map(int, words))
        if all(1 <= size <= DIMENSION for size in units):
            return units
    raise UsageError(f"expected --hidden such as 12,12,12, got {text!r}")


def check_files(save: Path | None, checkpoint_every: int) -> None:
    """See to it that there is a file for checkpoints.

    Raises:
        UsageError: There is none.
    """
    if checkpoint_every and save is None:
        raise UsageError(
            "expected --save MODEL.npz with --checkpoint-every, got no --save"
        )
    check_save(save)


def check_save(save: Path | None) -> None:
    """See to it that a model goes into a file that numpy reads.

    Raises:
        UsageError: Its ending says that it is something else.
    """
    if save is not None and save.suffix.lower() != ".npz":
        raise UsageError(
            f"expected --save with a file that ends in .npz, got {str(save)!r}"
        )
