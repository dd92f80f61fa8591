"""Sites and conversion goals by any spelling of their ids: one parser for all commands.

Both have a UUID, the same as a GSID, a number and a slug. A
site also has a key, and a domain.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from goalpost.conversions.model.conversion_goals import ConversionGoal
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites
from goalpost.customers.model import gsids
from goalpost.imports.model.foreign_ids import RowKind, own_id
from goalpost.imports.services import foreign_ids
from goalpost.kernel.errors import Conflict, NotFound
from goalpost.kernel.id_numbers import numbers_meant

T = TypeVar("T")
GoalAndSite = tuple[ConversionGoal, Site]


def find_site(db: Connection, text: str) -> Site:
    """The live site that a text names by key, id, number, slug or domain; raises NotFound, and Conflict for several."""
    known = sites.list_sites(db)
    identities, domain = _identities(db, text, RowKind.SITE), _domain(text)
    found = _first(
        [site for site in known if site.key == text],
        [site for site in known if site.id in identities],
        [site for site in known if site.number in numbers_meant(site.workspace_id, text)],
        [site for site in known if site.slug == text],
        [site for site in known if _domain(site.domain) == domain],
    )
    if not found:
        raise NotFound(f"there is no site {text!r}; give a key that `goalpost site list` shows")
    return _only(found, text, "sites", lambda site: site.key)


def find_goal(db: Connection, text: str, *, deleted: bool = False) -> GoalAndSite:
    """The goal that a text names by id, number or slug, with its site; a deleted one only where no live one has it.

    Deleted goals are looked for where `deleted` says so. Raises NotFound, and Conflict for several.
    """
    identities = _identities(db, text, RowKind.CONVERSION_GOAL)
    for state in (False, True) if deleted else (False,):
        goals = [
            (goal, site)
            for site in sites.list_sites(db)
            for goal in conversion_goals.list_goals(db, site=site, deleted=state)
        ]
        found = _first(
            [each for each in goals if each[0].id in identities],
            [each for each in goals if each[0].number in numbers_meant(each[1].workspace_id, text)],
            [each for each in goals if each[0].slug == text],
        )
        if found:
            return _only(found, text, "goals", lambda each: gsids.to_gsid(gsids.GOAL, each[0].id))
    raise NotFound(f"there is no goal {text!r}; give an id that `goalpost goal list` shows")


def _identities(db: Connection, text: str, kind: RowKind) -> set[UUID]:
    """The rows of this id: of a UUID, the one whose own it is and those that have brought it."""
    return set() if own_id(text) is None else foreign_ids.meant_anywhere(db, text=text, kinds=[kind])


def _domain(text: str) -> str:
    return text.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/.").removeprefix("www.")


def _first(*found: Sequence[T]) -> Sequence[T]:
    """The first of several answers that is not empty."""
    return next(filter(None, found), ())


def _only(found: Sequence[T], text: str, plural: str, spelled: Callable[[T], str]) -> T:
    if len(found) > 1:
        ids: Iterable[str] = map(spelled, found)
        raise Conflict(f"there are {len(found)} {plural} that {text!r} names; give one of {', '.join(ids)}")
    return found[0]
