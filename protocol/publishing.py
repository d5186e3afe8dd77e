"""The trainer's half of the conversation as a state machine, without a socket.

How it works. Bytes and times go in, bytes come out; the transport's loop is

    publishing.receive(peer, parts, now)              for every message that came
    for peer in publishing.receivers(now):
        while (parts := publishing.next_for(peer, now)) is not None:
            send them; publishing.accepted(peer)      or break when the socket is full,
                                                      or publishing.gone(peer)
    wait at most publishing.next_deadline(now) seconds

What a peer is, and what moves it:

    unknown   hello -> welcomed (or refused: version, busy); anything else is ignored
    welcomed  bye, gone, or nothing for 10 s -> unknown; third bad message -> refused
    refused   is told why, once; after bad messages it is ignored for 30 s

A hello with a nonce that was answered already is a repetition and changes nothing; one
with a new nonce begins again: welcome, then snapshots from where it says. What a
welcomed peer is sent when is in peer.py. Not safe for use from several threads.
"""

import math
from collections.abc import Sequence

from protocol import limits
from protocol.admission import Admission
from protocol.archive import Archive
from protocol.codec import Part, decode_from_trainer, decode_from_viewer, encode
from protocol.errors import DecodeError, VersionError
from protocol.held import Blob, Moment
from protocol.messages import (
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromViewer,
    Hello,
    Rows,
)
from protocol.peer import RECORDER, Peer
from protocol.ring import Ring
from protocol.text import fitting

# The name of the trainer's own recording; peers of a socket have longer ones.
RECORDING = b""


