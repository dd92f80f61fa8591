"""The object APIs: insert, query, update by keys and delete, what is refused, and whose records they see."""

from typing import Any

import httpx
import pytest

from goalpost.customers.model import gsids
from tests.dialects.gainsight.paths import FETCH
from tests.dialects.gainsight.support import FOREIGN, NAME_TO_COMPANY, Org, equals, where
from tests.support.server import RunningServer

SIX = ["result", "errorCode", "errorDesc", "requestId", "data", "message"]
OBJECTS = "/v1/data/objects"


def answer(org: Org, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
    return org.api.request(method, f"{OBJECTS}/{path}", json=body, **more)


def data(org: Org, method: str, path: str, body: Any = None) -> Any:
    found = answer(org, method, path, body)
    assert found.status_code == 200, found.text
    assert list(found.json()) == SIX
    assert found.json()["result"] is True
    assert found.json()["requestId"] == found.headers["x-gs-request-id"]
    return found.json()["data"]


def refused(found: httpx.Response) -> tuple[str, str, Any]:
    """Code, description and data of a failure, its body being checked."""
    assert found.status_code == 400, found.text
    body = found.json()
    assert list(body) == SIX
    assert (body["result"], body["message"]) == (False, None)
    assert body["requestId"] == found.headers["x-gs-request-id"]
    return body["errorCode"], body["errorDesc"], body["data"]


def insert(org: Org, *records: dict[str, Any], object: str = "Company", **more: Any) -> list[str]:
    made = data(org, "POST", object, {"records": list(records), **more})
    assert (made["count"], made["errors"]) == (len(records), None)
    return [record["Gsid"] for record in made["records"]]


def query(org: Org, *conditions: tuple[Any, ...], object: str = "Company", **more: Any) -> list[dict[str, Any]]:
    """The rows that meet conditions of (name, operator, values…)."""
    sent = [{"name": name, "operator": by, "value": list(values)} for name, by, *values in conditions]
    found = data(org, "POST", f"query/{object}", {"where": {"conditions": sent}, **more})
    assert list(found) == ["records"]
    rows: list[dict[str, Any]] = found["records"]
    return rows


def names(rows: list[dict[str, Any]]) -> set[str]:
    return {row["Name"] for row in rows}


def test_the_way_of_a_company(org: Org) -> None:
    acme, bolt = insert(
        org,
        {"Name": "Acme", "Industry": "Steel", "ARR": 1000.5, "Tags__gc": ["a", "b"], "Live__gc": True, "Csm": None},
        {"Name": "Bolt", "Industry": "Nuts"},
    )
    assert acme.startswith(gsids.COMPANY)
    (row,) = query(org, ("Industry", "EQ", "STEEL"))
    assert (row["CreatedDate"], row["ModifiedDate"]) == (row["ModifiedDate"], row["CreatedDate"])
    assert {name: row[name] for name in row if not name.endswith("Date")} == {
        **{"Gsid": acme, "Name": "Acme", "Industry": "Steel", "ARR": 1000.5},
        **{"Tags__gc": ["a", "b"], "Live__gc": True},
    }
    changed = data(org, "PUT", "company?keys=Name", {"records": [{"Name": "acme", "ARR": 5, "Industry": None}]})
    assert changed == {"count": 1, "errors": None, "records": [{"Gsid": acme, "Name": "Acme"}]}
    (row,) = query(org, ("Gsid", "EQ", acme), select=["Name", "ARR", "Industry", "NoSuchField"])
    assert row == {"Name": "Acme", "ARR": 5}
    goal = org.create(CompanyId=None, CompanyName="Acme", lookups=NAME_TO_COMPANY)
    assert goal["CompanyId"] == acme
    code, text, _ = refused(answer(org, "DELETE", f"Company/{acme}"))
    assert (code, text) == ("GSOBJ_1003", "Delete failed: the company has 1 goals")
    assert data(org, "DELETE", f"Company/{bolt}") == {"count": 1, "errors": None, "records": [{"Gsid": bolt}]}
    assert query(org, ("Name", "EQ", "Bolt")) == []
    assert refused(answer(org, "DELETE", f"Company/{bolt}")) == (
        "GSOBJ_1011",
        "No entity matches the given criteria",
        None,
    )


@pytest.mark.parametrize("object", ["Relationship", "relationship", "gs_opportunity", "Opportunity", "GSUser"])
def test_every_object_in_any_case(object: str, org: Org) -> None:
    (gsid,) = insert(org, {"Name": "One", "CompanyId": org.gsids["IBM"], "Email": "a@b.example"}, object=object)
    (row,) = query(org, ("CompanyId", "EQ", org.gsids["IBM"]), object=object.upper())
    assert (row["Gsid"], row["CompanyId"], row["Email"]) == (gsid, org.gsids["IBM"], "a@b.example")
    assert query(org, ("Email", "EQ", "A@B.example"), object=object, select=["Gsid"]) == [{"Gsid": gsid}]
    assert query(org, ("Name", "EQ", "One")) == [], "a company is no such object"


def test_a_lookup_in_an_insert(org: Org) -> None:
    sent = {"Name": "Product", "CompanyName": "ibm", "TypeId": "1I00"}
    insert(org, sent, object="Relationship", lookups=NAME_TO_COMPANY)
    (row,) = query(org, object="Relationship")
    assert row["CompanyId"] == org.gsids["IBM"]
    assert "CompanyName" not in row
    wrong = {"records": [{**sent, "CompanyName": "nobody"}], "lookups": NAME_TO_COMPANY}
    code, text, rows = refused(answer(org, "POST", "Relationship", wrong))
    assert (code, text) == ("GSOBJ_1008", "Lookup Error - CompanyId: no company matches")
    assert rows["records"] is None


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("ARR", "GT", 10), {"B", "C"}),
        (("ARR", "BTW", 1, 20), {"A", "B"}),
        (("ARR", "EQ", 20, "much"), {"B", "D"}),
        (("ARR", "IS_NULL"), {"E"}),
        (("ARR", "IS_NOT_NULL"), {"A", "B", "C", "D"}),
        (("ARR", "NE", 20), {"A", "C", "D", "E"}),
        (("ARR", "EQ", "20"), {"B"}),
        (("Live", "EQ", True), {"A"}),
        (("Live", "NE", True), {"B", "C", "D", "E"}),
        (("Tags", "INCLUDES", "X"), {"A", "B"}),
        (("Tags", "EXCLUDES", "X"), {"C", "D", "E"}),
        (("Renewal", "BTW", "2026-01-01", "2026-06-30"), {"A"}),
        (("Renewal", "STARTS_WITH", "2026"), {"A", "B"}),
        (("Renewal", "CONTAINS", "%"), {"C"}),
        (("Renewal", "CONTAINS", "_"), {"D"}),
        (("Name", "CONTAINS", "%"), set()),
        (("Nowhere", "EQ", "x"), set()),
        (("Nowhere", "NE", "x"), {"A", "B", "C", "D", "E"}),
        (("Nowhere", "EQ"), set()),
        (("CreatedDate", "GTE", "TODAY"), {"A", "B", "C", "D", "E"}),
        (("CompanyId", "IS_NULL"), {"A", "B", "C", "D", "E"}),
    ],
)
def test_own_fields_compare_as_the_values_types(condition: tuple[Any, ...], found: set[str], org: Org) -> None:
    insert(
        org,
        {"Name": "A", "ARR": 5, "Live": True, "Tags": ["x", "y"], "Renewal": "2026-03-31"},
        {"Name": "B", "ARR": 20, "Live": False, "Tags": "x", "Renewal": "2026-12-31"},
        {"Name": "C", "ARR": 1e9, "Tags": [], "Renewal": "100%"},
        {"Name": "D", "ARR": "much", "Renewal": "a_b"},
        {"Name": "E"},
        object="Opportunity",
    )
    assert names(query(org, condition, object="Opportunity")) == found


