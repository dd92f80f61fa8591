"""The one memo for what senders send: bounded by entries and by bytes, and as cheap to ask as a dict."""

import threading
from collections.abc import Callable, Hashable
from sys import getsizeof
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_ENTRY = 120  # bytes that a dict's slot and the accounting of an entry take, at most
_LARGEST_PART = 16  # an answer that takes more than one part in so many of the bytes is not worth remembering
_NOTHING: Any = object()


class BoundedCache(dict[K, V]):
    """Answers that are remembered: `cache[key]` is `make(key)`, which raises what `make` raises.

    It holds at most `entries` answers and about `size` bytes of keys and answers together; what was asked for last
    stays. A hit is a look-up in a dict. Half of the room is filled before the older half is forgotten as a whole, so
    that nothing has to be moved on a hit. Safe for threads, of which several may make the same answer at once.

    Only texts, bytes, numbers, None and tuples of these are measured; anything else counts as a reference.
    """

    __slots__ = ("_bytes", "_entries", "_lock", "_make", "_older", "_size")

    def __init__(self, make: Callable[[K], V] | None = None, *, entries: int, size: int) -> None:
        super().__init__()
        self._make = make
        self._entries = max(1, entries // 2)
        self._size = size // 2
        self._older: dict[K, V] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def __missing__(self, key: K) -> V:
        if self._make is None:
            raise KeyError(key)
        make = self._make
        return self.answer(key, lambda: make(key))

    def answer(self, key: K, make: Callable[[], V]) -> V:
        """Return the answer to a key that `get` does not have: an older one, else a new one."""
        found: V = self._older.get(key, _NOTHING)
        value = make() if found is _NOTHING else found
        self.remember(key, value)
        return value

    def remember(self, key: K, value: V) -> None:
        """Keep an answer, unless it is too large to be kept."""
        taken = _ENTRY + size_of(key) + size_of(value)
        if taken * _LARGEST_PART > self._size:
            return
        with self._lock:
            if len(self) >= self._entries or self._bytes + taken > self._size:
                self._older = dict(self)
                self.clear()
                self._bytes = 0
            self._bytes += taken
            self[key] = value

    def forget(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._older = {}
            self.clear()
            self._bytes = 0


def size_of(value: object) -> int:
    """Return the bytes that a text, a number or a tuple of these takes in memory, at any depth; of others their own."""
    taken = getsizeof(value)
    return taken + sum(map(size_of, value)) if isinstance(value, tuple) else taken
