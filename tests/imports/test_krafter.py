"""A client that stored Krafter's keys and ids sends the requests of the document to a workspace that imported them.

Source: https://docs.krafter.dev/analytics/api/goals.html, whose ids these are.
"""

from uuid import uuid4

import pytest

from goalpost.dialects.krafter.routes import PREFIX
from tests.imports.support import Importing, data
from tests.support.server import eventually

_GOALS = [
    ("Purchase", "custom", "exact", "purchase", "USD"),
    ("Newsletter Signup", "pageview", "exact", "/newsletter/confirmed", None),
    ("Contact Form", "event", "contains", "contact", None),
]


class Vendor:
    """A vendor's answers, with ids of its own."""

    def __init__(self) -> None:
        self.key, self.site_id = f"sk_{uuid4().hex[:12]}", str(uuid4())
        self.goals = [
            dict(
                zip(("id", "name", "type", "match_type", "match_value", "currency"), (str(uuid4()), *goal), strict=True)
            )
            for goal in _GOALS
        ]
        self.site = {
            "id": self.site_id,
            "domain": f"{uuid4().hex}.example.com",
            "name": "Example shop",
            "site_key": self.key,
            "public_stats": True,
            "created_at": "2025-01-15T10:00:00Z",
        }


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def import_all(importing: Importing, vendor: Vendor) -> dict[str, dict[str, int]]:
    sites = importing.file("sites.json", {"data": [vendor.site]})
    goals = importing.file("goals.json", {"data": vendor.goals})
    return importing.rows("krafter", f"{vendor.key}={goals}", sites)


@pytest.mark.parametrize("id_", ["5", "goal-5", "550e8400e29b41d4a716446655440077", "\u0665"])
def test_an_id_that_is_not_a_uuid_is_refused(importing: Importing, vendor: Vendor, id_: str) -> None:
    """Such a goal was created anew at every import, without a word: its conversions doubled."""
    importing.rows("krafter", importing.file("sites.json", {"data": [vendor.site]}))
    goals = importing.file("goals.json", {"data": [{**vendor.goals[0], "id": id_}]})
    refused = importing.refused("krafter", f"{vendor.key}={goals}")
    assert f"{goals} data[0]: id must be a UUID, not {id_!r}" in refused
    assert data(importing.client(PREFIX).get(f"/sites/{vendor.key}/goals")) == []


def test_stored_keys_and_ids_are_answered_as_they_were(importing: Importing, vendor: Vendor) -> None:
    assert import_all(importing, vendor) == {
        "site": {"read": 1, "created": 1},
        "conversion_goal": {"read": 3, "created": 3},
    }
    api, goals = importing.client(PREFIX), f"/sites/{vendor.key}/goals"
    assert data(api.get("/sites")) == [vendor.site]
    assert data(api.get(f"/sites/{vendor.key}")) == vendor.site
    assert sorted(data(api.get(goals)), key=str) == sorted(vendor.goals, key=str)
    first = vendor.goals[0]
    changed = data(api.patch(f"{goals}/{first['id']}", json={"name": "Completed Purchase", "currency": "EUR"}))
    assert changed == {**first, "name": "Completed Purchase", "currency": "EUR"}
    assert data(api.get(f"{goals}/{first['id']}/stats", params={"period": "30d"})) == {
        "conversions": 0,
        "unique_conversions": 0,
        "revenue": 0.0,
    }
    assert data(api.delete(f"{goals}/{first['id']}")) == {"deleted": True}


def test_pages_with_the_stored_key_are_counted(importing: Importing, vendor: Vendor) -> None:
    import_all(importing, vendor)
    server, api = importing.workspace.server, importing.client(PREFIX)
    page = {"domain": vendor.key, "url": f"https://{vendor.site['domain']}/newsletter/confirmed", "name": "pageview"}
    eventually(lambda: "x-goalpost-dropped" not in server.post_event(page).headers, what="the site")
    stats = f"/sites/{vendor.key}/goals/{vendor.goals[1]['id']}/stats"
    eventually(
        lambda: (answer := api.get(stats)).status_code == 200 and data(answer)["conversions"] >= 1,
        what="the conversion",  # the event store may be behind at a server's start
    )


