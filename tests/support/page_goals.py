"""Goals that live in the page: put into the store of a running server, and what came of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from goalpost.cli.control import ask
from goalpost.conversions.model.conversion_goals import EVERYWHERE, GoalDraft, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.services import conversion_goals, sites
from goalpost.owner import find_owner
from tests.support.browser import Tab, eventually
from tests.support.server import RunningServer, Site


@dataclass
class Goals:
    """Puts goals into the store of a running server, as a dialect would."""

    server: RunningServer
    site: Site

    def put(self, trigger: Trigger, match_type: MatchType, value: str = "", scope: PageScope = EVERYWHERE) -> str:
        stores = self.server.stores
        with stores.writing() as db:
            site = sites.get_site(db, key=self.site.key)
            draft = GoalDraft(value or trigger.value, Rule(trigger, match_type, value, scope))
            goal = conversion_goals.create_goal(db, site=site, draft=draft, now=datetime.now(UTC))
        self.told()
        return str(goal.id)

    def want_ids(self, wanted: bool = True) -> None:
        """Say whether the site's visitors are known by an id."""
        stores = self.server.stores
        with stores.writing() as db:
            site = sites.get_site(db, key=self.site.key)
            sites.update_site(db, site=site, changes={"visitor_ids": wanted}, now=datetime.now(UTC))
        self.told()

    def counted(self, goal: str, conversions: int) -> None:
        """Wait until the goal has these conversions; asked at the machine's own door, which knows every goal."""
        owner = find_owner(self.server.data)
        assert owner is not None

        def read() -> int:
            (answer,) = ask(owner, "GET", f"/goals/{goal}/stats")
            return int(answer["conversions"])

        eventually(read, conversions)

    def told(self) -> None:
        """Any change through the server's own API makes it look at the store at once."""
        self.site.api.delete(f"/sites/{self.site.key}/goals/{self.site.goal('event', value='x')}")


def visit(tab: Tab, url: str) -> None:
    """Go to a page and wait until it knows what to watch; what was sent before is forgotten."""
    with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url):
        tab.page.goto(url)
    tab.page.wait_for_timeout(50)
    tab.sent.clear()


def reports(tab: Tab, count: int) -> list[tuple[str, str]]:
    """The reports sent, page views left out: so many, and no other within a moment."""
    found: list[tuple[str, str]] = []
    for _ in range(50):
        tab.page.wait_for_timeout(50 if count else 150)
        before, found = found, [(event["kind"], event["name"]) for event in tab.sent if "kind" in event]
        if len(found) >= count and len(before) in (len(found), 0):
            break
    assert len(found) == count, found
    return found
