"""Requests of public connectors before their first row, as their public code sends them.

None of these connectors is a package that a registry has; each test names the one whose behaviour it follows.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from goalpost.customers.model.picklists import Picklist
from goalpost.tenancy import oauth
from tests.dialects.gainsight.paths import CREATE
from tests.dialects.gainsight.support import FOREIGN, Org, make_org
from tests.support.server import RunningServer

LIST, DESCRIBE = "/v1/meta/services/objects/list", "/v1/meta/services/objects/describe"
COMPANY, QUERY = "/v1/data/objects/Company", "/v1/data/objects/query/Company"
PEOPLE, USERS, TOKEN = "/v1.0/api/people", "/v1/users/services/list", "/v1/users/m2m/oauth/token"
FLAGS = {"includeChilds": "true", "childLevels": "0", "host": "MDA", "removeDeleted": "false"}
ROUTES: list[tuple[str, str, Any, str]] = [
    ("GET", LIST, None, "companies.read"),
    ("POST", DESCRIBE, {"objectNames": ["company"]}, "companies.read"),
    ("GET", "/v1/meta/services/objects/Company/describe", None, "companies.read"),
    ("GET", "/v1/api/describe/MDA/company", None, "companies.read"),
    ("POST", USERS, {}, "companies.read"),
    ("PUT", PEOPLE, {"Email": "ada@example.com"}, "companies.write"),
    ("POST", PEOPLE, {"Email": "ada@example.com"}, "companies.write"),
    ("PUT", "/v1/peoplemgmt/v1.0/people", {"Email": "ada@example.com"}, "companies.write"),
]


def rows(answer: httpx.Response) -> list[dict[str, Any]]:
    """The rows of an answer of the object APIs."""
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["records"]
    return found


def insert(org: Org, *records: dict[str, Any]) -> None:
    answer = org.api.post(COMPANY, json={"records": list(records)})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("scope", ["companies.read", "companies.write", "goals.read", "goals.write"])
def test_each_scope_against_each_route(scope: str, org: Org) -> None:
    client = org.client(scope)
    for method, path, body, needed in ROUTES:
        answer = client.request(method, path, json=body)
        if scope == needed:
            assert answer.status_code == 200, (path, answer.text)
        else:
            assert (answer.status_code, answer.json()["errorCode"]) == (403, "GS_2402"), path
        nobody = org.server.client("gp_nobody", "").request(method, path, json=body)
        assert (nobody.status_code, nobody.json()["errorCode"]) == (401, "GS_APIG_2401"), path


def test_the_quota_holds_at_each_route(server_with: Callable[..., RunningServer]) -> None:
    org = make_org(server_with(GOALPOST_API_LIMIT="1"))
    assert org.api.get(LIST).status_code == 200
    for method, path, body, _ in ROUTES:
        answer = org.api.request(method, path, json=body)
        assert (answer.status_code, answer.json()["errorCode"]) == (429, "GU_2400"), path


def test_tap_gainsight_discovers_and_reads(org: Org, other: Org) -> None:
    """Steerco's tap-gainsight: list, describe in a batch then one by one, and query what was described."""
    insert(
        org,
        {"Name": "Acme", "Tier": "Gold", "Seats": 5, "Live": True, "Tags": ["a"], "ParentCompany": org.gsids["IBM"]},
    )
    insert(other, {"Name": "Theirs", "Secret": "x"})
    listed = org.api.get(LIST, params={"po": "company", "em": "false"}).json()
    assert listed["result"] is True
    names = [found["objectName"] for found in listed["data"] if found["readable"]]
    assert {"company", "relationship", "gsuser", "person"} <= set(names)
    batch = org.api.post(DESCRIBE, json={"objectNames": [*names, "activity_timeline"], **FLAGS})
    assert (batch.status_code, batch.json()["result"], batch.json()["title"]) == (404, False, "OBJECT_NOT_FOUND")
    described = {}
    for name in names:
        answer = org.api.post(DESCRIBE, json={"objectNames": [name], **FLAGS})
        described |= {found["objectName"].lower(): found["fields"] for found in answer.json()["data"]}
    assert described.keys() == set(names)
    types = {field["fieldName"]: field["dataType"] for field in described["company"]}
    assert {name: types[name] for name in ("Gsid", "Tier", "Seats", "Live", "ModifiedDate", "Csm")} == {
        **{"Gsid": "GSID", "Tier": "STRING", "Seats": "NUMBER", "Live": "BOOLEAN", "ModifiedDate": "DATETIME"},
        "Csm": "LOOKUP",
    }
    assert "Secret" not in types
    for name in names:
        select = [field["fieldName"] for field in described[name]]
        for field in described[name]:
            if lookup := field["meta"].get("lookupDetail"):
                select.append(f"{lookup['lookupName']}.Name")
        since = {"name": "ModifiedDate", "alias": "A", "value": ["2020-01-01 00:00:00"], "operator": "GTE"}
        body = {"select": select, "where": {"conditions": [since], "expression": "A"}, "limit": 5000, "offset": 0}
        answer = org.api.post(f"/v1/data/objects/query/{name}", json=body)
        assert all("Gsid" in row for row in rows(answer)), name
    (acme,) = [
        row for row in rows(org.api.post(QUERY, json={"select": ["Name", "ParentCompany__gr.Name"]})) if len(row) > 1
    ]
    assert acme == {"Name": "Acme", "ParentCompany__gr.Name": "IBM"}


