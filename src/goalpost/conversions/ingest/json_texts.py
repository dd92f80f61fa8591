"""JSON as senders write it: read strictly and fast, and where that fails once more in a forgiving way.

Forgiven are texts that are not Unicode (half of an emoji), bytes that are not UTF-8, NaN and Infinity, numbers without
bounds and control characters. What has no value then is UNREADABLE, wherever it stands, and the rest is as sent.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from goalpost.kernel.errors import Malformed


class _Unreadable:
    """The kind of UNREADABLE."""


UNREADABLE = _Unreadable()
"""Stands for a value that cannot be read."""

FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, InvalidOperation)
"""The errors that the strict decoders raise."""

_MOST_DIGITS = 4000  # of a whole number; Python itself converts up to 4,300
_LEVELS = 2  # of objects in which unreadable texts are looked for: an event, its properties
_BLANK = re.compile(r"[ \t\r\n]*")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def read_json(text: str) -> Any:
    """Return the value of a JSON text; raises Malformed."""
    try:
        return _decode(text)
    except FAULTS as error:
        return forgiving(text, reason(error))


def forgiving(body: bytes | str, fault: str) -> Any:
    """Return the value of a text that the strict reader refused; raises Malformed with its `fault`."""
    text = _characters(body)
    value, end = _value(text, _skip(text, 0), fault)
    if _skip(text, end) != len(text):
        raise Malformed(fault)
    return value


def forgiving_items(body: bytes, fault: str) -> Iterator[Any]:
    """Yield the values in an array that the strict reader refused; raises Malformed with its `fault`."""
    text = _characters(body)
    at = _expect("[", text, 0, fault)
    while not text.startswith("]", at):
        value, at = _value(text, at, fault)
        yield value
        at = _skip(text, at)
        if not text.startswith("]", at):
            at = _expect(",", text, at, fault)
    if _skip(text, at + 1) != len(text):
        raise Malformed(fault)


def reason(error: Exception) -> str:
    """Say what is wrong with a text that a strict decoder refused."""
    return "JSON is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _characters(body: bytes | str) -> str:
    # What is not UTF-8 becomes lone surrogates, like half an emoji.
    return body.decode("utf-8-sig", "surrogateescape") if isinstance(body, bytes) else body


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _expect(mark: str, text: str, at: int, fault: str) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise Malformed(fault)
    return _skip(text, at + 1)


def _value(text: str, at: int, fault: str) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        raise Malformed(fault) from None
    return _readable(value, _LEVELS), end


def _readable(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return value if _is_unicode(value) else UNREADABLE
    if isinstance(value, dict) and levels:
        return {key: _readable(inner, levels - 1) if _is_unicode(key) else UNREADABLE for key, inner in value.items()}
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole_number(digits: str) -> Any:
    return int(digits) if len(digits) <= _MOST_DIGITS else UNREADABLE


_DECODER = json.JSONDecoder(parse_int=_whole_number, parse_constant=lambda _: UNREADABLE, strict=False)
