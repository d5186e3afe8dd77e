"""The options of the commands, and what their texts mean.

Imports no numpy, so that `--help` answers at once.
"""

from typing import Annotated

import typer

from protocol.address import DEFAULT_HOST, DEFAULT_PORT, Address, parse
from protocol.errors import AddressError

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
Epochs = Annotated[
    int, typer.Option(metavar="N", min=0, help="How often all examples are seen.")
]
Every = Annotated[
    int, typer.Option(metavar="N", min=1, help="Epochs between two snapshots.")
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
    str, typer.Option(metavar="HOST", help="Address of this machine to listen on.")
]
Port = Annotated[
    int,
    typer.Option(metavar="N", min=0, max=65535, help="0 takes any port that is free."),
]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Let anyone on the network watch.")
]
Wait = Annotated[
    int, typer.Option(metavar="N", min=0, help="Begin when N viewers watch.")
]
Pace = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0, help="Least time between two snapshots."),
]
Hold = Annotated[
    bool, typer.Option("--hold", help="Serve viewers after the training until Ctrl-C.")
]
Json = Annotated[
    bool, typer.Option("--json", help="Print the summary as one JSON object.")
]


def layer_sizes(text: str) -> tuple[int, ...]:
    """Read the units of hidden layers.

    Raises:
        typer.BadParameter: The text is not such as 12,12,12.
    """
    words = [word.strip() for word in text.split(",")] if text.strip() else []
    if all(word.isascii() and word.isdigit() and int(word) > 0 for word in words):
        return tuple(map(int, words))
    raise typer.BadParameter(
        f"expected numbers of units such as 12,12,12, got {text!r}",
        param_hint="'--hidden'",
    )


def listening_address(bind: str, port: int, insecure: bool) -> Address:
    """Read where to listen.

    Raises:
        typer.BadParameter: Not a host, or one that others can reach though nobody said
            that they may.
    """
    try:
        host = parse(f"[{bind}]:{DEFAULT_PORT}" if ":" in bind else f"{bind}:1").host
    except AddressError as error:
        raise typer.BadParameter(
            f"expected an address of this machine such as {DEFAULT_HOST}, got {bind!r}",
            param_hint="'--bind'",
        ) from error
    address = Address(host, port)
    if not (address.is_loopback or insecure):
        raise typer.BadParameter(
            f"anyone on the network could watch on {bind}; leave it out and use "
            f"{tunnel(Address(DEFAULT_HOST, port or DEFAULT_PORT))} on the other "
            "machine, or say --insecure",
            param_hint="'--bind'",
        )
    return address


def tunnel(address: Address) -> str:
    """Give the command that makes a loopback address reachable from elsewhere."""
    return f"ssh -L {address.port}:{address} USER@THIS-HOST"
