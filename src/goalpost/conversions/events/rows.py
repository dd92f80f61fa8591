"""Events and conversions as the store reads them: MessagePack rows, encoded once at ingest and never touched again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import msgspec

from goalpost.conversions.model.events import Conversion, Event

_encode = msgspec.msgpack.Encoder().encode
T = TypeVar("T")
_decode = msgspec.msgpack.Decoder().decode
_CENTS_OF_CENTS = 10_000  # a Decimal(18, 4) travels as the integer of its ten-thousandths
_EMPTY_TEXT = b"\xa0"


def _header(columns: int) -> bytes:
    return bytes([0x90 | columns]) if columns < 16 else b"\xdc" + columns.to_bytes(2)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, and what its rows hold in their order: the columns, each with the type that it is sent as.

    ClickHouse's MsgPack format is the bare values one after another; a stored row is a MessagePack array, so that
    anyone can read it, and loses that array's header when it is sent.
    """

    name: str
    types: dict[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.types)

    @property
    def header(self) -> bytes:
        """The array header of a row: one byte up to 15 columns, three from 16."""
        return _header(len(self.types))

    def values(self, row: bytes) -> bytes:
        """A stored row as it is sent. Rows that an older version left in the spool lack the last columns, texts all."""
        if row.startswith(self.header):
            return row[len(self.header) :]
        for missing in range(1, len(self.types)):
            older = _header(len(self.types) - missing)
            if row.startswith(older):
                return row[len(older) :] + missing * _EMPTY_TEXT
        return row


_TIMESTAMP = "DateTime64(3, 'UTC')"
_REVENUE = "Nullable(Decimal(18, 4))"
_TEXTS = (
    *("kind", "name", "host", "path", "referrer", "source"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "device", "browser", "os", "country"),
)

EVENTS = Table(
    "events",
    {"site_id": "UUID", "timestamp": _TIMESTAMP, "id": "UInt64"}
    | dict.fromkeys(_TEXTS, "String")
    | {"visitor": "UInt64", "visit_at": "DateTime('UTC')", "revenue": _REVENUE, "currency": "String"}
    | {"props": "Map(String, String)", "suffix": "String"},
)
CONVERSIONS = Table(
    "conversions",
    {"goal_id": "UUID", "timestamp": _TIMESTAMP, "event_id": "UInt64", "visitor": "UInt64", "revenue": _REVENUE}
    | {"currency": "String"},
)


def uuid_bytes(value: UUID) -> bytes:
    """A UUID as ClickHouse keeps it: two 64-bit halves, each with its lowest byte first."""
    big = value.bytes
    return big[7::-1] + big[:7:-1]


def event_row(event: Event, site: bytes) -> bytes:
    """The row of an event; `site` is uuid_bytes of its site's id, which the caller has at hand."""
    return _encode(
        (
            site,
            event.timestamp_ms,
            event.id,
            event.kind,
            event.name,
            event.host,
            event.path,
            event.referrer,
            event.source,
            event.utm_source,
            event.utm_medium,
            event.utm_campaign,
            event.utm_term,
            event.utm_content,
            event.device,
            event.browser,
            event.os,
            event.country,
            event.visitor,
            event.visit_at,
            _scaled(event.revenue),
            event.currency,
            event.props,
            event.suffix,
        )
    )


def conversion_row(conversion: Conversion) -> bytes:
    """The row of a conversion."""
    goal = uuid_bytes(conversion.goal_id)
    _, event_id, timestamp_ms, visitor, revenue, currency = conversion
    return _encode((goal, timestamp_ms, event_id, visitor, _scaled(revenue), currency))


def site_and_day(event: bytes) -> tuple[UUID, date]:
    """Return the site and the day that an event's row belongs to."""
    site, timestamp_ms, *_ = _decode(event)
    return _uuid(site), _day(timestamp_ms)


def goal_and_day(conversion: bytes) -> tuple[UUID, date]:
    """Return the goal and the day that a conversion's row belongs to."""
    goal, timestamp_ms, *_ = _decode(conversion)
    return _uuid(goal), _day(timestamp_ms)


def event_identity(event: bytes) -> tuple[UUID, int]:
    """An event's site and id: an id is one site's own."""
    site, _, event_id, *_ = _decode(event)
    return _uuid(site), int(event_id)


def conversion_identity(conversion: bytes) -> tuple[UUID, int]:
    """A conversion's goal and event: an event converts a goal at most once."""
    goal, _, event_id, *_ = _decode(conversion)
    return _uuid(goal), int(event_id)


def or_none(read: Callable[[bytes], T], row: bytes) -> T | None:
    """Return what `read` finds in a row; None for a row that is not ours, which the store will refuse and say why."""
    try:
        return read(row)
    except (msgspec.MsgspecError, ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def known(read: Callable[[bytes], T], rows: Iterable[bytes]) -> list[T]:
    """Return what `read` finds in those rows that are ours."""
    return [found for row in rows if (found := or_none(read, row)) is not None]


def _uuid(row_id: bytes) -> UUID:
    return UUID(bytes=row_id[7::-1] + row_id[:7:-1])


def _day(timestamp_ms: int) -> date:
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).date()


def _scaled(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * _CENTS_OF_CENTS)