def test_estuary_and_airbyte_describe_one_object(org: Org) -> None:
    """Estuary's source-gainsight-nxt and Airbyte's source read the fields of one object, of which there is one."""
    params = {"ic": "false", "cl": "0", "idd": "false"}
    for name in ("Company", "company", "COMPANY"):
        answer = org.api.get(f"/v1/meta/services/objects/{name}/describe", params=params)
        (found,) = answer.json()["data"]
        assert "Gsid" in [field["fieldName"] for field in found["fields"]]
    assert org.api.get("/v1/meta/services/objects/nothing/describe").json()["title"] == "OBJECT_NOT_FOUND"


def test_domo_describes_and_pages(org: Org) -> None:
    """Domo's connector: describe/MDA by name, then pages; of others it takes what is between the outermost brackets."""
    found = org.api.get("/v1/api/describe/MDA/company?ic=true&idd=true")
    fields = [field["fieldName"] for field in found.json()["data"]["company"]["fields"]]
    body = {"select": fields, "limit": 1000, "offset": 0}
    assert {row["Name"] for row in rows(org.api.post(QUERY, json=body))} == {"IBM", "NEW", "Meta"}
    assert rows(org.api.post(QUERY, json={**body, "offset": 1000})) == []
    cta = org.api.get("/v1/api/describe/MDA/call_to_action?ic=true&idd=true").json()["data"]["call_to_action"]["fields"]
    page = {"select": [field["fieldName"] for field in cta], "pageSize": 100, "pageNumber": 1}
    assert org.data("POST", "/v2/cockpit/cta/list", page) == []
    assert org.data("POST", "/v2/successPlan/list/", {"select": ["Name"], "pageSize": 100, "pageNumber": 1}) == []
    person = org.api.get("/v1/api/describe/MDA/person?idd=true").text
    assert person.count('"fields":[') == 1
    between = httpx.Response(200, content=person[person.index("[") : person.rindex("]") + 1]).json()
    assert "Email" in [field["fieldName"] for field in between]


def test_rudderstack_identifies_and_groups(org: Org) -> None:
    """RudderStack's destination: identify is PUT people; group searches, creates or updates, then PUT people."""
    person = {"Email": "Ada@Example.com", "Name": "", "FirstName": "Ada", "LastName": "Lovelace", "Plan": "Pro"}
    saved = org.api.put(PEOPLE, json={**person, "Location": "London"})
    assert saved.json()["result"] is True
    (gsid,) = [row["Gsid"] for row in saved.json()["data"]["records"]]

    search = {
        "select": ["Name"],
        "where": {
            "conditions": [{"name": "Name", "alias": "A", "value": ["Acme"], "operator": "EQ"}],
            "expression": "A",
        },
    }
    assert rows(org.api.post(QUERY, json=search)) == []
    made = org.api.post(COMPANY, json={"records": [{"Name": "Acme", "Employees": 5}]}).json()["data"]["records"][0][
        "Gsid"
    ]
    assert rows(org.api.post(QUERY, json=search)) == [{"Name": "Acme"}]
    again = org.api.put(f"{COMPANY}?keys=Name", json={"records": [{"Name": "Acme", "Employees": 6}]})
    assert again.json()["data"]["records"][0]["Gsid"] == made
    joined = org.api.put(PEOPLE, json={"Email": "ada@example.com", "companies": [{"Company_ID": made}]})
    assert joined.json()["data"]["records"] == [{"Gsid": gsid, "Name": "Ada Lovelace"}]

    select = ["Gsid", "Name", "Email", "CompanyId", "Plan", "Location", "FirstName"]
    (found,) = rows(org.api.post("/v1/data/objects/query/person", json={"select": select}))
    assert (
        found
        == {
            **{"Gsid": gsid, "Name": "Ada Lovelace", "Email": "Ada@Example.com", "CompanyId": made, "Plan": "Pro"},
            **{"Location": "London", "FirstName": "Ada"},
        }
        or found["Email"].lower() == "ada@example.com"
    )


