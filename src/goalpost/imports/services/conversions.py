"""Sites, their conversion goals and announced events, under the keys, ids, slugs and numbers that they bring."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from goalpost.conversions.model.conversion_goals import ConversionGoal, check_draft
from goalpost.conversions.model.sites import DeclaredEvent, Names, Site
from goalpost.conversions.rows import conversion_goals as goal_rows
from goalpost.conversions.rows import declared_events as event_rows
from goalpost.conversions.services import conversion_goals, declared_events, sites
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.model.foreign_rows import ForeignRow, RowFault, RowsRefused
from goalpost.imports.rows import foreign_ids as id_rows
from goalpost.imports.services import foreign_ids
from goalpost.imports.services.rows import DELETED, Import, merged, noted
from goalpost.kernel.ids import parse_id

_LEAST_BROUGHT = 10**12
"""Numbers that are made here are smaller."""


def import_conversions(work: Import, rows: Iterable[ForeignRow]) -> None:
    """Import sites, then goals and events; raises RowsRefused with every fault.

    Values of a site: key, domain, name, public_stats. Of a goal and an event: `site`, the key, slug or id of its site,
    or empty where the import has one site only; `draft` or `name`; and `number` and `slug`.
    """
    faults: list[tuple[str, str]] = []
    once = list(merged(rows, work.report).values())
    steps: Mapping[RowKind, Callable[[Import, ForeignRow, list[ForeignRow]], str]] = {
        RowKind.SITE: _put_site,
        RowKind.CONVERSION_GOAL: _put_goal,
        RowKind.EVENT: _put_event,
    }
    for kind, put in steps.items():
        for row in once:
            if row.kind is kind:
                with noted(faults, row):
                    _count(work, row, put(work, row, once))
    if faults:
        raise RowsRefused(faults)


def _count(work: Import, row: ForeignRow, what: str) -> None:
    if what == DELETED:
        work.report.leave_out(row.kind.value, DELETED)
    else:
        work.report.count(row.kind.value, what)


def _put_site(work: Import, row: ForeignRow, _: list[ForeignRow]) -> str:
    db, owner, values = work.db, work.workspace_id, dict(row.values)
    key = values.pop("key")
    there = foreign_ids.find(db, workspace_id=owner, kind=RowKind.SITE, text=row.text) if row.text else None
    known = sites.list_sites(db, workspace_id=owner)
    of_key = next((site for site in known if site.key == key), None)
    site = next((site for site in known if site.id == there), of_key)
    if site is None:
        if there is not None:
            return DELETED
        made_as = Names(row_id=_claimed(work, row))
        site = sites.create_site(db, workspace_id=owner, key=key, names=made_as, now=work.now, **values)
        id_rows.set_columns(db, RowKind.SITE, site.id, created_at=row.created_at)
        return "created"
    if site.key != key:
        raise RowFault(f"the site {row.text} is here, with another key")
    if row.text and there is None:
        foreign_ids.keep(db, workspace_id=owner, kind=RowKind.SITE, text=row.text, row_id=site.id)
    changed = sites.update_site(db, site=site, changes=values, now=work.now)
    return "unchanged" if changed == site else "updated"


def _put_goal(work: Import, row: ForeignRow, once: list[ForeignRow]) -> str:
    db, site, draft = work.db, _site(work, row, once), check_draft(row.values["draft"])
    goal = _goal(work, row, site)
    if goal is not None and goal.deleted_at is not None:
        return DELETED
    if goal is None:
        goal = conversion_goals.create_goal(db, site=site, draft=draft, names=_names(work, row), now=work.now)
        id_rows.set_columns(db, RowKind.CONVERSION_GOAL, goal.id, created_at=row.created_at)
        return "created"
    changed = replace(goal, name=draft.name, rule=draft.rule, currency=draft.currency)
    number = row.values.get("number")
    if number and goal.number < _LEAST_BROUGHT:
        changed = replace(changed, number=number)
        id_rows.set_columns(db, RowKind.CONVERSION_GOAL, goal.id, number=number)
    if changed == goal:
        return "unchanged"
    if changed.rule != goal.rule:
        conversion_goals.check_new_rule(db, goal=goal, rule=changed.rule)
    goal_rows.update_goal(db, changed)
    return "updated"


def _goal(work: Import, row: ForeignRow, site: Site) -> ConversionGoal | None:
    """The goal that has the row's id, number or slug, deleted or not; raises RowFault when it is another site's."""
    db, owner, number = work.db, work.workspace_id, row.values.get("number")
    found: list[ConversionGoal] = []
    if parse_id(row.text):
        there = foreign_ids.find(db, workspace_id=owner, kind=RowKind.CONVERSION_GOAL, text=row.text)
        found = goal_rows.goals_of_ids(db, owner, [there]) if there else []
    elif number:
        found = goal_rows.goals_of_numbers(db, owner, [number])
    if not found and (slug := row.values.get("slug")):
        of_slug = goal_rows.goals_of_slug(db, owner, slug)
        found = [goal for goal in of_slug if goal.site_id == site.id and _may_be(goal, number)]
    if found and found[0].site_id != site.id:
        raise RowFault("the goal is here, and another site's")
    return found[0] if found else None


def _may_be(goal: ConversionGoal, number: int | None) -> bool:
    """Return whether a goal of the same slug can be the row's: a deleted one leaves its slug to others."""
    if number is None or goal.number < _LEAST_BROUGHT:
        return goal.deleted_at is None
    return goal.number == number


