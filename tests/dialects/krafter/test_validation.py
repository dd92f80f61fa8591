"""Every rule for what may be written, with the answer to who breaks it: https://docs.krafter.dev/api/errors.html."""

from typing import Any
from uuid import uuid4

import pytest

from tests.dialects.krafter.support import GOAL, seen
from tests.support.server import Site

BLANK, INVALID, NO_STRING = ["can't be blank"], ["is invalid"], ["must be a string"]
NO_CURRENCY = ["is not an ISO 4217 currency code"]
ABSENT = object()


def failed(**details: list[str]) -> tuple[int, dict[str, Any]]:
    return 422, {"error": "Validation failed", "details": details}


def too_long(most: int) -> list[str]:
    return [f"should be at most {most} character(s)"]


def changed(body: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    return {name: value for name, value in {**body, field: value}.items() if value is not ABSENT}


# (field, value, what is wrong with it): the same for POST and PATCH.
GOAL_FAULTS = [
    ("name", None, BLANK),
    ("name", "", BLANK),
    ("name", " \t\n", BLANK),
    ("name", 5, NO_STRING),
    ("name", True, NO_STRING),
    ("name", ["Signup"], NO_STRING),
    ("name", {"en": "Signup"}, NO_STRING),
    ("name", "x" * 256, too_long(255)),
    ("name", "x\0y", ["has invalid characters"]),
    ("type", None, BLANK),
    ("type", "", BLANK),
    ("type", "click", INVALID),
    ("type", "Event", INVALID),
    ("type", " event", INVALID),
    ("type", 1, INVALID),
    ("match_type", None, BLANK),
    ("match_type", "glob", INVALID),
    ("match_type", "EXACT", INVALID),
    ("match_type", False, INVALID),
    ("match_value", None, BLANK),
    ("match_value", "", BLANK),
    ("match_value", "  ", BLANK),
    ("match_value", 7, NO_STRING),
    ("match_value", ["/"], NO_STRING),
    ("match_value", "x" * 256, too_long(255)),
    ("match_value", "x\0", ["has invalid characters"]),
    ("currency", "", NO_CURRENCY),
    ("currency", "US", NO_CURRENCY),
    ("currency", "DOLLARS", NO_CURRENCY),
    ("currency", "XYZ", NO_CURRENCY),
    ("currency", " USD", NO_CURRENCY),
    ("currency", 840, NO_STRING),
    ("currency", ["USD"], NO_STRING),
]


@pytest.mark.parametrize(("field", "value", "fault"), GOAL_FAULTS)
def test_a_goals_field_that_is_wrong(field: str, value: Any, fault: list[str], site: Site) -> None:
    goals = f"/sites/{site.key}/goals"
    goal = site.goal("event", "exact", "signup")
    before = site.api.get(goals).json()

    assert seen(site.api.post(goals, json=changed(GOAL, field, value))) == failed(**{field: fault})
    assert seen(site.api.patch(f"{goals}/{goal}", json={field: value})) == failed(**{field: fault})
    assert site.api.get(goals).json() == before


@pytest.mark.parametrize("field", ["name", "type", "match_type", "match_value"])
def test_a_goals_field_that_is_missing(field: str, site: Site) -> None:
    answer = site.api.post(f"/sites/{site.key}/goals", json=changed(GOAL, field, ABSENT))
    assert seen(answer) == failed(**{field: BLANK})


def test_every_fault_is_told_at_once(site: Site) -> None:
    goals = f"/sites/{site.key}/goals"
    everything = failed(name=BLANK, type=BLANK, match_type=BLANK, match_value=BLANK)
    assert seen(site.api.post(goals, json={})) == everything
    blank = {**GOAL, "name": " ", "match_value": " ", "currency": "?"}
    assert seen(site.api.post(goals, json=blank)) == failed(name=BLANK, match_value=BLANK, currency=NO_CURRENCY)


@pytest.mark.parametrize("currency", ["USD", "usd", "Eur", "JPY", None, ABSENT])
def test_a_currency_is_kept_in_capitals(currency: Any, site: Site) -> None:
    made = site.api.post(f"/sites/{site.key}/goals", json=changed(GOAL, "currency", currency))
    assert made.status_code == 201
    assert made.json()["data"]["currency"] == (currency.upper() if isinstance(currency, str) else None)


def test_the_longest_texts(site: Site) -> None:
    goals = f"/sites/{site.key}/goals"
    exact = {**GOAL, "name": "é" * 255, "match_value": "é" * 255}
    assert site.api.post(goals, json=exact).json()["data"].items() >= exact.items()
    regex = {**GOAL, "match_type": "regex", "match_value": "é" * 2048}
    assert site.api.post(goals, json=regex).json()["data"].items() >= regex.items()
    longer = {**regex, "match_value": "é" * 2049}
    assert seen(site.api.post(goals, json=longer)) == failed(match_value=too_long(2048))


@pytest.mark.parametrize(
    "text", ["Häagen ☕ 💶", "<script>alert(1)</script>", "'; DROP TABLE goals; --", " x ", "\u202e"]
)
def test_texts_come_back_as_they_went(text: str, site: Site) -> None:
    made = site.api.post(f"/sites/{site.key}/goals", json={**GOAL, "name": text, "match_value": text}).json()["data"]
    assert (made["name"], made["match_value"]) == (text, text)
    assert site.api.get(f"/sites/{site.key}/goals").json()["data"] == [made]


def test_fields_that_cannot_be_written_are_ignored(site: Site) -> None:
    more = {"id": "x", "site": "x", "conversions": 5, "created_at": "never", "": None}
    made = site.api.post(f"/sites/{site.key}/goals", json={**GOAL, **more}).json()["data"]
    assert made == {**GOAL, "id": made["id"], "currency": None}
    patched = site.api.patch(f"/sites/{site.key}/goals/{made['id']}", json=more)
    assert seen(patched) == (200, {"data": made})


def test_an_empty_patch_changes_nothing(site: Site) -> None:
    goal, path = site.goal("event", "contains", "sign", currency="USD"), f"/sites/{site.key}/goals"
    before = site.api.get(path).json()["data"][0]
    assert seen(site.api.patch(f"{path}/{goal}", json={})) == (200, {"data": before})
    assert site.api.get(path).json()["data"] == [before]
    same = site.api.get(f"/sites/{site.key}").json()
    assert seen(site.api.patch(f"/sites/{site.key}", json={})) == (200, same)


def test_a_patch_changes_what_it_names(site: Site) -> None:
    goal = site.goal("event", "exact", "signup", currency="USD")
    expected = {"id": goal, "name": "signup", "type": "event", "match_type": "exact", "match_value": "signup"}
    expected["currency"] = "USD"
    for patch in (
        {"name": "New"},
        {"type": "pageview", "match_value": "/new"},
        {"match_type": "regex", "match_value": "^/n.w$"},
        {"currency": None},
        {"currency": "eur"},
        {"type": "custom"},
    ):
        expected |= patch
        expected["currency"] = expected["currency"] and expected["currency"].upper()
        answer = site.api.patch(f"/sites/{site.key}/goals/{goal}", json=patch)
        assert seen(answer) == (200, {"data": expected})
        assert site.api.get(f"/sites/{site.key}/goals").json()["data"] == [expected]


def test_names_need_not_differ(site: Site) -> None:
    assert site.goal() != site.goal()
    assert len(site.api.get(f"/sites/{site.key}/goals").json()["data"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "x"',
        b"{'name': 'x'}",
        b"null",
        b"[]",
        b'["name"]',
        b'"name"',
        b"5",
        b"name=x",
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: repr(body[:16]),
)
def test_a_body_that_is_not_a_json_object_is_rejected(body: bytes, site: Site) -> None:
    for method, path in [
        ("POST", f"/sites/{site.key}/goals"),
        ("PATCH", f"/sites/{site.key}/goals/{site.goal()}"),
        ("POST", "/sites"),
        ("PATCH", f"/sites/{site.key}"),
    ]:
        answer = site.api.request(method, path, content=body)
        assert answer.status_code == 400, answer.text
        assert list(answer.json()) == ["error"]
        assert answer.json()["error"].startswith("the body ")


def test_the_content_type_does_not_matter(site: Site) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain", "nonsense"):
        answer = site.api.post(
            f"/sites/{site.key}/goals",
            content=b'{"name":"x","type":"event","match_type":"exact","match_value":"x"}',
            headers={"content-type": kind},
        )
        assert answer.status_code == 201


SITE_FAULTS = [
    ("domain", None, BLANK),
    ("domain", "", BLANK),
    ("domain", "https://", BLANK),
    ("domain", 5, NO_STRING),
    ("domain", "exa mple.com", ["has invalid format"]),
    ("domain", "-example.com", ["has invalid format"]),
    ("domain", "example..com", ["has invalid format"]),
    ("domain", "a" * 64 + ".com", ["has invalid format"]),
    ("domain", "a\0.com", ["has invalid format"]),
    ("domain", "0123456789abcdef" * 2, ["has invalid format"]),
    ("name", None, BLANK),
    ("name", " ", BLANK),
    ("name", 5, NO_STRING),
    ("name", "x" * 256, too_long(255)),
    ("public_stats", "true", ["must be true or false"]),
    ("public_stats", 1, ["must be true or false"]),
    ("public_stats", None, BLANK),
]


@pytest.mark.parametrize(("field", "value", "fault"), SITE_FAULTS)
def test_a_sites_field_that_is_wrong(field: str, value: Any, fault: list[str], site: Site) -> None:
    body = changed({"domain": "other.example.com", "name": "Other"}, field, value)
    before = site.api.get("/sites").json()
    assert seen(site.api.post("/sites", json=body)) == failed(**{field: fault})
    assert seen(site.api.patch(f"/sites/{site.key}", json={field: value})) == failed(**{field: fault})
    assert site.api.get("/sites").json() == before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("{}.Example.COM", "{}.example.com"),
        ("https://{}.example.com/shop?x=1", "{}.example.com"),
        ("{}:8080", "{}:8080"),
        ("{}.example.com.", "{}.example.com"),
    ],
)
def test_a_domain_is_kept_in_one_spelling(sent: str, kept: str, site: Site) -> None:
    host = f"h{uuid4().hex}"
    made = site.api.post("/sites", json={"domain": sent.format(host), "name": "Other"})
    assert (made.status_code, made.json()["data"]["domain"]) == (201, kept.format(host))


def test_a_new_site_has_a_key_of_its_own(site: Site) -> None:
    domain = f"{uuid4().hex}.example.com"
    made = site.api.post("/sites", json={"domain": domain, "name": "Other", "public_stats": True})
    data = made.json()["data"]
    assert list(data) == ["id", "domain", "name", "site_key", "public_stats", "created_at"]
    assert data["site_key"].startswith("sk_")
    assert (data["domain"], data["name"], data["public_stats"]) == (domain, "Other", True)
    assert seen(site.api.get(f"/sites/{data['site_key']}")) == (200, {"data": data})
    assert site.api.get("/sites").json()["data"][1] == data
