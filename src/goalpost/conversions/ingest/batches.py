"""A batch as it lies in the spool: two lists of rows, and the checksum that shows whether they are as they were."""

import zlib
from typing import Any, NamedTuple

import msgspec

_encode = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(list[bytes]).decode


class Unreadable(Exception):
    """A batch cannot be read; the message says why."""


class StoredBatch(NamedTuple):
    """A batch's columns; one of an older version has no checksum."""

    id: int
    events: Any
    conversions: Any
    checksum: Any


def seal(events: list[bytes], conversions: list[bytes]) -> tuple[bytes, bytes, int, int]:
    """Return the columns of a batch: events, conversions, checksum, and its number of rows."""
    packed_events, packed_conversions = _encode(events), _encode(conversions)
    size = len(events) + len(conversions)
    return packed_events, packed_conversions, checksum_of(packed_events, packed_conversions), size


def unseal(batch: StoredBatch) -> tuple[list[bytes], list[bytes]]:
    """Return the rows of a batch, events and conversions; raises Unreadable."""
    if not isinstance(batch.events, bytes) or not isinstance(batch.conversions, bytes):
        raise Unreadable("a column holds something other than bytes")
    if batch.checksum is not None and batch.checksum != checksum_of(batch.events, batch.conversions):
        raise Unreadable("the bytes do not match their checksum")
    try:
        return _decode_rows(batch.events), _decode_rows(batch.conversions)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unreadable(f"the rows cannot be decoded: {error}") from error


def checksum_of(events: bytes, conversions: bytes) -> int:
    """Return the CRC-32 of both columns, one after the other."""
    return zlib.crc32(conversions, zlib.crc32(events))
