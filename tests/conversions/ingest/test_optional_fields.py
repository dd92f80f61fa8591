"""An event is never lost for an optional field: what cannot be used is left out, and named.

The rule is documented at https://plausible.io/docs/events-api: an event with a bad revenue is recorded without it, and
so is one with too many properties, or with lists and objects among them.
"""

import json
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.ingest.fields import MAX_IGNORED
from goalpost.conversions.ingest.wire import TRUSTED, Sender, read_event, read_events, to_hit
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Hit
from tests.support.server import Site

NOW_MS = 1_795_000_000_000
ANYBODY = Sender("203.0.113.1", "agent", NOW_MS, None)
KEY_HOLDER = Sender("203.0.113.1", "agent", NOW_MS, uuid4())

WRONG_KINDS: list[Any] = [1, -1.5, 2**70, 10**400, float("nan"), float("inf"), True, False, [], [1], {"a": 1}, "\ud800"]
NO_ADDRESS: list[Any] = ["unknown", "203.0.113.", "\0", "::g", "localhost", "x" * 5000]
NO_MOMENT: list[Any] = [
    "yesterday",
    "2026-13-01",
    "1999-12-31",
    "9999-12-31",
    "",
    0,
    10**15,
    1e300,
    -1,
    "1" * 9999,
    "\0",
]
NO_ID: list[Any] = ["", "x" * 256, 1.5, 10**300, float("nan"), True, [], {}, "\udc00"]

UNUSABLE: dict[str, list[tuple[dict[str, Any], str]]] = {
    "revenue": [
        *(
            ({key: value}, "revenue")
            for key in ("revenue", "$")
            for value in [*WRONG_KINDS, "9.99", "a=b", "[]", "null"]
        ),
        *(({"revenue": {"amount": amount, "currency": "EUR"}}, "revenue") for amount in [*WRONG_KINDS[1:], "", None]),
        *(({"revenue": {"amount": 1, "currency": code}}, "revenue") for code in [978, True, [], "US Dollar", "EURO"]),
        *(({"revenue": {"amount": 1, "currency": code}}, "revenue") for code in ["€", "123", "ABC", "\ud800"]),
        *(({"revenue": {"amount": text}}, "revenue") for text in ["1.299", "1,299", "$49.99", "a lot", "-1", "1e14"]),
        ({"revenue": {"currency": "USD", "amount": "1.299,00"}}, "revenue"),
        ({"revenue": {"currency": "EUR"}}, "revenue"),
        ({"revenue": '{"amount": NaN, "currency": "EUR"}'}, "revenue"),
        ({"$": '{"amount": "a lot"}'}, "revenue"),
    ],
    "props": [
        *(
            ({key: value}, "props")
            for key in ("props", "p", "m")
            for value in [*WRONG_KINDS[:-2], "a=b", "[1]", "[" * 9999]
        ),
        *(({"props": {"a": value}}, "props.a") for value in WRONG_KINDS[4:] if not isinstance(value, bool)),
        *(({key: '{"a": {"b": 1}, "c": 2}'}, "props.a") for key in ("props", "p", "m")),
        ({"p": '{"a": "\\ud83d"}'}, "props.a"),
        ({"props": {"a": "x" * 2001}}, "props.a"),
        ({"props": {"a": 10**2001}}, "props.a"),
        ({"props": {"x" * 301: "a"}}, f"props.{'x' * 60}"),
        ({"props": {"\udc00": "a"}}, "props.%3F"),
        ({"props": {"a, b\r\nc: \0é": []}}, "props.a%2C%20b%0D%0Ac%3A%20%00%C3%A9"),
        ({"props": {f"key{number}": number for number in range(32)}}, "props.key30, props.key31"),
    ],
    "referrer": [({key: value}, "referrer") for key in ("referrer", "r") for value in WRONG_KINDS],
    "url": [({"url": value}, "url") for value in WRONG_KINDS],
    "kind": [({"kind": value}, "kind") for value in [*WRONG_KINDS, "click", "Goal", "\0"]],
    "i": [({"i": value}, "i") for value in [*WRONG_KINDS, "", "x" * 65]],
}
UNUSABLE_OF_KEY_HOLDERS: dict[str, list[tuple[dict[str, Any], str]]] = {
    "timestamp": [({"timestamp": value}, "timestamp") for value in [*WRONG_KINDS, *NO_MOMENT]],
    "id": [({"id": value}, "id") for value in NO_ID],
    "visitor": [({"visitor": value}, "visitor") for value in NO_ID],
    "ip": [({"ip": value}, "ip") for value in [*WRONG_KINDS, *NO_ADDRESS]],
    "user_agent": [({"user_agent": value}, "user_agent") for value in WRONG_KINDS],
}
CASES = [case for cases in UNUSABLE.values() for case in cases]
CASES_OF_KEY_HOLDERS = [case for cases in UNUSABLE_OF_KEY_HOLDERS.values() for case in cases]


