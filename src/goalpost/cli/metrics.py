"""`goalpost metric`: what customer goals are measured by."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from goalpost.cli.context import open_stores
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import AUTHOR, InWorkspace, OnlyWorkspace, meant_workspaces, moment
from goalpost.core import gsids
from goalpost.core.metrics import Direction, Metric, Unit
from goalpost.core.owners import Workspace
from goalpost.services import metrics, owners

cli = new_commands()


@cli.command("create")
def create(
    workspace: InWorkspace,
    name: Annotated[str, typer.Option(help="What is measured.")],
    unit: Annotated[Unit, typer.Option(help="What its values are.")],
    direction: Annotated[
        Direction,
        typer.Option(help="What is good: to go up or down to the target, or never to be below it or above it."),
    ] = Direction.UP,
    as_json: AsJson = False,
) -> None:
    """Create a metric; `customer-goal metric` says what a goal wants of it."""
    with open_stores() as stores, stores.writing() as db:
        owner = owners.get_workspace(db, name=workspace)
        metric = metrics.create_metric(
            db,
            workspace_id=owner.id,
            name=name,
            unit=unit,
            direction=direction,
            author=AUTHOR,
            now=datetime.now(UTC),
        )
    row = _row(metric, owner)
    show_one(row, as_json=as_json, text=f"Created metric {metric.id} ({row['gsid']}).")


@cli.command("list")
def list_all(workspace: OnlyWorkspace = None, as_json: AsJson = False) -> None:
    """List the metrics, oldest first."""
    with open_stores() as stores, stores.reading() as db:
        rows = [
            _row(metric, owner)
            for owner in meant_workspaces(db, workspace)
            for metric in metrics.list_metrics(db, workspace_id=owner.id)
        ]
    show(rows, as_json=as_json, empty="No metrics yet.")


def _row(metric: Metric, owner: Workspace) -> dict[str, Any]:
    return {
        "id": str(metric.id),
        "gsid": gsids.to_gsid(gsids.ITEM, metric.id),
        "name": metric.name,
        "unit": metric.unit.value,
        "direction": metric.direction.value,
        "workspace": owner.name,
        "created_at": moment(metric.created_at),
    }
