"""What the commands do: build, listen, publish, report.

The summary goes to stdout, all that is said on the way to stderr.
"""

import contextlib
import json
import shlex
import time
from dataclasses import dataclass
from pathlib import Path

import typer

from protocol.address import DEFAULT_HOST, Address
from protocol.arrays import blob_bytes
from protocol.keys import AUTHORIZED
from protocol.messages import EndReason, Manifest
from protocol.sizes import show
from trainer import options
from trainer.capture import arrays_of, manifest_of
from trainer.datasets.dataset import Dataset
from trainer.datasets.drawing import shapes
from trainer.datasets.pictures import load_folder
from trainer.editions import check_size
from trainer.errors import TrainerError, TransportError
from trainer.keyring import Keyring
from trainer.listener import Listener
from trainer.models.mlp import MLP
from trainer.probe import examples
from trainer.progress import progress
from trainer.publisher import FAREWELL_S, SERVE_S, SOON_S, Publisher
from trainer.running import Plan, Summary, stream
from trainer.sample import sample

# Reading a folder for longer than this wants a word.
READING_S = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """What to train, as the user said it.

    Attributes:
        data: "shapes" or a folder.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units silenced in each update.
        epochs: How often all examples are seen.
        every: Epochs between two snapshots.
        seed: The same seed gives the same run.
        probe: Which example the snapshots show.
    """

    data: str
    hidden: tuple[int, ...]
    dropout: float
    epochs: int
    every: int
    seed: int
    probe: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """How to publish it, as the user said it.

    Attributes:
        address: Where to listen.
        keys: Folder of keys; None lets everyone in who can connect.
        wait: Begin when so many viewers watch.
        pace_s: Least time between two snapshots.
        max_cells: Most weights of one matrix to stream; 0 for all.
        buffer_bytes: Memory for snapshots.
        record: A file for the run, None for none.
        hold: Serve viewers after the training until Ctrl-C.
        as_json: Print the summary as one JSON object.
    """

    address: Address
    keys: Path | None
    wait: int
    pace_s: float
    max_cells: int
    buffer_bytes: int
    record: Path | None
    hold: bool
    as_json: bool


def run(network: Network, wanted: Stream) -> None:
    """Train a network and publish what happens inside it."""
    keyring = None if wanted.keys is None else _keyring(wanted.keys)
    with Listener(wanted.address, keyring) as listener:
        plan = _plan(network, wanted)
        _publish(plan, listener, wanted)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _say_where(address: Address, keys: Path | None) -> None:
    _say(f"listening on {address}")
    with_keys = "" if keys is None else f" --keys {shlex.quote(keys.resolve().name)}"
    if address.is_loopback:
        _say(
            f"from another machine: {options.tunnel(address)}, "
            f"then viewer connect {DEFAULT_HOST}:{address.port}{with_keys}"
        )
    else:
        whom = "the network" if keys is None else f"the keys in {keys / AUTHORIZED}"
        _say(f"open to {whom}: viewer connect THIS-HOST:{address.port}{with_keys}")


def _keyring(folder: Path) -> Keyring:
    keyring = Keyring(folder)
    if not keyring.public_keys():
        _say(
            f"nobody can watch yet: there is no key in {keyring.authorized}; make one "
            f"with trainer keygen {shlex.quote(str(folder))} --viewer NAME"
        )
    return keyring


def _load(data: str, seed: int) -> Dataset:
    if data == options.SHAPES:
        return shapes(seed=seed)

    skipped: list[Path] = []

    def skip(path: Path, why: str) -> None:
        skipped.append(path)
        _say(f"skipped {path}: {why}")

    dataset = load_folder(
        Path(data),
        seed=seed,
        on_skip=skip,
        on_note=_say,
        on_progress=_Reading(),
    )
    if skipped:
        many = "pictures were" if len(skipped) > 1 else "picture was"
        _say(f"{len(skipped)} {many} skipped")
    return dataset