def test_pipedream_creates_or_updates(org: Org) -> None:
    """Pipedream's gainsight_nxt: update by name, and where that fails create; people by peoplemgmt."""
    record = {"Name": "Acme", "ARR": "130000", "Stage": "Launched", "CSMFirstName": "Ada"}
    refused = org.api.put(f"{COMPANY}?keys=Name", json={"records": [record]})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "GSOBJ_1011")
    assert org.api.post(COMPANY, json={"records": [record]}).json()["result"] is True
    assert (
        org.api.put(f"{COMPANY}?keys=Name", json={"records": [{**record, "Stage": "Churn"}]}).json()["result"] is True
    )
    person = {"Email": "grace@example.com", "FirstName": "Grace", "LinkedinUrl": "https://www.linkedin.com/in/x"}
    for _ in range(2):
        assert org.api.put("/v1/peoplemgmt/v1.0/people", json=person).json()["result"] is True
    assert len(rows(org.api.post("/v1/data/objects/query/gsuser", json={}))) == 1


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "GSOBJ_1008", "Email"),
        ({"Email": None}, "GSOBJ_1008", "Email"),
        ({"Email": 5}, "GSOBJ_1008", "Email"),
        ({"Email": "nobody"}, "GSOBJ_1008", "Email"),
        ({"Email": "a@b", "companies": [{"Company_ID": "x"}]}, "GSOBJ_1004", "CompanyId"),
        ({"Email": "a@b", "companies": [{"Company_ID": FOREIGN}]}, "GSOBJ_1004", "CompanyId"),
        ({"Email": "a@b", "companies": [{"Company_ID": "a"}, {"Company_ID": "b"}]}, "GSOBJ_1008", "companies"),
        ({"Email": "a\0@b"}, "GSOBJ_1008", "Email"),
        ({"Email": "a@b", "X": {"y": 1}}, "GSOBJ_1002", "X"),
        ({"Email": "a@b", "Name": "x" * 5000}, "GSOBJ_1001", "Name"),
    ],
    ids=str,
)
def test_a_person_that_cannot_be_saved(body: Any, code: str, field: str, org: Org) -> None:
    answer = org.api.put(PEOPLE, json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code), answer.text
    assert field in answer.json()["errorDesc"]
    assert rows(org.api.post("/v1/data/objects/query/person", json={})) == []


def test_people_are_each_workspaces_own(org: Org, other: Org) -> None:
    theirs = other.api.put(PEOPLE, json={"Email": "ada@example.com", "Name": "Theirs"}).json()["data"]["records"]
    mine = org.api.put(PEOPLE, json={"Email": "ada@example.com", "Name": "Mine"}).json()["data"]["records"]
    assert mine[0]["Gsid"] != theirs[0]["Gsid"]
    answer = org.api.put(PEOPLE, json={"Email": "ada@example.com", "companies": [{"Company_ID": other.gsids["IBM"]}]})
    assert answer.status_code == 400
    assert [row["Name"] for row in rows(other.api.post(USERS, json={"select": ["Name"]}))] == ["Theirs"]


def test_users_are_listed_in_pages(org: Org) -> None:
    """MavenAGI's app asks for one user to see whether its key is good; the documented query has a page from 0."""
    for number in range(3):
        org.api.put(PEOPLE, json={"Email": f"{number}@example.com"})
    assert rows(org.api.post(USERS, json={"includeTotal": False, "limit": 1, "page": 0, "select": ["Gsid"]}))
    pages = [org.api.post(USERS, json={"limit": 2, "page": page, "includeTotal": True}).json() for page in (0, 1, 2)]
    assert [len(page["data"]["records"]) for page in pages] == [2, 1, 0]
    assert {page["data"]["total"] for page in pages} == {3}
    only = {
        "conditions": [{"name": "Email", "operator": "EQ", "value": ["1@EXAMPLE.com"], "alias": "A"}],
        "expression": "A",
    }
    assert len(rows(org.api.post(USERS, json={"where": only}))) == 1
    for wrong in ({"limit": 0}, {"limit": 5001}, {"page": -1}, {"select": "Name"}, {"limit": "1"}):
        answer = org.api.post(USERS, json=wrong)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "GSOBJ_1008")


