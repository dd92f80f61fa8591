"""Customer goals in a data directory, made by the services: no command makes them; other things, made by commands."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from goalpost.customers.model.audit import Author
from goalpost.customers.model.customer_goals import CustomerGoal, GoalDraft
from goalpost.customers.model.gsids import GOAL, to_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import customer_goals, picklists
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from tests.support.commands import Cli

KEY = UUID(int=5)


@dataclass(frozen=True)
class Desk:
    """A workspace on a data directory where no server runs, and commands on it."""

    cli: Cli
    data: Path
    workspace: str

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        stores = Stores(Settings(data=self.data))
        try:
            with stores.writing() as db:
                yield db
        finally:
            stores.close()

    def owned(self, *command: str, **more: Any):
        """Run a command with `--workspace`."""
        return self.cli(*command, "--workspace", self.workspace, **more)

    def goals(self, *drafts: GoalDraft) -> list[CustomerGoal]:
        with self.writing() as db:
            owner = workspaces.get_workspace(db, name=self.workspace).id
            author = Author(KEY, request_id="r-1")
            return [
                customer_goals.create_goal(db, workspace_id=owner, draft=draft, author=author, now=datetime.now(UTC))
                for draft in drafts
            ]

    def goal(self, title: str = "Grow", **more: Any) -> str:
        """The id of a new goal."""
        return str(self.goals(GoalDraft(title, **more))[0].id)

    def item(self, picklist: str, name: str) -> UUID:
        with self.writing() as db:
            owner = workspaces.get_workspace(db, name=self.workspace).id
            items = picklists.list_items(db, workspace_id=owner, picklist=Picklist(picklist))
        return next(item.id for item in items if item.name == name)

    def added(self, picklist: str, name: str, *options: str) -> dict[str, Any]:
        """An item that a command adds."""
        command = ("picklist", "add", "--list", picklist, "--name", name, *options, "--json")
        return self.owned(*command).json


def gsid_of(goal: str) -> str:
    return to_gsid(GOAL, UUID(goal))


def names(desk) -> list[str]:
    return [row["name"] for row in desk.owned("company", "list", "--json").json]


def summary(done) -> tuple[int, int, int, int]:
    """Created, updated, unchanged and skipped; they add up to the rows."""
    found = done.json
    counts = (found["created"], found["updated"], found["unchanged"], found["skipped"])
    assert (sum(counts), sum(found["reasons"].values())) == (found["rows"], found["skipped"])
    return counts


def fields_of(desk) -> dict[str, dict[str, str]]:
    with desk.writing() as db:
        rows = db.execute(text("SELECT name, fields FROM records")).all()
    return {row.name: json.loads(row.fields) if row.fields else {} for row in rows}
