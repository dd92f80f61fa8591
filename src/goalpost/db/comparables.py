"""Fields of the user's own as rows keep them twice: as they were sent, and as db.where compares them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from goalpost.core.texts import folded

_LONGEST = 4000  # of a text that is compared


def own_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that has fields of the user's own."""
    return {"fields": json.dumps(fields) if fields else None, "comparable": _comparable(fields) if fields else None}


def read_fields(text: str | None) -> dict[str, Any]:
    """The fields of a row, as they were sent."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


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
        number = float(value)
        return [("n", number), *([("m", value)] if isinstance(value, int) else [])]
    if isinstance(value, list):
        return [("t", "\x1f".join(["", *(folded(str(one)) for one in value), ""]))]
    if not isinstance(value, str):
        return []
    moment = _milliseconds(value)
    return [("t", folded(value)[:_LONGEST]), *([("m", moment)] if moment is not None else [])]


def _milliseconds(text: str) -> int | None:
    if not 10 <= len(text) <= 40 or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
