"""A trainer that is running, received in a thread of its own."""

import math
import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

from protocol import limits
from protocol.address import Address
from protocol.assembling import Mark
from protocol.events import Arrived, Ended, Event, Heard, Joined, Refused, Silent
from protocol.following import Following
from protocol.messages import Want
from viewer.backlog import Backlog
from viewer.cue import cycle_of
from viewer.errors import ViewerError
from viewer.keyring import Keyring
from viewer.plain import plain
from viewer.transport import Connection

# Snapshots received and not consumed yet, where all are wanted.
BACKLOG_BYTES = 256 << 20

PREVIEWS = (
    "the trainer sends previews of large matrices only: whole snapshots need a larger "
    "--buffer there"
)

# Until it is looked whether there is room again, where too much came.
ROOM_S = 0.05

# Nobody minds half a second; after it a person wonders what is going on.
WONDER_S = 0.5


class LiveSource:
    """A trainer at an address; waits for it, and for it to come back, as long as asked.

    Not safe for use from several threads.

    Attributes:
        address: Where the trainer is, or will be.
        finished: Whether the run has ended and all that was asked for was given; False
            again when another run begins at the same address.
        dropped_bytes: Always 0, see Source.
    """

    dropped_bytes = 0

    def __init__(
        self,
        address: Address,
        want: Want = Want.LIVE,
        *,
        keyring: Keyring | None = None,
        timeout_s: float | None = None,
        resume: Mark | None = None,
        full: bool = False,
        backlog_bytes: int = BACKLOG_BYTES,
    ) -> None:
        """Begin to receive.

        Args:
            address: Where to connect.
            want: Newest snapshots only, or all.
            keyring: What a trainer with keys lets in; None for one without.
            timeout_s: How long `events` may go on without a run; None for ever.
            resume: The last snapshot of a run that is there already: only what follows
                is asked for, if it is that run; None asks for all that there is.
            full: All weights of large networks are wanted, not previews.
            backlog_bytes: See Backlog.

        Raises:
            ViewerError: Nothing can ever be at this address.
        """
        self.address = address
        self.finished = False
        self._timeout_s = timeout_s
        self._began_at = time.monotonic()
        self._run: bytes | None = None
        self._notes: list[str] = []
        self._wondered: set[str] = set()
        self._refusal = ""
        # A trainer with keys says nothing before it is ready to look at ours.
        self._absent = "nobody listens on" if keyring is None else "no answer from"
        self._full, self._want = full, want
        self._backlog = Backlog(want, backlog_bytes)
        window = limits.WINDOW if want is Want.ALL else 2
        cells = limits.INTEGER if full else 0
        self._following = Following(want, window, resume=resume, max_cells=cells)
        self._connection = Connection(address, self._following, keyring)
        self._events: deque[Event] = deque()
        self._consumed: deque[Mark] = deque()
        self._changed = threading.Condition()
        self._failed: Exception | None = None
        self._closing = False
        self._thread = threading.Thread(
            target=self._receive, name="source", daemon=True
        )
        self._thread.start()

    def events(self, timeout_s: float = 0.0) -> list[Event]:
        """Give what has come; wait that long where nothing has.

        Raises:
            ViewerError: There is no run within the time given at the start, it speaks
                another protocol, or its trainer lets only others in.
        """
        wait_s = max(0.0, min(timeout_s, self._patience_s()))
        with self._changed:
            self._changed.wait_for(lambda: self._events or self._failed, wait_s)
            events = list(self._events)
            self._events.clear()
        if self._failed:
            raise self._failed
        for event in events:
            self._look_at(event)
        if self._connection.overruns:
            self._note_once(f"{self.address} sent a message without an end: cut off")
        if self._run is None:
            self._wonder()
        return events

    def consumed(self, seq: int) -> None:
        """Say that a snapshot and all before it are done with; makes room for more."""
        if self._run is not None:
            self._consumed.append(Mark(self._run, seq))
            self._connection.wake()

    def notes(self) -> list[str]:
        """Give what there is to tell the user since the last call, a line each."""
        notes, self._notes = self._notes, []
        return notes

    def close(self) -> None:
        """Leave; may be called twice."""
        self._closing = True
        self._connection.wake()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # In the thread that receives

    def _receive(self) -> None:
        try:
            while not self._closing:
                if self._backlog.is_overfull:
                    self._wait_for_room()
                events = self._connection.exchange()
                self._ask(events)
                self._acknowledge(events)
                if events:
                    self._tell(events)
        except Exception as error:  # noqa: BLE001 - events() raises it
            self._failed = error
            self._tell([])
        finally:
            self._connection.close()

    def _ask(self, events: list[Event]) -> None:
        """Ask for every example where a network is tried: each was sent to be seen."""
        for event in events:
            if isinstance(event, Joined):
                in_turn = cycle_of(event.manifest).in_turn
                want = Want.ALL if in_turn else self._want
                self._following.ask(want, time.monotonic())

    def _wait_for_room(self) -> None:
        """Read no more from a trainer that sends on and on, or memory would run out."""
        while self._backlog.is_overfull and not self._closing:
            time.sleep(ROOM_S)
            self._acknowledge([])

    def _acknowledge(self, events: list[Event]) -> None:
        before = self._backlog.acknowledged
        for event in events:
            if isinstance(event, Arrived):
                self._backlog.receive(event.snapshot)
        while self._consumed:
            self._backlog.consume(self._consumed.popleft())
        mark = self._backlog.acknowledged
        if mark is not None and mark != before:
            self._following.consumed(mark.seq, time.monotonic(), mark.run)

    def _tell(self, events: list[Event]) -> None:
        with self._changed:
            self._events += events
            self._changed.notify_all()

    # In the caller's thread

    def _patience_s(self) -> float:
        """How long there may still be no run."""
        if self._timeout_s is None or self._run is not None:
            return math.inf
        return self._began_at + self._timeout_s - time.monotonic()

    def _wonder(self) -> None:
        """Say why there is no run yet, or that it takes too long."""
        if self._patience_s() <= 0:
            why = self._refusal or (
                f"is 'trainer run --port {self.address.port}' running?"
            )
            raise ViewerError(
                f"no run on {self.address} after {self._timeout_s:g} s; {why}"
            )
        if time.monotonic() - self._began_at < WONDER_S:
            return
        if self._connection.is_connected:
            note = f"connected to {self.address}; waiting for the run to begin"
        else:
            note = f"{self._absent} {self.address} yet; trying again"
        self._note_once(note)

    def _note_once(self, note: str) -> None:
        if note not in self._wondered:
            self._wondered.add(note)
            self._notes.append(note)

    def _look_at(self, event: Event) -> None:
        match event:
            case Joined():
                self._join(event)
            case Ended():
                self.finished = True
            case Silent():
                self._notes.append(
                    f"the trainer has been silent for {event.since_s:.0f} s; trying again"
                )
            case Heard():
                self._notes.append("the trainer is back")
            case Refused(code="version"):
                raise ViewerError(plain(event.text))
            case Refused(code="keys") if self._run is None:
                raise ViewerError(plain(event.text))
            case Refused(code="keys"):
                self._note_once(plain(event.text))
            case Refused():
                self._refusal = f"the trainer refuses: {plain(event.text)}"
                self._notes.append(self._refusal)
            case _:
                pass

    def _join(self, joined: Joined) -> None:
        if joined.fresh or self._run is None:
            what = "connected to" if self._run is None else "another run on"
            name = plain(joined.manifest.name)
            of_it = f": {name}" if name else ""
            self._notes.append(f"{what} {self.address}{of_it}")
            self.finished = False
            if self._full and any(a.full_shape for a in joined.manifest.arrays):
                self._notes.append(PREVIEWS)
        self._run = joined.run
        self._wondered.clear()
