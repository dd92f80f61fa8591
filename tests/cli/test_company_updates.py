"""`company import` again: companies that are there are updated, and what is exported is imported unchanged."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.desk import fields_of, names, summary


def listed(desk) -> list[dict]:
    """The companies as JSON lines have them, oldest first."""
    rows = desk.owned("export", "companies", "--format", "jsonl").out.splitlines()
    return [json.loads(row) for row in rows]


def test_a_second_import_updates(desk, import_) -> None:
    import_("Name,CSM Email,Größe,Tier\nA Ltd,x@example.com,10,Gold\nB Ltd,y@example.com,20,Silver\n")
    second = "name,csm email,größe,tier\nA Ltd,z@example.com,,Gold\nB Ltd,y@example.com,20,Silver\nC Ltd,,,\n"
    assert summary(import_(second, "--json")) == (1, 0, 0, 2), "without --update what is there stays"
    done = import_(second, "--update", "--json")
    assert summary(done) == (0, 1, 2, 0)
    assert fields_of(desk) == {
        "A Ltd": {"CSM Email": "z@example.com", "Größe": "10", "Tier": "Gold"},
        "B Ltd": {"CSM Email": "y@example.com", "Größe": "20", "Tier": "Silver"},
        "C Ltd": {},
    }
    with desk.writing() as db:
        rows = db.execute(text("SELECT field FROM audit_changes WHERE field <> ''")).scalars().all()
    assert rows == ["fields"]


def test_a_dry_run_stores_nothing(desk, import_) -> None:
    import_("name,n\nA,1\n")
    done = import_("name,n\nA,2\nB,1\n", "--update", "--dry-run", "--json")
    assert (summary(done), done.json["dry_run"]) == ((1, 1, 0, 0), True)
    assert fields_of(desk) == {"A": {"n": "1"}}
    assert import_("name\nB\n", "--dry-run").out.endswith("This was a dry run: nothing is stored.\n")
    assert import_("name\n \n", "--dry-run").code == 1


@pytest.mark.parametrize("key", ["External ID", "external id"])
def test_companies_are_found_by_an_external_id(desk, import_, key: str) -> None:
    """Ids of 15 characters of a well-known CRM differ in case only."""
    import_("Name,External ID\nOne,0015g00000abcDE\nTwo,0015g00000ABCde\n")
    rows = "External ID,Name,City\n0015g00000ABCde,Two Ltd,Bern\n0015g00000abcDE,,Basel\n9,Three,\n"
    assert summary(import_(rows, "--update", "--key", key, "--json")) == (1, 2, 0, 0)
    assert [(row["name"], row["fields"].get("City")) for row in listed(desk)] == [
        ("One", "Basel"),
        ("Two Ltd", "Bern"),
        ("Three", None),
    ]
    again = import_("Name,External ID\nOther name,9\n", "--key", key, "--json")
    assert again.json["reasons"] == {"already there": 1}


def test_numbers_are_found_by_what_files_say(desk, import_) -> None:
    import_("name,No\nA,7\nB,007\n")
    assert summary(import_("No,City,name\n007,Bern,\n", "--update", "--key", "No", "--json")) == (0, 1, 0, 0)
    assert fields_of(desk) == {"A": {"No": "7"}, "B": {"No": "007", "City": "Bern"}}


def test_names_are_found_exactly_first_then_in_any_case_and_then_the_oldest(desk, import_) -> None:
    import_("name\nZED corp\nZed Corp\n")
    assert summary(import_("name,n\nZed Corp,1\nzed corp,2\n", "--update", "--json")) == (0, 2, 0, 0)
    assert fields_of(desk) == {"ZED corp": {"n": "2"}, "Zed Corp": {"n": "1"}}
    done = import_("name,n\nzed corp,3\nZED corp,4\n", "--update")
    assert "line 3 is about the same company as line 2" in done.err
    assert fields_of(desk)["ZED corp"] == {"n": "2"}, "all or nothing"


def test_two_companies_of_one_file_stay_two(desk, import_) -> None:
    assert summary(import_("name\nAcme\nACME\nAcme\n", "--update", "--json")) == (2, 0, 0, 1)
    assert sorted(names(desk)) == ["ACME", "Acme"]


def test_columns_get_other_names_or_none(desk, import_) -> None:
    content = "Account Name,CompanyId,CreatedDate,City\nAcme,17,2020-01-01,Bern\n"
    done = import_(content, "--rename", "account name=Name", "--rename", "CompanyId=External ID")
    assert "has the column 'CreatedDate', which is not a field name" in done.err
    renamed = ("--rename", "account name=Name", "--rename", "CompanyId=External ID", "--rename", "CreatedDate=")
    assert import_(content, *renamed).code == 0
    assert fields_of(desk) == {"Acme": {"External ID": "17", "City": "Bern"}}
    assert "has no column 'Nobody', but" in import_(content, "--rename", "Nobody=x").err
    assert import_(content, "--rename", "nothing").code == 2


def test_known_columns_go_to_what_they_mean(desk, import_) -> None:
    """`email` is the company's, not one of its fields; an id of the CRM's is a field like others, under its name."""
    import_("NAME,E-Mail,EMAIL,Id,Record ID\nAcme,a@example.com,b@example.com,0015,9\n")
    (row,) = listed(desk)
    assert (row["email"], row["fields"]) == (
        "b@example.com",
        {"E-Mail": "a@example.com", "Id": "0015", "Record ID": "9"},
    )
    assert summary(import_("name,email\nAcme,c@example.com\n", "--update", "--json")) == (0, 1, 0, 0)
    assert listed(desk)[0]["email"] == "c@example.com"
    by_email = import_("email,City\nC@example.com,Bern\n", "--update", "--key", "email", "--json")
    assert summary(by_email) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("content", "options", "name"),
    [
        (b"name;x\nS\xf6hne\x80;1\n", ("--encoding", "windows-1252"), "Söhne€"),
        (b"name\nS\xa4hne\n", ("--encoding", "iso-8859-15"), "S€hne"),
        ("name\nSöhne\n".encode("utf-16-le"), ("--encoding", "utf-16-le"), "Söhne"),
        (b"a~name\n1~A,B\n", ("--delimiter", "~"), "A,B"),
        (b"name;name2,x\nA;B,1\n", ("--delimiter", "comma", "--rename", "name;name2=name"), "A;B"),
    ],
)
def test_an_unrecognised_encoding_can_be_forced(
    desk, import_, content: bytes, options: tuple[str, ...], name: str
) -> None:
    assert import_(content, *options).code == 0
    assert names(desk) == [name]


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", " "])
def test_what_cannot_stand_between_cells(import_, delimiter: str) -> None:
    assert import_("name\nA\n", "--delimiter", delimiter).code == 2


HARD = [
    ("=1+1", "-5", "'=1", "''+1", "  @x", 'a"b', "line\nbreak", "ü;,\t|", "007", "1e3", "true"),
    ("", "x", "'x", "\u200b=1", "\uff1d1", " spaces ", "\r\n", "日本", "+49 30 123", "-", "\u2028"),
]


def test_an_exported_csv_is_imported_unchanged(desk, import_, tmp_path: Path) -> None:
    header = ",".join(["name", "email", *(f"c{number}" for number in range(len(HARD[0])))])
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in HARD]
    import_("\n".join([header, f'"=A",a@example.com,{quoted[0]}', f"'-B,,{quoted[1]}"]))
    before = listed(desk)
    assert [row["name"] for row in before] == ["=A", "-B"], "an apostrophe before a formula is a spreadsheet's"

    exported = desk.owned("export", "companies", "--format", "csv").out
    done = import_(exported, "--update", "--json")

    assert summary(done) == (0, 0, 2, 0)
    assert listed(desk) == before
    assert desk.owned("export", "companies", "--format", "csv").out == exported
    desk.cli("workspace", "create", "other")
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_bytes(exported.encode())
    command = ("company", "import", str(elsewhere), "--workspace", "other")
    assert "has an id that no company of the workspace has" in desk.cli(*command).err
    assert desk.cli(*command, "--rename", "gsid=").code == 0
    there = desk.cli("export", "companies", "--workspace", "other", "--format", "csv").out
    assert [row[36:] for row in there.splitlines()[1:]] == [row[36:] for row in exported.splitlines()[1:]]


def test_an_export_changed_in_a_spreadsheet_changes_what_it_says(desk, import_) -> None:
    import_("name,City\nA,Bern\nB,Basel\n")
    exported = desk.owned("export", "companies", "--format", "csv").out
    changed = exported.replace("Basel", "Zürich").replace("\r\n", "\n").replace(",", ";").encode("utf-16")
    assert summary(import_(changed, "--update", "--json")) == (0, 1, 1, 0)
    renamed = exported.replace(",A,", ",Alpha,")  # not the end of a GSID
    assert summary(import_(renamed, "--update", "--json")) == (0, 2, 0, 0)
    assert fields_of(desk) == {"Alpha": {"City": "Bern"}, "B": {"City": "Basel"}}


def test_a_workspace_without_companies(desk) -> None:
    assert desk.owned("export", "companies", "--format", "csv").out == "\ufeffgsid,name,email\r\n"
    assert desk.owned("export", "companies", "--format", "jsonl").out == ""