class _Reading:
    """Says every few seconds how many pictures are read."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._said_at >= READING_S:
            self._said_at = time.monotonic()
            _say(f"read {done} of {total} pictures")


def _plan(network: Network, wanted: Stream) -> Plan:
    dataset = _load(network.data, network.seed)
    sizes = (dataset.features, *network.hidden, len(dataset.classes))
    check_size(arrays_of(sizes), wanted.max_cells)
    model = MLP(sizes, network.dropout, network.seed)
    manifest = manifest_of(
        model,
        dataset,
        every=network.every,
        epochs=network.epochs,
        started=time.time(),
    )
    return Plan(
        model=model,
        dataset=dataset,
        manifest=manifest,
        examples=examples(network.probe, dataset),
        sample=sample(dataset),
        seed=network.seed,
        pace_s=wanted.pace_s,
    )


def _say_previews(manifest: Manifest) -> None:
    matrices = [spec for spec in manifest.arrays if spec.kind == "weights"]
    previews = [spec for spec in matrices if spec.full_shape is not None]
    if previews:
        _say(
            f"of {len(previews)} of {len(matrices)} weight matrices only the strongest "
            "weights are streamed; --max-cells 0 streams all"
        )


def _say_too_small(manifest: Manifest, buffer_bytes: int) -> None:
    least = 2 * blob_bytes(manifest.arrays)
    if least > buffer_bytes:
        _say(
            f"two snapshots are kept in any case: they take {show(least)}, more than "
            f"--buffer {show(buffer_bytes)}"
        )


def _publish(plan: Plan, listener: Listener, wanted: Stream) -> None:
    publisher = Publisher(
        plan.manifest,
        listener,
        max_cells=wanted.max_cells,
        buffer_bytes=wanted.buffer_bytes,
        record=wanted.record,
    )
    if publisher.set_aside:
        _say(f"{wanted.record} was there already; it is {publisher.set_aside} now")
    _say_where(listener.address, wanted.keys)
    _say_previews(publisher.manifest)
    _say_too_small(publisher.manifest, wanted.buffer_bytes)
    summary = Summary(run=publisher.run.hex())
    try:
        with publisher:
            publisher.wait_for(
                wanted.wait, lambda there: _say_waiting(wanted.wait, there)
            )
            with progress(plan.manifest.epochs) as shown:
                stream(plan, publisher, shown, summary)
            summary.ended = EndReason.DONE
            publisher.end(EndReason.DONE)
            _report(summary, wanted.as_json)
            _serve(publisher, wanted.hold)
    except KeyboardInterrupt:
        if summary.ended != EndReason.DONE:
            _report(summary, wanted.as_json)
        if publisher.not_recorded:
            _say(_not_whole(publisher, wanted.record))
        raise
    if publisher.not_recorded:
        raise TrainerError(_not_whole(publisher, wanted.record))


def _say_waiting(wanted: int, there: int) -> None:
    _say(f"waiting for viewers, {there} of {wanted} so far; Ctrl-C ends")


def _serve(publisher: Publisher, hold: bool) -> None:
    """Serve viewers after the end: what they asked for, or until Ctrl-C."""
    limit_s = FAREWELL_S if hold else SERVE_S
    if hold:
        _say("the run is over and served to viewers until Ctrl-C")
        with contextlib.suppress(KeyboardInterrupt):
            publisher.serve_for_ever()
        _say("no longer served")
    if not publisher.serve_until_satisfied(SOON_S) and not publisher.failed:
        _say(f"viewers fetch what they still want, for at most {limit_s:g} s")
        if not publisher.serve_until_satisfied(limit_s - SOON_S):
            _say("a viewer did not get all that it asked for in time")
    if publisher.failed:
        raise TransportError(f"not all was published: {publisher.failed}")


def _not_whole(publisher: Publisher, path: Path | None) -> str:
    return f"{path} is not whole: {publisher.not_recorded}"


def _report(summary: Summary, as_json: bool) -> None:
    typer.echo(json.dumps(summary.as_dict()) if as_json else summary.text())