def client_of(org: Org, *scopes: str) -> tuple[str, str]:
    """The id and secret of a client, which was granted these scopes."""
    stores, now = org.server.stores, datetime.now(UTC)
    with stores.writing() as db:
        client, secret = oauth.create_client(
            db, workspace_id=org.id, name="machine", redirect_uri="", pepper=stores.pepper, now=now
        )
        if scopes:
            oauth.grant_client(db, client=client, scopes=scopes, known_scopes=scopes, pepper=stores.pepper, now=now)
    return client.client_id, secret


def token_of(org: Org, credentials: tuple[str, str], **more: Any) -> httpx.Response:
    return httpx.post(org.server.url + TOKEN, auth=credentials, trust_env=False, **more)


def test_a_machine_gets_a_token(org: Org, other: Org) -> None:
    """Airbyte's source sends Basic and a JSON type with no body; tap-gainsight a form; both read these two keys."""
    client = client_of(org)
    for more in ({"headers": {"content-type": "application/json"}}, {"data": {"grant_type": "client_credentials"}}):
        granted = token_of(org, client, **more)
        assert granted.status_code == 200, granted.text
        assert granted.headers["cache-control"] == "no-store"
        api = org.server.client(granted.json()["access_token"], "")
        assert (granted.json()["token_type"], granted.json()["expires_in"]) == ("Bearer", 3600)
        assert {row["Name"] for row in rows(api.post(QUERY, json={}))} == {"IBM", "NEW", "Meta"}
    assert token_of(other, client_of(other)).status_code == 200


def test_a_machine_gets_no_more_than_it_was_granted(org: Org) -> None:
    client = client_of(org, "companies.read")
    api = org.server.client(token_of(org, client).json()["access_token"], "")
    assert api.get(LIST).status_code == 200
    assert api.post(CREATE, json={}).status_code == 403
    assert api.put(PEOPLE, json={"Email": "a@b"}).status_code == 403


def test_tokens_that_are_not_given(org: Org) -> None:
    client_id, secret = client_of(org)
    for wrong in ((client_id, secret[:-1]), (client_id, ""), ("1000.NOBODY", secret), ("", ""), ("\u20ac", "x")):
        answer = token_of(org, wrong)
        assert (answer.status_code, answer.json()["errorCode"]) == (401, "GS_APIG_2401"), wrong
    for header in ("Basic", "Basic %%%", "Basic /w==", f"Bearer {secret}", "Basic " + "A" * 10_000):
        answer = httpx.post(org.server.url + TOKEN, headers={"authorization": header}, trust_env=False)
        assert (answer.status_code, answer.json()["errorCode"]) == (401, "GS_APIG_2401"), header
    assert token_of(org, (client_id, secret), data={"grant_type": "password"}).status_code == 400
    assert httpx.get(org.server.url + TOKEN, trust_env=False).headers["allow"] == "POST"
    with org.server.stores.writing() as db:
        oauth.revoke_client(db, client_id=client_id, now=datetime.now(UTC))
    assert token_of(org, (client_id, secret)).status_code == 401


def test_fields_of_related_rows_in_every_list(org: Org, other: Org) -> None:
    """`select: ["CompanyId__gr.Name"]` was 200 without the key on CTAs and companies; the vendor's samples have it."""
    org.api.put(
        PEOPLE, json={"Email": "ada@example.com", "Name": "Ada", "companies": [{"Company_ID": org.gsids["IBM"]}]}
    )
    (ada,) = (row["Gsid"] for row in rows(org.api.post(USERS, json={"select": ["Gsid"]})))
    org.api.put(
        f"{COMPANY}?keys=Name", json={"records": [{"Name": "Meta", "ParentCompany": org.gsids["IBM"], "Csm": ada}]}
    )
    parent = rows(
        org.api.post(QUERY, json={"select": ["ParentCompany__gr.Name", "csm__gr.email", "Csm__gr.CompanyId__gr.Name"]})
    )
    expected = {
        "ParentCompany__gr.Name": "IBM",
        "csm__gr.email": "ada@example.com",
        "Csm__gr.CompanyId__gr.Name": "IBM",
    }
    assert [row for row in parent if row] == [expected]
    status = org.item(Picklist.STATUS, "Stalled")
    for path in ("/v2/cockpit/cta", "/v2/successPlan"):
        record = {"Name": "A", "CompanyId": org.gsids["Meta"], "OwnerId": ada, "StatusId": status, "TypeId": "Risk"}
        org.data("POST", path, {"requests": [{"record": record}]})
        select = [
            "CompanyId__gr.Name",
            "OwnerId__gr.Email",
            "StatusId__gr.Name",
            "TypeId__gr.Name",
            "CompanyId__gr.Csm__gr.Name",
        ]
        (row,) = org.data("POST", f"{path}/list", {"select": select})
        assert [row[name] for name in select] == ["Meta", "ada@example.com", "Stalled", "Risk", "Ada"]
        org.data("POST", path, {"requests": [{"record": {"Name": "B", "OwnerId": other.gsids["IBM"]}}]})
        listed = org.data("POST", f"{path}/list", {"select": ["OwnerId__gr.Name"]})
        assert [row.get("OwnerId__gr.Name") for row in listed] == [None, "Ada"], "another workspace's is nobody"
    for path in ("/v1/data/objects/relationship", "/v1/data/objects/gs_opportunity"):
        org.api.post(path, json={"records": [{"Name": "R", "CompanyId": org.gsids["IBM"]}]})
        query = path.replace("objects/", "objects/query/")
        assert rows(org.api.post(query, json={"select": ["CompanyId__gr.Name"]})) == [{"CompanyId__gr.Name": "IBM"}]


