"""Wrong secrets: an address may send so many in a minute, and further ones are refused before any store is asked."""

import secrets
from hashlib import blake2b

from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.tenancy.rate_limit import RateLimiter


class Guesses:
    """Counts the wrong secrets of each address; a limit of 0 means no limit.

    A secret that was good here before is let through from any address, so that nobody locks others out who share one:
    it is asked for as ever, and a wrong one by then counts again.
    """

    def __init__(self, limit: int, seconds: int = 60) -> None:
        self._limiter = RateLimiter(limit, seconds)
        self._key = secrets.token_bytes(32)
        self._good: BoundedCache[bytes, bool] = BoundedCache(entries=20_000, size=8 << 20)

    def check(self, address: str, secret: str) -> None:
        """Raise RateLimited when the address has sent too many wrong secrets and this one is not known to be good."""
        if self._digest(secret) not in self._good:
            self._limiter.check(address)

    def note_wrong(self, address: str, secret: str) -> None:
        """Count a wrong secret; raises RateLimited when it is one too many."""
        self._good.pop(self._digest(secret), None)
        self._limiter.spend(address)

    def note_good(self, secret: str) -> None:
        """Remember that a secret is good."""
        digest = self._digest(secret)
        if digest not in self._good:
            self._good.remember(digest, True)

    def _digest(self, secret: str) -> bytes:
        return blake2b(secret.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
