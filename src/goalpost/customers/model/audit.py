"""The audit trail: who changed what, field by field. Rows are added and never changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a change: the key that asks or a name, and the request it comes in."""

    key_id: UUID | None = None
    name: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a field, or of a whole thing that was made or deleted (`field` is then empty)."""

    subject: str
    subject_id: UUID
    field: str
    before: Any
    after: Any
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change as the trail tells it. `version` is the goal's after it."""

    number: int
    at: datetime
    author: Author
    change: Change
    version: int


def changed_fields(
    before: Any, after: Any, fields: Iterable[str], subject: str, *, is_conflict: bool = False
) -> Iterator[Change]:
    """Return what is different in two states of one thing; both have `id` and the fields."""
    for name in fields:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(subject, after.id, name, plain(old), plain(new), is_conflict)


def made(subject: str, item: Any, fields: Iterable[str]) -> Change:
    """Return the changes of a thing that was created."""
    return Change(subject, item.id, "", None, _set_fields(item, fields))


def deleted(subject: str, item: Any, fields: Iterable[str]) -> Change:
    """Return the changes of a thing that was deleted."""
    return Change(subject, item.id, "", _set_fields(item, fields), None)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: what points elsewhere by its name and id, numbers exactly."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, Decimal | UUID):
        return str(value)
    if hasattr(value, "id") and hasattr(value, "name"):
        return {"id": str(value.id), "name": value.name}
    return value


def _set_fields(item: Any, fields: Iterable[str]) -> dict[str, Any]:
    return {name: plain(value) for name in fields if (value := getattr(item, name)) not in (None, ())}
