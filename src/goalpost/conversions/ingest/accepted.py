"""An event that was read and matched, as it is handed over to the spool."""

from typing import NamedTuple


class Accepted(NamedTuple):
    """One event ready to be kept: its row, the rows of its conversions, and the sender's idempotency key, if any."""

    event: bytes
    conversions: list[bytes]
    idempotency_key: bytes | None

    @property
    def size(self) -> int:
        """The bytes of all its rows."""
        return len(self.event) + sum(map(len, self.conversions)) if self.conversions else len(self.event)
