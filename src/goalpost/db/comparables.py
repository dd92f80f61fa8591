"""Fields of the user's own as rows keep them twice: as they were sent, and as db.where compares them."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from goalpost.core.queries import SEPARATOR, comparable_number, comparable_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FURTHEST = 2**63 - 1  # what a store takes for milliseconds


def own_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that has fields of the user's own."""
    return {"fields": json.dumps(fields) if fields else None, "comparable": _comparable(fields) if fields else None}


def read_fields(text: str | None) -> dict[str, Any]:
    """The fields of a row, as they were sent."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def joined_choices(values: Iterable[str]) -> str:
    """Several choices as the one text that a column of choices holds: a separator before, between and behind them."""
    return SEPARATOR.join(["", *map(comparable_text, values), ""])


def milliseconds(moment: datetime) -> int:
    """The whole milliseconds since 1970; by way of a float some would be one too few."""
    return (moment - _EPOCH) // _MILLISECOND


def _comparable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Each value under the letter of what it can be compared as: t(ext), n(umber), m(oment).

    A text that says a moment is both: whether its field is one is known where it is asked for.
    """
    found: dict[str, dict[str, Any]] = {"t": {}, "n": {}, "m": {}}
    for name, value in fields.items():
        for letter, comparable in _forms(value):
            found[letter][name] = comparable
    return found


def _forms(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, bool):
        return [("t", str(value).lower())]
    if isinstance(value, int | float):
        is_moment = isinstance(value, int) and abs(value) <= _FURTHEST
        number = [] if math.isnan(comparable_number(value)) else [("n", comparable_number(value))]
        return [*number, *([("m", value)] if is_moment else [])]
    if isinstance(value, list):
        return [("t", joined_choices(map(str, value)))]
    if not isinstance(value, str):
        return []
    moment = _moment_of(value)
    return [("t", comparable_text(value)), *([("m", moment)] if moment is not None else [])]


def _moment_of(text: str) -> int | None:
    if not 10 <= len(text) <= 40 or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return milliseconds(aware)
