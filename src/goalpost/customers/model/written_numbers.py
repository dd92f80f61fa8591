"""Numbers as people and spreadsheets write them, with groups, signs, currencies and percent signs."""

import re
from dataclasses import dataclass
from decimal import Decimal

from goalpost.kernel.currencies import CURRENCIES
from goalpost.kernel.money_texts import readings_of

POINT, COMMA = ".", ","
"""Decimal marks."""
PERCENT = "%"
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_UNIT = r"(?:[A-Z]{1,2}[$]|[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba\u20aa\u20ab\u0e3f]|[A-Z]{3}|kr|z\u0142)"
_NUMBER = re.compile(
    rf"(?P<minus>-)?\s?(?P<before>{_UNIT})?\s?(?P<minus2>-)?(?P<number>[0-9.,](?:[0-9.,' ]*[0-9])?)"
    rf"\s?(?P<behind>{_UNIT}|%)?"
)
_LONGEST = 60  # characters
_CODE = 3  # letters of a currency's


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written: what it is by each decimal mark by which it can be read, and its unit, '' for none."""

    by_mark: dict[str, Decimal]
    unit: str

    @property
    def is_clear(self) -> bool:
        """Return whether there is one reading."""
        return len(set(self.by_mark.values())) == 1


def number_of(text: str) -> Written | None:
    """Return the number that a text says; None where it says none. `(5)` is -5, as accountants write it."""
    text = _SPACES.sub(" ", text.strip()).replace("\u2019", "'").replace("\u2212", "-")
    is_loss = text.startswith("(") and text.endswith(")")
    found = _NUMBER.fullmatch(text.strip("()").strip() if is_loss else text) if len(text) <= _LONGEST else None
    if found is None or (found["before"] and found["behind"]) or (found["minus"] and found["minus2"]):
        return None
    unit = found["before"] or found["behind"] or ""
    if len(unit) == _CODE and unit.isalpha() and unit not in CURRENCIES:
        return None
    is_negative = is_loss or found["minus"] or found["minus2"]
    by_mark = {mark: -number if is_negative else number for mark, number in readings_of(found["number"]).items()}
    return Written(by_mark, unit) if by_mark else None