def test_fields_of_related_rows_of_goals_and_templates(org: Org) -> None:
    template = org.template(Name="Play")["Gsid"]
    org.create(
        TemplateId=template,
        of__gc=org.gsids["Meta"],
        lookups={"of__gc": {"fields": {"N": "Name"}, "objectName": "company"}},
    )
    select = ["TemplateId__gr.Name", "CreatedById__gr.Name", "GoalTypeId__gr.Name", "CompanyId__gr.Gsid"]
    (row,) = org.fetch(*select)
    assert row["dataList"]["TemplateId__gr.Name"] == "Play"
    assert row["dataList"]["CompanyId__gr.Gsid"] == org.gsids["IBM"]
    (shown,) = org.fetch("GoalTypeId__gr.Name", "StatusId__gr.Name", path="/v1/csgoal/external/template/fetch")
    assert (shown["GoalTypeId__gr.Name"], shown["StatusId__gr.Name"]) == ("Default", "New")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Nope__gr.Name",
            "Name__gr.Name",
            "StatusId__gr.Colour",
            "CompanyId__gr.",
            "__gr.Name",
            "CompanyId__gr.X__gr.Name",
        ),
        "CompanyId__gr.ParentCompany__gr.ParentCompany__gr.Name",
    ],
)
def test_a_related_field_that_there_is_none_of_is_refused(name: str, org: Org) -> None:
    """Never left out in silence."""
    answer = org.api.post(QUERY, json={"select": ["Name", name]})
    text = f"Invalid fields in select clause - {name}"
    assert (answer.status_code, answer.json()["errorCode"], answer.json()["errorDesc"]) == (400, "GSOBJ_1002", text)
    for path, status in (
        ("/v2/cockpit/cta/list", 400),
        ("/v2/successPlan/list", 400),
        ("/v1/csgoal/external/fetch", 500),
    ):
        answer = org.api.post(path, json={"select": [name]})
        assert (answer.status_code, answer.json()["errorCode"], answer.json()["message"]) == (
            status,
            "VC_8009",
            text,
        ), path


@pytest.mark.parametrize(
    ("operator", "values", "names"),
    [
        ("EQ", ["ibm"], ["A"]),
        ("IN", ["IBM", "Meta"], ["A", "B"]),
        ("NE", ["IBM"], ["B", "N"]),
        ("CONTAINS", ["e"], ["B"]),
        ("STARTS_WITH", ["zz"], []),
        ("IS_NULL", [], ["N"]),
        ("IS_NOT_NULL", [], ["A", "B"]),
    ],
)
def test_related_names_are_compared(operator: str, values: list[str], names: list[str], org: Org, other: Org) -> None:
    records = [
        {"Name": "A", "CompanyId": org.gsids["IBM"]},
        {"Name": "B", "CompanyId": org.gsids["Meta"]},
        {"Name": "N"},
    ]
    org.data("POST", "/v2/cockpit/cta", {"requests": [{"record": record} for record in records]})
    condition = {"fieldName": "CompanyId__gr.Name", "operator": operator, "value": values, "alias": "A"}
    found = org.data("POST", "/v2/cockpit/cta/list", {"select": ["Name"], "where": {"conditions": [condition]}})
    assert sorted(row["Name"] for row in found) == names
    wrong = {"conditions": [{**condition, "fieldName": "Nope__gr.Name"}]}
    assert org.api.post("/v2/cockpit/cta/list", json={"where": wrong}).json()["errorCode"] == "VC_8009"
