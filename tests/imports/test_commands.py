"""Commands that create take the ids that rows have elsewhere, show them, and find by them."""

from uuid import uuid4

import pytest

from goalpost.customers.model.gsids import to_gsid
from goalpost.imports.model.foreign_ids import spelling_of
from goalpost.kernel.errors import Invalid
from tests.imports.support import Importing, data
from tests.support.commands import Done

_GSIDS = {
    "company": "1P02K3LLPNNVG56OM8VLWE6CVV66QUHSES01",
    "relationship": "1P05K3LLPNNVG56OM8VLWE6CVV66QUHSES02",
    "opportunity": "1Q77K3LLPNNVG56OM8VLWE6CVV66QUHSES03",
    "user": "1P01K3LLPNNVG56OM8VLWE6CVV66QUHSES04",
    "metric": "1I00K3LLPNNVG56OM8VLWE6CVV66QUHSES05",
    "status": "1I00K3LLPNNVG56OM8VLWE6CVV66QUHSES06",
    "goal_type": "1I00K3LLPNNVG56OM8VLWE6CVV66QUHSES07",
}


def test_every_create_keeps_a_gsid(importing: Importing) -> None:
    company = _GSIDS["company"]
    options = {
        "company": ("create", "--name", "IBM"),
        "relationship": ("create", "--name", "Product", "--company", company),
        "opportunity": ("create", "--name", "Renewal", "--company", company),
        "user": ("create", "--name", "Someone", "--email", "someone@example.com"),
        "metric": ("create", "--name", "Seats", "--unit", "decimal"),
        "status": ("add", "--list", "status", "--name", "Stalled"),
        "goal_type": ("add", "--list", "goal_type", "--name", "Default"),
    }
    for what, arguments in options.items():
        command = "picklist" if arguments[0] == "add" else what
        created = importing.cli(command, *arguments, "--id", _GSIDS[what])
        assert created["gsid"] == _GSIDS[what]
    assert [row["gsid"] for row in importing.cli("opportunity", "list")] == [_GSIDS["opportunity"]]
    assert len(importing.cli("picklist", "list", "--list", "goal_type")) == 1
    linked = importing.cli("metric", "link", _GSIDS["metric"], "--goal-type", _GSIDS["goal_type"])
    assert linked["goal_types"] == ["Default"]
    assert importing.cli("picklist", "retire", _GSIDS["status"])["name"] == "Stalled"


def test_every_create_keeps_a_uuid(importing: Importing, elsewhere: Importing) -> None:
    company = str(uuid4())
    for owner in (importing, elsewhere):
        owner.cli("company", "create", "--name", owner.name, "--id", company)
        found = data(owner.client("/api/public/v1").get(f"/companies/{company}"))
        assert (found["id"], found["name"]) == (company, owner.name)


def test_a_malformed_id_is_rejected(importing: Importing) -> None:
    done = _create(importing, "sk_1")
    assert (done.code, "must be a UUID or a GSID" in done.err) == (1, True)


@pytest.mark.parametrize("text", ["", "x", "1P02", "{550e8400-e29b-41d4-a716-446655440000}", "1p02" + "0" * 32, "\0"])
def test_only_whole_ids_have_a_spelling(text: str) -> None:
    with pytest.raises(Invalid, match="must be a UUID or a GSID"):
        spelling_of(text)


def test_an_id_is_one_rows_of_its_workspace(importing: Importing) -> None:
    for text in (_GSIDS["company"], str(uuid4())):
        assert _create(importing, text).code == 0
        again = _create(importing, text)
        assert (again.code, f"the workspace has the id {text} already" in again.err) == (1, True)
    wrong = _create(importing, to_gsid("1CG0", uuid4()))
    assert "goalpost's own GSID of something else" in wrong.err


def _create(importing: Importing, text: str) -> Done:
    return importing.command("company", "create", "--name", "IBM", "--id", text)


def test_goals_are_shown_by_the_gsid_that_they_brought(importing: Importing) -> None:
    gsid = "1CG0K3LLPNNVG56OM8VLWE6CVV66QUHSES08"
    fields = {"Gsid": gsid, "Name": "Grow", "EntityType": "GLOBAL"}
    goals = importing.file("goals.json", {"data": {"recordList": [{"dataList": fields}]}})
    importing.rows("gainsight", goals)
    assert importing.workspace.server.command("customer-goal", "show", gsid, "--json").json["title"] == "Grow"
