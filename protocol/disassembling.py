"""Events back to messages, so that what a viewer received can be recorded.

The way back of assembling.py: fed to an Assembler, the messages give the same events.
"""

from collections.abc import Iterator

from protocol.arrays import are_mostly_bytes, blob_bytes, cut, pack
from protocol.events import Arrived, Dropped, Ended, Event, Joined, Missing
from protocol.limits import NONCE_BYTES
from protocol.messages import (
    VERSION,
    End,
    FromTrainer,
    Gap,
    Manifest,
    SnapshotPart,
    Welcome,
)
from protocol.payload import packed, raw
from protocol.rows import empty


class Disassembler:
    """Takes events apart, one after the other, in the order of the stream."""

    def __init__(self, seq: int = 0) -> None:
        """Begin, or go on after snapshot `seq` of a run."""
        self._run = b""
        self._manifest: Manifest | None = None
        self._seq = seq
        self._dropped = 0

    def feed(self, event: Event) -> Iterator[FromTrainer]:
        """Return the messages that tell an event; none for what is live only.

        Arrays are copied, one part at a time is given out.
        """
        match event:
            case Joined():
                yield self._welcome(event)
            case Arrived():
                yield from self._parts(event)
            case Missing(first=first, last=last):
                self._seq = last
                yield Gap(run=self._run, first=first, last=last)
            case Dropped(count=count):
                self._dropped = count
            case Ended(reason=reason, text=text, lost=lost):
                yield End(
                    run=self._run,
                    seq=self._seq + lost,  # so that it can be continued
                    reason=reason,
                    text=text,
                    dropped=self._dropped,
                )
            case _:
                pass

    def _welcome(self, event: Joined) -> Welcome:
        self._run = event.run
        self._manifest = event.manifest
        if event.fresh:
            self._seq = self._dropped = 0
        return Welcome(
            version=VERSION,
            nonce=bytes(NONCE_BYTES),
            run=event.run,
            seq=0,
            oldest=0,
            manifest=event.manifest,
            rows=event.rows,
            ended=None,  # said by the end message, after the last snapshot
            viewers=event.viewers,
        )

    def _parts(self, event: Arrived) -> Iterator[SnapshotPart]:
        if self._manifest is None:
            raise ValueError("expected Joined before the first Arrived")
        snapshot = event.snapshot
        self._seq = snapshot.seq
        specs = self._manifest.arrays
        blob = bytearray(blob_bytes(specs))
        pack(snapshot.arrays, specs, blob)
        payloads = cut(blob)
        packs = are_mostly_bytes(specs)
        nothing = empty(event.rows.shape[1])
        for index, payload in enumerate(payloads):
            yield SnapshotPart(
                run=snapshot.run,
                seq=snapshot.seq,
                epoch=snapshot.epoch,
                step=snapshot.step,
                time=snapshot.time,
                probe=snapshot.probe,
                skip=event.skipped,
                rows=nothing if index else event.rows,
                part=index,
                parts=len(payloads),
                payload=(packed(payload) if packs else None) or raw(payload),
            )
