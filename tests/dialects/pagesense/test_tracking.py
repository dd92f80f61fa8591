"""Goals that a server reports: requests as Zoho's public FullStack SDK for Python sends them."""

import json
from typing import Any

import httpx
import pytest

from goalpost.dialects.pagesense.tracking import PATH
from tests.dialects.pagesense.support import Project
from tests.support.server import eventually

AGENT = {"user-agent": "python-httpx/0.28.1", "content-type": "application/json; utf-8", "accept": "application/json"}


def report(project: Project, goal: str, user: str = "user-1", /, **more: Any) -> dict[str, str]:
    """The query of `track_goal`: its type, and what it says of goal and user as JSON."""
    said = {
        "a": project.portal,
        "b": "",
        "c": "",
        "p": project.linkname,
        "gln": goal,
        "ipl": True,
        "ek": "1",
        "lk": "2",
    }
    attributes = [{"ln": "Browser", "v": "Chrome"}]
    raw = {"furd": {"f": user}, "fgrd": [{**said, "fsca": attributes, **more}]}
    return {"type": "23", "raw": json.dumps(raw)}


def send(project: Project, params: dict[str, str], method: str = "POST") -> httpx.Response:
    return httpx.request(
        method, project.site.workspace.server.url + PATH, params=params, headers=AGENT, trust_env=False
    )


def made(project: Project, kind: int = 5, /, **fields: Any) -> str:
    """Make a goal; its linkname."""
    answer = project.api.post(project.goals_path(), json=project.body(kind, **fields))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["projectgoals"][0]["linkname"])


def test_a_goal_is_counted_for_each_user(project: Project) -> None:
    """The SDK's own user agent is a program's, and all of its users come from one address."""
    goal = made(project)
    for user, method in (("user-1", "POST"), ("user-1", "GET"), ("user-2", "POST")):
        answer = send(project, report(project, goal, user), method)
        assert (answer.status_code, answer.json()) == (200, {"message": "success"}), answer.text
    by_key = send(project, report(project, goal, "user-3", p=project.site.key))
    assert by_key.status_code == 200

    def counted() -> bool:
        found = project.api.get(project.goals_path(goal)).json()["projectgoals"][0]
        return int(found["unique_goal_achieved_count"]) == 3

    eventually(counted, what="three users' conversions")


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 400),
        ({"type": "23", "raw": ""}, 400),
        ({"type": "23", "raw": "[]"}, 400),
        ({"type": "23", "raw": "{"}, 400),
        ({"type": "23", "raw": '{"furd":{"f":5},"fgrd":[]}'}, 400),
        ({"type": "23", "raw": '{"furd":{"f":"u"},"fgrd":[]}'}, 400),
        ({"type": "23", "raw": '{"furd":{"f":"u"},"fgrd":[{"a":"x"}]}'}, 400),
        ({"type": "23", "raw": '{"furd":{"f":"u"},"fgrd":[{"a":"x","p":"y","gln":"z"}]}'}, 404),
        ({"type": "23", "raw": '{"furd":{"f":"u"},"fgrd":[{"a":"\\u0000","p":"\\u0000","gln":"z"}]}'}, 404),
        ({"type": "23", "raw": '{"furd":{"f":"u"},"fgrd":[{"a":"\\u0000","p":"\\ud800","gln":"z"}]}'}, 400),
        ({"type": "22", "raw": "{}"}, 400),
    ],
    ids=str,
)
def test_an_unreadable_or_unknown_goal_is_rejected(params: dict[str, str], status: int, project: Project) -> None:
    answer = send(project, params)
    assert (answer.status_code, list(answer.json())) == (status, ["status_code", "message"]), answer.text


def test_goals_of_others_and_of_the_page(project: Project) -> None:
    goal, in_page = made(project), made(project, 4)
    assert send(project, report(project, in_page)).status_code == 400
    assert send(project, report(project, goal, a="somebody-elses")).status_code == 404
    assert send(project, report(project, "nothing")).status_code == 404
    project.api.delete(project.goals_path(goal))
    assert send(project, report(project, goal)).status_code == 404
    assert httpx.put(project.site.workspace.server.url + PATH, trust_env=False).status_code == 405


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS"])
def test_another_method_is_refused_in_the_same_shape(project: Project, method: str) -> None:
    """`DELETE` was answered with a line of text."""
    answer = send(project, {}, method)
    assert (answer.status_code, answer.json()["status_code"]) == (405, 10012), answer.text
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_body_that_is_too_large_is_refused_as_such(project: Project) -> None:
    """It was 400."""
    url = project.site.workspace.server.url + PATH
    answer = httpx.post(url, content=b"x" * 65_537, headers=AGENT, trust_env=False)
    assert (answer.status_code, answer.json()) == (
        413,
        {"status_code": 10010, "message": "a body may have 65536 bytes"},
    )
