"""The tables of what goals are made from: templates, goal types' metrics, custom fields; and of goals' associations."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, Uuid

from goalpost.customers.rows.tables import COMPARABLE, metadata
from goalpost.storage.tables import UtcDateTime

__all__ = ["metadata"]

goal_templates = Table(
    "goal_templates",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("name", String(250), nullable=False),
    Column("name_folded", String(1024), nullable=False),
    Column("description", Text),
    Column("goal_type_id", ForeignKey("picklist_items.id"), nullable=False),
    Column("status_id", ForeignKey("picklist_items.id"), nullable=False),
    Column("due_days", Integer),  # after the day on which a goal is made from it
    Column("currency", String(3), nullable=False),
    Column("fields", Text),  # JSON; NULL: none
    Column("comparable", COMPARABLE),
    Column("associated_work", Text),  # JSON: ids; NULL: none
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("created_by", Uuid),  # an API key
    Column("updated_by", Uuid),
    Column("deleted_at", UtcDateTime),
    Index("ix_goal_templates_workspace_id", "workspace_id", "created_at"),
)

template_metrics = Table(
    "template_metrics",
    metadata,
    Column("template_id", ForeignKey("goal_templates.id"), primary_key=True),
    Column("metric_id", ForeignKey("metrics.id"), primary_key=True, index=True),
)

goal_type_metrics = Table(
    "goal_type_metrics",
    metadata,
    Column("goal_type_id", ForeignKey("picklist_items.id"), primary_key=True),
    Column("metric_id", ForeignKey("metrics.id"), primary_key=True, index=True),
)
"""Metrics that goals of a type may have."""

goal_associations = Table(
    "goal_associations",
    metadata,
    Column("goal_id", ForeignKey("customer_goals.id"), primary_key=True),
    Column("gsid", String(36), primary_key=True),
)
"""Calls to action and success plans of goals. They may be kept elsewhere, so a GSID need not be one of ours."""

custom_fields = Table(
    "custom_fields",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("type", String(32), nullable=False),
    Column("max_length", Integer),
    Column("choices", Text),  # JSON; NULL: any
    Column("refers_to", String(32)),  # a kind of record
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("workspace_id", "name"),
)
"""Fields of goals and templates that a workspace has added."""
