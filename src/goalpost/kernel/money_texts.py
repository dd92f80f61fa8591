"""Amounts of money as shops write them: read where there is one way to read them, never guessed."""

import re
from decimal import Decimal

_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")  # no-break, figure, thin: what formatters put between groups
_LONGEST = 100  # characters; the patterns take time by the square of the length
_EXPONENT = re.compile(r"(?=\.?[0-9])[0-9]*\.?[0-9]*[eE][+-]?[0-9]{1,4}")


def read_amount(text: str) -> Decimal | None:
    """Return the amount that `text` says; None where it has no reading, or two that differ.

    A text is tried with a point, a comma, a space and an apostrophe between groups, and with a point and a comma before
    the decimals. Groups have three digits and the number does not begin with 0; as in India, those before the last may
    have two. So `1,299.00`, `1 299,50` and `49,99` have one reading, and `1.299` and `1,299` have two: one thousand and
    more, or a little more than one. A number that only reads with a point between groups, `1.299,00`, is not taken
    either: where points mean decimals it is a mistake. White space around the number does not matter, a plus or minus
    may stand before it. A currency's sign or a word makes it unreadable,
    and so does a length beyond 100 characters.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    amount = _read_unsigned(text[1:] if text[:1] in {"+", "-"} else text)
    return amount.copy_negate() if amount is not None and text.startswith("-") else amount


def _read_unsigned(text: str) -> Decimal | None:
    if _EXPONENT.fullmatch(text):
        return Decimal(text)
    text = _SPACES.sub(" ", text).replace("\u2019", "'")
    fitting = [(group, point) for pattern, group, point in _READINGS if pattern.fullmatch(text)]
    readings = {Decimal(text.replace(group, "").replace(point, ".")) for group, point in fitting}
    is_clear = len(readings) == 1 and any(group != "." for group, _ in fitting)
    return readings.pop() if is_clear else None


def readings_of(text: str) -> dict[str, Decimal]:
    """Return the number that an unsigned text says, by each decimal mark by which it can be read.

    `1,200` is 1200 by a point and 1.2 by a comma. Blanks and apostrophes between groups are plain ones.
    """
    fitting = [(group, point) for pattern, group, point in _READINGS if pattern.fullmatch(text)]
    return {point: Decimal(text.replace(group, "").replace(point, ".")) for group, point in fitting}


def _reading(group: str, point: str) -> tuple[re.Pattern[str], str, str]:
    by_three = f"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+"
    as_in_india = f"[1-9][0-9]?(?:{re.escape(group)}[0-9]{{2}})+{re.escape(group)}[0-9]{{3}}"
    whole = f"(?:0|[1-9][0-9]*|{by_three}|{as_in_india})?"
    return re.compile(f"(?=.?[0-9]){whole}(?:{re.escape(point)}[0-9]*)?"), group, point


_READINGS = [_reading(group, point) for group in ",. '" for point in ".," if group != point]