def test_one_field_as_two_types_in_one_query(org: Org) -> None:
    insert(org, {"Name": "A", "Size": 5}, {"Name": "B", "Size": "big"}, {"Name": "C"})
    conditions = [
        {"fieldName": "Size", "operator": "GT", "value": [1], "alias": "A"},
        {"fieldName": "Size", "operator": "EQ", "value": ["big"], "alias": "B"},
    ]
    body = {"where": {"conditions": conditions, "expression": "A OR B"}}
    assert names(data(org, "POST", "query/Company", body)["records"]) == {"A", "B"}


def test_order_limit_and_offset(org: Org) -> None:
    insert(org, *({"Name": f"P{number}"} for number in range(5)), object="gsuser")
    paged = {"object": "gsuser", "select": ["Name"], "orderBy": {"Name": "desc"}, "limit": 2}
    assert [row["Name"] for row in query(org, **paged)] == ["P4", "P3"]
    assert [row["Name"] for row in query(org, **paged, offset=3)] == ["P1", "P0"]
    assert query(org, **paged, offset=5) == []


def test_all_records_or_none(org: Org) -> None:
    sent = [{"Name": "Good"}, {"Name": " "}, {"Name": "x" * 256}, {"Name": "C", "CompanyId": FOREIGN, "X": "y"}]
    code, text, rows = refused(answer(org, "POST", "Relationship", {"records": sent}))
    assert (code, text) == ("GSOBJ_1007", "Name can't be blank")
    assert rows["records"] is None
    assert [row[0]["errors"][0]["errorCode"] for row in rows["errors"]] == ["GSOBJ_1007", "GSOBJ_1001", "GSOBJ_1004"]
    assert rows["errors"][0] == [
        {
            "success": False,
            "parsedValue": " ",
            "errors": [
                {
                    "errorMessage": "Name can't be blank",
                    "errorCode": "GSOBJ_1007",
                    "fieldName": "Name",
                    "invalidValue": " ",
                }
            ],
        }
    ]
    assert query(org, object="Relationship") == []
    (gsid,) = insert(org, {"Name": "Kept", "Seats": 1}, object="Relationship")
    both = {"records": [{"Gsid": gsid, "Seats": 2}, {"Gsid": FOREIGN, "Seats": 3}]}
    assert refused(answer(org, "PUT", "Relationship?keys=Gsid", both))[0] == "GSOBJ_1011"
    assert query(org, object="Relationship", select=["Seats"]) == [{"Seats": 1}]


