"""The table of ids that rows have brought along."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Uuid

from goalpost.tenancy.rows.tables import metadata

foreign_ids = Table(
    "foreign_ids",
    metadata,
    Column("workspace_id", ForeignKey("workspaces.id"), primary_key=True),
    Column("spelling", String(16), primary_key=True),
    Column("text", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("row_id", Uuid, nullable=False),
    Index("uq_foreign_ids_row", "workspace_id", "spelling", "row_id", "kind", unique=True),
)
"""Ids that rows have brought along, where they are not computed from the rows' own ids."""
