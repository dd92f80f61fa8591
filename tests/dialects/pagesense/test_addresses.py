"""Goals on addresses as people write them, and pages and links as browsers send them.

The cases come from reports about other trackers (https://github.com/matomo-org/matomo/issues/3146,
https://github.com/matomo-org/matomo/issues/11640) and from how URLs are written: a goal, events it is meant for, and
events it is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.dialects.pagesense.support import Project, make_project
from tests.support.ready import is_ready
from tests.support.server import RunningServer, eventually

TWO_PAGES = r"(https://a\.example/x|https://b\.example/y)"


@dataclass(frozen=True)
class Case:
    """A goal of a type, compared in a way, and events that reach it or do not."""

    goal_type: int
    match_type: int
    goal_url: str
    reached_by: tuple[str, ...]
    not_by: tuple[str, ...]


CASES = [
    Case(1, 1, "https://münchen.de/danke", ("https://xn--mnchen-3ya.de/danke?a=1",), ("https://munchen.de/danke",)),
    Case(1, 4, "https://münchen.de/", ("https://www.xn--mnchen-3ya.de/a",), ("https://a.example/",)),
    Case(
        1,
        2,
        "https://x.example/thanks?q=café",
        ("https://x.example/thanks?q=caf%C3%A9",),
        ("https://x.example/thanks",),
    ),
    Case(
        1,
        2,
        "https://x.example/caf%c3%a9#caf%C3%A9",
        ("https://x.example/cafe%CC%81#café",),
        ("https://x.example/caf",),
    ),
    Case(1, 7, TWO_PAGES, ("https://a.example/x", "http://www.b.example/y"), ("https://a.example/y",)),
    Case(
        1,
        7,
        r"^https?://(www\.)?a\.example/x$|^b\.example/y$",
        ("http://a.example/x", "https://b.example/y"),
        ("//b.example/x",),
    ),
    Case(1, 7, "^/thanks$", ("https://x.example/thanks",), ("https://x.example/thanks/x",)),
    Case(
        1, 1, "https://x.example/app#/thanks", ("https://x.example/app#/thanks?a=1",), ("https://x.example/app#/cart",)
    ),
    Case(1, 3, "#/thanks", ("https://x.example/app#/thanks",), ("https://x.example/app",)),
    Case(
        1,
        2,
        "/thanks?order=1&token=",
        ("https://x.example/thanks?order=1&token=0a1b",),
        ("https://x.example/thanks?order=1",),
    ),
    Case(1, 1, "app://localhost/login", ("app://localhost/login",), ("app://localhost/logout",)),
    Case(1, 1, "/login", ("app://localhost/login", "/login", "//host/login"), ("/login/x",)),
    Case(2, 1, "tel:+4930123456", ("tel:+4930123456",), ("tel:+49301234567",)),
    Case(2, 2, "tel:+4930123456", ("tel:+4930123456",), ("tel:+49",)),
    Case(2, 1, "mailto:info@x.example", ("mailto:info@x.example?subject=Hi",), ("mailto:other@x.example",)),
    Case(2, 6, "sms:*", ("sms:+1555?body=x",), ("https://x.example/sms:",)),
    Case(
        2,
        1,
        "https://bücher.example/kaufen",
        ("https://xn--bcher-kva.example/kaufen?x",),
        ("https://bucher.example/kaufen",),
    ),
    Case(2, 7, TWO_PAGES, ("https://b.example/y",), ("https://b.example/x",)),
    Case(2, 3, "?order=1", ("https://x.example/a?order=1",), ("https://x.example/a",)),
]


def _event(case: Case, url: str) -> dict[str, Any]:
    if case.goal_type == 1:
        return {"name": "pageview", "url": url}
    return {"name": url, "kind": "link_click", "url": "https://x.example/"}


def _made(project: Project, case: Case) -> str:
    fields = {"goal_url": case.goal_url, "url": [{"match_type": case.match_type}]}
    return project.create(case.goal_type, **fields)["linkname"]


def _achieved(project: Project) -> dict[str, int]:
    return {goal["linkname"]: goal["unique_goal_achieved_count"] for goal in project.goals()}


@pytest.fixture(scope="module")
def counted(server: RunningServer) -> Iterator[list[tuple[int, int]]]:
    """Each case's goal on a project of its own: who reached it when all had been sent, and how many should have."""
    eventually(lambda: is_ready(server), seconds=60, what="readiness")
    found = []
    for case in CASES:
        project = make_project(server)
        linkname = _made(project, case)
        marker = project.create(5, custom_event_name="last", goal_url=None)["linkname"]
        events = [_event(case, url) for url in (*case.reached_by, *case.not_by)] + [{"name": "last"}]
        numbered = [{"ip": f"198.51.100.{n}", "user_agent": "", **event} for n, event in enumerate(events)]
        answer = project.site.send(numbered, authorization=f"Bearer {project.site.workspace.key}")
        assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None), answer.text
        eventually(lambda project=project, marker=marker: _achieved(project)[marker] == 1, what="the last event")
        found.append((_achieved(project)[linkname], len(case.reached_by)))
    yield found


@pytest.mark.parametrize("index", range(len(CASES)), ids=[f"{case.match_type} {case.goal_url}" for case in CASES])
def test_a_goal_counts_the_address_it_was_written_for(counted: list[tuple[int, int]], index: int) -> None:
    reached, expected = counted[index]
    assert reached == expected
