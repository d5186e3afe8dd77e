"""The command line: parse, build, call.

What needs numpy is imported inside the commands, so that `--help` answers at once.
The summary goes to stdout, all that is said on the way to stderr.
"""

import signal
import sys
from typing import Annotated

import typer

from protocol.errors import ProtocolError
from trainer.commands import generate, keygen, predict, run, space, test
from trainer.errors import TrainerError, UsageError

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


app.command()(run.run)
app.command()(space.space)
app.command("test")(test.measure)
app.command()(predict.predict)
app.command()(generate.generate)
app.command()(keygen.keygen)


def _say(text: str) -> None:
    typer.echo(text, err=True)
