"""Goals keep what compiling their rule costs, so that a workspace's can be added up."""

import json

import sqlalchemy as sa
from alembic import op

from goalpost.conversions.model.conversion_goals import EVERYWHERE, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.pattern_costs import cost_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and fill it for the goals there are."""
    op.add_column("conversion_goals", sa.Column("cost", sa.Integer, nullable=False, server_default="0"))
    db = op.get_bind()
    rows = db.execute(sa.text('SELECT id, "trigger", match_type, match_value, scope FROM conversion_goals')).all()
    costs = [{"id": row.id, "cost": _cost(row)} for row in rows]
    if costs:
        db.execute(sa.text("UPDATE conversion_goals SET cost = :cost WHERE id = :id"), costs)


def _cost(row: sa.Row[tuple[object, str, str, str, str | None]]) -> int:
    try:
        return cost_of([Rule(Trigger(row.trigger), MatchType(row.match_type), row.match_value, _scope(row.scope))])
    except ValueError:  # it was taken by another RE2
        return 0


def _scope(text: str | None) -> PageScope:
    if text is None:
        return EVERYWHERE
    stored = json.loads(text)
    return PageScope(
        MatchType(stored["match_type"]), stored["page"], tuple(stored["include"]), tuple(stored["exclude"])
    )
