"""Lets viewers in whose key is known, and says who is refused."""

import logging
import time

import zmq

from trainer import zap
from trainer.keyring import Keyring
from trainer.monitor import Happened
from trainer.refusals import Refusals

LOG = logging.getLogger(__name__)

# As zmq.h counts them.
MISMATCH = zmq.PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH
CRYPTOGRAPHIC = zmq.PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC

# Answered before something else is done, so that a flood cannot stop the sending.
ANSWERED_AT_ONCE = 64


class Gate:
    """Answers ZeroMQ's questions about viewers; belongs to the thread of the sockets."""

    def __init__(self, keyring: Keyring | None) -> None:
        """Open; without a keyring everyone is let in."""
        self._keyring = keyring
        self._refusals = Refusals(LOG.warning)

    def answer(self, asked: "zmq.Socket[bytes]") -> None:
        """Answer what was asked on the socket of `zap.ENDPOINT`."""
        for _ in range(ANSWERED_AT_ONCE):
            try:
                parts = asked.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            reply = zap.answer(parts, self._is_allowed)
            if reply:
                asked.send_multipart(reply, zmq.NOBLOCK)

    def take(self, happened: Happened) -> None:
        """Take note of what the monitor has told."""
        if happened.event == zmq.Event.HANDSHAKE_FAILED_PROTOCOL:
            line = self._refused(happened.value)
            self._refusals.add(line, line, time.monotonic())

    def _is_allowed(self, key: bytes, address: str) -> bool:
        assert self._keyring is not None, "without keys nobody asks"
        if key in self._keyring.public_keys():
            return True
        line = (
            f"refused a viewer from {address}: its key is not in "
            f"{self._keyring.authorized}"
        )
        self._refusals.add("key", line, time.monotonic())
        return False

    def _refused(self, reason: int) -> str:
        if reason == MISMATCH and self._keyring is not None:
            return "refused a viewer without keys; it needs --keys"
        if reason == MISMATCH:
            return "refused a viewer with keys: this trainer was started without --keys"
        if reason == CRYPTOGRAPHIC:
            return "refused a viewer that has the server.key of another trainer"
        return "refused a connection that is no viewer's"
