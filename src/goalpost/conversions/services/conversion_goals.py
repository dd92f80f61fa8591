"""Conversion goals: make, list, change, take away."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.conversions.model.conversion_goals import (
    MAX_NAME,
    ConversionGoal,
    GoalDraft,
    Rule,
    changed_draft,
    check_draft,
)
from goalpost.conversions.model.pattern_costs import MOST_COST, MOST_COST_OF_WORKSPACE, cost_of
from goalpost.conversions.model.sites import NO_NAMES, Names, Site, check_names
from goalpost.conversions.rows import conversion_goals, sites
from goalpost.conversions.rows.conversion_goals import GoalLoad
from goalpost.conversions.rows.revision import next_revision
from goalpost.kernel.errors import Invalid, NotFound
from goalpost.kernel.ids import new_id
from goalpost.kernel.texts import free_slug, slug_of, text_faults
from goalpost.storage.locks import lock_catalog


def create_goal(
    db: Connection, *, site: Site, draft: GoalDraft, now: datetime, names: Names = NO_NAMES
) -> ConversionGoal:
    """A new goal, matched from the next event on; raises Invalid with every fault of the draft and of its names.

    Raises Invalid, too, where the site has as many goals as it may have, or its patterns become too large together.
    """
    draft = check_draft(draft)
    lock_catalog(db)
    load = conversion_goals.goal_load(db, site_id=site.id)
    if load.goals >= (most := conversion_goals.most_goals(db)):
        raise Invalid({"site": [f"already has {most} goals, which is the most"]})
    _check_cost(draft.rule, load)
    owner, text = site.workspace_id, draft.name
    number, slug = name_row(db, workspace_id=owner, text=text, otherwise="goal", names=names, site_id=site.id)
    goal = ConversionGoal(
        names.row_id or new_id(now), site.id, draft.name, draft.rule, draft.currency, now, number, slug
    )
    conversion_goals.insert_goal(db, goal)
    return goal


def check_new_rule(db: Connection, *, goal: ConversionGoal, rule: Rule) -> None:
    """Raise Invalid where a goal's new rule makes the patterns of its site or workspace larger than they may be.

    It takes the catalog's lock: two changes at once could each leave the other out.
    """
    lock_catalog(db)
    _check_cost(rule, conversion_goals.goal_load(db, site_id=goal.site_id, without=goal.id))


def _check_cost(rule: Rule, others: GoalLoad) -> None:
    own = cost_of([rule])
    for owner, cost, most in (
        ("site", others.site_cost, MOST_COST),
        ("workspace", others.workspace_cost, MOST_COST_OF_WORKSPACE),
    ):
        if own and own + cost > most:
            text = (
                f"is too large: the patterns of the {owner}'s goals would take more than {most} instructions together"
            )
            raise Invalid({"match_value": [text]})


def name_row(
    db: Connection, *, workspace_id: UUID, text: str, otherwise: str, names: Names, site_id: UUID | None = None
) -> tuple[int, str]:
    """Number and slug of a new site or goal: those that it brings, which must be free in the workspace, else new ones.

    What is brought may be a slug that goals of other sites have, and a goal's may be a site's. `site_id` is a goal's.
    The caller holds the catalog's lock. Raises Invalid.
    """
    check_names(names)
    number = next_revision(db)
    if names.number is not None and conversion_goals.has_number(db, workspace_id, names.number):
        raise Invalid({"number": ["has already been taken"]})
    if not names.slug:
        return names.number or number, new_slug(db, workspace_id=workspace_id, text=text, otherwise=otherwise)
    if conversion_goals.has_slug(db, workspace_id, names.slug, site_id):
        raise Invalid({"slug": ["has already been taken"]})
    return names.number or number, names.slug


def new_slug(db: Connection, *, workspace_id: UUID, text: str, otherwise: str) -> str:
    """A slug that no live site or goal of the workspace has; the caller holds the catalog's lock."""
    taken = conversion_goals.slugs_like(db, workspace_id, slug_of(text) or otherwise)
    return free_slug(text, taken, otherwise)


def list_goals(db: Connection, *, site: Site, deleted: bool = False) -> list[ConversionGoal]:
    """The site's goals, oldest first; or else its deleted ones, those deleted last first."""
    return conversion_goals.list_deleted_goals(db, site.id) if deleted else conversion_goals.list_goals(db, site.id)


def get_goal(db: Connection, *, site: Site, goal_id: UUID | None) -> ConversionGoal:
    """A goal of this site; raises NotFound, for another site's goal and for a malformed id (None) too."""
    goal = conversion_goals.get_goal(db, goal_id) if goal_id is not None else None
    if goal is None or goal.site_id != site.id:
        raise NotFound("there is no such goal")
    return goal


def get_goal_and_site(db: Connection, *, goal_id: UUID | None) -> tuple[ConversionGoal, Site]:
    """A goal of any workspace with its site, for whoever owns the machine; deleted or not. Raises NotFound."""
    goal = conversion_goals.find_goal(db, goal_id) if goal_id is not None else None
    site = sites.get_site(db, goal.site_id) if goal is not None else None
    if goal is None or site is None:
        raise NotFound("there is no such goal")
    return goal, site


def get_goal_of_slug(
    db: Connection, *, workspace_id: UUID, slug: str, numbers: Collection[int] = (), site: Site | None = None
) -> tuple[ConversionGoal, Site]:
    """The workspace's goal of that slug or else of one of the numbers, with its site; of `site` where one is given.

    The live one counts, else the last deleted. Raises NotFound, and Invalid when live goals of several sites have it.
    """
    found = [] if text_faults(slug, MAX_NAME) else conversion_goals.goals_of_slug(db, workspace_id, slug)
    if not found and numbers:
        found = conversion_goals.goals_of_numbers(db, workspace_id, numbers)
    found = [goal for goal in found if site is None or goal.site_id == site.id]
    if len({goal.site_id for goal in found if goal.deleted_at is None}) > 1:
        raise Invalid({"site": ["must be given: goals of several have that name"]})
    owner = sites.get_site(db, found[0].site_id) if found else None
    if owner is None:
        raise NotFound("there is no such goal")
    return found[0], owner


def update_goal(db: Connection, *, goal: ConversionGoal, changes: dict[str, Any]) -> ConversionGoal:
    """The goal with `changes` (name, trigger, match_type, match_value, currency) laid over it.

    Counts from now on by the new rule; what was counted stays. Raises Invalid with every fault.
    """
    draft = check_draft(changed_draft(goal, changes), known=goal.rule)
    if draft.rule != goal.rule:
        check_new_rule(db, goal=goal, rule=draft.rule)
    changed = replace(goal, name=draft.name, rule=draft.rule, currency=draft.currency)
    if changed != goal:
        conversion_goals.update_goal(db, changed)
    return changed


def delete_goal(db: Connection, *, goal: ConversionGoal, now: datetime) -> ConversionGoal:
    """Take a goal away: it counts nothing any more, and its conversions stay stored."""
    conversion_goals.delete_goal(db, goal, now)
    return replace(goal, deleted_at=now)
