"""The viewer's half of the conversation as a state machine, without a socket.

How it works. Bytes and times go in, bytes and events come out; the transport's loop is

    events = following.receive(parts, now)     for every message that came
    events += following.tick(now)
    send following.outgoing()
    wait at most following.next_deadline(now) seconds

    state    | welcome | other message | 2 s of silence      | last snapshot and end
    WAITING  | LIVE    | (ignored)     | WAITING             | -
    LIVE     | LIVE    | LIVE          | SILENT: Silent      | ENDED: Ended
    SILENT   | LIVE    | LIVE: Heard   | SILENT; after 6 s   | ENDED: Ended
             |         |               | an end is believed  |
    ENDED    | ENDED   | ENDED         | ENDED               | ENDED
    any      | of a run with another name: LIVE, Joined(fresh=True)

On a slow link a message may take longer than that. The transport says `alive` for as long
as bytes keep coming, which counts like a message.

Beside the state there is the greeting (greeting.py): a hello that is repeated until its
welcome comes. It begins at the start, after a silence, on a new connection, when a
message names another run, when this viewer itself was stopped for a while or asks for
something else, and, more slowly, after a refusal or three bad messages.
"""

import math
from collections.abc import Callable, Sequence
from enum import Enum

from protocol import limits
from protocol.assembling import Assembler, Mark
from protocol.codec import Part, decode_from_trainer, encode
from protocol.errors import DecodeError, VersionError
from protocol.events import Ended, Event, Heard, Refused, Silent
from protocol.greeting import Greeting, random_nonce
from protocol.messages import (
    Ack,
    Beat,
    Bye,
    FromTrainer,
    FromViewer,
    Ping,
    Refusal,
    Want,
    Welcome,
)
from protocol.payload import Packing


class State(Enum):
    """How the stream is doing."""

    WAITING = "waiting"
    LIVE = "live"
    SILENT = "silent"
    ENDED = "ended"


