"""A few things that took long to make, kept while they are in use."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Recent(Generic[Key, Kept]):
    """Keeps the last few things that were asked for, each under a key."""

    def __init__(self, most: int) -> None:
        """Begin empty.

        Args:
            most: How many are kept; the one not asked for longest goes first.
        """
        self._most = most
        self._kept: dict[Key, Kept] = {}

    def get(self, key: Key) -> Kept | None:
        """Give what is kept under a key, None where nothing is."""
        if key not in self._kept:
            return None
        self._kept[key] = self._kept.pop(key)
        return self._kept[key]

    def put(self, key: Key, kept: Kept) -> Kept:
        """Keep something under a key, and give it."""
        self._kept.pop(key, None)
        self._kept[key] = kept
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return kept

    def get_or(self, key: Key, make: Callable[[], Kept]) -> Kept:
        """Give what is kept under a key, or make it."""
        found = self.get(key)
        return self.put(key, make()) if found is None else found
