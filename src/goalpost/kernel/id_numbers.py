"""Ids in digits: one more spelling of the ids of sites, goals and declared events, for clients that keep numbers."""

import re
from uuid import UUID

_DIGITS = re.compile("[0-9]{13,18}")
_ID_SPACE = 10**12


def number_of(workspace_id: UUID, number: int) -> int:
    """Spell a number as an id: one that was brought as it is, one made here as 17 digits, five for the workspace.

    Numbers that are made here never have more than twelve digits.
    """
    return number if number >= _ID_SPACE else _prefix(workspace_id) * _ID_SPACE + number


def numbers_meant(workspace_id: UUID, text: str) -> tuple[int, ...]:
    """Return the numbers that rows may have whose id is spelled so."""
    number = int(text) if _DIGITS.fullmatch(text) else 0
    prefix, own = divmod(number, _ID_SPACE)
    return (number, own) if prefix == _prefix(workspace_id) else (number,) if prefix else ()


def _prefix(workspace_id: UUID) -> int:
    return 10_000 + workspace_id.int % 90_000
