"""What people are told of a broadcast: where it is, what it waits for, how it ends."""

import contextlib
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from protocol.address import DEFAULT_HOST, Address
from protocol.arrays import blob_bytes
from protocol.keys import AUTHORIZED
from protocol.messages import Manifest
from protocol.sizes import show
from trainer.broadcast import FAREWELL_S, SERVE_S, SOON_S, Broadcast
from trainer.tunnel import tunnel

Say = Callable[[str], None]


def say_on_stderr(text: str) -> None:
    """Print a line on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_where(address: Address, keys: Path | None, say: Say) -> None:
    """Say where it listens, and how to watch from there and from elsewhere."""
    say(f"listening on {address}")
    with_keys = "" if keys is None else f" --keys {shlex.quote(keys.resolve().name)}"
    if address.is_loopback:
        say(
            f"from another machine: {tunnel(address)}, "
            f"then viewer connect {DEFAULT_HOST}:{address.port}{with_keys}"
        )
    else:
        whom = "the network" if keys is None else f"the keys in {keys / AUTHORIZED}"
        say(f"open to {whom}: viewer connect THIS-HOST:{address.port}{with_keys}")


def say_sizes(manifest: Manifest, buffer_bytes: int, say: Say) -> None:
    """Say what viewers do not get, and what takes more memory than was allowed."""
    matrices = [spec for spec in manifest.arrays if spec.kind == "weights"]
    previews = [spec for spec in matrices if spec.full_shape is not None]
    if previews:
        say(
            f"of {len(previews)} of {len(matrices)} weight matrices only the strongest "
            "weights are streamed; --max-cells 0 streams all, in Python max_cells=0"
        )
    least = 2 * blob_bytes(manifest.arrays)
    if least > buffer_bytes:
        say(
            f"two snapshots are kept in any case: they take {show(least)}, more than "
            f"--buffer {show(buffer_bytes)}, in Python buffer_bytes"
        )


def say_classes(manifest: Manifest, say: Say) -> None:
    """Say where the names of classes do not fit the outputs."""
    classes, last = len(manifest.classes), manifest.layers[-1]
    fitting = (last.units, 2) if last.units == 1 else (last.units,)
    is_named = classes and manifest.kind == "mlp" and last.tile is None
    if is_named and classes not in fitting:
        say(
            f"{classes} classes are named but the last layer, {last.name!r}, has "
            f"{last.units} {'unit' if last.units == 1 else 'units'}; its outputs are "
            "shown as numbers"
        )


def wait_for(broadcast: Broadcast, viewers: int, say: Say) -> None:
    """Wait until so many viewers watch.

    Raises:
        TransportError: None can come any more.
    """
    broadcast.wait_for(
        viewers,
        lambda there: say(
            f"waiting for viewers, {there} of {viewers} so far; Ctrl-C ends"
        ),
    )


def serve(broadcast: Broadcast, say: Say, *, hold: bool = False) -> None:
    """Serve viewers after the end: what they asked for, or until Ctrl-C.

    Args:
        broadcast: Whose run is over.
        say: Takes lines for people.
        hold: Serve until Ctrl-C.
    """
    limit_s = FAREWELL_S if hold else SERVE_S
    if hold:
        say("the run is over and served to viewers until Ctrl-C")
        with contextlib.suppress(KeyboardInterrupt):
            broadcast.serve_for_ever()
        say("no longer served")
    if not broadcast.serve_until_satisfied(SOON_S) and not broadcast.failed:
        say(f"viewers fetch what they still want, for at most {limit_s:g} s")
        if not broadcast.serve_until_satisfied(limit_s - SOON_S):
            say("a viewer did not get all that it asked for in time")
