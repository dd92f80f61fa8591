"""The spelling of a dialect's ids, by which those that rows have brought along are found in requests and answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from goalpost.imports.model.foreign_ids import Spelling
from goalpost.kernel.ids import parse_id


@dataclass(frozen=True, slots=True)
class Written:
    """A dialect's spelling of ids.

    `own` finds those that goalpost makes, `foreign` all that may be ids. `prose` are the keys whose values are texts of
    people, `told` those whose texts mention ids. `read` and `write` are the own spelling, by the value of a kind.
    """

    spelling: Spelling
    own: re.Pattern[str]
    foreign: re.Pattern[str]
    read: Callable[[str], UUID | None]
    write: Callable[[str, UUID], str]
    prose: frozenset[str]
    told: frozenset[str] = frozenset()

    def in_answers(self) -> re.Pattern[str]:
        """Finds a text of people with its key, a text that mentions ids with its key, or a string that is an id."""
        text = r'[^"\\]*(?:\\.[^"\\]*)*'
        prose, told = ("|".join(map(re.escape, sorted(names))) or "(?!)" for names in (self.prose, self.told))
        return re.compile(
            rf'(?P<prose>"(?:{prose})":"{text}")|(?P<told>"(?:{told})":"{text}")|"(?P<id>{self.own.pattern})"'
        )


_UUID = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z-])")

UUIDS = Written(
    Spelling.UUID,
    own=_UUID,
    foreign=_UUID,
    read=parse_id,
    write=lambda kind, row_id: str(row_id),
    prose=frozenset({"name", "title", "description", "updateText", "match_value", "domain"}),
)
"""UUIDs that rows have brought and could not take for their own."""
