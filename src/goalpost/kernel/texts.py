"""The one rule for short texts that people type: not blank, not endless, storable everywhere; and slugs of them."""

import re
import unicodedata
from collections.abc import Collection

from goalpost.kernel.errors import BLANK, too_long

_LONGEST_SLUG = 200
_MOST_MARKS = 30
# Combining marks are neither letters nor digits; nor are emoji. Possessive, so that no character is looked at twice.
_SHORT_RUNS = re.compile(r"(?:[\w\x00-\x7f]++|[^\w\x00-\x7f]{1,30}+(?![^\w\x00-\x7f]))*+")


def text_faults(text: str, longest: int) -> list[str]:
    """Return what is wrong with `text`, in the words of a form's error list; empty when nothing is.

    NUL is refused because PostgreSQL cannot store it, lone surrogates because UTF-8 cannot.
    """
    if not text.strip():
        return [BLANK]
    return prose_faults(text, longest)


def prose_faults(text: str | None, longest: int) -> list[str]:
    """Return the same as text_faults, for a text that may be missing or blank."""
    if text is not None and len(text) > longest:
        return [too_long(longest)]
    if text is not None and ("\0" in text or not is_encodable(text)):
        return ["has invalid characters"]
    return []


def composed(text: str) -> str:
    """The text with every letter in its composed form (NFC), as names are stored and compared.

    Of more than 30 combining marks in a row, which no language has, the first 30 stay: composing takes time by the
    square of their number. 30 is the bound of the Stream-Safe Text Format (https://unicode.org/reports/tr15/). It takes
    up to half a microsecond a character all the same, so that what strangers send is to be cut first.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text if _SHORT_RUNS.fullmatch(text) else _without_long_runs(text))


def decomposed(text: str) -> str:
    """Return the text with every letter in its decomposed form (NFD), as macOS writes names."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


def _without_long_runs(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def tidy(text: str) -> str:
    """Return a name as it is stored: without blanks at its ends, and one for every run of them."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """The text as it is compared: composed, and in no case."""
    return composed(text.casefold())


def slug_of(text: str) -> str:
    """The text as a part of an address: lower-case ASCII letters, digits and single hyphens; '' where none is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_SLUG].strip("-")


def free_slug(text: str, taken: Collection[str], otherwise: str) -> str:
    """The slug of a text, with the first number behind it that makes it new; `otherwise` where the text has none."""
    base = slug_of(text) or otherwise
    slug, tries = base, 0
    while slug in taken:
        tries += 1
        slug = f"{base}-{tries}"
    return slug


def is_encodable(text: str) -> bool:
    """Return whether UTF-8 has the text: it has no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
