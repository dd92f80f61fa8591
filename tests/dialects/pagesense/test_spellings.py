"""Several spellings of the same: ids where linknames stand, null for what is not sent, and a goal that is deleted."""

from typing import Any

import pytest

from tests.dialects.pagesense.support import NOT_FOUND, Project, make_project, seen
from tests.support.server import RunningServer, eventually

OPTIONAL = [
    *("goal_url", "include_urls", "exclude_urls", "url", "time_threshold", "element_css_selector"),
    *("custom_event_name", "event_name", "custom_event", "currency"),
]


def project_id(project: Project) -> str:
    return str(project.create(display_name="First")["project_id"])


def test_a_project_id_stands_where_a_linkname_does(project: Project) -> None:
    """The seed says of ids: store this; used by other APIs."""
    number = project_id(project)
    listed = project.api.get(project.goals_path(number)).json()
    assert listed["projectgoals"] == project.goals()
    for path, body in [(number, number), (number, project.linkname), (project.linkname, number)]:
        answer = project.api.post(project.goals_path(path), json=project.body(1, project_linkname=body))
        assert (answer.status_code, answer.json()["projectgoals"][0]["project_linkname"]) == (200, project.linkname)
    linkname = listed["projectgoals"][0]["linkname"]
    body = {"projectgoal": {"display_name": "New", "project_linkname": number}}
    assert project.api.put(project.goals_path(linkname), json=body).status_code == 200


def test_a_project_id_stands_in_custom_events(project: Project) -> None:
    number = project_id(project)
    body = {"customevent": {"event_name": "Signed up", "project_linkname": number}}
    assert project.api.post(project.events_path, json=body).status_code == 200
    events = [
        project.api.get(project.events_path, params={"project_linkname": name}).json()["customevents"]
        for name in (number, project.linkname)
    ]
    assert [event["event_name"] for event in events[0]] == ["Signed up"]
    assert events[0] == events[1]


def test_an_id_of_another_portal_names_nothing(project: Project, server: RunningServer) -> None:
    other = make_project(server)
    theirs, ours = project_id(other), project_id(project)
    # The same number below another workspace's digits, with and without a prefix that it could be told by.
    for name in (theirs, theirs[:5] + ours[5:], ours[5:].lstrip("0"), "0" * 17, "9" * 18, "9" * 300, ours + "\u0663"):
        assert seen(project.api.get(project.goals_path(name))) == NOT_FOUND, name
    body = project.body(1, project_linkname=theirs)
    assert seen(project.api.post(project.goals_path(), json=body)) == (400, 10003)


@pytest.mark.parametrize("name", OPTIONAL)
def test_null_in_an_optional_field_is_as_if_it_were_not_sent(project: Project, name: str) -> None:
    """A typed client sends null for all that its caller left out."""
    kind = 8 if name != "time_threshold" else 7
    plain = {"display_name": "A goal", "goal_type": kind, "project_linkname": project.linkname}
    whole: dict[str, Any] = plain | ({"time_threshold": 30} if kind == 8 else {})
    goals = [
        project.api.post(project.goals_path(), json={"projectgoal": body}) for body in (whole, {**whole, name: None})
    ]
    assert [goal.status_code for goal in goals] == [200, 200], goals[1].text
    differ = {"linkname", "goal_id", "goal_id_string", "created_time"}
    left, right = ({k: v for k, v in goal.json()["projectgoals"][0].items() if k not in differ} for goal in goals)
    assert left == right


def test_null_is_not_sent_in_updates_either(project: Project) -> None:
    linkname = project.create(1)["linkname"]
    body = {"projectgoal": {"display_name": "New", "project_linkname": None}}
    assert project.api.put(project.goals_path(linkname), json=body).status_code == 200


@pytest.mark.parametrize("name", ["display_name", "goal_type", "project_linkname"])
def test_null_in_a_required_field_is_missing(project: Project, name: str) -> None:
    body = project.body(1)
    body["projectgoal"][name] = None
    answer = project.api.post(project.goals_path(), json=body)
    assert seen(answer) == (400, 10001)
    assert name in answer.json()["message"]


def test_a_deleted_goal_is_not_tracked_and_keeps_its_time(project: Project) -> None:
    linkname = project.create(8, goal_url="", time_threshold=1)["linkname"]
    page = {"url": f"https://{project.site.domain}/a", "domain": project.site.key}
    assert project.site.workspace.server.post_event({"name": "pageview", **page}).status_code == 202
    before = eventually(
        lambda: (goal := project.goal(linkname))["is_data_tracked"] and goal, what="a visitor on the goal's pages"
    )
    (deleted,) = project.api.delete(project.goals_path(linkname)).json()["projectgoals"]
    for goal in (deleted, project.goal(linkname)):
        assert (goal["is_data_tracked"], goal["goal_status"]) == (False, 2)
        assert goal["time_spent_seconds"] == before["time_spent_seconds"] == "0s"
        assert goal["unique_visitor_count"] == before["unique_visitor_count"]


@pytest.mark.parametrize("around", [" {} ", "\u00a0{}", "{}\u200b", "\ufeff{}\n"])
def test_addresses_are_taken_without_what_was_copied_with_them(project: Project, around: str) -> None:
    address = around.format("https://x.example/a")
    project.create(1, url=[{"match_type": 2}], goal_url=address)
    project.create(1, url=[{"match_type": 2}], goal_url=None, include_urls=[address])
    project.site.send({"name": "pageview", "url": "https://x.example/a"})

    def reached() -> list[int]:
        return [goal["unique_goal_achieved_count"] for goal in project.goals()]

    eventually(lambda: reached() == [1, 1], what="both goals' visitor")


def test_a_projects_number_is_taken_as_it_was_answered(project: Project) -> None:
    """`project_id` is a number in answers, and stands where a linkname does."""
    number = project.create(1)["project_id"]
    assert type(number) is int
    made = project.api.post(project.goals_path(), json=project.body(1, project_linkname=number))
    assert made.status_code == 200, made.text
    event = {"customevent": {"event_name": "By number", "project_linkname": number}}
    assert project.api.post(project.events_path, json=event).status_code == 200