class Publishing:
    """One run and its viewers.

    Attributes:
        dropped: Snapshots that the trainer could not publish; beats carry it.
    """

    def __init__(
        self,
        run: bytes,
        ring: Ring,
        whole: Ring | None = None,
        *,
        max_peers: int = limits.PEERS,
    ) -> None:
        """Begin a run without snapshots.

        Args:
            run: 16 random bytes.
            ring: Keeps what every viewer gets, and knows what the run is.
            whole: Keeps snapshots with all weights, for viewers that ask for them.
            max_peers: How many viewers are served.

        Raises:
            ValueError: No viewer could accept this run.
        """
        self.dropped = 0
        self._archive = Archive(run, ring, whole)
        self._max_peers = max_peers
        self._peers: dict[bytes, Peer] = {}
        self._admission = Admission()
        self._forgotten: list[bytes] = []
        self._began_at: float | None = None
        for each in filter(None, (ring, whole)):
            try:
                decode_from_trainer(
                    encode(self._archive.welcome(bytes(limits.NONCE_BYTES), each, 0))
                )
            except DecodeError as error:
                raise ValueError(f"no viewer would accept this: {error}") from error

    @property
    def viewers(self) -> int:
        """How many viewers are welcomed."""
        return len(self._peers) - (RECORDING in self._peers)

    @property
    def bad(self) -> int:
        """Messages that did not follow SPEC.md, from whomever."""
        return self._admission.bad

    @property
    def skipped(self) -> int:
        """Snapshots left out on purpose, over all viewers."""
        return self._archive.skipped

    @property
    def seq(self) -> int:
        """Number of the newest snapshot, 0 before the first."""
        return self._archive.seq

    # What the training does

    def publish(
        self, moment: Moment, rows: Rows, blob: Blob, whole: Blob | None = None
    ) -> int:
        """Take the next snapshot.

        Args:
            moment: When in the run it was taken.
            rows: New metric rows, shape (n, len(manifest.metrics)); copied.
            blob: What every viewer gets; kept until it is released.
            whole: All weights, where there is a ring for them.

        Returns:
            Its number.

        Raises:
            ValueError: Rows or blobs do not fit the manifest, or the run has ended;
                nothing is kept then.
        """
        if self._archive.end is not None:
            raise ValueError("expected no snapshot after the end of the run")
        return self._archive.append(moment, rows, blob, whole, self._in_use)

    def record(self) -> None:
        """Serve the trainer's own recording as a viewer, too, named RECORDING.

        It wants all snapshots, needs no beats and acknowledges what it accepts.
        """
        self._join(RECORDING, RECORDER, math.inf)

    def end(self, reason: EndReason, text: str = "") -> None:
        """End the run, once; `text`, for people, is cut where it is too long."""
        archive = self._archive
        if archive.end is not None:
            return
        archive.end = End(
            run=archive.run,
            seq=archive.seq,
            reason=reason,
            text=fitting(text),
            dropped=self.dropped,
        )
        for peer in self._peers.values():
            peer.say(archive.end)

    def satisfied(self) -> bool:
        """Whether the run has ended and every viewer has acknowledged all of it."""
        ended = self._archive.end is not None
        viewers = (self._peers[name] for name in self._peers if name != RECORDING)
        return ended and all(peer.is_satisfied for peer in viewers)

    # What the transport does

    def receive(self, peer: bytes, parts: Sequence[Part], now: float) -> None:
        """Take a message of a peer; never raises.

        Args:
            peer: How the transport names it.
            parts: The message.
            now: Any clock that only goes forward, in seconds.
        """
        self._start_clock(now)
        if self._admission.is_ignored(peer, now):
            return
        try:
            message = decode_from_viewer(parts)
            if message is not None:
                self._take(peer, message, now)
        except VersionError as error:
            self._admission.refuse(peer, "version", str(error))
        except DecodeError as error:
            if self._admission.count_error(peer, error, now):
                self._peers.pop(peer, None)

    def receivers(self, now: float) -> list[bytes]:
        """Name the peers to ask `next_for`; those silent for too long are forgotten."""
        self._start_clock(now)
        for name, peer in list(self._peers.items()):
            if now - peer.heard_at > limits.FORGET_S:
                del self._peers[name]
                self._forgotten.append(name)
        return [*self._admission.refusals, *self._peers]

    def forgotten(self) -> list[bytes]:
        """Name those forgotten since the last call, to be disconnected."""
        names, self._forgotten = self._forgotten, []
        return names

    def next_for(self, peer: bytes, now: float) -> Sequence[Part] | None:
        """Return what to send to a peer now, None if nothing.

        It is offered again, or something newer instead, until `accepted` is called.
        """
        if peer in self._admission.refusals:
            return self._admission.refusals[peer]
        viewer = self._peers.get(peer)
        if viewer is None:
            return None
        if now >= viewer.beat_at and not viewer.has_urgent:
            self._beat(viewer, now)
        if viewer.has_urgent and not viewer.is_local:  # it is as good as a beat
            viewer.beat_at = now + limits.BEAT_S
        return viewer.offer()

    def accepted(self, peer: bytes) -> None:
        """Note that the socket took what `next_for` returned."""
        refusal = self._admission.refusals.pop(peer, None)
        if refusal is None and peer in self._peers:
            self._peers[peer].accepted()

    def gone(self, peer: bytes) -> None:
        """Forget a peer that the socket does not know any more."""
        self._peers.pop(peer, None)
        self._admission.refusals.pop(peer, None)

    def next_deadline(self, now: float) -> float:
        """Return after how many seconds `receivers` is worth asking again."""
        peers = self._peers.values()
        pauses = [peer.pause_s for peer in peers if peer.is_blocked]
        if self._admission.refusals:
            pauses.append(limits.RETRY_LAST_S)
        beats = [peer.beat_at - now for peer in peers]
        return max(0.0, min([limits.BEAT_S, *pauses, *beats]))

    # One message at a time

    def _take(self, name: bytes, message: FromViewer, now: float) -> None:
        if isinstance(message, Hello):
            self._greet(name, message, now)
        peer = self._peers.get(name)
        if peer is None:
            return
        peer.heard_at = now
        if isinstance(message, Bye):
            self.gone(name)
        elif isinstance(message, Ack) and message.run == self._archive.run:
            self._acknowledge(peer, message.seq)

    def _greet(self, name: bytes, hello: Hello, now: float) -> None:
        known = self._peers.get(name)
        if known is not None and known.nonce == hello.nonce:
            return
        self._admission.hear_hello(name, now)
        if known is None and self.viewers >= self._max_peers:
            text = f"{self._max_peers} viewers are watching already; try again later"
            self._admission.refuse(name, "busy", text)
            return
        self._join(name, hello, now)
        self._admission.refusals.pop(name, None)

    def _join(self, name: bytes, hello: Hello, now: float) -> None:
        peer = self._peers[name] = Peer(hello, self._archive, now)
        peer.say(self._archive.welcome(hello.nonce, peer.ring, self.viewers))
        if self._archive.end is not None:
            peer.say(self._archive.end)

    def _acknowledge(self, peer: Peer, seq: int) -> None:
        most = self._archive.seq + (self._archive.end is not None)
        if seq > most:
            raise DecodeError(f"expected an ack up to {most}, got {seq}")
        peer.acknowledge(seq)

    def _beat(self, peer: Peer, now: float) -> None:
        archive = self._archive
        up = now - self._start_clock(now)
        peer.say(Beat(run=archive.run, seq=archive.seq, up=up, dropped=self.dropped))
        if archive.end is not None and peer.ends_left and not peer.is_satisfied:
            peer.ends_left -= 1
            peer.say(archive.end)

    def _in_use(self, ring: Ring) -> dict[int, float]:
        """Tell which snapshots are being sent and when their viewers were heard."""
        heard: dict[int, float] = {}
        for peer in self._peers.values():
            seq = peer.is_sending
            if seq is not None and peer.ring is ring:
                heard[seq] = max(peer.heard_at, heard.get(seq, -math.inf))
        return heard

    def _start_clock(self, now: float) -> float:
        if self._began_at is None:
            self._began_at = now
        return self._began_at
