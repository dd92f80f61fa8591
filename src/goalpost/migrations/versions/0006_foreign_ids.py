"""Ids that rows bring along; site keys of other systems, which are longer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and room for longer keys; SQLite heeds no length."""
    op.create_table(
        "foreign_ids",
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), primary_key=True),
        sa.Column("spelling", sa.String(16), primary_key=True),
        sa.Column("text", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
    )
    op.create_index("uq_foreign_ids_row", "foreign_ids", ["workspace_id", "spelling", "row_id", "kind"], unique=True)
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("sites", "key", type_=sa.String(255))
