"""The one thread that owns the trainer's socket.

How it works: `Transport` takes the socket of a Listener into its thread, which drives
protocol.publishing. Other threads never touch socket or protocol: they post a function,
and a byte on a pair of plain sockets wakes the thread to run it.
"""

import logging
import math
import os
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

import zmq

from protocol.codec import Part
from protocol.limits import GUARD_S, RETRY_FIRST_S
from protocol.publishing import RECORDING, Publishing
from trainer import descriptors
from trainer.connections import Connections
from trainer.gate import Gate
from trainer.listener import Listener
from trainer.recorder import Recorder

LOG = logging.getLogger(__name__)

# Longest time that a peer that does not read may hold up the end of the program.
LINGER_MS = 1000

# How far the training goes before this thread; a third of its share where both are busy.
NICE = 5

# A disk that takes longer for the last few megabytes will not take them at all.
RECORD_S = 10.0

# Some systems cannot interrupt a wait that has no end.
WAIT_S = 0.5

# Messages read before something is sent again, so that a flood cannot stop the sending.
READ_AT_ONCE = 256

# Who is cut off comes back at once; one line tells of all that happened meanwhile.
TELL_CUT_S = 10.0


class Transport:
    """Serves a Publishing on a Listener from a thread of its own.

    Attributes:
        viewers: How many are subscribed.
        satisfied: True where every viewer has what it asked for.
        failed: Why the thread stopped; None while all is well.
    """

    def __init__(
        self,
        listener: Listener,
        publishing: Publishing,
        recorder: Recorder | None = None,
    ) -> None:
        """Prepare; nothing is served yet.

        Args:
            listener: Where viewers connect; closed together with this.
            publishing: What they are sent.
            recorder: Takes what a viewer would get that wants all.
        """
        self.viewers = 0
        self.satisfied = False
        self.failed: Exception | None = None
        self._changed = threading.Condition()
        self._listener = listener
        self._publishing = publishing
        self._recorder = recorder
        if recorder is not None:
            publishing.record()
        self._gate = Gate(listener.keyring)
        self._posted: deque[Callable[[], object]] = deque()
        self._closing = False
        self._connections = Connections(listener.address.port, descriptors.room())
        self._tell_cut_at = float("-inf")
        self._told_cut = 0
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def post(self, function: Callable[[], object]) -> None:
        """Have the thread call a function soon; never blocks."""
        if self._closing or self.failed:  # nobody would ever call it
            return
        self._posted.append(function)
        self._wake()

    def wait_until(
        self, condition: Callable[[], bool], limit_s: float = math.inf
    ) -> bool:
        """Wait until a condition on the attributes holds.

        Returns:
            False if the time ran out, or the thread has stopped.
        """
        until = time.monotonic() + limit_s
        with self._changed:
            while not condition():
                left_s = until - time.monotonic()
                if left_s <= 0 or self.failed:
                    return False
                self._changed.wait(min(left_s, WAIT_S))
        return True

    def close(self) -> None:
        """Stop the thread and give the port back; may be called twice."""
        self._closing = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join()
        self._connections.close()
        self._listener.close(LINGER_MS)
        self._waker.close()
        self._woken.close()

    def _wake(self) -> None:
        # Full: the thread is about to wake anyway. Closed: nobody is left to wake.
        with suppress(OSError):
            self._waker.send(b"\0")

    def _run(self) -> None:
        _yield_to_the_training()
        try:
            self._serve()
        except Exception as error:
            LOG.exception("the publishing has stopped, the training goes on")
            self.failed = error
            self._tell(0, False)

    def _serve(self) -> None:
        poller = zmq.Poller()
        poller.register(self._listener.socket, zmq.POLLIN)
        poller.register(self._listener.monitor.socket, zmq.POLLIN)
        poller.register(self._woken, zmq.POLLIN)
        if self._listener.asked is not None:
            poller.register(self._listener.asked, zmq.POLLIN)
        while not self._closing:
            wait_s = self._publishing.next_deadline(time.monotonic())
            if self._connections:
                wait_s = min(wait_s, GUARD_S)
            poller.poll(math.ceil(wait_s * 1000))
            self._look_at_connections()
            self._call_posted()
            self._read()
            # Also before anything goes out: who got some of it must not find old news.
            self._tell(self._publishing.viewers, self._publishing.satisfied())
            self._write()
            self._tell(self._publishing.viewers, self._publishing.satisfied())
        self._call_posted()
        self._finish_recording()

    def _finish_recording(self) -> None:
        """Record what is still to come, as fast as the disk takes it."""
        until = time.monotonic() + RECORD_S
        while time.monotonic() < until:
            parts = self._publishing.next_for(RECORDING, 0.0)
            if parts is None:
                return
            if not self._record(parts):
                time.sleep(RETRY_FIRST_S)

    def _call_posted(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        while self._posted:
            self._posted[0]()
            self._posted.popleft()

    def _look_at_connections(self) -> None:
        """Let in, refuse, cut off."""
        for happened in self._listener.monitor.happened():
            self._gate.take(happened)
            if happened.event == zmq.Event.ACCEPTED:
                self._connections.opened(happened.value)
            elif happened.event == zmq.Event.DISCONNECTED:
                self._connections.closed(happened.value)
        if self._listener.asked is not None:
            self._gate.answer(self._listener.asked)
        self._connections.check()
        self._tell_cut(time.monotonic())

    def _tell_cut(self, now: float) -> None:
        new = self._connections.cut - self._told_cut
        if new and now >= self._tell_cut_at + TELL_CUT_S:
            self._tell_cut_at, self._told_cut = now, self._connections.cut
            LOG.warning("cut off %d connections that said nothing of use", new)

    def _read(self) -> None:
        for _ in range(READ_AT_ONCE):
            try:
                frames = self._listener.socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            peer, *parts = [frame.bytes for frame in frames]
            with suppress(zmq.ZMQError):  # a peer older than ZMTP 3: nothing is told
                self._connections.heard(int(frames[-1].get(zmq.SRCFD)), peer)
            self._publishing.receive(peer, parts, time.monotonic())

    def _write(self) -> None:
        """Send each peer one message in turn until none is left or all are full.

        Or until there is something new: who is far behind must not keep it from others.
        """
        now = time.monotonic()
        peers = self._publishing.receivers(now)
        for peer in self._publishing.forgotten():
            self._connections.leave(peer)
        while peers:
            peers = [peer for peer in peers if self._write_one(peer, now)]
            if self._posted:
                return

    def _write_one(self, peer: bytes, now: float) -> bool:
        parts = self._publishing.next_for(peer, now)
        if parts is None:
            return False
        if peer == RECORDING:
            return self._record(parts)
        try:
            self._listener.socket.send_multipart([peer, *parts], zmq.NOBLOCK)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            self._publishing.gone(peer)
            return False
        self._publishing.accepted(peer)
        return True

    def _record(self, parts: Sequence[Part]) -> bool:
        if self._recorder is None or not self._recorder.take(parts):
            return False
        self._publishing.accepted(RECORDING)
        return True

    def _tell(self, viewers: int, satisfied: bool) -> None:
        before = self.viewers, self.satisfied
        if (viewers, satisfied) != before or self.failed:
            with self._changed:
                self.viewers, self.satisfied = viewers, satisfied
                self._changed.notify_all()


def _yield_to_the_training() -> None:
    """Have the training go first where both threads want the same processor.

    Else the thread that is woken by the training runs at once, in its place.
    """
    if sys.platform == "linux":  # elsewhere it would be for the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
