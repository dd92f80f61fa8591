"""Conversion goals as rows."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, select, update

from goalpost.conversions.model.conversion_goals import EVERYWHERE, ConversionGoal, GoalDraft, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.pattern_costs import cost_of
from goalpost.conversions.rows.revision import touch_site
from goalpost.conversions.rows.tables import conversion_goals, declared_events, sites

_LIVE = conversion_goals.c.deleted_at.is_(None)


def most_goals(db: Connection) -> int:
    """Return how many live goals a site may have, as the operator of this engine has chosen."""
    return int(db.get_execution_options().get("most_goals", 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLoad:
    """The live goals of a site, and what the patterns of them and of all of its workspace's cost."""

    goals: int
    site_cost: int
    workspace_cost: int


def goal_load(db: Connection, *, site_id: UUID, without: UUID | None = None) -> GoalLoad:
    """Return the load of a site and its workspace, without the goal of that id."""
    goals = conversion_goals.c
    here = goals.site_id == site_id
    columns = (
        func.count(case((here, 1))),
        func.coalesce(func.sum(case((here, goals.cost))), 0),
        func.coalesce(func.sum(goals.cost), 0),
    )
    workspace_id = select(sites.c.workspace_id).where(sites.c.id == site_id).scalar_subquery()
    of_workspace = select(sites.c.id).where(sites.c.workspace_id == workspace_id, sites.c.deleted_at.is_(None))
    query = select(*columns).where(goals.site_id.in_(of_workspace), _LIVE)
    count, site_cost, workspace_cost = db.execute(query.where(goals.id != without) if without else query).one()
    return GoalLoad(goals=count, site_cost=int(site_cost), workspace_cost=int(workspace_cost))


def insert_goal(db: Connection, goal: ConversionGoal) -> None:
    """Store a new goal."""
    identity = {name: getattr(goal, name) for name in ("id", "site_id", "created_at", "number", "slug")}
    db.execute(insert(conversion_goals).values(**identity, **_values(GoalDraft(goal.name, goal.rule, goal.currency))))
    touch_site(db, goal.site_id)


def list_goals(db: Connection, site_id: UUID) -> list[ConversionGoal]:
    """The live goals of a site, oldest first."""
    return goals_of_sites(db, [site_id]).get(site_id, [])


def list_deleted_goals(db: Connection, site_id: UUID) -> list[ConversionGoal]:
    """The deleted goals of a site, those deleted last first."""
    wanted = (conversion_goals.c.site_id == site_id) & conversion_goals.c.deleted_at.is_not(None)
    order = (conversion_goals.c.deleted_at.desc(), conversion_goals.c.id.desc())
    return [_goal(row) for row in db.execute(select(conversion_goals).where(wanted).order_by(*order))]


def goals_of_sites(db: Connection, site_ids: Iterable[UUID]) -> dict[UUID, list[ConversionGoal]]:
    """The live goals of several sites, oldest first; sites without goals are left out."""
    wanted = conversion_goals.c.site_id.in_(list(site_ids))
    query = select(conversion_goals).where(wanted, _LIVE).order_by(conversion_goals.c.created_at, conversion_goals.c.id)
    found: dict[UUID, list[ConversionGoal]] = {}
    for row in db.execute(query):
        found.setdefault(row.site_id, []).append(_goal(row))
    return found


def get_goal(db: Connection, goal_id: UUID) -> ConversionGoal | None:
    """The live goal of that id."""
    goal = find_goal(db, goal_id)
    return goal if goal is not None and goal.deleted_at is None else None


def find_goal(db: Connection, goal_id: UUID) -> ConversionGoal | None:
    """The goal of that id, deleted or not."""
    row = db.execute(select(conversion_goals).where(conversion_goals.c.id == goal_id)).one_or_none()
    return _goal(row) if row else None


def goals_of_slug(db: Connection, workspace_id: UUID, slug: str) -> list[ConversionGoal]:
    """The goals of a workspace that have or had this slug: the live one first, then the newest."""
    query = (
        select(conversion_goals)
        .join(sites, sites.c.id == conversion_goals.c.site_id)
        .where(sites.c.workspace_id == workspace_id, conversion_goals.c.slug == slug, sites.c.deleted_at.is_(None))
        .order_by(conversion_goals.c.deleted_at.is_not(None), conversion_goals.c.created_at.desc())
    )
    return [_goal(row) for row in db.execute(query)]


