"""Sites and goals as the ingest path knows them: all in memory, following the relational store."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from goalpost.conversions.events.rows import uuid_bytes
from goalpost.conversions.model.conversion_goals import IN_PAGE, ConversionGoal
from goalpost.conversions.model.domains import Claim, claimed_host
from goalpost.conversions.model.hosts import normal_host
from goalpost.conversions.model.matching import CompiledGoals, rule_reads_suffix
from goalpost.conversions.model.pattern_costs import cost_of
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows.catalog import CatalogChange


class TrackedSite:
    """A site as the pipeline uses it; its goals are compiled by `compile`, else when the first event needs them.

    `revision` is the catalog's when the site was read, `in_page` are the goals that only its pages can see.
    `reads_suffix` says whether one of its goals looks at the query or the fragment of pages, `claim` whether its domain
    is its workspace's.
    """

    def __init__(self, site: Site, goals: list[ConversionGoal], revision: int, claim: Claim = Claim.OWN) -> None:
        self.site = site
        self.claim = claim
        self.row_id = uuid_bytes(site.id)
        self.revision = revision
        self.in_page = [goal for goal in goals if goal.rule.trigger in IN_PAGE]
        self.reads_suffix = any(rule_reads_suffix(goal.rule) for goal in goals)
        self._given = goals
        self._compiled: CompiledGoals | None = None
        self._meanwhile: CompiledGoals | None = None

    @property
    def needs_page(self) -> bool:
        """Say whether its pages have something to watch or to keep, or tell pages apart by the query."""
        return bool(self.in_page) or self.site.visitor_ids or self.reads_suffix

    @property
    def goals(self) -> CompiledGoals:
        """The compiled goals; while they are compiled elsewhere, those that `serve_meanwhile` was given."""
        return self._compiled or self._meanwhile or self.compile()

    @property
    def is_heavy(self) -> bool:
        """Say whether compiling the goals takes so long that others should not wait for it."""
        return cost_of(goal.rule for goal in self._given) > _HEAVY

    def serve_meanwhile(self, before: "TrackedSite | None") -> None:
        """Match with the goals that the site had before, until `compile` is done."""
        self._meanwhile = before.goals if before else CompiledGoals([])

    def compile(self) -> CompiledGoals:
        """Compile the goals, which may take a second where their patterns are large."""
        self._compiled = CompiledGoals(self._given)
        return self._compiled


_HEAVY = 5_000  # of pattern_costs: some milliseconds

MAX_SITES = 20
"""Sites that one event may name."""

_MAX_SPLITS = 1000  # a list that is longer is not read to its end


class NamedSites(NamedTuple):
    """The sites in a list of names, each once; how many names are not known, how many are of domains that several
    workspaces claim, and how many stand behind the first 20."""

    sites: list[TrackedSite]
    unknown: int
    ambiguous: int
    beyond: int


def page_revision(sites: Sequence[TrackedSite], browser_id: str | None = None) -> int | None:
    """Return the revision to tell a page of these sites; None where it has nothing to watch, to keep or to forget."""
    if not any(site.needs_page for site in sites) and not (sites and browser_id):
        return None
    return newest_revision(sites)


def newest_revision(sites: Sequence[TrackedSite]) -> int:
    """Return the newest revision among the sites whose pages have something to watch; 0 without any."""
    return max((site.revision for site in sites if site.needs_page), default=0)


def sites_to_tell(sites: Sequence[TrackedSite], names: str, host: str | None) -> list[TrackedSite]:
    """Return the sites that a page on `host` may be told of: those that it names by their keys, and its own.

    A key is known from the site's pages alone; by its domain anybody could ask for any site. None is for a host that is
    as good as any.
    """
    keys = set(map(str.strip, names.split(",", _MAX_SPLITS)))
    return [site for site in sites if site.site.key in keys or host is None or _is_on(host, site.site.domain)]


def _is_on(host: str, domain: str) -> bool:
    """Return whether a host is the domain's or a subdomain's."""
    return f".{host}".endswith(f".{claimed_host(domain)}")


class Catalog:
    """Sites by key and by domain. `load(revision)` reads from the store what changed after a revision."""

    def __init__(self, load: Callable[[int], CatalogChange]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._revision = 0
        self._compiles = False
        self._sites: dict[UUID, TrackedSite] = {}
        self._by_key: dict[str, TrackedSite] = {}
        self._by_domain: dict[tuple[UUID | None, str], TrackedSite] = {}
        self._ambiguous: frozenset[str] = frozenset()

    def find(self, name: str, workspace_id: UUID | None = None) -> TrackedSite | None:
        """The site of that key or domain (of any case, with or without www.), of a workspace where one is given.

        Where none is given, a domain is found that is its workspace's own; of its sites the oldest one counts.
        """
        site = self._by_key.get(name)
        if site is None:
            site = self._by_domain.get((workspace_id, _domain(name)))
        return site if site is None or workspace_id in (None, site.site.workspace_id) else None

    def is_ambiguous(self, name: str, workspace_id: UUID | None = None) -> bool:
        """Return whether a name that finds no site is a domain that several workspaces claim; never to one of them."""
        return workspace_id is None and bool(self._ambiguous) and _domain(name) in self._ambiguous

    @property
    def ambiguous_domains(self) -> list[str]:
        """The domains that several workspaces claim, in order."""
        return sorted(self._ambiguous)

    def find_each(self, names: str, workspace_id: UUID | None = None) -> NamedSites:
        """Find the sites in a list of names, separated by commas."""
        distinct = list(dict.fromkeys(filter(None, map(str.strip, names.split(",", _MAX_SPLITS)))))
        found = {name: self.find(name, workspace_id) for name in distinct[:MAX_SITES]}
        sites = list({site.row_id: site for site in found.values() if site}.values())
        missing = [name for name, site in found.items() if site is None]
        ambiguous = sum(self.is_ambiguous(name, workspace_id) for name in missing)
        return NamedSites(sites, len(missing) - ambiguous, ambiguous, len(distinct[MAX_SITES:]))

    def compile(self) -> None:
        """Compile the goals of every site now, and from now on those that change before they are in force.

        For whoever takes events on a loop, which must not wait for it. Commands that match nothing compile nothing.
        """
        with self._lock:
            self._compiles = True
            for tracked in self._sites.values():
                tracked.compile()

    def refresh(self) -> None:
        """Take over what changed. When this returns, every change committed before the call is in force.

        Events are matched with what was in force before until then; to be called from a thread of its own. Goals that
        take long to compile are in force a moment later where another call came first to them.
        """
        for tracked in self._take_over():
            tracked.compile()

    def _take_over(self) -> list[TrackedSite]:
        """Take over what changed; returns the sites whose goals are still to be compiled, for which nobody waits."""
        heavy: list[TrackedSite] = []
        with self._lock:
            change = self._load(self._revision)
            if change.revision == self._revision:
                return heavy
            for site, goals in change.changed:
                tracked = TrackedSite(site, goals, change.revision, change.contested.get(site.id, Claim.OWN))
                if self._compiles and tracked.is_heavy:
                    tracked.serve_meanwhile(self._sites.get(site.id))
                    heavy.append(tracked)
                elif self._compiles:
                    tracked.compile()
                self._sites[site.id] = tracked
            for site_id in change.deleted:
                self._sites.pop(site_id, None)
            self._by_key = {tracked.site.key: tracked for tracked in self._sites.values()}
            self._by_domain = _by_domain(list(self._sites.values()))
            self._ambiguous = frozenset(
                _domain(tracked.site.domain) for tracked in self._sites.values() if tracked.claim is Claim.AMBIGUOUS
            )
            self._revision = change.revision
        return heavy


def names_site(name: str, site: Site) -> bool:
    """Return whether a name is the site's key, or its domain in any case, with or without www."""
    return name.strip() == site.key or _domain(name) == _domain(site.domain)


def _domain(name: str) -> str:
    return normal_host(name.strip()).removeprefix("www.")


def _by_domain(sites: list[TrackedSite]) -> dict[tuple[UUID | None, str], TrackedSite]:
    """Sites by (workspace, domain), and by (None, domain) where the domain is the workspace's own."""
    domains: dict[tuple[UUID | None, str], TrackedSite] = {}
    for tracked in sorted(sites, key=lambda tracked: (tracked.site.created_at, tracked.site.id)):
        domain = _domain(tracked.site.domain)
        if tracked.claim is Claim.OWN:
            domains.setdefault((None, domain), tracked)
        domains.setdefault((tracked.site.workspace_id, domain), tracked)
    return domains
