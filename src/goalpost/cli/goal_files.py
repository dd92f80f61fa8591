"""Customer goals as CSV, for spreadsheets, and as JSON lines, for programs."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from goalpost.cli.brought_ids import Respell
from goalpost.cli.cells import MARK, Line, cell_of, column_names, defused
from goalpost.customers.model import gsids
from goalpost.customers.model.customer_goals import CustomerGoal

COLUMNS = (
    *("id", "gsid", "title", "description", "company_id", "company", "entity"),
    *("status", "priority", "category", "goal_type", "due_at", "quarter", "year"),
    *("progress", "progress_mode", "progress_reason", "version", "created_at", "updated_at"),
)
"""The columns of every goal. Custom fields come behind: in CSV a column each, in JSON lines together as `fields`."""
_NAMES = ("company", "status", "priority", "category", "goal_type")
_MOMENTS = ("due_at", "created_at", "updated_at")
_WRITTEN_BY_PEOPLE = ("title", "description", *_NAMES, "quarter", "progress_reason")


def to_csv(goals: Iterable[CustomerGoal], fields: Iterable[str] = (), *, respell: Respell = iter) -> Iterator[str]:
    """A header and a row for each goal, as RFC 4180 has them; no cell is a formula. `fields` are the custom fields."""
    writer = csv.writer(Line())
    columns = column_names(fields, COLUMNS)
    yield MARK + writer.writerow([*COLUMNS, *columns.values()])
    for row in respell(map(_row, goals)):
        row |= {name: defused(row[name]) for name in _WRITTEN_BY_PEOPLE if row[name]}
        own = (cell_of(row["fields"].get(name)) for name in columns)
        yield writer.writerow([*(row[name] for name in COLUMNS), *own])


def to_jsonl(goals: Iterable[CustomerGoal], *, respell: Respell = iter) -> Iterator[str]:
    """A line for each goal, with everything as it is."""
    for row in respell(map(_row, goals)):
        yield json.dumps({name: row[name] for name in (*COLUMNS, "fields")}) + "\n"


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
