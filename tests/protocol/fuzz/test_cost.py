"""What the worst message costs that a peer can send within the limits."""

import time
from collections.abc import Callable

import pytest

from protocol import limits
from protocol.codec import decode_from_trainer, decode_from_viewer
from protocol.errors import DecodeError

# Lists in lists, each of which claims as many items as it may.
WORST_OF_VIEWER = b"\xdc\x00\x10" * (limits.VIEWER_BYTES // 3)
WORST_OF_TRAINER = b"\xdc\x08\x00" * (limits.HEADER_BYTES // 3)


@pytest.mark.parametrize(
    ("decode", "worst", "most_ms"),
    [
        (decode_from_viewer, WORST_OF_VIEWER, 1.0),
        (decode_from_trainer, WORST_OF_TRAINER, 20.0),
    ],
)
def test_worst_message_is_refused_in_little_time(
    decode: Callable[[list[bytes]], object], worst: bytes, most_ms: float
) -> None:
    taken_ms = []

    for _ in range(10):
        began = time.thread_time()
        with pytest.raises(DecodeError):
            decode([worst])
        taken_ms.append((time.thread_time() - began) * 1e3)

    assert min(taken_ms) < most_ms
