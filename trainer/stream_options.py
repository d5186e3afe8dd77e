"""The options of every command that publishes a run, and what their texts mean.

Imports no numpy, so that `--help` answers at once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from protocol import sizes
from protocol.address import DEFAULT_HOST, DEFAULT_PORT, Address, parse
from protocol.errors import AddressError, SizeError
from protocol.limits import PEERS
from trainer.errors import UsageError
from trainer.tunnel import tunnel

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """How to publish a run, as the user said it.

    Attributes:
        address: Where to listen.
        keys: Folder of keys; None lets everyone in who can connect.
        insecure: Whether others than this machine may be among them.
        wait: Begin when so many viewers watch.
        pace_s: Least time between two snapshots.
        max_cells: Most weights of one matrix to stream; 0 for all.
        buffer_bytes: Memory for snapshots.
        record: A file for the run, None for none.
        hold: Serve viewers after the run until Ctrl-C.
        as_json: Print the summary as one JSON object.
    """

    address: Address
    keys: Path | None
    insecure: bool
    wait: int
    pace_s: float
    max_cells: int
    buffer_bytes: int
    record: Path | None
    hold: bool
    as_json: bool


def stream_of(
    *,
    bind: str,
    port: int,
    keys: Path | None,
    insecure: bool,
    wait: int,
    pace: float,
    buffer: str,
    record: Path | None,
    hold: bool,
    as_json: bool,
    max_cells: int = 0,
) -> Stream:
    """Read what was said of the stream.

    Raises:
        UsageError: Something of it makes no sense, or is refused.
    """
    return Stream(
        address=listening_address(
            bind, port, insecure=insecure, has_keys=keys is not None
        ),
        keys=keys,
        insecure=insecure,
        wait=wait,
        pace_s=pace,
        max_cells=max_cells,
        buffer_bytes=buffer_size(buffer),
        record=recording(record),
        hold=hold,
        as_json=as_json,
    )


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
