"""Templates, goal types' metrics, custom fields, associations; who made what; what is compared."""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from goalpost.customers.rows.comparables import own_fields, read_fields

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PORTION = 1000
_MOMENT = sa.DateTime(timezone=True)
_COMPARABLE = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables and columns, and fill what follows from what is there."""
    _widen_tables()
    _make_templates()
    _make_what_links()
    _make_custom_fields()
    _fold_names_of_items()
    _tell_who_made_goals()
    for table in ("records", "customer_goals"):
        _make_comparable(table)


def _widen_tables() -> None:
    new: dict[str, list[sa.Column[Any]]] = {
        "records": [sa.Column("comparable", _COMPARABLE)],
        "picklist_items": [
            sa.Column("name_folded", sa.String(1024), nullable=False, server_default=sa.text("''")),
            sa.Column("parent_id", sa.Uuid),
            sa.Column("entities", sa.Text),
        ],
        "customer_goals": [
            sa.Column("relationship_type_id", sa.Uuid),
            sa.Column("template_id", sa.Uuid),
            sa.Column("currency", sa.String(3), nullable=False, server_default="USD"),
            sa.Column("associated_work", sa.Text),
            *_authors(),
            sa.Column("comparable", _COMPARABLE),
        ],
        "metrics": _authors(),
    }
    for table, columns in new.items():
        for column in columns:
            op.add_column(table, column)


def _authors() -> list[sa.Column[Any]]:
    return [sa.Column("created_by", sa.Uuid), sa.Column("updated_by", sa.Uuid)]


def _make_templates() -> None:
    op.create_table(
        "goal_templates",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("name_folded", sa.String(1024), nullable=False),
        sa.Column("description", sa.Text),
        *(sa.Column(name, sa.Uuid, sa.ForeignKey("picklist_items.id"), nullable=False) for name in _CHOSEN),
        sa.Column("due_days", sa.Integer),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("fields", sa.Text),
        sa.Column("comparable", _COMPARABLE),
        sa.Column("associated_work", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        *_authors(),
        sa.Column("deleted_at", _MOMENT),
    )
    op.create_index("ix_goal_templates_workspace_id", "goal_templates", ["workspace_id", "created_at"])


_CHOSEN = ("goal_type_id", "status_id")


def _make_what_links() -> None:
    owners = {"template_metrics": "goal_templates", "goal_type_metrics": "picklist_items"}
    for table, owner in owners.items():
        name = table.replace("_metrics", "_id")
        op.create_table(
            table,
            sa.Column(name, sa.Uuid, sa.ForeignKey(f"{owner}.id"), primary_key=True),
            sa.Column("metric_id", sa.Uuid, sa.ForeignKey("metrics.id"), primary_key=True, index=True),
        )
    op.create_table(
        "goal_associations",
        sa.Column("goal_id", sa.Uuid, sa.ForeignKey("customer_goals.id"), primary_key=True),
        sa.Column("gsid", sa.String(36), primary_key=True),
    )


def _make_custom_fields() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("workspace_id", sa.Uuid, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("max_length", sa.Integer),
        sa.Column("choices", sa.Text),
        sa.Column("refers_to", sa.String(32)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("workspace_id", "name", name="uq_custom_fields_workspace_id_name"),
    )


def _fold_names_of_items() -> None:
    db = op.get_bind()
    items = sa.table("picklist_items", sa.column("id", sa.Uuid), sa.column("name"), sa.column("name_folded"))
    for identity, name in db.execute(sa.select(items.c.id, items.c.name)).all():
        folded = unicodedata.normalize("NFC", name.casefold())
        db.execute(items.update().where(items.c.id == identity).values(name_folded=folded))


def _tell_who_made_goals() -> None:
    first, last = "MIN", "MAX"
    for column, end in {"created_by": first, "updated_by": last}.items():
        op.execute(
            f"UPDATE customer_goals SET {column} = (SELECT key_id FROM audit_changes WHERE number = "
            f"(SELECT {end}(number) FROM audit_changes WHERE audit_changes.goal_id = customer_goals.id))"
        )


def _make_comparable(name: str) -> None:
    """Fill in what the fields of a table's rows compare as, in portions."""
    db = op.get_bind()
    columns = (sa.column("id", sa.Uuid), sa.column("fields", sa.Text), sa.column("comparable", _COMPARABLE))
    table = sa.table(name, *columns)
    with_fields = sa.select(table.c.id, table.c.fields).where(table.c.fields.is_not(None)).order_by(table.c.id)
    store = table.update().where(table.c.id == sa.bindparam("row"))
    rows = db.execute(with_fields.limit(_PORTION)).all()
    while rows:
        values = [{"row": row.id, "comparable": own_fields(read_fields(row.fields))["comparable"]} for row in rows]
        db.execute(store.values(comparable=sa.bindparam("comparable", type_=_COMPARABLE)), values)
        rows = db.execute(with_fields.where(table.c.id > rows[-1].id).limit(_PORTION)).all()
