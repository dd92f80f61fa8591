"""Fill the comparable forms of custom fields again: texts that say numbers or moments, and names in any case."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from goalpost.customers.rows.comparables import own_fields, read_fields
from goalpost.kernel.texts import folded

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PORTION = 1000
_COMPARABLE = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_NAMED: Mapping[str, Callable[[str], str]] = {"records": folded, "customer_goals": str, "goal_templates": str}


def upgrade() -> None:
    """Fill in what the fields of every row compare as."""
    for name in _NAMED:
        _compare_anew(name)


def _compare_anew(name: str) -> None:
    db = op.get_bind()
    columns = (sa.column("id", sa.Uuid), sa.column("fields", sa.Text), sa.column("comparable", _COMPARABLE))
    table = sa.table(name, *columns)
    with_fields = sa.select(table.c.id, table.c.fields).where(table.c.fields.is_not(None)).order_by(table.c.id)
    store = table.update().where(table.c.id == sa.bindparam("row"))
    store = store.values(comparable=sa.bindparam("comparable", type_=_COMPARABLE))
    rows = db.execute(with_fields.limit(_PORTION)).all()
    while rows:
        found = [(row.id, own_fields(read_fields(row.fields), _NAMED[name])) for row in rows]
        db.execute(store, [{"row": identity, "comparable": own["comparable"]} for identity, own in found])
        rows = db.execute(with_fields.where(table.c.id > rows[-1].id).limit(_PORTION)).all()