def test_a_second_import_changes_what_has_changed(importing: Importing, vendor: Vendor) -> None:
    import_all(importing, vendor)
    assert import_all(importing, vendor) == {
        "site": {"read": 1, "unchanged": 1},
        "conversion_goal": {"read": 3, "unchanged": 3},
    }
    vendor.goals[2]["match_value"] = "form"
    vendor.site["name"] = "New name"
    assert import_all(importing, vendor) == {
        "site": {"read": 1, "updated": 1},
        "conversion_goal": {"read": 3, "unchanged": 2, "updated": 1},
    }
    goals = data(importing.client(PREFIX).get(f"/sites/{vendor.key}/goals"))
    assert vendor.goals[2] in goals


def test_the_same_goal_ids_work_in_two_workspaces(importing: Importing, elsewhere: Importing, vendor: Vendor) -> None:
    """A key names one site of the server; ids are each workspace's own, and say nothing of the other's."""
    import_all(importing, vendor)
    other = Vendor()
    for goal, taken in zip(other.goals, vendor.goals, strict=True):
        goal["id"] = taken["id"]
    other.site["id"], other.goals[0]["name"] = vendor.site_id, "Theirs"
    assert import_all(elsewhere, other)["conversion_goal"] == {"read": 3, "created": 3}

    for mine, owner in ((vendor, importing), (other, elsewhere)):
        api = owner.client(PREFIX)
        assert data(api.get("/sites")) == [mine.site]
        assert sorted(data(api.get(f"/sites/{mine.key}/goals")), key=str) == sorted(mine.goals, key=str)
        assert data(api.get(f"/sites/{mine.site['id']}"))["site_key"] == mine.key
    api, goal = elsewhere.client(PREFIX), other.goals[0]
    renamed = data(api.patch(f"/sites/{other.key}/goals/{goal['id']}", json={"name": "Renamed"}))
    assert renamed == {**goal, "name": "Renamed"}
    assert data(api.delete(f"/sites/{other.key}/goals/{goal['id']}")) == {"deleted": True}
    assert api.delete(f"/sites/{other.key}/goals/{goal['id']}").status_code == 404
    assert len(data(importing.client(PREFIX).get(f"/sites/{vendor.key}/goals"))) == 3
    assert api.get(f"/sites/{vendor.key}").status_code == 404


def test_another_workspaces_key_is_not_taken_over(importing: Importing, elsewhere: Importing, vendor: Vendor) -> None:
    import_all(importing, vendor)
    said = elsewhere.refused("krafter", elsewhere.file("theirs.json", {"data": [vendor.site]}))
    assert "key cannot be used" in said
    assert importing.name not in said
    assert data(elsewhere.client(PREFIX).get("/sites")) == []


def test_another_workspaces_domain_is_not_taken_over(
    importing: Importing, elsewhere: Importing, vendor: Vendor
) -> None:
    """Input: a list with another's domain, for a new site and for one that was imported with a domain of its own."""
    import_all(importing, vendor)
    theirs = Vendor()
    import_all(elsewhere, theirs)
    theirs.site["domain"] = f"www.{vendor.site['domain']}:8080"
    for site in (theirs.site, {**vendor.site, "site_key": "sk_new", "id": str(uuid4())}):
        said = elsewhere.refused("krafter", elsewhere.file("theirs.json", {"data": [site]}))
        assert "domain has already been taken" in said
        assert importing.name not in said
    assert data(importing.client(PREFIX).get("/sites")) == [vendor.site]


def test_a_site_of_the_command_line_keeps_its_key(importing: Importing, vendor: Vendor) -> None:
    created = importing.cli(
        *(
            "site",
            "create",
            "--domain",
            str(vendor.site["domain"]),
            "--name",
            "Shop",
            "--key",
            vendor.key,
            "--slug",
            "My_Shop",
        )
    )
    assert (created["site_key"], created["slug"]) == (vendor.key, "My_Shop")
    rows = import_all(importing, vendor)
    assert rows["site"] == {"read": 1, "updated": 1}
    assert data(importing.client(PREFIX).get("/sites"))[0]["id"] == vendor.site_id


def test_goals_of_nobody_and_errors_are_refused_by_place(importing: Importing, vendor: Vendor) -> None:
    goals = importing.file("goals.json", {"data": vendor.goals})
    assert "nothing says whose it is" in importing.refused("krafter", goals)
    assert f"there is no site '{vendor.key}'" in importing.refused("krafter", f"{vendor.key}={goals}")
    error = importing.file("error.json", {"error": "Invalid or missing API key"})
    assert f"{error}: is an error, not a list" in importing.refused("krafter", error)
    vendor.goals[1]["match_type"] = "fuzzy"
    bad = importing.file("bad.json", {"data": vendor.goals})
    assert f"{bad} data[1]: match_type" in importing.refused("krafter", f"{vendor.key}={bad}")
