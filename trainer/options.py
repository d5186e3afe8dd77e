"""The options of the commands, and what their texts mean.

Imports no numpy, so that `--help` answers at once.
"""

import re
from pathlib import Path
from typing import Annotated

import typer

from protocol import sizes
from protocol.address import DEFAULT_HOST, DEFAULT_PORT, Address, parse
from protocol.errors import AddressError, SizeError
from protocol.limits import DIMENSION, PEERS
from trainer.errors import UsageError

SHAPES = "shapes"

# The network

Data = Annotated[
    str,
    typer.Option(
        metavar="shapes|DIR",
        help="Made-up hand drawings, or a folder with a sub-folder of pictures for "
        "each class.",
    ),
]
Hidden = Annotated[
    str,
    typer.Option(metavar="N,N,...", help="Units of each hidden layer; '' for none."),
]
Dropout = Annotated[
    float,
    typer.Option(
        metavar="SHARE", min=0, max=0.99, help="Hidden units silenced in each update."
    ),
]
MOST_EPOCHS = 1_000_000_000
Epochs = Annotated[
    int,
    typer.Option(
        metavar="N", min=0, max=MOST_EPOCHS, help="How often all examples are seen."
    ),
]
Every = Annotated[
    int,
    typer.Option(
        metavar="N", min=1, max=MOST_EPOCHS, help="Epochs between two snapshots."
    ),
]
Seed = Annotated[
    int, typer.Option(metavar="N", min=0, help="The same seed gives the same run.")
]
Probe = Annotated[
    str,
    typer.Option(
        metavar="INDEX|CLASS|cycle",
        help="Which example the snapshots show; cycle: another one each time.",
        show_default="an example of the first class",
    ),
]

# The stream

Bind = Annotated[
    str,
    typer.Option(
        metavar="HOST",
        help="Address of this machine to listen on; any that others reach, such as "
        "0.0.0.0, needs --keys or --insecure.",
    ),
]
Port = Annotated[
    int,
    typer.Option(metavar="N", min=0, max=65535, help="0 takes any port that is free."),
]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Let anyone on the network watch.")
]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="DIR",
        help="Encrypt, and let in only viewers whose key is in DIR/authorized; see "
        "trainer keygen.",
        show_default=False,
    ),
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
Wait = Annotated[
    int, typer.Option(metavar="N", min=0, max=PEERS, help="Begin when N viewers watch.")
]
Pace = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        min=0,
        max=3600,
        help="Least time between two snapshots.",
    ),
]
MaxCells = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=0,
        help="Weights of one matrix to stream at most; of a larger one the strongest of "
        "each block, unless a viewer asks for all. 0: always all.",
    ),
]
Buffer = Annotated[
    str,
    typer.Option(
        metavar="SIZE",
        help="Memory for snapshots that viewers may still fetch, such as 1G.",
    ),
]
LEAST_BUFFER = 2**20
Record = Annotated[
    Path | None,
    typer.Option(
        metavar="RUN.ncast",
        help="Record the run here, too; viewers get older snapshots from it.",
        show_default=False,
    ),
]
Hold = Annotated[
    bool, typer.Option("--hold", help="Serve viewers after the training until Ctrl-C.")
]
Json = Annotated[
    bool, typer.Option("--json", help="Print the summary as one JSON object.")
]


UntilEof = Annotated[
    bool, typer.Option("--until-eof", help="End when stdin does.", hidden=True)
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


def buffer_size(text: str) -> int:
    """Read how much memory snapshots may take.

    Raises:
        UsageError: The text is not such as 256M.
    """
    try:
        return sizes.parse(text, LEAST_BUFFER)
    except SizeError as error:
        least = sizes.show(LEAST_BUFFER)
        raise UsageError(
            f"expected --buffer of {least} or more, got {text!r}"
        ) from error


def recording(path: Path | None) -> Path | None:
    """Check where to record.

    Raises:
        UsageError: The ending promises something else than a recording.
    """
    if path is not None and path.suffix.lower() != ".ncast":
        raise UsageError(
            f"expected --record with a file that ends in .ncast, got {str(path)!r}; "
            "viewer record makes videos of it"
        )
    return path


def listening_address(
    bind: str, port: int, *, insecure: bool, has_keys: bool = False
) -> Address:
    """Read where to listen.

    Raises:
        UsageError: Not a host, or one that others can reach though nobody said that
            they may.
    """
    if insecure and has_keys:
        raise UsageError("expected --keys or --insecure, got both; leave one out")
    try:
        host = parse(f"[{bind}]" if ":" in bind else f"{bind}:{DEFAULT_PORT}").host
    except AddressError as error:
        raise UsageError(
            f"expected --bind with an address such as {DEFAULT_HOST}, got {bind!r}"
        ) from error
    address = Address(host, port)
    if not (address.is_loopback or insecure or has_keys):
        through = tunnel(Address(DEFAULT_HOST, port or DEFAULT_PORT))
        raise UsageError(
            f"anyone on the network could watch on {bind}; let in only whom you know "
            "with trainer keygen keys and --keys keys, or leave --bind out and say "
            f"{through} on the other machine, or allow it with --insecure"
        )
    return address


def tunnel(address: Address) -> str:
    """Give the command that makes a loopback address reachable from elsewhere."""
    return f"ssh -L {address.port}:{address} USER@THIS-HOST"
