"""One source and all that has come of it, for a display that is never held up."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from protocol.events import Arrived, Event, Heard, Joined, Silent
from protocol.messages import Manifest
from viewer.badge import Stream
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from viewer.sources import Source

# Messages of a file that are read between two frames; a few milliseconds.
MOST_AT_ONCE = 32


def no_objection(manifest: Manifest) -> str:
    """Want every run."""
    return ""


class Reception:
    """Takes a source into a timeline.

    Attributes:
        timeline: Everything received so far.
        name: What the user calls the source.
        is_live: Whether it is a trainer, not a recording.
        runs: How many runs have begun.
        refusal: Why the run that goes on there is not received; "" where it is.
    """

    def __init__(
        self,
        source: "Source",
        *,
        name: str,
        live: bool,
        say: Callable[[str], None] | None = None,
        object_to: Callable[[Manifest], str] = no_objection,
    ) -> None:
        """Begin with nothing received.

        Args:
            source: Where the events come from.
            name: What the user calls it.
            live: It is a trainer.
            say: Takes lines about the connection.
            object_to: Says why a run is not wanted, "" where it is: such a run is left
                alone, and what was received before it stays.
        """
        self.timeline = Timeline()
        self.name = name
        self.is_live = live
        self.runs = 0
        self.refusal = ""
        self._source = source
        self._say = say
        self._object_to = object_to
        self._silent_since: float | None = None

    def receive(self, now: float) -> Iterator[Event]:
        """Take in what has come: a trainer gives all at once, a file bit by bit.

        Args:
            now: Seconds by a clock that never goes back.

        Yields:
            Each event of a run that is wanted, when the timeline has it.

        Raises:
            ViewerError: There is no run here, or it cannot be understood.
        """
        for _ in range(MOST_AT_ONCE):
            events = self._source.events(0)
            for event in events:
                self._take(event, now)
                if not self.refusal:
                    yield event
                if isinstance(event, Arrived):
                    self._source.consumed(event.snapshot.seq)
            if not events:
                break
        for note in self._source.notes():
            if self._say is not None:
                self._say(note)

    def stream(self, now: float) -> Stream:
        """Say how the stream is doing."""
        silent = None if self._silent_since is None else now - self._silent_since
        return Stream(self.name, self.is_live, silent, self._source.finished)

    def _take(self, event: Event, now: float) -> None:
        if isinstance(event, Joined) and event.fresh:
            self.refusal = self._object_to(event.manifest)
            self.runs += 1
        if self.refusal:
            return
        if isinstance(event, Silent):
            self._silent_since = now - event.since_s
        elif isinstance(event, Heard | Joined | Arrived):
            self._silent_since = None
        self.timeline.absorb(event)
