"""The tables of customer goals and of what they refer to; part of one metadata."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from goalpost.storage.tables import UtcDateTime
from goalpost.tenancy.rows.tables import metadata

__all__ = ["metadata"]

COMPARABLE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Fields of the user's own as they are compared, see `comparables`; NULL: none."""

records = Table(
    "records",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("name_folded", String(1024), nullable=False),  # for searching and sorting in any case
    Column("email", String(255)),
    Column("company_id", ForeignKey("records.id"), index=True),
    Column("fields", Text),  # JSON; NULL: none
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("comparable", COMPARABLE),
    Index("ix_records_workspace_id_kind", "workspace_id", "kind", "name_folded"),
)
"""Companies, relationships, opportunities and people."""

picklist_items = Table(
    "picklist_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("picklist", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_closed", Boolean, nullable=False, server_default=false()),
    Column("is_high", Boolean, nullable=False, server_default=false()),
    Column("color", String(16)),
    Column("system_name", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),
    Column("name_folded", String(1024), nullable=False, server_default=text("''")),
    Column("parent_id", Uuid),  # of associated work: the goal type
    Column("entities", Text),  # JSON; NULL: all
    Index("ix_picklist_items_workspace_id", "workspace_id", "picklist"),
)

_LIVE = text("deleted_at IS NULL")

customer_goals = Table(
    "customer_goals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("title", String(250), nullable=False),
    Column("title_folded", String(1024), nullable=False),
    Column("description", Text),
    Column("entity", String(32), nullable=False),
    Column("company_id", ForeignKey("records.id")),
    Column("relationship_id", ForeignKey("records.id"), index=True),
    Column("opportunity_id", ForeignKey("records.id"), index=True),
    Column("status_id", ForeignKey("picklist_items.id")),
    Column("priority_id", ForeignKey("picklist_items.id")),
    Column("category_id", ForeignKey("picklist_items.id")),
    Column("goal_type_id", ForeignKey("picklist_items.id")),
    Column("due_at", UtcDateTime),
    Column("quarter", String(2)),
    Column("year", Integer),
    Column("progress", Integer, nullable=False),  # hundredths of a percent
    Column("progress_mode", String(16), nullable=False),
    Column("progress_reason", Text, nullable=False),
    Column("fields", Text),  # JSON; NULL: none
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("relationship_type_id", Uuid),
    Column("template_id", Uuid),
    Column("currency", String(3), nullable=False, server_default="USD"),
    Column("associated_work", Text),  # JSON: ids; NULL: none
    Column("created_by", Uuid),  # an API key
    Column("updated_by", Uuid),
    Column("comparable", COMPARABLE),
    # Each has what a list with a search needs, so that rows which are not shown need not be read.
    *(
        Index(f"ix_customer_goals_{name}", *columns, sqlite_where=_LIVE, postgresql_where=_LIVE)
        for name, columns in {
            "newest": ("workspace_id", "created_at", "id", "title_folded", "company_id"),
            "status": ("workspace_id", "status_id", "created_at", "id", "title_folded", "company_id"),
            "company": ("company_id", "workspace_id", "created_at", "id"),
        }.items()
    ),
)

goal_tasks = Table(
    "goal_tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("goal_id", ForeignKey("customer_goals.id"), nullable=False),
    Column("title", String(250), nullable=False),
    Column("description", Text),
    Column("is_completed", Boolean, nullable=False),
    Column("due_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_goal_tasks_goal_id", "goal_id", "created_at", "id"),
)

goal_updates = Table(
    "goal_updates",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("goal_id", ForeignKey("customer_goals.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("progress", Integer),  # hundredths of a percent
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_goal_updates_goal_id", "goal_id", "created_at", "id"),
)

_COUNTED = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows of INTEGER keys only

progress_points = Table(
    "progress_points",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("goal_id", ForeignKey("customer_goals.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("progress", Integer, nullable=False),  # hundredths of a percent
    Column("reason", Text, nullable=False),
)

metrics = Table(
    "metrics",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("description", Text),
    Column("unit", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("created_by", Uuid),  # an API key
    Column("updated_by", Uuid),
)

goal_metrics = Table(
    "goal_metrics",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("goal_id", ForeignKey("customer_goals.id"), nullable=False),
    Column("metric_id", ForeignKey("metrics.id"), nullable=False, index=True),
    Column("baseline", Double),
    Column("target", Double),
    Column("weight", Double, nullable=False),
    UniqueConstraint("goal_id", "metric_id"),
)

metric_values = Table(
    "metric_values",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("goal_metric_id", ForeignKey("goal_metrics.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("value", Double, nullable=False),
    UniqueConstraint("goal_metric_id", "day"),
)

audit_changes = Table(
    "audit_changes",
    metadata,
    Column("number", _COUNTED, primary_key=True, autoincrement=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("goal_id", Uuid, index=True),  # NULL: of something that is not a goal's
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("key_id", Uuid),
    Column("author", String(255), nullable=False),
    Column("request_id", String(128), nullable=False),
    Column("subject", String(32), nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("field", String(255), nullable=False),  # '': the whole thing was made or deleted
    Column("before", Text),  # JSON
    Column("after", Text),  # JSON
    Column("is_conflict", Boolean, nullable=False, server_default=false()),
)
