"""The GSID spelling of an identity: 36 characters, a prefix that names the kind of thing, then the id in base 36."""

import re
from uuid import UUID

PERSON = "1P01"
COMPANY = "1P02"
RELATIONSHIP = "1P05"
RELATIONSHIP_TYPE = "1P06"
OPPORTUNITY = "1P07"
GOAL = "1CG0"
"""Prefix of goals and of templates."""
CTA = "1S01"
SUCCESS_PLAN = "1S02"
ITEM = "1I00"
"""Prefix of everything that is chosen from a list (picklist items and metrics), and of metric values."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILLER = "GOALPST"
"""Filler of every GSID that is made here, behind its prefix."""
_LENGTH = 25  # 36 ** 25 > 2 ** 128
_ANY = re.compile("1[0-9A-Z]{35}")
_SHAPE = re.compile(rf"(1[0-9A-Z]{{3}}){FILLER}([0-9A-Z]{{{_LENGTH}}})")


def to_gsid(prefix: str, identity: UUID) -> str:
    """The spelling of an id, reversible."""
    number, digits = identity.int, []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return prefix + FILLER + "".join(reversed(digits))


def is_gsid(text: str, prefix: str = "1") -> bool:
    """Return whether a text has the form of a GSID of that prefix, ours or another system's."""
    return text.startswith(prefix) and _ANY.fullmatch(text) is not None


def parse_gsid(text: str) -> tuple[str, UUID] | None:
    """The prefix and the id that a GSID of ours spells; None for anything else."""
    found = _SHAPE.fullmatch(text)
    number = int(found[2], 36) if found else 1 << 128
    return (found[1], UUID(int=number)) if found and number < 1 << 128 else None
