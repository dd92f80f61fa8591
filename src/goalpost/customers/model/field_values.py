"""Forms in which values of custom fields are compared: a text, a number, a moment, or several of these.

A text that says a number or a moment is that, too. Stores keep these forms; queries are asked of them.
"""

import math
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from goalpost.kernel.texts import folded

MAX_TEXT = 4000
"""Characters of a text that are compared."""
SEPARATOR = "\x1f"
"""No choice has it: it stands between the choices of a row where several are one text."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EXACT = 2**53  # whole doubles below have no neighbours that are written alike
_FURTHEST = 2**63 - 1  # what a store takes for milliseconds
_NUMBER = re.compile(r"\s*[+-]?([0-9]{1,100}(\.[0-9]{0,100})?|\.[0-9]{1,100})([eE][+-]?[0-9]{1,3})?\s*", re.ASCII)
_EPOCH_MILLISECONDS = re.compile(r"[0-9]{11,14}", re.ASCII)  # 1973 to 5138; shorter ones are numbers of something else


def comparable_text(text: str) -> str:
    """A text as it is compared: folded, and what is beyond its first 4,000 characters left out."""
    return folded(text)[:MAX_TEXT]


def comparable_number(number: Any) -> float:
    """A number as it is compared: the nearest double, which for what is beyond all of them is the last."""
    try:
        found = float(number)
    except OverflowError:
        found = math.inf if number > 0 else -math.inf
    return min(max(found, -sys.float_info.max), sys.float_info.max)


def joined_choices(values: Iterable[str]) -> str:
    """Several choices as the one text that a column of choices holds: a separator before, between and behind them."""
    return SEPARATOR.join(["", *map(comparable_text, values), ""])


def milliseconds(moment: datetime) -> int:
    """The whole milliseconds since 1970; by way of a float some would be one too few."""
    return (moment - _EPOCH) // _MILLISECOND


def as_text(value: Any) -> str | None:
    """A text, a boolean or a list as a text; None for what is none of these."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return joined_choices(map(str, value))
    return comparable_text(value) if isinstance(value, str) else None


def as_number(value: Any) -> float | None:
    """A number, or a text that says one (with a point, in ASCII digits); None for anything else."""
    if isinstance(value, str):
        found = float(value) if _NUMBER.fullmatch(value) else math.nan
        return found if math.isfinite(found) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if math.isnan(comparable_number(value)) else comparable_number(value)


def as_moment(value: Any) -> int | None:
    """Milliseconds since 1970: a whole number of them, such a text, or what an ISO day or date-time says."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) <= _FURTHEST else None
    if not isinstance(value, str):
        return None
    return int(value) if _EPOCH_MILLISECONDS.fullmatch(value) else _moment_of(value)


def written(value: Any) -> str:
    """A value as a cell of a table: a list joined by semicolons, nothing for None."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "; ".join(map(written, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return "" if value is None else str(value)


def _moment_of(text: str) -> int | None:
    if not 10 <= len(text) <= 40 or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
