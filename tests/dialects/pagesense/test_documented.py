"""Requests and responses in the shapes that the vendor's pages print, from create to delete."""

import re
from datetime import UTC, datetime

import pytest

from tests.dialects.pagesense.support import GOAL_KEYS, OF_TYPE, TIME_KEYS, Project, seen

ENVELOPE = {"status_code", "status_string", "timeTakenToProcessTheRequest", "projectgoals", "count"}


def test_the_documented_request_gets_the_documented_response(project: Project) -> None:
    """The sample of creategoals.html, with the names of portal and project replaced."""
    before = int(datetime.now(UTC).timestamp() * 1000)
    answer = project.api.post(
        project.goals_path(),
        json={
            "projectgoal": {
                "display_name": "Engaged Reader",
                "goal_type": 8,
                "goal_url": "https://example-blog.com/articles/performance-optimization",
                "include_urls": [],
                "exclude_urls": [],
                "url": [{"match_type": 1}],
                "time_threshold": 30,
                "project_linkname": project.linkname,
            }
        },
    )

    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == ENVELOPE
    assert (body["status_code"], body["count"]) == ("10000", 1)
    assert body["status_string"] == "All resource were processed successfully."
    assert re.fullmatch(r"\d+ ms", body["timeTakenToProcessTheRequest"])
    (goal,) = body["projectgoals"]
    assert set(goal) >= GOAL_KEYS | TIME_KEYS
    assert before <= goal["created_time"] <= before + 60_000
    assert goal["created_date"] == datetime.fromtimestamp(goal["created_time"] / 1000, UTC).strftime("%b %d, %Y")
    assert {
        name: goal[name]
        for name in GOAL_KEYS | TIME_KEYS
        if not name.endswith(("_id", "_string")) and "created" not in name
    } == {
        "time_spent_seconds": "0s",
        "goal_type": 8,
        "unique_visitor_count": 0,
        "time_threshold": 30,
        "display_name": "Engaged Reader",
        "time_spent": 0,
        "project_linkname": project.linkname,
        "success": True,
        "goal_status": 1,
        "is_data_tracked": False,
        "linkname": "engaged-reader",
        "unique_goal_achieved_count": 0,
    }


def test_ids_are_numbers_beyond_what_a_float_holds(project: Project) -> None:
    goals = [project.create() for _ in range(3)]
    for goal in goals:
        assert str(goal["goal_id"]) == goal["goal_id_string"]
        assert len(goal["goal_id_string"]) == 17
        assert goal["goal_id"] > 2**53
        assert goal["project_id"] == goals[0]["project_id"] != goal["goal_id"]
    assert len({goal["goal_id"] for goal in goals}) == 3


@pytest.mark.parametrize("goal_type", OF_TYPE)
def test_a_goal_of_every_type_is_created_listed_renamed_and_deleted(project: Project, goal_type: int) -> None:
    made = project.create(goal_type, display_name="Très bien! 100 %")
    assert made["linkname"] == "tr-s-bien-100"
    assert {name: made[name] for name in OF_TYPE[goal_type] if name in made} == {
        name: value for name, value in OF_TYPE[goal_type].items() if name in made
    }
    assert set(OF_TYPE[goal_type]) <= set(made)
    assert (set(made) >= TIME_KEYS) is (goal_type == 8)

    assert project.goals() == [made]
    assert project.goal(made["linkname"]) == made

    changes = {"display_name": "Renamed", "project_linkname": project.linkname}
    answer = project.api.put(project.goals_path(made["linkname"]), json={"projectgoal": changes})
    assert answer.json()["projectgoals"] == [made | {"display_name": "Renamed"}]

    answer = project.api.delete(project.goals_path(made["linkname"]))
    assert set(answer.json()) == ENVELOPE
    (gone,) = answer.json()["projectgoals"]
    assert made["created_time"] <= gone["actual_end_time"] <= made["created_time"] + 60_000
    ended = {"display_name": "Renamed", "goal_status": 2, "actual_end_time": gone["actual_end_time"]}
    assert gone == made | ended

    assert project.goals() == []
    assert project.goal(made["linkname"]) == gone, "what it counted can still be read"
    assert seen(project.api.delete(project.goals_path(made["linkname"]))) == (404, 10004)
    assert seen(project.api.put(project.goals_path(made["linkname"]), json={"projectgoal": changes})) == (404, 10004)


def test_linknames_are_unique_in_a_portal(project: Project) -> None:
    assert [project.create(display_name=name)["linkname"] for name in ("Time spent", "time  SPENT", "Time-spent!")] == [
        "time-spent",
        "time-spent-1",
        "time-spent-2",
    ]
    assert project.create(display_name="Test")["linkname"] == "test-1", "the project has it"
    assert project.create(display_name="日本")["linkname"] == "goal"
    project.api.delete(project.goals_path("time-spent-1"))
    assert project.create(display_name="Time spent")["linkname"] == "time-spent-1", "free again"


def test_deleting_a_project_linkname_deletes_no_goal(project: Project) -> None:
    made = project.create()
    assert seen(project.api.delete(project.goals_path())) == (404, 10004)
    assert seen(project.api.put(project.goals_path(), json={"projectgoal": {"display_name": "x"}})) == (404, 10004)
    assert project.goals() == [made]


def test_custom_events(project: Project) -> None:
    body = {"customevent": {"event_name": "PremiumSignupCTA", "project_linkname": project.linkname}}
    made = project.api.post(project.events_path, json=body).json()
    (event,) = made["customevents"]
    assert (event["linkname"], event["success"], event["event_id"] > 2**53) == ("premiumsignupcta", True, True)
    assert seen(project.api.post(project.events_path, json=body)) == (400, 10009)

    project.create(5, custom_event_name="PremiumSignupCTA")
    project.create(5, custom_event_name="Made by its goal")
    found = project.api.get(project.events_path, params={"project_linkname": project.linkname}).json()
    assert (found["status_code"], found["count"]) == ("10000", 2)
    assert [(each["event_name"], each["linkname"]) for each in found["customevents"]] == [
        ("PremiumSignupCTA", "premiumsignupcta"),
        ("Made by its goal", "made-by-its-goal"),
    ]


@pytest.mark.parametrize("alias", ["event_name", "custom_event"])
def test_the_event_of_a_goal_may_be_spelled_otherwise(project: Project, alias: str) -> None:
    assert project.create(5, custom_event_name=None, **{alias: "x"})["custom_event_name"] == "x"


@pytest.mark.parametrize("scheme", ["Zoho-oauthtoken", "zoho-OAUTHTOKEN", "Bearer"])
def test_both_schemes_open(project: Project, scheme: str) -> None:
    assert project.client(project.site.workspace.key, scheme).get(project.goals_path()).status_code == 200


def test_the_portal_may_be_spelled_as_a_slug(project: Project) -> None:
    assert project.api.get(f"/portal/{project.portal.upper()}/projectgoals/{project.linkname}").status_code == 404
    assert project.api.get(f"/portal/{project.portal}/projectgoals/{project.linkname}").status_code == 200