def _read(fields: dict[str, Any], sender: Sender = ANYBODY) -> tuple[Hit, str]:
    hit, ignored = to_hit(read_event(json.dumps({"name": "buy", "domain": "d", **fields}).encode()), sender)
    return hit, ", ".join(ignored)


@pytest.mark.parametrize(("fields", "ignored"), CASES, ids=[f"{name} {at}" for at, (_, name) in enumerate(CASES)])
def test_what_cannot_be_used_is_left_out_and_named(fields: dict[str, Any], ignored: str) -> None:
    """Fields of shops and trackers: amounts as formatted text (magento2#37708), a cart among the properties."""
    hit, found = _read(fields)

    assert found == ignored
    assert (hit.name, hit.domain, hit.url, hit.referrer, hit.revenue) == ("buy", "d", "", "", None)
    assert (hit.kind, hit.browser_visitor) == (Trigger.EVENT, None)


@pytest.mark.parametrize(("fields", "ignored"), CASES_OF_KEY_HOLDERS)
def test_what_a_key_holder_says_wrongly_is_left_out_and_named(fields: dict[str, Any], ignored: str) -> None:
    hit, found = _read(fields, KEY_HOLDER)

    assert found == ignored
    assert (hit.client_ip, hit.user_agent, hit.timestamp_ms) == ("203.0.113.1", "agent", NOW_MS)
    assert (hit.idempotency_key, hit.sender_visitor) == (None, None)


def test_what_only_key_holders_may_say_is_named_where_others_say_it() -> None:
    hit, ignored = _read(dict.fromkeys(TRUSTED, "1"))

    assert ignored == ", ".join(TRUSTED)
    assert (hit.client_ip, hit.user_agent, hit.timestamp_ms) == ("203.0.113.1", "agent", NOW_MS)


NOTHING_SENT: list[dict[str, Any]] = [
    *({key: value} for key in ("props", "p", "m", "revenue", "$") for value in (None, "", {}, "{}")),
    *({key: value} for key in ("referrer", "r", "url", "u", "kind") for value in (None, "")),
    {"revenue": {"amount": None, "currency": ""}},
    {"props": {"a": None, "b": ""}},
    dict.fromkeys(["i", "timestamp", "id", "ip", "user_agent", "visitor"]),
]


@pytest.mark.parametrize("fields", NOTHING_SENT)
def test_empty_fields_are_fields_not_sent(fields: dict[str, Any]) -> None:
    """@plausible-analytics/tracker sends `"$": {}` with every event of a tagged element that has no revenue."""
    for sender in (ANYBODY, KEY_HOLDER):
        hit, ignored = _read(fields, sender)
        assert (ignored, hit.props, hit.revenue) == ("", {}, None)


def test_the_usable_properties_are_kept_beside_the_others() -> None:
    hit, ignored = _read({"props": {"a": 1, "cart": {"id": 1}, "b": "x", "items": ["x"], "c": True, "d": float("nan")}})

    assert hit.props == {"a": "1", "b": "x", "c": "true"}
    assert ignored == "props.cart, props.items, props.d"


def test_the_first_thirty_properties_are_kept() -> None:
    hit, _ = _read({"props": {"empty": None} | {f"key{number}": number for number in range(40)}})

    assert list(hit.props) == [f"key{number}" for number in range(30)]