def test_updates_by_several_keys_change_all_that_match(org: Org) -> None:
    one, two, _ = insert(
        org,
        {"Name": "X", "Region": "EU", "Tier": 1},
        {"Name": "X", "Region": "eu", "Tier": 1},
        {"Name": "X", "Region": "US", "Tier": 1},
    )
    for region, found in (("Eu", {one}), ("EU", {one}), ("eu", {two})):
        sent = {"Name": "X", "Region": region, "Tier": 1, "Stage": region}
        changed = data(org, "PUT", "Company?keys=Name,Region,Tier", {"records": [sent]})
        assert {record["Gsid"] for record in changed["records"]} == found
    assert [len(query(org, ("Stage", "EQ", stage))) for stage in ("eu", "US")] == [2, 0]
    by_gsid = {"records": [{"Gsid": one, "Name": "Y"}]}
    assert data(org, "PUT", "Company?keys=Gsid", by_gsid)["records"] == [{"Gsid": one, "Name": "Y"}]


@pytest.mark.parametrize(
    ("keys", "record", "code"),
    [
        ("Name", {"Name": "nobody"}, "GSOBJ_1011"),
        ("Name", {"Name": "%"}, "GSOBJ_1011"),
        ("Name", {"ARR": 5}, "GSOBJ_1008"),
        ("Name", {"Name": None}, "GSOBJ_1008"),
        ("Name", {"Name": 5}, "GSOBJ_1008"),
        ("Name", {"Name": "x\0"}, "GSOBJ_1008"),
        ("ARR", {"ARR": 10**400}, "GSOBJ_1008"),
        ("ARR", {"ARR": [1]}, "GSOBJ_1008"),
        ('A"B', {'A"B': "x"}, "GSOBJ_1011"),
        ("A\0", {"A\0": "x"}, "GSOBJ_1008"),
        ("CompanyId__gr.Name", {"CompanyId__gr.Name": "x"}, "GSOBJ_1008"),
        ("Name", {"Name": "IBM", "name": "IBM"}, "GSOBJ_1008"),
        ("Gsid", {"Gsid": "x"}, "GSOBJ_1004"),
        ("Gsid", {"Gsid": FOREIGN}, "GSOBJ_1011"),
        ("Name", {"Name": "IBM", "Gsid": FOREIGN}, "GSOBJ_1002"),
        ("Name", {"Name": "IBM", "CompanyId": "x"}, "GSOBJ_1004"),
        ("Gsid", {"Gsid": None}, "GSOBJ_1004"),
        ("A,B,C,D", {"A": 1}, "GSOBJ_1008"),
        ("A,A", {"A": 1}, "GSOBJ_1008"),
        ("", {"Name": "IBM"}, "GSOBJ_1008"),
    ],
)
def test_updates_that_are_refused(keys: str, record: dict[str, Any], code: str, org: Org) -> None:
    found = answer(org, "PUT", "Company", {"records": [record]}, params={"keys": keys})
    assert refused(found)[0] == code


