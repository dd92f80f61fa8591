"""Custom fields: those that are described and those that an open schema adds."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from goalpost.customers.model.custom_fields import CustomType
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import custom_fields
from tests.dialects.gainsight.paths import CREATE, UPDATE
from tests.dialects.gainsight.support import BY, FOREIGN, Org, failure, make_org, requested
from tests.support.server import RunningServer

# (type, values that are taken, values that are not)
TYPES: list[tuple[CustomType, list[Any], list[Any]]] = [
    (CustomType.STRING, ["", "x", "<p>"], [5, True, [], {}, "a\0"]),
    (CustomType.RICH_TEXT, ["<p>x</p>"], [5, ["x"]]),
    (CustomType.NUMBER, [0, -1.5, 1e300], ["5", True, [5]]),
    (CustomType.CURRENCY, [0.01], ["5"]),
    (CustomType.PERCENTAGE, [150], ["5%"]),
    (CustomType.BOOLEAN, [True, False], [1, "true"]),
    (CustomType.DATE, ["2026-02-28"], ["2026-02-30", "20260228", 5]),
    (CustomType.DATETIME, ["2026-02-28T10:00:00Z", 1738572893155], ["soon", 10**30, True]),
    (CustomType.EMAIL, ["a@example.com"], ["a", "a b@c"]),
    (CustomType.URL, ["https://example.com/x"], ["example.com", "https://a b"]),
    (CustomType.PICKLIST, ["CISCO"], ["Other", 5, ["CISCO"]]),
    (CustomType.MULTI_PICKLIST, [["CISCO", "IBM"], []], ["CISCO", ["Other"], [5]]),
]


def described(org: Org, name: str, type_: CustomType, **more: Any) -> None:
    with org.server.stores.writing() as db:
        custom_fields.add_field(
            db, workspace_id=org.id, name=name, type=type_, author=BY, now=datetime.now(UTC), **more
        )


@pytest.mark.parametrize(("type_", "taken", "refused"), TYPES, ids=[case[0].value for case in TYPES])
def test_each_type(type_: CustomType, taken: list[Any], refused: list[Any], org: Org) -> None:
    choices = {"choices": ("CISCO", "IBM")} if "picklist" in type_.value else {}
    described(org, "own", type_, **choices)
    goal = org.create()["Gsid"]
    for value in taken:
        assert org.create(own__gc=value)["own__gc"] == value
        assert org.update(goal, own__gc=value)["own__gc"] == value
        assert org.one(goal, "own__gc")["dataList"]["own__gc"] == value
        assert org.template(own__gc=value)["own__gc"] == value
    before = org.one(goal, "own__gc")
    for value in refused:
        answer = org.api.put(UPDATE, json=requested({"Gsid": goal, "own__gc": value}))
        assert failure(answer)[0] == "VC_8019", value
        assert "own__gc" in answer.json()["message"]
    assert org.one(goal, "own__gc") == before


def test_a_lookup_field_refers_to_a_record_of_its_kind(org: Org) -> None:
    described(org, "own", CustomType.LOOKUP, refers_to=RecordKind.COMPANY)
    assert org.create(own__gc=org.gsids["Meta"])["own__gc"] == org.gsids["Meta"]
    goal = org.create()["Gsid"]
    for wrong in (FOREIGN, org.record(RecordKind.PERSON, "Ada"), goal, "x"):
        assert failure(org.api.put(UPDATE, json=requested({"Gsid": goal, "own__gc": wrong})))[0] in (
            "VC_8011",
            "VC_8019",
        )


def test_a_text_is_no_longer_than_it_may_be(org: Org) -> None:
    described(org, "own", CustomType.STRING, max_length=3)
    assert org.create(own__gc="abc")["own__gc"] == "abc"
    goal = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL", "own__gc": "abcd"}
    assert failure(org.api.post(CREATE, json=requested(goal)))[0] == "VC_8019"


def test_an_open_schema_takes_the_type_of_the_first_value(org: Org) -> None:
    org.create(a__gc="x", b__gc=5, c__gc=True, d__gc=["x"], e__gc=None)
    goal = org.create()["Gsid"]
    for name, wrong in (("a__gc", 5), ("b__gc", "x"), ("c__gc", "true"), ("d__gc", "x")):
        assert failure(org.api.put(UPDATE, json=requested({"Gsid": goal, name: wrong})))[0] == "VC_8019", name
    with org.server.stores.writing() as db:
        assert sorted(custom_fields.list_fields(db, workspace_id=org.id)) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("name", ["__gc", "1a__gc", "a b__gc", "\u00e9__gc", "x" * 201 + "__gc", "a.b__gc"])
def test_a_name_that_is_none(name: str, org: Org) -> None:
    goal = org.create()["Gsid"]
    assert failure(org.api.put(UPDATE, json=requested({"Gsid": goal, name: 5})))[0] == "VC_8019"


def test_an_unknown_field_is_rejected(org: Org) -> None:
    goal = org.create()["Gsid"]
    answer = org.api.put(UPDATE, json=requested({"Gsid": goal, "nme": "x", "CompName": "NEW"}))
    assert failure(answer) == ("VC_8009", "Invalid fields in record - nme,CompName")


def test_a_closed_schema_refuses_what_nobody_has_described(own_server: Callable[..., RunningServer]) -> None:
    org = make_org(own_server(GOALPOST_GAINSIGHT_OPEN_SCHEMA="false").start())
    described(org, "known", CustomType.STRING)
    assert org.create(known__gc="x")["known__gc"] == "x"
    goal = org.create()["Gsid"]
    for value in ("x", 5, None):
        assert failure(org.api.put(UPDATE, json=requested({"Gsid": goal, "other__gc": value})))[0] == "VC_8019"
