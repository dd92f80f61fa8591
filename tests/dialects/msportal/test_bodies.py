"""Bodies that are not bodies at all, and odd ones that are taken."""

from typing import Any

import pytest

from tests.dialects.msportal.support import BODY_ROUTES, PREFIX, Portal, data_of, failure

NO_OBJECTS = [
    b"",
    b" ",
    b"{",
    b'{"title": "x"',
    b"{'title': 'x'}",
    b'{"title": "x",}',
    b'{"title": "x"} {}',
    b'{title: "x"}',
    b"// no\n{}",
    b"null",
    b"true",
    b"[]",
    b'[{"title": "x"}]',
    b'"title"',
    b"5",
    b"title=x",
    b'{"progressPercentage": NaN}',
    b'{"progressPercentage": Infinity}',
    b'{"progressPercentage": -Infinity}',
    b'{"progressPercentage": 0x10}',
    b'{"progressPercentage": 01}',
    b'{"progressPercentage": +1}',
    b'{"progressPercentage": .5}',
    b'{"title": "\\ud800"}',
    b'{"title": "\\udc00\\ud800"}',
    b'{"\\ud800": "x"}',
    b'{"title": "\xff"}',
    b'{"title": "\xc0\xaf"}',
    b'{"title": "\xed\xa0\x80"}',
    b'{"title": "\x00"}',
    b'{"title": "\n"}',
    b'{"title": "\\x41"}',
    b"\xef\xbb\xbf{}",
    '{"title": "x"}'.encode("utf-16"),
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
]


@pytest.mark.parametrize("body", NO_OBJECTS, ids=lambda body: repr(body[:32]))
def test_a_body_that_is_not_a_json_object_is_rejected(body: bytes, portal: Portal) -> None:
    ids = portal.ids()
    before = portal.get(ids["goal"])
    for route in BODY_ROUTES:
        status, found = failure(route.call(portal.api, ids, content=body))
        assert (status, found["details"], found["code"]) == (400, None, "BAD_REQUEST"), route
    assert portal.get(ids["goal"]) == before


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" * 400, "1" * 5000, "1e9999999999"])
@pytest.mark.parametrize("field", ["progressPercentage", "year"])
def test_numbers_that_are_too_large(field: str, number: str, portal: Portal) -> None:
    body = f'{{"title": "x", "companyId": "{portal.company}", "{field}": {number}}}'
    assert failure(portal.api.post("/goals", content=body))[0] == 400
    assert failure(portal.api.patch(f"/goals/{portal.goal()['id']}", content=body))[0] == 400


def test_the_last_of_a_key_counts(portal: Portal) -> None:
    body = f'{{"title": 5, "companyId": "{portal.company}", "title": "first", "title": "last"}}'
    assert data_of(portal.api.post("/goals", content=body), 201)["title"] == "last"
    wrong = f'{{"title": "x", "companyId": "{portal.company}", "title": ""}}'
    assert failure(portal.api.post("/goals", content=wrong))[0] == 400


@pytest.mark.parametrize(
    "kind", [None, "", "application/json", "application/x-www-form-urlencoded", "text/plain", "nonsense", "text/html"]
)
def test_the_content_type_does_not_matter(kind: str | None, portal: Portal) -> None:
    headers = {} if kind is None else {"content-type": kind}
    content = f'{{"title": "x", "companyId": "{portal.company}"}}'.encode()
    answer = portal.api.post("/goals", content=content, headers=headers)
    assert ("content-type" in answer.request.headers) == (kind is not None)
    assert data_of(answer, 201)["title"] == "x"
    assert failure(portal.api.post("/goals", content=b"title=x", headers=headers))[0] == 400


def test_escapes_and_blanks_mean_what_they_mean(portal: Portal) -> None:
    body = f'\r\n\t {{ "\\u0074itle" : "\\u00e9\\ud83d\\ude00\\/" , "companyId" : "{portal.company}" }} \n'
    assert data_of(portal.api.post("/goals", content=body), 201)["title"] == "\u00e9\N{GRINNING FACE}/"


def test_deep_values_of_unknown_keys_are_ignored(portal: Portal) -> None:
    deep: Any = 1
    for _ in range(50):
        deep = [{"a": deep}]
    assert portal.goal(more=deep)["title"] == "Move to MFA"


def test_ids_in_capitals_are_shown_in_small_letters(portal: Portal) -> None:
    made = portal.goal(companyId=portal.company.upper(), statusId=portal.choice("statuses").upper())
    assert made["company"]["id"] == portal.company
    assert made["status"]["id"] == portal.choice("statuses")
    assert made["id"] == made["id"].lower()


@pytest.mark.parametrize("version", range(1, 8))
def test_ids_of_any_version_are_ids(version: int, portal: Portal) -> None:
    unknown = f"550e8400-e29b-{version}1d4-a716-446655440000"
    _, found = failure(portal.api.post("/goals", json=portal.body(companyId=unknown)))
    assert found["code"] == "INVALID_REFERENCE"
    assert failure(portal.api.get(f"/goals/{unknown}"))[0] == 404


def test_a_new_goal(portal: Portal) -> None:
    answer = portal.api.post("/goals", json=portal.body())
    made = data_of(answer, 201)
    assert answer.headers["location"] == f"{PREFIX}/goals/{made['id']}"
    assert portal.api.get(answer.headers["location"].removeprefix(PREFIX)).json() == {"data": made}
    assert made["createdAt"] == made["updatedAt"]


def test_every_post_makes_a_goal(portal: Portal) -> None:
    assert portal.goal()["id"] != portal.goal()["id"]
    assert len(portal.list()) == 2


def test_a_companys_name_is_todays(portal: Portal) -> None:
    goal = portal.goal()
    portal.api.patch(f"/companies/{portal.company}", json={"name": "Acme & Sons"})
    expected = {"id": portal.company, "name": "Acme & Sons"}
    assert portal.get(goal["id"]) == {**goal, "company": expected}
    assert portal.list()[0]["company"] == expected