def test_an_update_without_keys(org: Org) -> None:
    assert refused(answer(org, "PUT", "Company", {"records": [{}]}))[:2] == ("GSOBJ_1008", "keys can't be blank")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({}, "GSOBJ_1007"),
        ({"Name": None}, "GSOBJ_1007"),
        ({"Name": 5}, "GSOBJ_1008"),
        ({"Name": "a\0b"}, "GSOBJ_1008"),
        ({"Name": "A", "Gsid": FOREIGN}, "GSOBJ_1002"),
        ({"Name": "A", "GSID": FOREIGN}, "GSOBJ_1002"),
        ({"Name": "A", "CompanyId": "1P02"}, "GSOBJ_1004"),
        ({"Name": "A", "CompanyId": FOREIGN}, "GSOBJ_1004"),
        ({"Name": "A", "CompanyId": ""}, "GSOBJ_1004"),
        ({"Name": "A", "CompanyId": 5}, "GSOBJ_1004"),
        ({"Name": "A", "Email": ""}, "GSOBJ_1007"),
        ({"Name": "A", "Email": "nobody"}, "GSOBJ_1008"),
        ({"Name": "A", "Email": ["a@b"]}, "GSOBJ_1008"),
        ({"Name": "A", " a": 1}, "GSOBJ_1002"),
        ({"Name": "A", "a\u00a0": 1}, "GSOBJ_1002"),
        ({"Name": "A", "": 1}, "GSOBJ_1002"),
        ({"Name": "A", "x": 1, "X": 2}, "GSOBJ_1002"),
        ({"Name": "A", "name": "B"}, "GSOBJ_1008"),
        ({"Name": "A", "CompanyId__gr.Name": "IBM"}, "GSOBJ_1002"),
        ({"Name": "A", "x\0": 1}, "GSOBJ_1002"),
        ({"Name": "A", "x" * 201: 1}, "GSOBJ_1002"),
        ({"Name": "A", "X": {"y": 1}}, "GSOBJ_1002"),
        ({"Name": "A", "X": [[1]]}, "GSOBJ_1002"),
        ({"Name": "A", "X": [None]}, "GSOBJ_1002"),
        ({"Name": "A", "X": ["a\x1fb"]}, "GSOBJ_1002"),
        ({"Name": "A", "X": "\0"}, "GSOBJ_1002"),
        ({"Name": "A", "X": 10**400}, "GSOBJ_1002"),
        ({"Name": "A", "X": 2**63}, "GSOBJ_1002"),
        ({"Name": "A", "X": ["a"] * 501}, "GSOBJ_1002"),
        ({"Name": "A", "X": "y" * 65_537}, "GSOBJ_1001"),
        ({"Name": "A", "X": "y" * 40_000, "Y": "y" * 40_000}, "GSOBJ_1001"),
        ({"Name": "A", **{f"X{number}": 1 for number in range(501)}}, "GSOBJ_1008"),
    ],
)
def test_inserts_that_are_refused(record: dict[str, Any], code: str, org: Org) -> None:
    found, _, rows = refused(answer(org, "POST", "Company", {"records": [{"Name": "Fine"}, record]}))
    assert found == code
    assert (rows["count"], rows["records"]) == (0, None)
    assert query(org, ("Name", "IN", "Fine", "A")) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"records":',
        "[]",
        "{}",
        '{"records":[]}',
        '{"records":{}}',
        '{"records":[5]}',
        '{"records":[{"Name":"\\ud800"}]}',
        '{"records":[{"Name":"A","X":1e999}]}',
        '{"records":[{"Name":"A","X":NaN}]}',
        '{"records":[{"Name":"A","X":' + "[" * 5000 + "]" * 5000 + "}]}",
        '{"records":[' + ",".join(['{"Name":"A"}'] * 51) + "]}",
        '{"records":[{"Name":"A"}],"lookups":{"X":{"fields":{"Name":"a\\"b"},"objectName":"company"}}}',
        '{"records":[{"Name":"A","Y":1' + "0" * 400 + '}],"lookups":{"X":{"fields":{"Y":"Z"},"objectName":"company"}}}',
    ],
)
@pytest.mark.parametrize("target", [("POST", "Company"), ("PUT", "Company?keys=Name")])
def test_bodies_that_cannot_be_read(target: tuple[str, str], text: str, org: Org) -> None:
    method, path = target
    found = org.api.request(method, f"{OBJECTS}/{path}", content=text)
    assert refused(found)[0] in ("GSOBJ_1008", "GSOBJ_1002")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"limit": 5001}, "GSOBJ_1008"),
        ({"limit": 0}, "GSOBJ_1008"),
        ({"limit": True}, "GSOBJ_1008"),
        ({"offset": -1}, "GSOBJ_1008"),
        ({"offset": 2**40}, "GSOBJ_1008"),
        ({"orderBy": {"CompanyId__gr.Owner__gr.Name": "asc"}}, "GSOBJ_1002"),
        ({"orderBy": {"": "asc"}}, "GSOBJ_1002"),
        ({"orderBy": {f"F{number}": "asc" for number in range(11)}}, "GSOBJ_1008"),
        ({"orderBy": {"Name": "up"}}, "GSOBJ_1008"),
        ({"where": equals(" a", "x")}, "GSOBJ_1002"),
        ({"where": equals("Gsid", "IBM")}, "GSOBJ_1002"),
        ({"where": where("ARR", "GT", "much")}, "GSOBJ_1002"),
        ({"where": where("RenewalDate", "GT", "soon")}, "GSOBJ_1002"),
        ({"where": where("X", "BTW", 1, "b")}, "GSOBJ_1002"),
        ({"where": where("X", "GT", True)}, "GSOBJ_1002"),
        ({"where": where("X", "GT")}, "GSOBJ_1002"),
        ({"where": equals("X", {"y": 1})}, "GSOBJ_1002"),
        ({"where": equals("X", None)}, "GSOBJ_1002"),
        ({"where": equals("X", 10**400)}, "GSOBJ_1002"),
        ({"where": equals("X", "\0")}, "GSOBJ_1002"),
        ({"where": equals("CreatedDate", "soon")}, "GSOBJ_1002"),
        ({"where": {"conditions": [{"name": "X", "operator": "LIKE", "value": []}]}}, "GSOBJ_1002"),
        ({"where": {"conditions": [{"name": "X", "operator": "CONTAINS", "value": [1]}]}}, "GSOBJ_1002"),
        ({"where": {**equals("X", "y"), "expression": "A AND"}}, "GSOBJ_1002"),
    ],
)
def test_queries_that_are_refused(body: dict[str, Any], code: str, org: Org) -> None:
    assert refused(answer(org, "POST", "query/Company", body))[0] == code


