"""Fields of any length: a bound for each, before anything remembers it or works on it."""

import json
from typing import Any
from uuid import uuid4

import pytest

from goalpost.conversions.ingest.fields import MAX_DOMAINS, MAX_REFERRER, MAX_URL, MAX_USER_AGENT
from goalpost.conversions.ingest.peers import first_public
from goalpost.conversions.ingest.wire import Sender, read_event, to_hit
from goalpost.conversions.model.hosts import normal_host
from goalpost.kernel.money_texts import read_amount
from goalpost.kernel.texts import composed
from tests.support.server import Site

LONG = 2_000_000
TRUSTED = Sender("192.0.2.1", "", 1_770_000_000_000, uuid4())


def _hit(**fields: Any) -> tuple[Any, tuple[str, ...]]:
    event = {"name": "buy", "domain": "example.com", **fields}
    return to_hit(read_event(json.dumps(event).encode()), TRUSTED)


def test_what_is_looked_at_in_its_beginning_is_cut() -> None:
    hit, ignored = _hit(
        url="https://example.com/" + "x" * LONG,
        referrer="https://example.org/" + "x" * LONG,
        user_agent="Mozilla/5.0 " + "x" * LONG,
    )

    assert (len(hit.url), len(hit.referrer), len(hit.user_agent)) == (MAX_URL, MAX_REFERRER, MAX_USER_AGENT)
    assert ignored == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timestamp", "2026-01-01T00:00:00" + "0" * LONG),
        ("ip", "1" * LONG),
        ("ip", "[::1]" + " " * LONG),
        ("id", "x" * LONG),
        ("visitor", "x" * LONG),
        ("i", "x" * LONG),
        ("h", "1" * LONG),
        ("kind", "x" * LONG),
        ("props", json.dumps({"a": "x" * LONG})),
        ("props.a", {"a": "x" * LONG}),
        ("revenue", {"amount": "1" * LONG}),
        ("revenue", {"amount": 1, "currency": "E" * LONG}),
        ("revenue", json.dumps({"amount": 1, "other": "x" * LONG})),
    ],
)
def test_what_is_too_long_to_be_used_is_ignored_and_named(field: str, value: Any) -> None:
    hit, ignored = _hit(**{field.partition(".")[0]: value})

    assert ignored == (field,)
    assert hit.props == {} and hit.revenue is None


def test_a_list_of_sites_is_cut_between_names() -> None:
    """A name that is cut may be another site's: `shop.example.co` is not `shop.example.com`."""
    names = ["x" * 250] * 40

    hit, _ = _hit(domain=",".join(names))

    assert MAX_DOMAINS - 300 < len(hit.domain) <= MAX_DOMAINS
    assert set(hit.domain.split(",")) == set(names)
    assert len(_hit(domain="x" * LONG)[0].domain) < 10


def test_a_million_properties_are_not_looked_at() -> None:
    hit, ignored = _hit(props={f"p{number}": number for number in range(100_000)})

    assert list(hit.props) == [f"p{number}" for number in range(30)]
    assert len(ignored) == 21


def test_only_so_many_addresses_of_a_forwarding_header() -> None:
    assert first_public([b",".join([b"10.0.0.1"] * 50 + [b"192.0.2.7"])]) == "192.0.2.7"
    assert first_public([b",".join([b"10.0.0.1"] * 5000 + [b"192.0.2.7"])]) == "10.0.0.1"


def test_combining_marks_without_end_are_cut() -> None:
    """https://unicode.org/reports/tr15/#Stream_Safe_Text_Format: no language has more than thirty in a row."""
    zalgo = "a" + "\u0316\u0323" * 15
    assert composed(zalgo) == composed(zalgo + "\u0316\u0323" * 1000)
    assert composed("e\u0301" * 1000) == "é" * 1000
    assert composed("\N{PILE OF POO}" * 1000) == "\N{PILE OF POO}" * 1000


def test_labels_longer_than_dns_has_are_not_encoded() -> None:
    assert normal_host("ü" * 63) == "xn--" + ("ü" * 63).encode("punycode").decode()
    assert normal_host("Ü" * 64) == "ü" * 64


@pytest.mark.parametrize("text", ["1" * 101, "0." + "0" * 100, "1" * LONG, "1," * LONG])
def test_an_amount_of_more_than_a_hundred_characters_is_none(text: str) -> None:
    assert read_amount(text) is None
    assert read_amount("0." + "0" * 97 + "1") is not None


# Each took seconds to hours of the event loop: patterns and algorithms whose time is the square of the length.
COSTLY: dict[str, dict[str, Any]] = {
    "dots before a scheme's colon": {"url": "a" + "." * 32_000 + "://x"},
    "dots in a referrer": {"referrer": "a" + "." * 32_000 + "://x"},
    "dots in a link": {"kind": "link_click", "name": "a" + "." * 1990 + "://x"},
    "digits as an amount": {"name": "x", "revenue": {"amount": "1" * 500_000}},
    "digits as a property": {"name": "x", "props": {"revenue": "1" * 2000}},
    "combining marks": {"url": "https://example.com/" + "\u0300\u0316" * 16_000},
    "combining marks, encoded": {"url": "https://example.com/" + "%CC%80%CC%96" * 5000},
    "combining marks in a query": {"url": "https://example.com/?utm_source=" + "\u0300\u0316" * 16_000},
    "a host of other letters": {"url": "https://" + "".join(map(chr, range(0x4E00, 0x4E00 + 999))) + "/"},
    "properties": {"props": {f"p{number}": number for number in range(60_000)}},
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_field_keeps_the_server_busy(site: Site, name: str) -> None:
    """An array of each is answered within the client's 30 seconds, and others are answered meanwhile."""
    site.goal("custom", "exact", "x", currency="EUR") if name.startswith("digits") else None
    events = [COSTLY[name] | {"i": str(number)} for number in range(max(2, 400_000 // len(json.dumps(COSTLY[name]))))]

    assert site.send(events[:40]).status_code == 202
    assert site.send({}).status_code == 202
