"""`relationship` and `opportunity`: made for a company, and listed with it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from goalpost.customers.model.audit import Author
from goalpost.customers.model.gsids import COMPANY, OPPORTUNITY, RELATIONSHIP, to_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import records
from goalpost.tenancy import workspaces

MISSING = str(UUID(int=7))
PREFIXES = {"relationship": RELATIONSHIP, "opportunity": OPPORTUNITY}
PLURALS = {"relationship": "relationships", "opportunity": "opportunities"}

pytestmark = pytest.mark.parametrize("thing", PREFIXES)


def company(cli, workspace: str, name: str = "Acme") -> str:
    return cli("company", "create", "--workspace", workspace, "--name", name, "--json").json["id"]


def test_it_is_created_and_listed(cli, workspace_name: str, thing: str) -> None:
    owned = ("--workspace", workspace_name)
    acme = company(cli, workspace_name)
    made = cli(thing, "create", *owned, "--company", "Acme", "--name", "Größer", "--json").json
    assert (made["name"], made["company"], made["company_id"]) == ("Größer", "Acme", acme)
    assert (made["workspace"], bool(made["created_at"])) == (workspace_name, True)
    assert made["gsid"] == to_gsid(PREFIXES[thing], UUID(made["id"]))
    assert cli(thing, "list", *owned, "--json").json == [made]
    assert made in cli(thing, "list", "--json").json
    assert made["gsid"] in cli(thing, "list").out
    other = next(name for name in PREFIXES if name != thing)
    assert cli(other, "list", *owned, "--json").json == []


def test_the_company_is_named_in_any_spelling(desk, thing: str) -> None:
    acme = company(desk.cli, "acme")
    company(desk.cli, "acme", "Acme and more")
    for spelling in ("Acme", acme, to_gsid(COMPANY, UUID(acme))):
        made = desk.owned(thing, "create", "--company", spelling, "--name", "x", "--json").json
        assert made["company_id"] == acme
    done = desk.owned(thing, "create", "--company", acme, "--name", "y")
    assert done.out.startswith(f"Created {thing} ")
    with desk.writing() as db:
        subjects = db.execute(text("SELECT author, subject FROM audit_changes WHERE subject <> 'company'")).all()
    assert set(subjects) == {("command line", thing)}


def test_an_ambiguous_company_is_rejected(desk, thing: str) -> None:
    company(desk.cli, "acme")
    company(desk.cli, "acme")
    done = desk.owned(thing, "create", "--company", "Acme", "--name", "x")
    words = "there are 2 companies named 'Acme'; give an id that `goalpost company list` shows"
    assert (done.code, done.err) == (1, f"goalpost: {words}\n")


def test_an_invalid_part_is_rejected(desk, thing: str) -> None:
    company(desk.cli, "acme")
    desk.cli("workspace", "create", "other")
    theirs = company(desk.cli, "other", "Theirs")
    for missing in (theirs, MISSING):
        done = desk.owned(thing, "create", "--company", missing, "--name", "x")
        assert (done.code, done.out, done.err) == (1, "", "goalpost: there is no such company\n")
    for nonsense in ("Theirs", "Acmes", "", to_gsid(PREFIXES[thing], UUID(theirs))):
        done = desk.owned(thing, "create", "--company", nonsense, "--name", "x")
        words = f"there is no company {nonsense!r}; give an id that `goalpost company list` shows"
        assert (done.code, done.err) == (1, f"goalpost: {words}\n")
    assert desk.owned(thing, "create", "--company", "Acme", "--name", " ").err == "goalpost: name can't be blank\n"
    assert "Missing option '--company'" in desk.owned(thing, "create", "--name", "x").err
    assert desk.owned(thing, "list", "--json").json == []


def test_they_are_listed_by_name_and_searched(desk, thing: str) -> None:
    company(desk.cli, "acme")
    for name in ("zeta", "Äpfel", "Alpha"):
        desk.owned(thing, "create", "--company", "Acme", "--name", name)
    assert [row["name"] for row in desk.owned(thing, "list", "--json").json] == ["Alpha", "zeta", "Äpfel"]
    assert [row["name"] for row in desk.owned(thing, "list", "--search", "PH", "--json").json] == ["Alpha"]


def test_a_part_without_a_company_is_listed_too(desk, thing: str) -> None:
    with desk.writing() as db:
        owner = workspaces.get_workspace(db, name=desk.workspace)
        kind, now = RecordKind(thing), datetime.now(UTC)
        records.create_record(db, workspace_id=owner.id, kind=kind, name="Alone", author=Author(), now=now)
    row = desk.owned(thing, "list", "--json").json[0]
    assert (row["name"], row["company"], row["company_id"]) == ("Alone", None, None)


def test_no_parts_are_an_empty_list(desk, thing: str) -> None:
    done = desk.cli(thing, "list")
    assert (done.code, done.out, done.err) == (0, "", f"No {PLURALS[thing]} yet.\n")
