"""Domains are claimed: the host of each site, and whose it is. Hosts that several workspaces have are nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the column and the table, and fill both from the sites there are."""
    op.add_column("sites", sa.Column("host", sa.String(255), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_sites_host", "sites", ["host"])
    op.create_table(
        "domain_claims",
        sa.Column("host", sa.String(255), primary_key=True),
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id")),
        sa.Column("claimed_at", _MOMENT, nullable=False),
        sa.Column("held_until", _MOMENT),
        sa.Column("proved_at", _MOMENT),
    )
    _fill()


def _fill() -> None:
    db = op.get_bind()
    rows = db.execute(sa.text("SELECT id, domain FROM sites")).all()
    hosts = [{"id": row.id, "host": _host(row.domain)} for row in rows]
    if hosts:
        db.execute(sa.text("UPDATE sites SET host = :host WHERE id = :id"), hosts)
    db.execute(
        sa.text(
            "INSERT INTO domain_claims (host, claimed_at)"
            " SELECT host, min(created_at) FROM sites WHERE deleted_at IS NULL GROUP BY host"
        )
    )
    live = "FROM sites s WHERE s.host = domain_claims.host AND s.deleted_at IS NULL"
    db.execute(
        sa.text(
            f"UPDATE domain_claims SET workspace_id = (SELECT s.workspace_id {live} LIMIT 1)"
            f" WHERE (SELECT count(DISTINCT s.workspace_id) {live}) = 1"
        )
    )


def _host(domain: str) -> str:
    return domain.strip().lower().partition(":")[0].rstrip(".").removeprefix("www.")
