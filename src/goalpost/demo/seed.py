"""Makes the demo's workspace, site, goals and key, and sends its visitors through the pipeline of live events."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from goalpost.conversions.ingest import pipeline
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.model.conversion_goals import ConversionGoal, GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites
from goalpost.demo.visitors import CURRENCY, hits_of
from goalpost.kernel.errors import NotFound, Unauthenticated
from goalpost.kernel.private_files import write_private
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from goalpost.tenancy.callers import find_caller
from goalpost.tenancy.model.workspaces import Workspace
from goalpost.workspaces import create_workspace

WORKSPACE = "demo"
DOMAIN = "demo.example.com"
DAYS = 30
_GOALS = (
    GoalDraft("Thank-you page", Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/thank-you")),
    GoalDraft("Read the blog", Rule(Trigger.PAGEVIEW, MatchType.CONTAINS, "/blog")),
    GoalDraft("Looked at a product", Rule(Trigger.PAGEVIEW, MatchType.REGEX, "^/products/[0-9]+$")),
    GoalDraft("Signed up", Rule(Trigger.EVENT, MatchType.EXACT, "signup")),
    GoalDraft("Purchase", Rule(Trigger.GOAL, MatchType.EXACT, "purchase"), CURRENCY),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as it is in the stores; `added` is how many events the last seeding put there."""

    key: str
    site: Site
    goals: list[ConversionGoal]
    added: int


@dataclass(slots=True)
class _Memory:
    """The content of `demo.json`, private to the user: the key, and how far the visitors have come."""

    key: str = ""
    until_ms: int = 0

    @classmethod
    def read(cls, path: Path) -> "_Memory":
        try:
            found = json.loads(path.read_text())
            return cls(str(found["key"]), int(found["until_ms"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, path: Path) -> None:
        write_private(path, json.dumps({"key": self.key, "until_ms": self.until_ms}))


def seed(
    stores: Stores,
    *,
    scopes: Collection[str],
    now: datetime,
    on_day: Callable[[int, int], None] = lambda done, of: None,
) -> Demo:
    """The demo, with visitors from 30 days before `now` up to `now`; what is there already is left alone.

    Events are in the spool when this returns. `on_day` is told after each day how many days are done, and of how many.
    """
    path = stores.settings.data / "demo.json"
    memory = _Memory.read(path)
    with stores.writing() as db:
        workspace, site = _place(db, now)
        goals = conversion_goals.list_goals(db, site=site) or [
            conversion_goals.create_goal(db, site=site, draft=draft, now=now + timedelta(milliseconds=place))
            for place, draft in enumerate(_GOALS)
        ]
        if not _opens(db, memory.key, stores.pepper, now):
            memory.key = _new_key(db, workspace, scopes, stores.pepper, now)
            memory.write(path)
    until_ms = int(now.timestamp() * 1000)
    added = _send_visitors(stores, site, memory.until_ms, until_ms, on_day)
    memory.until_ms = until_ms
    memory.write(path)
    return Demo(memory.key, site, goals, added)


def find_site(db: Connection) -> Site:
    """The demo's site; raises NotFound before it is seeded."""
    workspace = workspaces.get_workspace(db, name=WORKSPACE)
    for site in sites.list_sites(db, workspace_id=workspace.id):
        if site.domain == DOMAIN:
            return site
    raise NotFound("there is no demo site")


def _place(db: Connection, now: datetime) -> tuple[Workspace, Site]:
    try:
        workspace = workspaces.get_workspace(db, name=WORKSPACE)
    except NotFound:
        workspace = create_workspace(db, name=WORKSPACE, now=now)
    try:
        return workspace, find_site(db)
    except NotFound:
        site = sites.create_site(db, workspace_id=workspace.id, domain=DOMAIN, name="A demo shop", now=now)
        return workspace, site


def _opens(db: Connection, key: str, pepper: bytes, now: datetime) -> bool:
    try:
        find_caller(db, key, pepper=pepper, now=now)
    except Unauthenticated:
        return False
    return True


def _new_key(db: Connection, workspace: Workspace, scopes: Collection[str], pepper: bytes, now: datetime) -> str:
    return workspaces.create_key(
        db, workspace_id=workspace.id, name="demo", scopes=scopes, known_scopes=scopes, pepper=pepper, now=now
    )[1]


def _send_visitors(stores: Stores, site: Site, after_ms: int, until_ms: int, on_day: Callable[[int, int], None]) -> int:
    """Keep the events between two Unix milliseconds, a day at a time; how many they are."""
    until = datetime.fromtimestamp(until_ms / 1000, UTC)
    after_ms = max(after_ms, int((until - timedelta(days=DAYS)).timestamp() * 1000))
    first_on = datetime.fromtimestamp(after_ms / 1000, UTC).date()
    days = (until.date() - first_on).days + 1
    added = 0
    stores.context.numbers.prepare(until_ms)
    for number in range(days):
        hits = hits_of(first_on + timedelta(days=number), site_key=site.key, domain=site.domain)
        accepted: list[Accepted] = []
        for hit in hits:
            if after_ms < hit.timestamp_ms <= until_ms:
                hit.workspace_id = site.workspace_id
                result = pipeline.run(hit, stores.context, until_ms)
                if not isinstance(result, str):
                    accepted.append(result)
        added += len(accepted) - len(stores.spool.keep(accepted))
        on_day(number + 1, days)
    return added
