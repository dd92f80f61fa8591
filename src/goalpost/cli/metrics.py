"""`goalpost metric`: what customer goals are measured by."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, BroughtId, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import (
    AUTHOR,
    InWorkspace,
    MetricId,
    OnlyWorkspace,
    claimed_id,
    meant_workspaces,
    moment,
    read_identity,
    read_item,
)
from goalpost.customers.model import gsids
from goalpost.customers.model.metrics import Direction, Metric, Unit
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import metrics
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace

cli = new_commands()

GoalTypes = Annotated[
    list[str], typer.Option("--goal-type", metavar="NAME_OR_ID", help="The goal type; may be repeated.")
]


@cli.command("create")
def create(
    *,
    workspace: InWorkspace,
    name: Annotated[str, typer.Option(help="What is measured.")],
    unit: Annotated[Unit, typer.Option(help="What its values are.")],
    direction: Annotated[
        Direction,
        typer.Option(help="What is good: to go up or down to the target, or never to be below it or above it."),
    ] = Direction.UP,
    goal_type: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME_OR_ID", help="A goal type whose goals may have it; may be repeated."),
    ] = None,
    brought: BroughtId = None,
    as_json: AsJson = False,
) -> None:
    """Create a metric; `customer-goal metric` says what a goal wants of it."""
    now = datetime.now(UTC)
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        metric = metrics.create_metric(
            db,
            workspace_id=owner.id,
            name=name,
            unit=unit,
            direction=direction,
            author=AUTHOR,
            now=now,
            row_id=claimed_id(db, owner, RowKind.METRIC, brought, now),
            goal_types=_read_types(db, owner, goal_type or []),
        )
        row = next(with_brought_ids(db, owner.id, [_row(db, metric, owner)]))
    show_one(row, as_json=as_json, text=f"Created metric {row['id']} ({row['gsid']}).")


@cli.command("list")
def list_all(workspace: OnlyWorkspace = None, as_json: AsJson = False) -> None:
    """List the metrics, oldest first."""
    with open_relational() as store, store.reading() as db:
        rows: list[dict[str, Any]] = []
        for owner in meant_workspaces(db, workspace):
            found = metrics.list_metrics(db, workspace_id=owner.id)
            rows += with_brought_ids(db, owner.id, (_row(db, metric, owner) for metric in found))
    show(rows, as_json=as_json, empty="No metrics yet.")


@cli.command("link")
def link(metric: MetricId, workspace: InWorkspace, goal_type: GoalTypes, as_json: AsJson = False) -> None:
    """Let goals of a type have a metric."""
    _change_types(metric, workspace, as_json, added=goal_type)


@cli.command("unlink")
def unlink(metric: MetricId, workspace: InWorkspace, goal_type: GoalTypes, as_json: AsJson = False) -> None:
    """Remove a metric from a goal type. Goals that have it keep it."""
    _change_types(metric, workspace, as_json, removed=goal_type)


def _change_types(
    metric: str, workspace: str, as_json: bool, *, added: Sequence[str] = (), removed: Sequence[str] = ()
) -> None:
    metric_id = read_identity(metric, gsids.ITEM, "metric", "metric list")
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        changed = metrics.update_metric(
            db,
            metric=metrics.get_metric(db, workspace_id=owner.id, metric_id=metric_id),
            changes={},
            added_types=_read_types(db, owner, added),
            removed_types=_read_types(db, owner, removed),
            author=AUTHOR,
            now=datetime.now(UTC),
        )
        row = next(with_brought_ids(db, owner.id, [_row(db, changed, owner)]))
    types = ", ".join(row["goal_types"] or ["no type"])
    show_one(row, as_json=as_json, text=f"Goals of {types} may have the metric {row['id']}.")


def _read_types(db: Connection, owner: Workspace, texts: Sequence[str]) -> list[UUID]:
    return [read_item(db, owner, Picklist.GOAL_TYPE, text) for text in texts]


def _row(db: Connection, metric: Metric, owner: Workspace) -> dict[str, Any]:
    return {
        "id": str(metric.id),
        "gsid": gsids.to_gsid(gsids.ITEM, metric.id),
        "name": metric.name,
        "unit": metric.unit.value,
        "direction": metric.direction.value,
        "goal_types": metrics.goal_types_of(db, metric=metric),
        "workspace": owner.name,
        "created_at": moment(metric.created_at),
    }