class Following:
    """One viewer of one trainer.

    Attributes:
        state: How the stream is doing.
        want: What it asks for.
        assembler: Run, manifest and the counts of what was skipped, missing and lost.
        beat: The last beat, None before the first.
        dropped: Messages that did not follow SPEC.md.
        unknown: Well-formed messages of a type that this version does not know.
    """

    def __init__(
        self,
        want: Want = Want.LIVE,
        window: int = 2,
        nonce: Callable[[], bytes] = random_nonce,
        app: str = "viewer",
        resume: Mark | None = None,
        max_cells: int = 0,
        packings: Sequence[Packing] = tuple(Packing),
    ) -> None:
        """Begin with a hello at the first tick.

        Args:
            want: Newest snapshots only, or all.
            window: Snapshots that may be under way, 1 to 8.
            nonce: Gives 8 random bytes.
            app: Name of this program.
            resume: The last whole snapshot that it has already; see Assembler.
            max_cells: See Hello; limits.INTEGER for all weights.
            packings: See Hello; each that this version knows.
        """
        self.state = State.WAITING
        self.want = want
        self.assembler = Assembler(want, resume)
        self.beat: Beat | None = None
        self.dropped = 0
        self.unknown = 0
        self._greeting = Greeting(
            nonce, window=window, app=app, max_cells=max_cells, packings=packings
        )
        self._errors_in_a_row = 0
        self._heard_at = 0.0
        self._ticked_at = math.inf
        self._ping_at = 0.0
        self._consumed = self.assembler.seq
        self._is_new_connection = resume is not None
        self._is_ack_due = False
        self._outgoing: list[FromViewer] = []

    # What comes from the trainer

    def receive(self, parts: Sequence[Part], now: float) -> list[Event]:
        """Take a message of the trainer; never raises.

        Args:
            parts: The message.
            now: Any clock that only goes forward, in seconds.
        """
        events: list[Event] = []
        try:
            message = decode_from_trainer(parts)
            events += self._hear(now)
            events += self._take(message, now)
            self._errors_in_a_row = 0
        except VersionError as error:
            events += self._refuse(Refused(code="version", text=str(error)), now)
        except DecodeError:
            self._count_error(now)
        if any(isinstance(event, Ended) for event in events):
            self.state = State.ENDED
            self._is_ack_due = True
        return events

    def alive(self, now: float) -> list[Event]:
        """Take note that bytes keep coming, though no message is whole yet."""
        return [] if self.state is State.WAITING else self._hear(now)

    def overrun(self, now: float) -> None:
        """Count a message without an end, whose connection was cut off."""
        self._count_error(now)

    def _hear(self, now: float) -> list[Event]:
        self._heard_at = now
        if self.state is not State.SILENT:
            return []
        self.state = State.LIVE
        return [Heard()]

    def _take(self, message: FromTrainer | None, now: float) -> list[Event]:
        if message is None:
            self.unknown += 1
            return []
        if isinstance(message, Welcome):
            return self._welcome(message, now)
        if isinstance(message, Refusal):
            return self._refuse(Refused(code=message.code, text=message.text), now)
        run = self.assembler.run
        if message.run != run:
            if run is not None and self._greeting.is_answered:
                self._greeting.begin(now)
            return []
        if isinstance(message, Beat):
            self.beat = message
        if self._is_new_connection:
            return []  # answers a hello of before, and comes again after the welcome
        return self.assembler.feed(message)

    def _welcome(self, welcome: Welcome, now: float) -> list[Event]:
        if not self._greeting.answer(welcome.nonce):
            return []  # answers a hello of before
        self._is_new_connection = False
        self._ping_at = now + limits.PING_S
        is_fresh = not self.assembler.knows(welcome)
        self._consumed = 0 if is_fresh else self._consumed
        if is_fresh or self.state is not State.ENDED:
            self.state = State.LIVE
        self._is_ack_due = not is_fresh
        return self.assembler.feed(welcome)

    def _refuse(self, refused: Refused, now: float) -> list[Event]:
        """Say hello again, later each time; tell a refusal once for each hello."""
        if not self._greeting.is_answered and not self._greeting.is_said:
            return []
        self._greeting.begin_later(now)
        return [refused]

    def _count_error(self, now: float) -> None:
        self.dropped += 1
        self._errors_in_a_row += 1
        self._greeting.renew()
        if self._errors_in_a_row == limits.ERRORS:
            self._errors_in_a_row = 0
            self._greeting.begin_later(now)

    # What goes to the trainer

    def tick(self, now: float) -> list[Event]:
        """Do what is due by now."""
        events = self._check_silence(now)
        if now - self._ticked_at > limits.AWAY_S and self._greeting.is_answered:
            self._greeting.begin(now)
        self._ticked_at = now
        if not self._greeting.is_answered:
            self._say_hello(now)
        elif now >= self._ping_at:
            self._ping_at = now + limits.PING_S
            self._is_ack_due = True  # in case the last one did not get through
            self._outgoing.append(Ping(time=now))
        return events

    def consumed(self, seq: int, now: float, run: bytes | None = None) -> None:
        """Acknowledge a snapshot and all before it: the viewer is done with them.

        Args:
            seq: Its number.
            now: As in `receive`.
            run: Its run; one that is over by now is left alone.
        """
        if run not in (None, self.assembler.run) or seq > self.assembler.seq:
            return
        self._consumed = max(self._consumed, seq)
        self._is_ack_due = True
        self._ping_at = now + limits.PING_S

    def reconnected(self, now: float) -> None:
        """Say hello again, as a viewer that the trainer cannot know any more."""
        self._is_new_connection = True
        self._greeting.begin(now)

    def ask(self, want: Want, now: float) -> None:
        """Ask for the newest only, or for all, from the last snapshot on."""
        if want is not self.want:
            self.want = want
            self.reconnected(now)  # what is on its way answers the old hello

    def leave(self) -> None:
        """Say goodbye."""
        self._outgoing.append(Bye())

    def outgoing(self) -> list[list[Part]]:
        """Return the messages to send now, each once.

        One that cannot be sent may be thrown away: hellos and acks are repeated.
        """
        messages, self._outgoing = self._outgoing, []
        if self._is_ack_due and self.assembler.run is not None:
            self._is_ack_due = False
            messages.insert(0, Ack(run=self.assembler.run, seq=self._ack_seq()))
        return [encode(message) for message in messages]

    def next_deadline(self, now: float) -> float:
        """Return after how many seconds `tick` has something to do."""
        is_answered = self._greeting.is_answered
        times = [self._ping_at if is_answered else self._greeting.next_at]
        if self.state is State.LIVE or is_answered:
            times.append(self._heard_at + limits.SILENT_S)
        elif self.state is State.SILENT and self.assembler.end is not None:
            times.append(self._heard_at + limits.LOST_S)
        return max(0.0, min(times) - now)

    def _check_silence(self, now: float) -> list[Event]:
        silence = now - self._heard_at
        if self.state is State.WAITING or silence < limits.SILENT_S:
            return []
        if self._greeting.is_answered:
            self._greeting.begin(now)
        if self.state is State.LIVE:
            self.state = State.SILENT
            return [Silent(since_s=silence)]
        if self.state is State.SILENT and silence >= limits.LOST_S:
            events = self.assembler.give_up()
            if events:
                self.state = State.ENDED
            return events
        return []

    def _say_hello(self, now: float) -> None:
        run, seq = self.assembler.run, self.assembler.seq
        hello = self._greeting.say(now, self.want, run, seq)
        if hello is not None:
            self._outgoing.append(hello)

    def _ack_seq(self) -> int:
        """Return what is consumed; the end counts as one more snapshot."""
        end = self.assembler.end
        if self.state is State.ENDED and end is not None and self._consumed >= end.seq:
            return end.seq + 1
        return self._consumed
