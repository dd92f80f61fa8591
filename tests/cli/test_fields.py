"""`field`: custom fields, added and listed."""

import pytest


def add(desk, *options: str):
    return desk.owned("field", "add", *options)


def rows(desk) -> list[dict]:
    return desk.owned("field", "list", "--json").json


def test_a_field_is_added_and_listed(cli, workspace_name: str) -> None:
    owned = ("--workspace", workspace_name)
    made = cli("field", "add", *owned, "--name", "Budget", "--type", "number", "--json").json
    assert (made["name"], made["api_name"], made["type"]) == ("Budget", "Budget__gc", "number")
    assert (made["choices"], made["max_length"], made["refers_to"]) == (None, None, None)
    assert (made["workspace"], bool(made["created_at"])) == (workspace_name, True)
    assert cli("field", "list", *owned, "--json").json == [made]
    assert made in cli("field", "list", "--json").json
    assert "Budget__gc" in cli("field", "list", *owned).out


def test_the_apis_spelling_may_be_typed(desk) -> None:
    assert (
        add(desk, "--name", "Region__gc", "--type", "string").out == "Added the field Region, for the API Region__gc.\n"
    )
    assert [(row["name"], row["api_name"]) for row in rows(desk)] == [("Region", "Region__gc")]
    again = add(desk, "--name", "Region", "--type", "string")
    assert (again.code, again.err) == (1, "goalpost: there is a field named 'Region' already\n")


def test_what_belongs_to_a_type(desk) -> None:
    add(desk, "--name", "Region", "--type", "multi_picklist", "--choice", "EMEA", "--choice", "Asia, Pacific")
    add(desk, "--name", "Sponsor", "--type", "lookup", "--refers-to", "person")
    add(desk, "--name", "Code", "--type", "string", "--max-length", "8")
    code, region, sponsor = rows(desk)
    assert (code["name"], code["max_length"]) == ("Code", 8)
    assert (region["name"], region["choices"]) == ("Region", ["EMEA", "Asia, Pacific"])
    assert (sponsor["name"], sponsor["refers_to"]) == ("Sponsor", "person")


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (("--name", "", "--type", "string"), 1, "name must be letters, digits and _"),
        (("--name", "__gc", "--type", "string"), 1, "name must be letters, digits and _"),
        (("--name", "a b", "--type", "string"), 1, "name must be letters, digits and _"),
        (("--name", "x" * 201, "--type", "string"), 1, "name must be letters, digits and _"),
        (("--name", "x", "--type", "string", "--max-length", "0"), 1, "max_length must be from 1 to"),
        (("--name", "x", "--type", "string", "--choice", "a"), 1, "choices are a picklist's"),
        (("--name", "x", "--type", "picklist", "--choice", " "), 1, "choices can't be blank"),
        (("--name", "x", "--type", "lookup"), 1, "refers_to is a lookup's, and a lookup needs it"),
        (("--name", "x", "--type", "string", "--refers-to", "company"), 1, "refers_to is a lookup's"),
        (("--name", "x", "--type", "lookup", "--refers-to", "planet"), 2, "'planet' is not one of"),
        (("--name", "x", "--type", "colour"), 2, "'colour' is not one of"),
        (("--name", "x"), 2, "Missing option '--type'"),
    ],
)
def test_an_invalid_field_is_rejected(desk, options: tuple[str, ...], code: int, reason: str) -> None:
    done = add(desk, *options)
    assert (done.code, done.out) == (code, "")
    assert reason in done.err
    assert rows(desk) == []


def test_no_fields_are_an_empty_list(desk) -> None:
    done = desk.cli("field", "list")
    assert (done.code, done.out, done.err) == (0, "", "No custom fields yet.\n")
    unknown = desk.cli("field", "list", "--workspace", "nobody")
    assert (unknown.code, unknown.err) == (1, "goalpost: there is no workspace named 'nobody'\n")
