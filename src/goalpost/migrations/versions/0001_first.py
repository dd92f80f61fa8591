"""Workspaces, keys, sites, conversion goals, the catalog's revision and visitor salts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Make the first tables."""
    _make_owners()
    op.create_table(
        "conversion_goals",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("site_id", sa.Uuid, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("trigger", sa.String(32), nullable=False),
        sa.Column("match_type", sa.String(32), nullable=False),
        sa.Column("match_value", sa.String(2048), nullable=False),
        sa.Column("currency", sa.String(3)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
    )
    catalog = op.create_table(
        "catalog", sa.Column("id", sa.Integer, primary_key=True), sa.Column("revision", sa.Integer, nullable=False)
    )
    op.bulk_insert(catalog, [{"id": 1, "revision": 0}])
    op.create_table(
        "visitor_salts",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("made_on", sa.String(10), nullable=False),
    )


def _make_owners() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String(255), nullable=False, unique=True),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), nullable=False, index=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT),
        sa.Column("revoked_at", _MOMENT),
        sa.Column("last_used_at", _MOMENT),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False, index=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("public_stats", sa.Boolean, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.Column("revision", sa.Integer, nullable=False, index=True),
    )
    op.create_index(
        "uq_sites_workspace_id_domain",
        "sites",
        ["workspace_id", "domain"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