def slugs_like(db: Connection, workspace_id: UUID, slug: str) -> set[str]:
    """The slugs of a workspace's live sites and goals that begin with `slug`."""
    start = slug.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    of_sites = select(sites.c.slug).where(
        sites.c.workspace_id == workspace_id, sites.c.deleted_at.is_(None), sites.c.slug.like(start, escape="\\")
    )
    of_goals = (
        select(conversion_goals.c.slug)
        .join(sites, sites.c.id == conversion_goals.c.site_id)
        .where(sites.c.workspace_id == workspace_id, _LIVE, conversion_goals.c.slug.like(start, escape="\\"))
    )
    return {row.slug for row in db.execute(of_sites.union(of_goals))}


def has_slug(db: Connection, workspace_id: UUID, slug: str, site_id: UUID | None) -> bool:
    """Return whether a live site of the workspace has this slug, or, where a site is given, a live goal of it."""
    query = select(sites.c.id).where(
        sites.c.workspace_id == workspace_id, sites.c.deleted_at.is_(None), sites.c.slug == slug
    )
    if site_id is not None:
        goals = conversion_goals.c
        query = select(goals.id).where(goals.site_id == site_id, _LIVE, goals.slug == slug)
    return db.execute(query).first() is not None


def has_number(db: Connection, workspace_id: UUID, number: int) -> bool:
    """Return whether a site, a goal or an event of the workspace has this number, deleted or not."""
    of_sites = select(sites.c.id).where(sites.c.workspace_id == workspace_id)
    return any(
        db.execute(select(table.c.id).where(table.c.number == number, of_workspace)).first() is not None
        for table, of_workspace in (
            (sites, sites.c.workspace_id == workspace_id),
            (conversion_goals, conversion_goals.c.site_id.in_(of_sites)),
            (declared_events, declared_events.c.site_id.in_(of_sites)),
        )
    )


def goals_of_numbers(db: Connection, workspace_id: UUID, numbers: Collection[int]) -> list[ConversionGoal]:
    """The goals of a workspace that have one of these numbers, deleted or not: the live ones first."""
    return _goals_where(db, workspace_id, conversion_goals.c.number.in_(numbers))


def goals_of_ids(db: Connection, workspace_id: UUID, ids: Collection[UUID]) -> list[ConversionGoal]:
    """The goals of a workspace that have one of these ids, deleted or not: the live ones first."""
    return _goals_where(db, workspace_id, conversion_goals.c.id.in_(ids))


def _goals_where(db: Connection, workspace_id: UUID, condition: ColumnElement[bool]) -> list[ConversionGoal]:
    query = (
        select(conversion_goals)
        .join(sites, sites.c.id == conversion_goals.c.site_id)
        .where(sites.c.workspace_id == workspace_id, sites.c.deleted_at.is_(None), condition)
        .order_by(conversion_goals.c.deleted_at.is_not(None), conversion_goals.c.id)
    )
    return [_goal(row) for row in db.execute(query)]


def update_goal(db: Connection, goal: ConversionGoal) -> None:
    """Store a goal's writable part anew."""
    values = _values(GoalDraft(goal.name, goal.rule, goal.currency))
    db.execute(update(conversion_goals).where(conversion_goals.c.id == goal.id).values(**values))
    touch_site(db, goal.site_id)


def delete_goal(db: Connection, goal: ConversionGoal, now: datetime) -> None:
    """Take a goal out of every list; its conversions stay in the event store."""
    db.execute(update(conversion_goals).where(conversion_goals.c.id == goal.id).values(deleted_at=now))
    touch_site(db, goal.site_id)


def _values(draft: GoalDraft) -> dict[str, Any]:
    rule = draft.rule
    return {
        "name": draft.name,
        "trigger": rule.trigger.value,
        "match_type": rule.match_type.value,
        "match_value": rule.match_value,
        "currency": draft.currency,
        "scope": json.dumps(asdict(rule.scope)) if rule.scope != EVERYWHERE else None,
        "cost": cost_of([rule]),
    }


def _goal(row: Row[Any]) -> ConversionGoal:
    rule = Rule(Trigger(row.trigger), MatchType(row.match_type), row.match_value, _scope(row.scope))
    return ConversionGoal(
        *(row.id, row.site_id, row.name, rule, row.currency, row.created_at, row.number, row.slug, row.deleted_at)
    )


def _scope(text: str | None) -> PageScope:
    if text is None:
        return EVERYWHERE
    found = json.loads(text)
    how = MatchType(found["match_type"])
    return PageScope(how, found["page"], tuple(found["include"]), tuple(found["exclude"]))
