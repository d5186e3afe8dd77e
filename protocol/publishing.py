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

from collections.abc import Sequence
from dataclasses import dataclass

from protocol import limits
from protocol.archive import Archive, Moment
from protocol.codec import Part, decode_from_trainer, decode_from_viewer, encode
from protocol.errors import DecodeError, VersionError
from protocol.messages import (
    VERSION,
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromViewer,
    Hello,
    Manifest,
    Probe,
    Refusal,
    Rows,
    Welcome,
)
from protocol.peer import Peer


@dataclass(slots=True)
class Offender:
    """A peer that sent bad messages."""

    errors: int = 0
    ignored_until: float = float("-inf")


class Publishing:
    """One run and its viewers.

    Attributes:
        dropped: Snapshots that the trainer could not publish; beats carry it.
        bad: Messages that did not follow SPEC.md, from whomever.
    """

    def __init__(
        self,
        manifest: Manifest,
        run: bytes,
        ring_bytes: int = limits.RING_BYTES,
        max_peers: int = limits.PEERS,
    ) -> None:
        """Begin a run without snapshots.

        Args:
            manifest: What the run is.
            run: 16 random bytes.
            ring_bytes: How much snapshots that are kept for viewers may take.
            max_peers: How many viewers are served.

        Raises:
            ValueError: No viewer could accept this manifest or run.
        """
        self.dropped = 0
        self.bad = 0
        self._archive = Archive(run, manifest, ring_bytes)
        self._max_peers = max_peers
        self._peers: dict[bytes, Peer] = {}
        self._refusals: dict[bytes, Sequence[Part]] = {}
        self._offenders: dict[bytes, Offender] = {}
        self._began_at: float | None = None
        try:
            decode_from_trainer(encode(self._welcome(bytes(limits.NONCE_BYTES))))
        except DecodeError as error:
            raise ValueError(f"no viewer would accept this: {error}") from error

    @property
    def viewers(self) -> int:
        """How many peers are welcomed."""
        return len(self._peers)

    @property
    def seq(self) -> int:
        """Number of the newest snapshot, 0 before the first."""
        return self._archive.seq

    # What the training does

    def publish(
        self,
        *,
        epoch: int,
        step: int,
        time: float,
        probe: Probe,
        rows: Rows,
        blob: bytes | bytearray | memoryview,
    ) -> int:
        """Take the next snapshot.

        Args:
            epoch: Completed epochs.
            step: Optimizer updates done.
            time: Unix seconds.
            probe: The example that it shows.
            rows: New metric rows, shape (n, len(manifest.metrics)); copied.
            blob: The arrays, see arrays.pack; kept, so it must not change any more.

        Returns:
            Its number.

        Raises:
            ValueError: Rows or blob do not fit the manifest, or the run has ended.
        """
        if self._archive.end is not None:
            raise ValueError("expected no snapshot after the end of the run")
        moment = Moment(epoch=epoch, step=step, time=time, probe=probe)
        whole = memoryview(blob).cast("B").toreadonly()
        return self._archive.append(moment, rows, whole)

    def end(self, reason: EndReason, text: str = "") -> None:
        """End the run, once; `text`, for people, is cut where it is too long."""
        archive = self._archive
        if archive.end is not None:
            return
        text = text.encode()[: limits.TEXT_BYTES].decode(errors="ignore")
        archive.end = End(run=archive.run, seq=archive.seq, reason=reason, text=text)
        for peer in self._peers.values():
            peer.say(archive.end)

    def satisfied(self) -> bool:
        """Whether the run has ended and every viewer has acknowledged all of it."""
        ended = self._archive.end is not None
        return ended and all(peer.is_satisfied for peer in self._peers.values())

    # What the transport does

    def receive(self, peer: bytes, parts: Sequence[Part], now: float) -> None:
        """Take a message of a peer; never raises.

        Args:
            peer: How the transport names it.
            parts: The message.
            now: Any clock that only goes forward, in seconds.
        """
        self._start_clock(now)
        offender = self._offenders.get(peer)
        if offender and now < offender.ignored_until:
            return
        try:
            message = decode_from_viewer(parts)
            if message is not None:
                self._take(peer, message, now)
        except VersionError as error:
            self._refuse(peer, "version", str(error))
        except DecodeError as error:
            self._count_error(peer, error, now)

    def receivers(self, now: float) -> list[bytes]:
        """Name the peers to ask `next_for`; those silent for too long are forgotten."""
        self._start_clock(now)
        for name, peer in list(self._peers.items()):
            if now - peer.heard_at > limits.FORGET_S:
                del self._peers[name]
        return [*self._refusals, *self._peers]

    def next_for(self, peer: bytes, now: float) -> Sequence[Part] | None:
        """Return what to send to a peer now, None if nothing.

        It is offered again, or something newer instead, until `accepted` is called.
        """
        if peer in self._refusals:
            return self._refusals[peer]
        viewer = self._peers.get(peer)
        if viewer is None:
            return None
        if now >= viewer.beat_at and not viewer.has_urgent:
            self._beat(viewer, now)
        if viewer.has_urgent:  # is offered now, and as good as a beat
            viewer.beat_at = now + limits.BEAT_S
        return viewer.offer()

    def accepted(self, peer: bytes) -> None:
        """Note that the socket took what `next_for` returned."""
        if self._refusals.pop(peer, None) is None and peer in self._peers:
            self._peers[peer].accepted()

    def gone(self, peer: bytes) -> None:
        """Forget a peer that the socket does not know any more."""
        self._peers.pop(peer, None)
        self._refusals.pop(peer, None)

    def next_deadline(self, now: float) -> float:
        """Return after how many seconds `receivers` is worth asking again."""
        if any(peer.is_blocked for peer in self._peers.values()) or self._refusals:
            return limits.RETRY_S
        beats = [peer.beat_at - now for peer in self._peers.values()]
        return max(0.0, min(beats, default=limits.BEAT_S))

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
        if known is None and len(self._peers) >= self._max_peers:
            text = f"{self._max_peers} viewers are watching already; try again later"
            self._refuse(name, "busy", text)
            return
        peer = self._peers[name] = Peer(hello, self._archive, now)
        self._refusals.pop(name, None)
        peer.say(self._welcome(hello.nonce))
        if self._archive.end is not None:
            peer.say(self._archive.end)

    def _acknowledge(self, peer: Peer, seq: int) -> None:
        most = self._archive.seq + (self._archive.end is not None)
        if seq > most:
            raise DecodeError(f"expected an ack up to {most}, got {seq}")
        peer.acknowledge(seq)

    def _welcome(self, nonce: bytes) -> Welcome:
        archive = self._archive
        return Welcome(
            version=VERSION,
            nonce=nonce,
            run=archive.run,
            seq=archive.seq,
            oldest=archive.oldest,
            manifest=archive.manifest,
            rows=archive.rows_between(0, len(archive.rows)),
            ended=archive.end.reason if archive.end else None,
            viewers=len(self._peers),
        )

    def _beat(self, peer: Peer, now: float) -> None:
        archive = self._archive
        up = now - self._start_clock(now)
        peer.say(Beat(run=archive.run, seq=archive.seq, up=up, dropped=self.dropped))
        if archive.end is not None and peer.ends_left and not peer.is_satisfied:
            peer.ends_left -= 1
            peer.say(archive.end)

    def _count_error(self, name: bytes, error: DecodeError, now: float) -> None:
        self.bad += 1
        offender = self._offenders.setdefault(name, Offender())
        offender.errors += 1
        if offender.errors >= limits.ERRORS:
            offender.errors = 0
            offender.ignored_until = now + limits.IGNORED_S
            self._peers.pop(name, None)
            self._refuse(name, "bad", str(error))
        if len(self._offenders) > limits.OFFENDERS:
            del self._offenders[next(iter(self._offenders))]

    def _refuse(self, name: bytes, code: str, text: str) -> None:
        text = text.encode()[: limits.TEXT_BYTES].decode(errors="ignore")
        self._refusals[name] = encode(Refusal(code=code, text=text))
        if len(self._refusals) > limits.PEERS:
            del self._refusals[next(iter(self._refusals))]

    def _start_clock(self, now: float) -> float:
        if self._began_at is None:
            self._began_at = now
        return self._began_at
