"""Packed payloads of the snapshots in a ring, made once for all viewers.

They are kept within a number of bytes; what was packed first is forgotten first, and
packed again if somebody still asks for it.
"""

from protocol.payload import Payload, packed

# What Python takes for an entry beside the bytes themselves.
ENTRY_BYTES = 640

Key = tuple[int, int]  # number of the snapshot, index of the part


class Packs:
    """Packs what is asked for, and remembers it for a while.

    Attributes:
        most_bytes: What `size` will not be above.
        size: Bytes of all that is remembered.
    """

    def __init__(self, most_bytes: int) -> None:
        """Begin with nothing."""
        self.most_bytes = most_bytes
        self.size = 0
        self._kept: dict[Key, Payload | None] = {}

    def find(self, key: Key, data: memoryview) -> Payload | None:
        """Give a part packed; None where that is not smaller.

        Args:
            key: Names the part.
            data: Its bytes; not looked at where it is remembered.
        """
        if key in self._kept:
            return self._kept[key]
        found = self._kept[key] = packed(data)
        self.size += _size(found)
        while self.size > self.most_bytes:
            oldest = next(iter(self._kept))
            self.size -= _size(self._kept.pop(oldest))
        return found


def _size(found: Payload | None) -> int:
    return ENTRY_BYTES + (len(found.data) if found else 0)
