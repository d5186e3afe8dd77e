"""How any run is published: listen, say where, serve, report.

The summary goes to stdout, all that is said on the way to stderr.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typer

from protocol.messages import EndReason
from trainer.broadcast import SOON_S
from trainer.errors import TrainerError, TransportError
from trainer.progress import progress
from trainer.publisher import Publisher
from trainer.running import Plan, stream
from trainer.stream_options import Stream
from trainer.summary import AnyMark, Summary


def say(text: str) -> None:
    """Print a line on stderr."""
    typer.echo(text, err=True)


@contextlib.contextmanager
def publisher_of(wanted: Stream) -> Iterator[Publisher]:
    """Take the address, before long work that would be for nothing; give it back.

    Raises:
        TrainerError: The keys or the address cannot be used.
    """
    publisher = Publisher(
        wanted.address,
        keys=wanted.keys,
        insecure=wanted.insecure,
        record=wanted.record,
        wait=wanted.wait,
        hold=wanted.hold,
        max_cells=wanted.max_cells,
        buffer_bytes=wanted.buffer_bytes,
        say=say,
    )
    try:
        yield publisher
    except BaseException as error:
        publisher.close(error)
        raise
    publisher.close()


def publish(
    plan: Plan[AnyMark], summary: Summary[AnyMark], publisher: Publisher, wanted: Stream
) -> None:
    """Do what is planned, serve whoever watches, and report.

    Args:
        plan: What to do.
        summary: Is filled and printed.
        publisher: Closed at the end.
        wanted: How it is published.

    Raises:
        TrainerError: Not all was published or recorded.
    """
    publisher.describe(**asdict(plan.run))
    try:
        # What viewers skipped is known when they have all that they want.
        with contextlib.ExitStack() as told:
            told.callback(_report, summary, publisher, wanted.as_json)
            with publisher:
                try:
                    with progress(plan.run.epochs, plan.run.axis) as shown:
                        stream(plan, publisher, shown, summary)
                    summary.ended = EndReason.DONE
                    publisher.end()
                finally:
                    with plan.whole():
                        plan.at_end()
                if wanted.hold and publisher.broadcast is not None:
                    publisher.broadcast.serve_until_satisfied(SOON_S)
                    told.close()
    except KeyboardInterrupt:
        if text := _not_whole(publisher, wanted.record):
            say(text)
        raise
    if publisher.failed:
        raise TransportError(f"not all was published: {publisher.failed}")
    if text := _not_whole(publisher, wanted.record):
        raise TrainerError(text)


def _not_whole(publisher: Publisher, path: Path | None) -> str:
    why = publisher.broadcast and publisher.broadcast.not_recorded
    return f"{path} is not whole: {why}" if why else ""


def _report(summary: Summary[AnyMark], publisher: Publisher, as_json: bool) -> None:
    if publisher.broadcast is not None:
        summary.run = publisher.broadcast.run.hex()
        summary.dropped = publisher.dropped
        summary.skipped = publisher.broadcast.skipped
    typer.echo(json.dumps(summary.as_dict()) if as_json else summary.text())
