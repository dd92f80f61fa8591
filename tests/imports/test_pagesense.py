"""A client that stored PageSense's linknames and goal_ids sends the requests of the document to their new home.

Source: https://www.zoho.com/pagesense/apidocs/creategoals.html, whose sample this is.
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from goalpost.conversions.model.sites import Names, Site
from goalpost.conversions.services import sites
from goalpost.dialects.pagesense.listing import read
from goalpost.dialects.pagesense.routes import PREFIX
from tests.imports.support import Importing
from tests.support.server import eventually

SAMPLE = {
    "created_time": 1761732418306,
    "time_spent_seconds": "0s",
    "goal_type": 8,
    "unique_visitor_count": 0,
    "time_threshold": 1,
    "display_name": "Time spent",
    "goal_id_string": "93969000000011017",
    "time_spent": 0,
    "goal_id": 93969000000011017,
    "project_id": 93969000000007437,
    "project_linkname": "My_Project.v2",
    "success": True,
    "goal_status": 1,
    "is_data_tracked": False,
    "created_date": "Oct 29, 2025",
    "linkname": "Time_Spent.v2",
    "unique_goal_achieved_count": 0,
}


def listed(*goals: dict[str, Any]) -> dict[str, Any]:
    return {
        "status_code": "10000",
        "status_string": "All resource were processed successfully.",
        "timeTakenToProcessTheRequest": "97 ms",
        "projectgoals": list(goals),
        "count": len(goals),
    }


def test_what_is_kept_is_not_told_as_lost() -> None:
    """`goal_id` and `goal_id_string` are the same id, which is kept; what was counted elsewhere is not."""
    counted = {"unique_visitor_count": 7, "time_spent": 9000, "unique_goal_achieved_count": 2}
    (row,) = read(listed({**SAMPLE, **counted}), "goals.json", "")
    assert row.values["number"] == SAMPLE["goal_id"]
    assert set(row.unkept) == counted.keys()
    (alone,) = read(listed({name: value for name, value in SAMPLE.items() if name != "goal_id_string"}), "x", "")
    assert (alone.values["number"], alone.unkept) == (SAMPLE["goal_id"], ())


class Portal:
    """A workspace with the project, and its API."""

    def __init__(self, importing: Importing) -> None:
        self.importing = importing
        self.site = self.project(f"{uuid4().hex}.example.com", "My_Project.v2")
        self.api = importing.client(f"{PREFIX}/portal/{importing.name}")

    def project(self, domain: str, linkname: str) -> Site:
        with self.importing.workspace.server.stores.writing() as db:
            given: dict[str, Any] = {"domain": domain, "name": "My project", "names": Names(slug=linkname)}
            return sites.create_site(db, workspace_id=self.importing.id, now=datetime.now(UTC), **given)

    def goals(self, name: str, **query: str) -> list[dict[str, Any]]:
        answer = self.api.get(f"/projectgoals/{name}", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["projectgoals"]
        return found


@pytest.fixture
def portal(importing: Importing) -> Portal:
    return Portal(importing)


def import_goals(importing: Importing, *goals: dict[str, Any]) -> dict[str, dict[str, int]]:
    return importing.rows("pagesense", importing.file("goals.json", listed(*goals)))


@pytest.mark.parametrize("name", ["Time_Spent.v2", "93969000000011017"])
def test_stored_linknames_and_numbers_are_answered_as_they_were(portal: Portal, name: str) -> None:
    assert import_goals(portal.importing, SAMPLE) == {"conversion_goal": {"read": 1, "created": 1}}
    found = portal.goals(name)
    assert len(found) == 1
    assert {key: found[0].get(key) for key in SAMPLE} == SAMPLE
    assert portal.goals("My_Project.v2") == found
    body = {"projectgoal": {"display_name": "Renamed", "project_linkname": "My_Project.v2"}}
    renamed = portal.api.put(f"/projectgoals/{name}", json=body).json()["projectgoals"][0]
    assert (renamed["display_name"], renamed["linkname"]) == ("Renamed", "Time_Spent.v2")
    deleted = portal.api.delete(f"/projectgoals/{name}").json()["projectgoals"][0]
    assert (deleted["goal_id"], deleted["goal_status"]) == (93969000000011017, 2)


def test_a_goal_is_created_in_the_stored_project(portal: Portal) -> None:
    body = {"display_name": "Engaged Reader", "goal_type": 8, "time_threshold": 30, "project_linkname": "My_Project.v2"}
    answer = portal.api.post("/projectgoals/My_Project.v2", json={"projectgoal": body})
    assert answer.json()["projectgoals"][0]["linkname"] == "engaged-reader"
    number = answer.json()["projectgoals"][0]["goal_id_string"]
    assert portal.goals(number)[0]["display_name"] == "Engaged Reader"


def test_the_page_script_of_the_stored_project_is_served(portal: Portal) -> None:
    server = portal.importing.workspace.server
    script = eventually(
        lambda: (
            (answer := server.client("nobody", "").get(f"/js/{portal.importing.name}/My_Project.v2.js")).is_success
            and answer
        )
    )
    assert portal.site.key in script.text


def test_events_keep_their_linknames_and_numbers(portal: Portal) -> None:
    events = {
        "customevents": [{"event_name": "PremiumSignupCTA", "linkname": "premiumsignupcta", "event_id": 2000000027087}]
    }
    file = portal.importing.file("events.json", events)
    assert "nothing says whose it is" in portal.importing.refused("pagesense", file)
    assert portal.importing.rows("pagesense", f"My_Project.v2={file}") == {"event": {"read": 1, "created": 1}}
    assert portal.importing.rows("pagesense", f"My_Project.v2={file}") == {"event": {"read": 1, "unchanged": 1}}
    found = portal.api.get("/customevents", params={"project_linkname": "My_Project.v2"}).json()["customevents"]
    assert [(one["event_id"], one["linkname"]) for one in found] == [(2000000027087, "premiumsignupcta")]


def test_a_second_import_changes_what_has_changed(portal: Portal) -> None:
    import_goals(portal.importing, SAMPLE)
    assert import_goals(portal.importing, SAMPLE) == {"conversion_goal": {"read": 1, "unchanged": 1}}
    assert import_goals(portal.importing, {**SAMPLE, "display_name": "Read", "time_threshold": 5}) == {
        "conversion_goal": {"read": 1, "updated": 1}
    }
    assert portal.goals("93969000000011017")[0]["time_threshold"] == 5
    gone = {**SAMPLE, "goal_id_string": "93969000000011018", "goal_id": 93969000000011018, "goal_status": 2}
    assert import_goals(portal.importing, gone) == {"conversion_goal": {"read": 1, "left_out": 1}}


def test_goals_of_two_projects_may_have_one_linkname(portal: Portal) -> None:
    portal.project(f"{uuid4().hex}.example.com", "B")
    number = "93969000000011019"
    other = {
        **SAMPLE,
        "project_linkname": "B",
        "project_id": 93969000000007438,
        "goal_id_string": number,
        "goal_id": int(number),
    }
    assert import_goals(portal.importing, SAMPLE, other) == {"conversion_goal": {"read": 2, "created": 2}}
    refused = portal.api.get("/projectgoals/Time_Spent.v2")
    assert refused.status_code == 400
    assert refused.json()["message"].startswith("project_linkname must be given")
    assert portal.goals("Time_Spent.v2", project_linkname="B")[0]["goal_id_string"] == number
    assert portal.goals(number)[0]["project_linkname"] == "B"
    body = {"projectgoal": {"display_name": "Theirs", "project_linkname": "B"}}
    changed = portal.api.put("/projectgoals/Time_Spent.v2", json=body).json()["projectgoals"][0]
    assert (changed["goal_id_string"], changed["display_name"]) == (number, "Theirs")


def test_a_goal_may_have_its_projects_linkname(portal: Portal) -> None:
    """GET names the project then, as before; the goal is found by its number, and changed by either."""
    import_goals(portal.importing, {**SAMPLE, "linkname": "My_Project.v2"})
    assert portal.goals("93969000000011017")[0]["linkname"] == "My_Project.v2"
    body = {"projectgoal": {"display_name": "Renamed", "project_linkname": "My_Project.v2"}}
    changed = portal.api.put("/projectgoals/My_Project.v2", json=body).json()["projectgoals"][0]
    assert (changed["goal_id_string"], changed["display_name"]) == ("93969000000011017", "Renamed")


def test_the_same_numbers_work_in_two_workspaces(portal: Portal, elsewhere: Importing) -> None:
    other = Portal(elsewhere)
    for each, name in ((portal, "Mine"), (other, "Theirs")):
        import_goals(each.importing, {**SAMPLE, "display_name": name})
    for each, name in ((portal, "Mine"), (other, "Theirs")):
        assert [goal["display_name"] for goal in each.goals("93969000000011017")] == [name]
    other.api.delete("/projectgoals/93969000000011017")
    assert portal.goals("93969000000011017")[0]["goal_status"] == 1


def test_missing_rows_are_told_by_name(importing: Importing, elsewhere: Importing) -> None:
    goals = importing.file("goals.json", listed(SAMPLE))
    assert "there is no site 'My_Project.v2' in the workspace" in importing.refused("pagesense", goals)
    visit = importing.file("visit.json", json.dumps(listed({**SAMPLE, "goal_type": 1})))
    assert f"{visit} projectgoals[0]: goal_url can't be blank; the answer does not have it" in importing.refused(
        "pagesense", visit
    )
    taken = importing.command("site", "create", "--domain", "a.example.com", "--name", "A", "--slug", "a/b")
    assert "slug must be at most 255 characters without" in taken.err


def test_an_impossible_goal_is_told_by_the_vendors_names(portal: Portal) -> None:
    """A goal that can never match is refused at import as at the vendor's door; nothing is called `page` there."""
    quoted = {**SAMPLE, "goal_url": "<https://x.example/a>", "url": [{"match_type": 1}]}
    file = portal.importing.file("goals.json", listed(quoted))

    assert "goal_url can never match: it begins with <; write https://x.example/a" in portal.importing.refused(
        "pagesense", file
    )
