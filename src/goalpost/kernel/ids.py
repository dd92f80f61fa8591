"""Identities: one 128-bit id for each row, ordered by the time it was made, and the public keys of sites."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_SITE_KEY_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_SITE_KEY_LENGTH = 16
_SITE_KEY = re.compile(r"sk_[A-Za-z0-9_-]{1,252}|[0-9a-fA-F]{32}")


def new_id(now: datetime) -> UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7) of the moment `now`: 48 bits of milliseconds, then 74 random bits.

    Ids that a process makes of one moment, one after the other, are in this order (section 6.2, method 2), so that rows
    which are created together are listed as they came.
    """
    # In whole numbers: a float of seconds is off by a millisecond now and then.
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1) & (1 << 48) - 1
    rest = _random_parts.after(milliseconds)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | rest >> 62 << 64 | 0b10 << 62 | rest & (1 << 62) - 1)


class _RandomParts:
    """The random bits of ids, rising within a millisecond."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._milliseconds = -1
        self._last = 0

    def after(self, milliseconds: int) -> int:
        """Return 74 bits: new ones for a new millisecond, else larger ones than before."""
        with self._lock:
            if milliseconds != self._milliseconds:
                self._milliseconds, self._last = milliseconds, secrets.randbits(73)  # with room to rise
            else:
                self._last += 1 + secrets.randbits(48)
            return self._last


_random_parts = _RandomParts()


def parse_id(text: str) -> UUID | None:
    """The id that `text` spells in the canonical 36-character form; None for anything else."""
    return UUID(text) if _CANONICAL.fullmatch(text) else None


def new_site_key() -> str:
    """A public site key: `sk_` and 16 random characters (82 bits)."""
    return "sk_" + "".join(secrets.choice(_SITE_KEY_ALPHABET) for _ in range(_SITE_KEY_LENGTH))


def is_site_key(text: str) -> bool:
    """Return whether a text can be a site's key. It goes into pages and paths, and is never taken for a domain."""
    return _SITE_KEY.fullmatch(text) is not None
