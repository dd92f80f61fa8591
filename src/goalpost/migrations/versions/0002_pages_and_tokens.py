"""Scopes, numbers and slugs of goals; numbers, slugs and visitor ids of sites; declared events; OAuth."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what goals that live in the page need, and give every goal and site there is a number and a slug."""
    for table in ("sites", "conversion_goals"):
        op.add_column(table, sa.Column("number", sa.BigInteger, nullable=False, server_default="0"))
        op.add_column(table, sa.Column("slug", sa.String(255), nullable=False, server_default=sa.text("''")))
    op.add_column("sites", sa.Column("visitor_ids", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("conversion_goals", sa.Column("scope", sa.Text))
    _name_what_there_is()
    for table in ("sites", "conversion_goals"):
        op.create_index(f"ix_{table}_slug", table, ["slug"])
    op.create_table(
        "declared_events",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("site_id", sa.Uuid, sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("slug", sa.String(255), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("site_id", "name", name="uq_declared_events_site_id_name"),
    )
    _make_oauth()


def _make_oauth() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), nullable=False, index=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("redirect_uri", sa.String(2048), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
    )
    op.create_table(
        "oauth_tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Uuid, sa.ForeignKey("oauth_clients.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("prefix", sa.String(24), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("parent_id", sa.Uuid, sa.ForeignKey("oauth_tokens.id"), index=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
    )


def _name_what_there_is() -> None:
    db = op.get_bind()
    sites = db.execute(sa.text("SELECT id, workspace_id, name, domain FROM sites ORDER BY created_at, id")).all()
    goals = db.execute(
        sa.text(
            "SELECT g.id, s.workspace_id, g.name FROM conversion_goals g JOIN sites s ON s.id = g.site_id"
            " ORDER BY g.created_at, g.id"
        )
    ).all()
    number, taken = 0, set()
    for table, rows in (("sites", sites), ("conversion_goals", goals)):
        for row in rows:
            number += 1
            base = re.sub(r"[^a-z0-9]+", "-", row.name.lower()).strip("-")[:200] or "goal"
            slug, tries = base, 0
            while (row.workspace_id, slug) in taken:
                tries += 1
                slug = f"{base}-{tries}"
            taken.add((row.workspace_id, slug))
            statement = sa.text(f"UPDATE {table} SET number = :number, slug = :slug WHERE id = :id")
            db.execute(statement, {"number": number, "slug": slug, "id": row.id})