@pytest.mark.parametrize(
    ("fields", "props"),
    [
        ({"props": 1, "p": {"a": 1}}, {"a": "1"}),
        ({"props": {}, "m": {"a": 1}}, {"a": "1"}),
        ({"p": "a=b", "m": '{"a": 1}'}, {"a": "1"}),
        ({"props": {"a": 1}, "p": {"b": 1}}, {"a": "1"}),
    ],
)
def test_the_first_usable_spelling_counts(fields: dict[str, Any], props: dict[str, str]) -> None:
    assert _read(fields)[0].props == props


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": [], "n": "Signup"}, ("Signup", "d", "")),
        ({"name": 404}, ("404", "d", "")),
        ({"name": 1.5}, ("1.5", "d", "")),
        ({"name": 0}, ("0", "d", "")),
        ({"n": 404, "name": None}, ("404", "d", "")),
        ({"name": 2**70}, (str(2**70), "d", "")),
        ({"domain": {}, "d": "e"}, ("buy", "e", "")),
        ({"domain": 12}, ("buy", "12", "")),
        ({"url": 1, "u": "https://e.example/"}, ("buy", "d", "https://e.example/")),
    ],
)
def test_required_fields_may_be_numbers_or_stand_under_the_other_name(
    fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    hit, _ = _read(fields)

    assert (hit.name, hit.domain, hit.url) == expected


@pytest.mark.parametrize(
    ("sent", "amount", "currency"),
    [
        ({"amount": 49.99, "currency": "usd"}, "49.99", "USD"),
        ({"amount": "49.99", "currency": " eur "}, "49.99", "EUR"),
        ({"amount": "1,299.00", "currency": "USD"}, "1299", "USD"),
        ({"amount": "1\u202f299,50", "currency": "EUR"}, "1299.5", "EUR"),
        ({"amount": 1.299}, "1.299", ""),
        ({"amount": 10, "currency": None}, "10", ""),
        ({"amount": 99999999999999}, "99999999999999", ""),
    ],
)
def test_revenue_that_is_clear(sent: dict[str, Any], amount: str, currency: str) -> None:
    for key, value in (("revenue", sent), ("$", sent), ("$", json.dumps(sent))):
        hit, ignored = _read({key: value})
        assert (hit.revenue, hit.currency, ignored) == (Decimal(amount), currency, "")


def test_an_amount_keeps_every_digit() -> None:
    body = b'{"name": "buy", "domain": "d", "revenue": {"amount": 99999999999999.9999}}'

    assert to_hit(read_event(body), ANYBODY)[0].revenue == Decimal("99999999999999.9999")


@pytest.mark.parametrize(("sent", "text"), [(1.299, "1.2990"), (12.5, "12.5"), ("1.299", "1.299"), (1299, "1299")])
def test_a_numeric_property_revenue_stays_clear(sent: Any, text: str) -> None:
    """Goals read it as money, and there the text 1.299 may be one thousand; a number is what it is."""
    assert _read({"props": {"revenue": sent}})[0].props == {"revenue": text}


LOOSE_BODIES: dict[str, tuple[bytes, str]] = {
    "NaN": (b'"revenue": {"amount": NaN, "currency": "EUR"}', "revenue"),
    "Infinity among properties": (b'"props": {"a": -Infinity, "plan": "pro"}', "props.a"),
    "half an emoji": (b'"props": {"a": "hi \\ud83d", "plan": "pro"}', "props.a"),
    "half an emoji in the referrer": (b'"referrer": "https://a.example/\\ud83d"', "referrer"),
    "bytes that are not UTF-8": (b'"props": {"a": "\xff", "plan": "pro"}', "props.a"),
    "a number of 5,000 digits": (b'"props": {"a": ' + b"9" * 5000 + b', "plan": "pro"}', "props.a"),
    "an endless exponent": (b'"props": {"a": 1e999999999999999999999}', "props.a"),
    "an endless moment": (b'"timestamp": 1e999999999', "timestamp"),
    "a line break in a text": (b'"props": {"plan": "pro\n"}', ""),
    "half an emoji in an unknown field": (b'"x": "\\udc00"', ""),
    "NaN in an unknown field": (b'"x": [NaN]', ""),
}


@pytest.mark.parametrize(("fields", "ignored"), LOOSE_BODIES.values(), ids=LOOSE_BODIES)
def test_json_as_loose_senders_write_it(fields: bytes, ignored: str) -> None:
    """JavaScript cuts texts within an emoji, Python writes NaN, scripts write bytes as they come."""
    body = b'{"name": "buy", "domain": "d", ' + fields + b"}"

    hit, found = to_hit(read_event(body), KEY_HOLDER)
    in_array = [to_hit(event, KEY_HOLDER)[1] for event in _events(b"[" + body + b" , \n" + body + b"]")]

    assert (hit.name, ", ".join(found)) == ("buy", ignored)
    assert in_array == [found, found]


def _events(body: bytes) -> list[Any]:
    return list(read_events(body))


def test_a_byte_order_mark_is_no_matter() -> None:
    assert to_hit(read_event(b'\xef\xbb\xbf{"name": "a", "domain": "d"}'), ANYBODY)[0].name == "a"


def test_the_names_of_ignored_fields_are_bounded() -> None:
    hit, ignored = _read({"props": {f"{number}{'é' * 200}": [] for number in range(5000)}})

    assert hit.props == {}
    assert ignored.endswith(", ...")
    assert ignored.count(",") == MAX_IGNORED
    assert len(ignored) < 2000


@given(st.dictionaries(st.text(st.characters(exclude_categories=[]), max_size=80), st.lists(st.none()), max_size=30))
def test_names_are_fit_for_a_header(props: dict[str, Any]) -> None:
    _, ignored = _read({"props": props})

    assert re.fullmatch(r"[\x21-\x7e, ]*", ignored)
    assert ignored.count(", ") == max(0, len(set(ignored.split(", "))) - 1)


def test_they_are_counted_and_named_in_the_answer(site: Site) -> None:
    goal = site.goal("event", "exact", "buy", currency="EUR")
    good = {"name": "buy", "revenue": {"amount": 5, "currency": "EUR"}}
    bodies = [{**good, **fields} for fields, _ in CASES if "kind" not in fields and "\ud800" not in str(fields)]
    bodies = [
        {key: value for key, value in body.items() if body.get("$") is None or key != "revenue"} for body in bodies
    ]

    for body, name in zip(bodies[:5], ["revenue"] * 5, strict=True):
        answer = site.send(body)
        assert (answer.status_code, answer.headers.get("x-goalpost-ignored")) == (202, name)
    answer = site.send([*bodies, good])

    assert (answer.status_code, answer.content) == (202, b"")
    assert set(answer.headers["x-goalpost-ignored"].split(", ")) >= {"revenue", "props", "props.a"}
    assert site.counted(goal, len(bodies) + 6)["conversions"] == len(bodies) + 6