def _put_event(work: Import, row: ForeignRow, once: list[ForeignRow]) -> str:
    site, name = _site(work, row, once), str(row.values["name"])
    event = event_rows.find_event(work.db, site.id, name)
    if event is None:
        declared_events.declare(work.db, site=site, name=name, names=_names(work, row), now=work.now)
        return "created"
    changed = _brought(event, row.values)
    if changed == event:
        return "unchanged"
    event_rows.update_event(work.db, changed)
    return "updated"


def _brought(event: DeclaredEvent, values: Mapping[str, Any]) -> DeclaredEvent:
    """An event that was announced here, with the number and the slug that it has over there."""
    number = values.get("number") if event.number < _LEAST_BROUGHT else None
    return replace(event, number=number or event.number, slug=values.get("slug") or event.slug)


def _site(work: Import, row: ForeignRow, once: list[ForeignRow]) -> Site:
    """The site of a goal or an event; its number becomes the one that the row tells. Raises RowFault."""
    name, db, owner = str(row.values["site"]), work.db, work.workspace_id
    if not name:
        keys = [str(site.values["key"]) for site in once if site.kind is RowKind.SITE]
        if len(keys) != 1:
            raise RowFault("nothing says whose it is: give the file as SITE=FILE, with the site's key or linkname")
        name = keys[0]
    site_id = foreign_ids.find(db, workspace_id=owner, kind=RowKind.SITE, text=name) if parse_id(name) else None
    for site in sites.list_sites(db, workspace_id=owner):
        if site.id == site_id or name in (site.key, site.slug):
            return _numbered(work, site, row.values.get("site_number"))
    raise RowFault(
        f"there is no site {name!r} in the workspace; create it with `goalpost site create` and its --key or --slug"
    )


def _numbered(work: Import, site: Site, number: int | None) -> Site:
    if number and site.number < _LEAST_BROUGHT:
        if goal_rows.has_number(work.db, work.workspace_id, number):
            raise RowFault(f"the workspace has the id {number} already")
        id_rows.set_columns(work.db, RowKind.SITE, site.id, number=number)
        return replace(site, number=number)
    return site


def _names(work: Import, row: ForeignRow) -> Names:
    return Names(_claimed(work, row), row.values.get("number"), row.values.get("slug") or "")


def _claimed(work: Import, row: ForeignRow) -> UUID | None:
    """The own id of a new row that brings a UUID."""
    if parse_id(row.text) is None:
        return None
    assert isinstance(row.kind, RowKind)
    return foreign_ids.claim(work.db, workspace_id=work.workspace_id, kind=row.kind, text=row.text, now=work.now)
