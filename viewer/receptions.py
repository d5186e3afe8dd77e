"""Several sources, and how each of them stands: where one fails, the others go on."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from protocol.events import Event, Joined
from protocol.messages import Manifest
from viewer.axis import objection
from viewer.badge import counts
from viewer.errors import ViewerError
from viewer.reception import Reception
from viewer.standing import Standing, standing
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from viewer.sources import Source


class Named(NamedTuple):
    """A source, what the user calls it, and whether it is a trainer."""

    source: "Source"
    name: str
    is_live: bool


class Receptions:
    """A reception for each source.

    Attributes:
        each: The receptions, in the order of the sources.
        timelines: What they have received.
    """

    def __init__(
        self, sources: Sequence[Named], say: Callable[[str], None] | None = None
    ) -> None:
        """Begin with nothing received.

        Args:
            sources: Where the events come from.
            say: Takes lines about the connections.
        """
        self.each = [
            Reception(
                source,
                name=name,
                live=is_live,
                say=_named(name, say),
                object_to=partial(self._objection, number),
            )
            for number, (source, name, is_live) in enumerate(sources)
        ]
        self.timelines: list[Timeline] = [each.timeline for each in self.each]
        self._troubles: list[ViewerError | None] = [None] * len(sources)

    @property
    def going(self) -> list[Timeline]:
        """Those of trainers that may still send more."""
        return [
            each.timeline
            for each in self.each
            if each.is_live and each.timeline.ended is None
        ]

    def receive(self, now: float) -> Iterator[tuple[int, Event]]:
        """Take in what has come from every source.

        Args:
            now: Seconds by a clock that never goes back.

        Yields:
            The number of the source and the event, when its timeline has it.

        Raises:
            ViewerError: There is no run at any of the sources, or a recording is of
                a run that cannot be shown beside the others.
        """
        for number, reception in enumerate(self.each):
            try:
                for event in reception.receive(now):
                    if isinstance(event, Joined):
                        self._troubles[number] = None
                    yield number, event
            except ViewerError as error:
                self._troubles[number] = error
            if reception.refusal and not reception.is_live:
                raise ViewerError(reception.refusal)
        first = self._troubles[0]
        if first is not None and all(self._troubles) and not self._has_begun:
            raise first

    def standing(self, number: int, now: float, stop: int, index: int) -> Standing:
        """Say how a run stands; see standing.py."""
        reception, trouble = self.each[number], self._troubles[number]
        if reception.refusal:
            return Standing(reception.refusal, page=reception.refusal)
        if trouble is not None:
            words = str(trouble)
            return Standing(words if reception.runs else "no run", page=words)
        stream, line = reception.stream(now), reception.timeline
        return standing(stream, line, stop, index, counts(line))

    @property
    def _has_begun(self) -> bool:
        return any(line.snapshots for line in self.timelines)

    def _objection(self, number: int, manifest: Manifest) -> str:
        """Want no run that counts something else than the others."""
        others = {
            each.name: each.timeline.manifest
            for other, each in enumerate(self.each)
            if other != number and each.timeline.manifest is not None
        }
        return objection(self.each[number].name, manifest, others)


def _named(
    name: str, say: Callable[[str], None] | None
) -> Callable[[str], None] | None:
    """Let lines about a connection name it."""
    if say is None:
        return None
    return lambda text: say(text if name in text else f"{name}: {text}")