@pytest.mark.parametrize("object", ["Contact", "call_to_action", "cs_success_plan", "query", "x" * 500, "%00"])
def test_objects_that_are_not_here(object: str, org: Org) -> None:
    assert refused(answer(org, "POST", object, {"records": [{"Name": "A"}]}))[0] == "GSOBJ_1023"
    assert refused(answer(org, "POST", f"query/{object}", {}))[0] == "GSOBJ_1023"
    if object != "query":  # which is a path of its own
        assert refused(answer(org, "DELETE", f"{object}/{FOREIGN}"))[0] == "GSOBJ_1023"


@pytest.mark.parametrize("gsid", ["x", "%00", "1", "%ED%A0%80"])
def test_deleting_by_a_malformed_gsid(gsid: str, org: Org) -> None:
    assert refused(answer(org, "DELETE", f"Company/{gsid}"))[0] == "GSOBJ_1004"


def test_anothers_records_are_as_those_that_are_not_there(org: Org, other: Org) -> None:
    theirs = other.gsids["IBM"]
    relationship = insert(other, {"Name": "Theirs", "CompanyId": theirs}, object="Relationship")[0]
    for gsid in (theirs, relationship, gsids.to_gsid(gsids.COMPANY, gsids.parse_gsid(relationship)[1]), FOREIGN):  # type: ignore[index]
        assert query(org, ("Gsid", "EQ", gsid)) == []
        assert query(org, ("CompanyId", "EQ", gsid), object="Relationship") == []
        by_gsid = {"records": [{"Gsid": gsid, "Name": "Mine"}]}
        assert refused(answer(org, "PUT", "Company?keys=Gsid", by_gsid))[:2] == _NO_ENTITY
        assert refused(answer(org, "DELETE", f"Company/{gsid}"))[:2] == _NO_ENTITY
        named = {"records": [{"Name": "A", "CompanyId": gsid}]}
        assert refused(answer(org, "POST", "Relationship", named))[:2] == _NO_COMPANY
        assert refused(answer(org, "PUT", "Company?keys=Name", {"records": [{"Name": "NEW", "CompanyId": gsid}]}))[
            :2
        ] == (_NO_COMPANY)
    everyone = {"records": [{"Name": "IBM", "Industry": "Mine"}]}
    assert data(org, "PUT", "Company?keys=Name", everyone)["records"] == [{"Gsid": org.gsids["IBM"], "Name": "IBM"}]
    assert query(other, ("Industry", "EQ", "Mine")) == []


