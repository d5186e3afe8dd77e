"""The command line: parse, build, call.

What needs numpy is imported inside the functions, so that `--help` answers at once.
The summary goes to stdout, all that is said on the way to stderr.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protocol.address import DEFAULT_HOST, DEFAULT_PORT, Address
from protocol.errors import ProtocolError
from trainer import options
from trainer.errors import TrainerError, TransportError, UsageError

if TYPE_CHECKING:
    from protocol.messages import Manifest
    from trainer.datasets.dataset import Dataset
    from trainer.models.mlp import MLP
    from trainer.publisher import Publisher
    from trainer.running import Plan, Summary
    from trainer.transport import Listener

# These networks are small: more threads would only wait for each other.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

# Reading a folder for longer than this wants a word.
READING_S = 3.0

app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
)


def main() -> None:
    """Run the command line; what is not a bug becomes one line and an exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        app(prog_name="trainer")
    except UsageError as error:
        _say(f"Error: {error}")
        sys.exit(2)
    except (TrainerError, ProtocolError) as error:
        sys.exit(f"Error: {error}")
    except MemoryError as error:
        sys.exit(f"Error: not enough memory for this network: {error}; use fewer units")


def _end_with_stdin() -> None:
    """Interrupt this process when whoever holds the other end of its stdin is gone."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"trainer {version('neurocast')}")
        except PackageNotFoundError:
            typer.echo("trainer, not installed")
        raise typer.Exit


@app.callback()
def trainer(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Train a neural network that others can watch.

    Example: trainer run
    """


@app.command()
def run(
    data: options.Data = options.SHAPES,
    hidden: options.Hidden = "12,12,12",
    dropout: options.Dropout = 0.1,
    epochs: options.Epochs = 500,
    every: options.Every = 25,
    seed: options.Seed = 0,
    probe: options.Probe = "",
    bind: options.Bind = DEFAULT_HOST,
    port: options.Port = DEFAULT_PORT,
    insecure: options.Insecure = False,
    wait: options.Wait = 0,
    pace: options.Pace = 0.0,
    max_cells: options.MaxCells = 1_048_576,
    hold: options.Hold = False,
    as_json: options.Json = False,
    until_eof: options.UntilEof = False,
) -> None:
    """Train a network on pictures and publish what happens inside it.

    Every few epochs viewers get the weights, the layer sums of one example, the loss
    and the accuracy. Nobody has to watch; who joins late gets what has been so far.

    Example: trainer run --data shapes --hidden 32,16 --every 10
    """
    for name in THREADS:
        os.environ.setdefault(name, "1")
    if until_eof:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    sizes = options.layer_sizes(hidden)
    address = options.listening_address(bind, port, insecure)
    from trainer.probe import examples
    from trainer.running import Plan
    from trainer.sample import sample
    from trainer.transport import Listener

    with Listener(address) as listener:
        dataset = _load(data, seed)
        model, manifest = _build(
            dataset, sizes, dropout, seed, every, epochs, max_cells
        )
        plan = Plan(
            model=model,
            dataset=dataset,
            manifest=manifest,
            examples=examples(probe, dataset),
            sample=sample(dataset),
            seed=seed,
            pace_s=pace,
        )
        _publish(plan, listener, wait=wait, hold=hold, as_json=as_json)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _say_where(address: Address) -> None:
    _say(f"listening on {address}")
    if address.is_loopback:
        _say(
            f"from another machine: {options.tunnel(address)}, "
            f"then viewer connect {DEFAULT_HOST}:{address.port}"
        )
    else:
        _say(f"open to the network: viewer connect THIS-HOST:{address.port}")


def _load(data: str, seed: int) -> "Dataset":
    if data == options.SHAPES:
        from trainer.datasets.drawing import shapes

        return shapes(seed=seed)
    from trainer.datasets.pictures import load_folder

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


def _build(
    dataset: "Dataset",
    hidden: tuple[int, ...],
    dropout: float,
    seed: int,
    every: int,
    epochs: int,
    max_cells: int,
) -> "tuple[MLP, Manifest]":
    from trainer.capture import check_size, manifest_of
    from trainer.models.mlp import MLP

    sizes = (dataset.features, *hidden, len(dataset.classes))
    check_size(sizes, max_cells)
    model = MLP(sizes, dropout, seed)
    manifest = manifest_of(
        model,
        dataset,
        every=every,
        epochs=epochs,
        started=time.time(),
        max_cells=max_cells,
    )
    return model, manifest


def _say_previews(manifest: "Manifest") -> None:
    matrices = [spec for spec in manifest.arrays if spec.kind == "weights"]
    previews = [spec for spec in matrices if spec.full_shape is not None]
    if previews:
        _say(
            f"of {len(previews)} of {len(matrices)} weight matrices only the strongest "
            "weights are streamed; --max-cells 0 streams all"
        )


def _publish(
    plan: "Plan", listener: "Listener", *, wait: int, hold: bool, as_json: bool
) -> None:
    from protocol.messages import EndReason
    from trainer.progress import progress
    from trainer.publisher import Publisher
    from trainer.running import Summary, stream

    publisher = Publisher(plan.manifest, listener)
    _say_where(listener.address)
    _say_previews(plan.manifest)
    summary = Summary(run=publisher.run.hex())
    try:
        with publisher:
            publisher.wait_for(wait, lambda there: _say_waiting(wait, there))
            with progress(plan.manifest.epochs) as shown:
                stream(plan, publisher, shown, summary)
            summary.ended = EndReason.DONE
            publisher.end(EndReason.DONE)
            _report(summary, as_json)
            _serve(publisher, hold)
    except KeyboardInterrupt:
        if summary.ended != EndReason.DONE:
            _report(summary, as_json)
        raise


def _say_waiting(wanted: int, there: int) -> None:
    _say(f"waiting for viewers, {there} of {wanted} so far; Ctrl-C ends")


def _serve(publisher: "Publisher", hold: bool) -> None:
    """Serve viewers after the end: what they asked for, or until Ctrl-C."""
    from trainer.publisher import FAREWELL_S, SERVE_S, SOON_S

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


def _report(summary: "Summary", as_json: bool) -> None:
    typer.echo(json.dumps(summary.as_dict()) if as_json else summary.text())
