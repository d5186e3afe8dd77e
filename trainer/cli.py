"""The command line: parse, build, call.

What needs numpy is imported inside the functions, so that `--help` answers at once.
The summary goes to stdout, all that is said on the way to stderr.
"""

import os
import signal
import sys
import threading
from typing import Annotated

import typer

from protocol.address import DEFAULT_HOST, DEFAULT_PORT
from protocol.errors import ProtocolError
from trainer import options
from trainer.errors import TrainerError, UsageError

# These networks are small: more threads would only wait for each other.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

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
    except OSError as error:
        if error.filename is None:
            raise
        # A path that nobody looked at before: too long, or in a folder that is closed.
        why = (error.strerror or str(error)).lower()
        sys.exit(f"Error: cannot use {str(error.filename)!r}: {why}")
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
    keys: options.KeysOption = None,
    insecure: options.Insecure = False,
    wait: options.Wait = 0,
    pace: options.Pace = 0.0,
    max_cells: options.MaxCells = 1_048_576,
    buffer: options.Buffer = "256M",
    record: options.Record = None,
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
    address = options.listening_address(
        bind, port, insecure=insecure, has_keys=keys is not None
    )
    buffer_bytes = options.buffer_size(buffer)
    from trainer import programs

    programs.run(
        programs.Network(
            data=data,
            hidden=sizes,
            dropout=dropout,
            epochs=epochs,
            every=every,
            seed=seed,
            probe=probe,
        ),
        programs.Stream(
            address=address,
            keys=keys,
            wait=wait,
            pace_s=pace,
            max_cells=max_cells,
            buffer_bytes=buffer_bytes,
            record=options.recording(record),
            hold=hold,
            as_json=as_json,
        ),
    )


@app.command()
def keygen(folder: options.KeysFolder, viewer: options.ViewerName = "") -> None:
    """Make the keys that let only known viewers watch, over any network.

    Makes the trainer's keys and those of a first viewer, or with --viewer of one more,
    and says which files go to the other machine. A viewer is revoked by deleting its
    file in DIR/authorized; that holds from when it next connects. Never overwrites a key.

    Example: trainer keygen keys
    """
    from trainer import keygen as program

    if viewer:
        program.add_viewer(folder, viewer)
    else:
        program.make_folder(folder)
    typer.echo(program.instructions(folder, viewer))


def _say(text: str) -> None:
    typer.echo(text, err=True)
