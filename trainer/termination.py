"""A program that is told to end says so to its viewers, even when it is stuck.

How it works: SIGTERM becomes an exception in the main thread, so that the run is ended on
the way out. A main thread that waits in a library for something that never comes, such
as a dead process of its group, does not get there; then a thread that the signal wakes
ends the run, and the program.
"""

import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

# What a shell says of a program that SIGTERM has ended.
STATUS = 128 + signal.SIGTERM

# The main thread has so long to end the run by itself.
PATIENCE_S = 1.0


class Terminated(SystemExit):
    """The program was told to end, by SIGTERM."""

    def __str__(self) -> str:
        return "the program was told to end"


class Termination:
    """Takes SIGTERM over where nothing else has; undone by `stop`."""

    def __init__(self, end: Callable[[], None]) -> None:
        """Take it over, in the main thread of a program that leaves it to the system.

        Args:
            end: Ends the run, called from another thread; only where the main thread
                is stuck.
        """
        self._end = end
        self._is_over = threading.Event()
        self._is_taken = _is_free()
        if not self._is_taken:
            return
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, _raise)
        threading.Thread(target=self._wait, name="termination", daemon=True).start()

    def stop(self) -> None:
        """Leave SIGTERM to the system again; may be called twice, from any thread."""
        self._is_over.set()
        is_main = threading.current_thread() is threading.main_thread()
        if not (self._is_taken and is_main):
            return
        self._is_taken = False
        if signal.getsignal(signal.SIGTERM) is _raise:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
        self._waker.close()  # ends the thread

    def _wait(self) -> None:
        with self._woken:
            while numbers := self._woken.recv(64):
                if signal.SIGTERM in numbers and not self._is_over.wait(PATIENCE_S):
                    self._end()
                    os._exit(STATUS)


def _is_free() -> bool:
    if threading.current_thread() is not threading.main_thread() or os.name != "posix":
        return False
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return False
    before = signal.set_wakeup_fd(-1)
    if before != -1:
        signal.set_wakeup_fd(before)
    return before == -1


def _raise(number: int, frame: FrameType | None) -> None:
    raise Terminated(STATUS)
