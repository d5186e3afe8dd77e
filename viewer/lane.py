"""One source of several that are recorded together: read no further than is needed.

How it works: a file gives its events one message after the other, a trainer all that
have come. Those not needed yet stay here or in the source, which bounds how much waits.
"""

from collections import deque
from collections.abc import Callable

from protocol.events import Arrived, Ended, Event, Joined
from viewer.errors import ViewerError
from viewer.hearing import Hearing
from viewer.player import Outcome
from viewer.receptions import Named
from viewer.timeline import Timeline


class Lane:
    """A source and its timeline, up to where it was read.

    Attributes:
        name: What the user calls the source.
        is_live: Whether it is a trainer.
        timeline: What was read.
        trouble: Why nothing more will be read though the run did not end; or "".
    """

    def __init__(
        self,
        named: Named,
        patience_s: float,
        object_to: Callable[["Lane", Joined], str],
    ) -> None:
        """Begin with nothing read.

        Args:
            named: The source.
            patience_s: How long its trainer may be silent.
            object_to: Says why a run cannot be shown beside the others, or "".
        """
        self._source, self.name, self.is_live = named
        self.timeline = Timeline()
        self.trouble = ""
        self._hearing = Hearing(patience_s)
        self._object_to = object_to
        self._events: deque[Event] = deque()
        self._has_ended = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be read."""
        if self.trouble or self._has_ended:
            return True
        return self._source.finished and not self._events

    @property
    def outcome(self) -> Outcome:
        """What came of it, but for the frames."""
        line = self.timeline
        return Outcome(
            snapshots=line.received,
            skipped=line.skipped,
            lost=line.lost,
            ended=line.ended,
            trouble=self.trouble,
        )

    def is_ahead_of(self, epoch: int) -> bool:
        """Whether a snapshot was read that follows an epoch."""
        snapshots = self.timeline.snapshots
        return bool(snapshots) and snapshots[-1].epoch > epoch

    def read(self, timeout_s: float, now: float) -> Event | None:
        """Read the next event.

        Args:
            timeout_s: How long to wait where there is none.
            now: Seconds by a clock that never goes back.

        Returns:
            The event, which the timeline has; None where none came.

        Raises:
            ViewerError: The run cannot be shown beside the others.
        """
        if not self._events:
            try:
                self._events.extend(self._source.events(timeout_s))
            except ViewerError as error:
                self.trouble = str(error)
        if not self._events:
            self.trouble = self.trouble or self._hearing.given_up(now)
            return None
        event = self._events.popleft()
        self.trouble = self._hearing.hear(event, now)
        if self.trouble:
            return None
        if isinstance(event, Joined) and (why := self._object_to(self, event)):
            raise ViewerError(why)
        self._has_ended = isinstance(event, Ended)
        self.timeline.absorb(event)
        if isinstance(event, Arrived):
            self._source.consumed(event.snapshot.seq)
        return event

    def notes(self) -> list[str]:
        """Give what there is to tell the user since the last call, a line each."""
        notes = self._source.notes()
        return [note if self.name in note else f"{self.name}: {note}" for note in notes]
