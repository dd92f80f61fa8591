"""Customer goals and what they refer to; the audit trail; requests that name themselves."""

import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_LIVE = sa.text("deleted_at IS NULL")
_STATUSES = (
    *("New", "Not Started", "On Track", "In Progress", "At Risk", "On Hold"),
    *("Achieved", "Completed", "Not Achieved", "Cancelled"),
)
_DEFAULTS = {
    "status": _STATUSES,
    "priority": ("Low", "Medium", "High"),
    "category": ("Security", "Compliance", "Infrastructure", "Productivity", "Growth"),
    "goal_type": ("Default",),
}


def upgrade() -> None:
    """Make the tables, and give every workspace there is its first picklists."""
    _make_what_goals_refer_to()
    _make_goals()
    _make_what_belongs_to_goals()
    _make_metrics()
    _make_records_of_requests()
    _fill_picklists()


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid, primary_key=True)


def _ref(name: str, table: str, *, required: bool = True, index: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey(f"{table}.id"), nullable=not required, index=index)


def _moments(*names: str, required: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, _MOMENT, nullable=not required) for name in names]


def _make_what_goals_refer_to() -> None:
    op.create_table(
        "records",
        _id(),
        _ref("workspace_id", "workspaces"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("name_folded", sa.String(1024), nullable=False),
        sa.Column("email", sa.String(255)),
        _ref("company_id", "records", required=False, index=True),
        sa.Column("fields", sa.Text),
        *_moments("created_at", "updated_at"),
        *_moments("deleted_at", required=False),
    )
    op.create_index("ix_records_workspace_id_kind", "records", ["workspace_id", "kind", "name_folded"])
    op.create_table(
        "picklist_items",
        _id(),
        _ref("workspace_id", "workspaces"),
        sa.Column("picklist", sa.String(32), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("is_closed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("is_high", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("color", sa.String(16)),
        sa.Column("system_name", sa.String(64)),
        *_moments("created_at"),
        *_moments("retired_at", required=False),
    )
    op.create_index("ix_picklist_items_workspace_id", "picklist_items", ["workspace_id", "picklist"])


def _make_goals() -> None:
    op.create_table(
        "customer_goals",
        _id(),
        _ref("workspace_id", "workspaces"),
        sa.Column("title", sa.String(250), nullable=False),
        sa.Column("title_folded", sa.String(1024), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("entity", sa.String(32), nullable=False),
        *(_ref(f"{name}_id", "records", required=False, index=name != "company") for name in _ABOUT),
        *(_ref(f"{name}_id", "picklist_items", required=False) for name in _DEFAULTS),
        sa.Column("due_at", _MOMENT),
        sa.Column("quarter", sa.String(2)),
        sa.Column("year", sa.Integer),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("progress_mode", sa.String(16), nullable=False),
        sa.Column("progress_reason", sa.Text, nullable=False),
        sa.Column("fields", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        *_moments("created_at", "updated_at"),
        *_moments("deleted_at", required=False),
    )
    indexes = {
        "newest": ["workspace_id", "created_at", "id", "title_folded", "company_id"],
        "status": ["workspace_id", "status_id", "created_at", "id", "title_folded", "company_id"],
        "company": ["company_id", "workspace_id", "created_at", "id"],
    }
    for name, columns in indexes.items():
        op.create_index(
            f"ix_customer_goals_{name}", "customer_goals", columns, sqlite_where=_LIVE, postgresql_where=_LIVE
        )


_ABOUT = ("company", "relationship", "opportunity")


def _make_what_belongs_to_goals() -> None:
    op.create_table(
        "goal_tasks",
        _id(),
        _ref("goal_id", "customer_goals"),
        sa.Column("title", sa.String(250), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("is_completed", sa.Boolean, nullable=False),
        sa.Column("due_at", _MOMENT),
        *_moments("created_at"),
    )
    op.create_table(
        "goal_updates",
        _id(),
        _ref("goal_id", "customer_goals"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("progress", sa.Integer),
        *_moments("created_at"),
    )
    for table in ("goal_tasks", "goal_updates"):
        op.create_index(f"ix_{table}_goal_id", table, ["goal_id", "created_at", "id"])
    op.create_table(
        "progress_points",
        sa.Column("number", _COUNTED, primary_key=True, autoincrement=True),
        _ref("goal_id", "customer_goals", index=True),
        *_moments("at"),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _make_metrics() -> None:
    op.create_table(
        "metrics",
        _id(),
        _ref("workspace_id", "workspaces", index=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        *_moments("created_at", "updated_at"),
        *_moments("deleted_at", required=False),
    )
    op.create_table(
        "goal_metrics",
        _id(),
        _ref("goal_id", "customer_goals"),
        _ref("metric_id", "metrics", index=True),
        sa.Column("baseline", sa.Double),
        sa.Column("target", sa.Double),
        sa.Column("weight", sa.Double, nullable=False),
        sa.UniqueConstraint("goal_id", "metric_id", name="uq_goal_metrics_goal_id_metric_id"),
    )
    op.create_table(
        "metric_values",
        _id(),
        _ref("goal_metric_id", "goal_metrics"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.UniqueConstraint("goal_metric_id", "day", name="uq_metric_values_goal_metric_id_day"),
    )


def _make_records_of_requests() -> None:
    op.create_table(
        "audit_changes",
        sa.Column("number", _COUNTED, primary_key=True, autoincrement=True),
        _ref("workspace_id", "workspaces"),
        sa.Column("goal_id", sa.Uuid, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        *_moments("at"),
        sa.Column("key_id", sa.Uuid),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("field", sa.String(255), nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("is_conflict", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "sent_requests",
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False, index=True),
    )


def _fill_picklists() -> None:
    db, now = op.get_bind(), datetime.now(UTC)
    closed = {"Achieved", "Completed", "Not Achieved", "Cancelled"}
    columns = ("id", "workspace_id", "picklist", "name", "position", "created_at")
    more = ("is_closed", "is_high", "color", "system_name")
    items = sa.table(
        "picklist_items",
        *(sa.column(name, sa.Uuid) for name in columns[:2]),
        *(sa.column(name) for name in (*columns[2:5], *more)),
        sa.column("created_at", _MOMENT),
    )
    workspaces = sa.table("workspaces", sa.column("id", sa.Uuid))
    for (workspace,) in db.execute(sa.select(workspaces.c.id)).all():
        for picklist, names in _DEFAULTS.items():
            for position, name in enumerate(names):
                values = (_new_id(), workspace, picklist, name, position, now)
                is_type = picklist == "goal_type"
                flags = (
                    picklist == "status" and name in closed,
                    name == "High",
                    "#98E7B1" if is_type else None,
                    "DEFAULT_GOAL_TYPE" if is_type else None,
                )
                db.execute(items.insert().values(dict(zip((*columns, *more), (*values, *flags), strict=True))))


def _new_id() -> uuid.UUID:
    milliseconds = time.time_ns() // 1_000_000
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62))
