"""The command line: parse, build, call.

What needs numpy is imported inside the commands, so that `--help` answers at once. The
result goes to stdout, all that is said on the way to stderr.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from protocol.errors import ProtocolError
from viewer.arguments import (
    Fps,
    Full,
    KeysOption,
    MaxMemory,
    Normalise,
    Output,
    QualityOption,
    ReducedMotion,
    Seconds,
    SilencePatience,
    Size,
    SourceArgument,
    SourcesArgument,
    Theme,
    ThemeOption,
    Timeout,
    parse_memory,
    parse_size,
)
from viewer.errors import UsageError, ViewerError
from viewer.options import Normalisation, Options
from viewer.quality import Quality

app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
)


def main() -> None:
    """Run the command line; what is not a bug becomes one line and an exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app(prog_name="viewer")
    except UsageError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(2)
    except (ViewerError, ProtocolError) as error:
        sys.exit(f"Error: {error}")
    except OSError as error:
        if error.filename is None:
            raise
        # A path that nobody looked at before: too long, or in a folder that is closed.
        why = (error.strerror or str(error)).lower()
        sys.exit(f"Error: cannot use {str(error.filename)!r}: {why}")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"viewer {version('neurocast')}")
        raise typer.Exit


@app.callback()
def viewer(
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
    """Watch a neural network learn, live or from a recording.

    Example: viewer demo
    """


@app.command()
def connect(
    sources: SourcesArgument,
    size: Size = "1280x720",
    theme: ThemeOption = Theme.DARK,
    seconds: Seconds = None,
    normalise: Normalise = Normalisation.LAYER,
    reduced_motion: ReducedMotion = False,
    max_memory: MaxMemory = "1G",
    keys: KeysOption = None,
    timeout: Timeout = None,
) -> None:
    """Watch a run in a window; h in it lists the keys.

    A trainer is shown live: after each cycle comes its newest snapshot. A recording is
    played from its beginning. Several runs are shown side by side by one clock: at each
    epoch the newest snapshot that each of them had by then.

    Example: viewer connect 127.0.0.1:5556

    Example: viewer connect 127.0.0.1:5556 127.0.0.1:5557 yesterday.ncast
    """
    from viewer import opening, programs

    look = opening.Look(
        size=parse_size(size),
        theme=theme.value,
        seconds=seconds,
        options=Options(normalise, reduced_motion),
    )
    patience = opening.Patience(begin_s=timeout)
    memory = parse_memory(max_memory)
    raise typer.Exit(programs.connect(sources, look, patience, memory, keys))


@app.command()
def record(
    sources: SourcesArgument,
    output: Output,
    fps: Fps = 60,
    size: Size = "1280x720",
    theme: ThemeOption = Theme.DARK,
    seconds: Seconds = None,
    quality: QualityOption = Quality.GOOD,
    normalise: Normalise = Normalisation.LAYER,
    reduced_motion: ReducedMotion = False,
    full: Full = False,
    keys: KeysOption = None,
    timeout: Timeout = None,
    patience: SilencePatience = 30.0,
) -> None:
    """Write a run into a file, every snapshot of it; several runs side by side.

    The same recording and options always give the same frames. Ctrl-C finishes the
    file and loses nothing. If the viewer is killed, videos play up to the last second;
    a GIF or a picture is written at the end and not there before.

    Several runs share one clock, that of their epochs, and the file ends with the
    last of them; where one cannot go on, the others do.

    Example: viewer record 127.0.0.1:5556 -o run.mp4

    Example: viewer record one.ncast other.ncast -o both.mp4
    """
    from viewer import opening, programs

    look = opening.Look(
        size=parse_size(size),
        theme=theme.value,
        seconds=seconds,
        fps=fps,
        quality=quality,
        options=Options(normalise, reduced_motion),
    )
    patient = opening.Patience(begin_s=timeout, silence_s=patience)
    raise typer.Exit(programs.record(sources, output, look, patient, keys, full=full))


@app.command()
def info(
    source: SourceArgument,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
    keys: KeysOption = None,
    timeout: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=0,
            help="Give up where there is no run after so long.",
        ),
    ] = 10.0,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Read all of a recording, to find what is damaged inside."
        ),
    ] = False,
) -> None:
    """Say what a trainer runs or a recording holds.

    A recording of any size is looked through in moments, as only what its messages say
    of themselves is read; --check reads them whole. What follows the last whole message
    counts as dropped.

    Example: viewer info run.ncast --json
    """
    from viewer import opening, programs

    patience = opening.Patience(begin_s=timeout)
    found = programs.info(source, patience, keys, check=check)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), allow_nan=False))
    else:
        typer.echo(found.table())


@app.command()
def demo(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Record into this file; see viewer record.",
            show_default="a window, or demo.mp4 where there is no display",
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0.05,
            max=600,
            help="How long a snapshot is shown.",
            show_default="2 in a window, 1.4 in a file",
        ),
    ] = None,
) -> None:
    """Train a network on drawings made up here, and watch it.

    Example: viewer demo -o demo.mp4
    """
    from viewer import demo as program

    raise typer.Exit(program.demo(output, seconds))
