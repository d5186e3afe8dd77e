"""How any run is published: listen, say where, serve, report.

The summary goes to stdout, all that is said on the way to stderr.
"""

import contextlib
import json
import shlex
from pathlib import Path

import typer

from protocol.address import DEFAULT_HOST, Address
from protocol.arrays import blob_bytes
from protocol.keys import AUTHORIZED
from protocol.messages import EndReason, Manifest
from protocol.sizes import show
from trainer.broadcast import FAREWELL_S, SERVE_S, SOON_S, Broadcast
from trainer.errors import TrainerError, TransportError
from trainer.keyring import Keyring
from trainer.listener import Listener
from trainer.progress import progress
from trainer.running import Plan, stream
from trainer.stream_options import Stream, tunnel
from trainer.summary import AnyMark, Summary


def say(text: str) -> None:
    """Print a line on stderr."""
    typer.echo(text, err=True)


def listen(wanted: Stream) -> Listener:
    """Take the address, before long work that would be for nothing.

    Raises:
        TrainerError: The keys or the address cannot be used.
    """
    keyring = None if wanted.keys is None else _keyring(wanted.keys)
    return Listener(wanted.address, keyring)


def publish(
    plan: Plan[AnyMark], summary: Summary[AnyMark], listener: Listener, wanted: Stream
) -> None:
    """Do what is planned, serve whoever watches, and report.

    Raises:
        TrainerError: Not all was published or recorded.
    """
    broadcast = Broadcast(
        plan.manifest,
        listener,
        max_cells=wanted.max_cells,
        buffer_bytes=wanted.buffer_bytes,
        record=wanted.record,
    )
    if broadcast.set_aside:
        say(f"{wanted.record} was there already; it is {broadcast.set_aside} now")
    _say_where(listener.address, wanted.keys)
    _say_previews(broadcast.manifest)
    _say_too_small(broadcast.manifest, wanted.buffer_bytes)
    summary.run = broadcast.run.hex()
    try:
        # What viewers skipped is known when they have all that they want.
        with contextlib.ExitStack() as told:
            told.callback(_report, summary, broadcast, wanted.as_json)
            with broadcast:
                broadcast.wait_for(
                    wanted.wait, lambda there: _say_waiting(wanted.wait, there)
                )
                try:
                    with progress(plan.manifest.epochs, plan.manifest.axis) as shown:
                        stream(plan, broadcast, shown, summary)
                    summary.ended = EndReason.DONE
                    broadcast.end(EndReason.DONE)
                finally:
                    with plan.whole():
                        plan.at_end()
                if wanted.hold:
                    broadcast.serve_until_satisfied(SOON_S)
                    told.close()
                _serve(broadcast, wanted.hold)
    except KeyboardInterrupt:
        if broadcast.not_recorded:
            say(_not_whole(broadcast, wanted.record))
        raise
    if broadcast.failed:
        raise TransportError(f"not all was published: {broadcast.failed}")
    if broadcast.not_recorded:
        raise TrainerError(_not_whole(broadcast, wanted.record))


def _keyring(folder: Path) -> Keyring:
    keyring = Keyring(folder)
    if not keyring.public_keys():
        say(
            f"nobody can watch yet: there is no key in {keyring.authorized}; make one "
            f"with trainer keygen {shlex.quote(str(folder))} --viewer NAME"
        )
    return keyring


def _say_where(address: Address, keys: Path | None) -> None:
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


def _say_previews(manifest: Manifest) -> None:
    matrices = [spec for spec in manifest.arrays if spec.kind == "weights"]
    previews = [spec for spec in matrices if spec.full_shape is not None]
    if previews:
        say(
            f"of {len(previews)} of {len(matrices)} weight matrices only the strongest "
            "weights are streamed; --max-cells 0 streams all"
        )


def _say_too_small(manifest: Manifest, buffer_bytes: int) -> None:
    least = 2 * blob_bytes(manifest.arrays)
    if least > buffer_bytes:
        say(
            f"two snapshots are kept in any case: they take {show(least)}, more than "
            f"--buffer {show(buffer_bytes)}"
        )


def _say_waiting(wanted: int, there: int) -> None:
    say(f"waiting for viewers, {there} of {wanted} so far; Ctrl-C ends")


def _serve(broadcast: Broadcast, hold: bool) -> None:
    """Serve viewers after the end: what they asked for, or until Ctrl-C."""
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


def _not_whole(broadcast: Broadcast, path: Path | None) -> str:
    return f"{path} is not whole: {broadcast.not_recorded}"


def _report(summary: Summary[AnyMark], broadcast: Broadcast, as_json: bool) -> None:
    summary.dropped, summary.skipped = broadcast.dropped, broadcast.skipped
    typer.echo(json.dumps(summary.as_dict()) if as_json else summary.text())