def test_an_update_by_name_is_of_one_spelling(org: Org) -> None:
    """Input: names that differ in case and in the form of their letters. Right: the exact one, else the oldest's."""
    first, second, third = insert(org, {"Name": "ÉCOLE sa"}, {"Name": "École SA"}, {"Name": "école sa"})
    decomposed = "e\u0301cole sa"
    for name, found in (("École SA", second), (decomposed, third), (decomposed.upper(), first)):
        changed = data(org, "PUT", "Company?keys=Name", {"records": [{"Name": name, "Tier": name}]})
        assert [record["Gsid"] for record in changed["records"]] == [found], name


def test_blanks_around_a_name_make_no_second_company(org: Org) -> None:
    (gsid,) = insert(org, {"Name": " Trail\u00a0 Ltd "})
    assert [row["Name"] for row in query(org, ("Gsid", "EQ", gsid))] == ["Trail Ltd"]
    for name in ("Trail Ltd", "Trail Ltd  ", "\ttrail ltd"):
        changed = data(org, "PUT", "Company?keys=Name", {"records": [{"Name": name, "Tier": "1"}]})
        assert [record["Gsid"] for record in changed["records"]] == [gsid], name


def test_an_empty_text_is_null(org: Org) -> None:
    """Exports write nothing as an empty text, in fields of numbers too."""
    insert(
        org,
        {"Name": "empty", "ARR": "", "Score": ""},
        {"Name": "null", "ARR": None},
        {"Name": "zero", "ARR": 0, "Score": "0"},
    )
    for name in ("ARR", "Score"):
        assert {row["Name"] for row in query(org, (name, "IS_NULL"))} >= {"empty", "null"}
        assert {row["Name"] for row in query(org, (name, "IS_NOT_NULL"))} == {"zero"}


_NO_ENTITY = ("GSOBJ_1011", "No entity matches the given criteria")
_NO_COMPANY = ("GSOBJ_1004", "Invalid CompanyId provided in request")


def test_the_gateways_failures_stay_as_they_are(org: Org, server: RunningServer) -> None:
    reader = org.client("companies.read", "goals.write")
    assert reader.post(f"{OBJECTS}/query/Company", json={}).status_code == 200
    for method, path in (("POST", "Company"), ("PUT", "Company?keys=Name"), ("DELETE", f"Company/{FOREIGN}")):
        found = reader.request(method, f"{OBJECTS}/{path}", json={"records": [{"Name": "A"}]})
        assert (found.status_code, found.json()["errorCode"]) == (403, "GS_2402")
    nobody = server.client("gp_wrong", "").post(f"{OBJECTS}/query/Company", json={})
    assert (nobody.status_code, nobody.json()["errorCode"]) == (401, "GS_APIG_2401")
    lost = org.api.get(f"{OBJECTS}/a/b/c")
    assert (lost.status_code, lost.json()["errorCode"]) == (404, "GS_APIG_1000")


def test_goals_are_refused_as_before(org: Org) -> None:
    assert org.api.post(FETCH, json={"select": ["Gsd"]}).json()["errorCode"] == "VC_8009"


def test_null_is_as_good_as_nothing_in_a_query(org: Org) -> None:
    body = {"select": ["Name"], "where": None, "orderBy": None, "limit": None, "offset": None}
    assert org.api.post(f"{OBJECTS}/query/Company", json=body).json()["result"] is True
