"""Shared by tests of the dialect: a portal with a project, its routes, and goals of every type."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from goalpost.conversions.services import sites
from goalpost.dialects.pagesense.routes import PREFIX
from tests.support.server import RunningServer, Site, eventually

UNAUTHENTICATED = (401, 10005)
FORBIDDEN = (401, 10006)
NOT_FOUND = (404, 10004)
SELECTOR = "#buy > button.primary"

GOAL_KEYS = {
    *("created_time", "goal_type", "unique_visitor_count", "display_name", "goal_id_string", "goal_id", "project_id"),
    *("project_linkname", "success", "goal_status", "is_data_tracked", "created_date", "linkname"),
    "unique_goal_achieved_count",
}
"""Keys of every goal in the vendor's sample."""
TIME_KEYS = {"time_spent_seconds", "time_threshold", "time_spent"}
"""And of a goal on time spent."""

OF_TYPE: dict[int, dict[str, Any]] = {
    1: {"goal_url": "https://example.com/thanks"},
    2: {"goal_url": "https://partner.example.org/*", "url": [{"match_type": 6}]},
    3: {"element_css_selector": "form#signup"},
    4: {"element_css_selector": SELECTOR},
    5: {"custom_event_name": "Signed up"},
    6: {"goal_url": "/paid", "currency": "EUR"},
    7: {"include_urls": ["/blog"], "url": [{"match_type": 4}]},
    8: {"time_threshold": 30, "goal_url": "https://example.com/articles"},
}
"""A goal of every type, as far as the type asks for it."""


@dataclass
class Project:
    """A site seen as a project, and the client of its portal."""

    site: Site
    portal: str
    linkname: str
    api: httpx.Client

    def goals_path(self, linkname: str = "") -> str:
        return f"/portal/{self.portal}/projectgoals/{linkname or self.linkname}"

    @property
    def events_path(self) -> str:
        return f"/portal/{self.portal}/customevents"

    def body(self, kind: int = 1, /, **fields: Any) -> dict[str, Any]:
        """A create request of a type; a field that is None is left out."""
        given = {"display_name": "A goal", "goal_type": kind, "project_linkname": self.linkname}
        whole = given | OF_TYPE[kind] | fields
        return {"projectgoal": {name: value for name, value in whole.items() if value is not None}}

    def create(self, kind: int = 1, /, **fields: Any) -> dict[str, Any]:
        answer = self.api.post(self.goals_path(), json=self.body(kind, **fields))
        assert answer.status_code == 200, answer.text
        (goal,) = answer.json()["projectgoals"]
        return goal

    def goal(self, linkname: str) -> dict[str, Any]:
        answer = self.api.get(self.goals_path(linkname))
        assert answer.status_code == 200, answer.text
        (goal,) = answer.json()["projectgoals"]
        return goal

    def goals(self) -> list[dict[str, Any]]:
        answer = self.api.get(self.goals_path())
        assert answer.status_code == 200, answer.text
        return answer.json()["projectgoals"]

    def reached(self, linkname: str, visitors: int) -> dict[str, Any]:
        """The goal once so many visitors have reached it."""
        return eventually(
            lambda: (found := self.goal(linkname))["unique_goal_achieved_count"] >= visitors and found,
            what=f"{visitors} visitors at {linkname}",
        )

    def client(self, token: str, scheme: str = "Zoho-oauthtoken") -> httpx.Client:
        client = self.site.workspace.server.client(token, PREFIX)
        client.headers["authorization"] = f"{scheme} {token}"
        return client


def make_project(server: RunningServer, site: Site | None = None) -> Project:
    """A project of a portal of its own, or the one that a site is."""
    site = site or server.make_site()
    with server.stores.reading() as db:
        linkname = sites.get_site(db, key=site.key).slug
    project = Project(site, site.workspace.name, linkname, site.api)
    project.api = project.client(site.workspace.key)
    return project


def seen(answer: httpx.Response) -> tuple[int, int | str]:
    """An answer as (status, code)."""
    return answer.status_code, answer.json()["status_code"]


@dataclass(frozen=True)
class Route:
    """One endpoint; `{linkname}` stands for a project or a goal."""

    method: str
    path: str
    scope: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def call(self, project: Project, client: httpx.Client, linkname: str, portal: str | None = None) -> httpx.Response:
        path = self.path.format(portal_name=portal or project.portal, linkname=linkname)
        return client.request(self.method, path, **self._sent(project, linkname))

    def _sent(self, project: Project, linkname: str) -> dict[str, Any]:
        if "customevents" in self.path:
            named = {"event_name": f"e-{uuid4()}", "project_linkname": linkname}
            return {"json": {"customevent": named}} if self.method == "POST" else {"params": named}
        if self.method == "POST":
            return {"json": project.body(project_linkname=linkname)}
        return {"json": {"projectgoal": {"display_name": "New"}}} if self.method == "PUT" else {}


ROUTES = [
    Route(method, f"/portal/{{portal_name}}/{path}", f"PageSense.{scope}")
    for method, path, scope in [
        ("POST", "projectgoals/{linkname}", "goals.CREATE"),
        ("GET", "projectgoals/{linkname}", "goals.READ"),
        ("PUT", "projectgoals/{linkname}", "goals.UPDATE"),
        ("POST", "customevents", "customevents.CREATE"),
        ("GET", "customevents", "customevents.READ"),
        ("DELETE", "projectgoals/{linkname}", "goals.DELETE"),
    ]
]
OF_GOALS = {"PUT", "DELETE"}
"""Methods whose linkname is a goal's."""
