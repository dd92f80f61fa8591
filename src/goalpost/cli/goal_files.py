"""Customer goals as CSV, for spreadsheets, and as JSON lines, for programs."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from goalpost.core import gsids
from goalpost.core.customer_goals import CustomerGoal

COLUMNS = (
    *("id", "gsid", "title", "description", "company_id", "company", "entity"),
    *("status", "priority", "category", "goal_type", "due_at", "quarter", "year"),
    *("progress", "progress_mode", "progress_reason", "version", "created_at", "updated_at", "fields"),
)
_NAMES = ("company", "status", "priority", "category", "goal_type")
_MOMENTS = ("due_at", "created_at", "updated_at")
_WRITTEN_BY_PEOPLE = ("title", "description", *_NAMES, "quarter", "progress_reason")
# What a spreadsheet may run. Characters of no width are as good as spaces before it.
_FORMULA = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


class _Line:
    """What csv.writer writes a row to: writerow returns what `write` does."""

    def write(self, text: str) -> str:
        return text


def to_csv(goals: Iterable[CustomerGoal]) -> Iterator[str]:
    """A header and a row for each goal, as RFC 4180 has them; no cell is a formula."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for goal in goals:
        row = _row(goal)
        row |= {name: defused(row[name]) for name in _WRITTEN_BY_PEOPLE if row[name]}
        row["fields"] = json.dumps(row["fields"])
        yield writer.writerow([row[name] for name in COLUMNS])


def to_jsonl(goals: Iterable[CustomerGoal]) -> Iterator[str]:
    """A line for each goal, with everything as it is."""
    for goal in goals:
        row = _row(goal)
        yield json.dumps({name: row[name] for name in COLUMNS}) + "\n"


def defused(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _row(goal: CustomerGoal) -> dict[str, Any]:
    moments = {name: getattr(goal, name) for name in _MOMENTS}
    return {
        "id": str(goal.id),
        "gsid": gsids.to_gsid(gsids.GOAL, goal.id),
        **{name: getattr(goal, name) for name in ("title", "description", "quarter", "year", "version")},
        "company_id": str(goal.company.id) if goal.company else None,
        **{name: ref.name if (ref := getattr(goal, name)) else None for name in _NAMES},
        "entity": goal.entity.value,
        "progress": float(goal.progress),
        "progress_mode": goal.progress_mode.value,
        "progress_reason": goal.progress_reason,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "fields": dict(goal.fields),
    }
