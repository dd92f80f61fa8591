"""Private values outside a page's query: in routes, properties, tags, referrers and the addresses of links."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest

from goalpost.conversions.ingest import fields, pipeline
from goalpost.conversions.ingest.catalog import TrackedSite
from goalpost.conversions.ingest.pipeline import Context, Work
from goalpost.conversions.ingest.wire import Sender, read_event, to_hit
from goalpost.conversions.model.conversion_goals import ConversionGoal, Rule, Trigger
from goalpost.conversions.model.events import Event, Hit
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import Site

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
SITE = Site(uuid4(), uuid4(), "example.com", "example.com", "sk_x", False, MADE_AT)
PAGE = "https://example.com/app"


def _put(hit: Hit, rules: Sequence[Rule] = ()) -> tuple[Event, list[bytes]]:
    """The event of a hit on a site with goals of these rules, and its conversions."""
    event = Event(1, SITE.id, hit.kind, hit.name, 0)
    goals = [ConversionGoal(uuid4(), SITE.id, "goal", rule, None, MADE_AT) for rule in rules]
    work = Work(hit, event, 0, TrackedSite(SITE, goals, 1))
    steps = (pipeline.put_url, pipeline.put_target, pipeline.put_campaign, pipeline.put_source)
    for step in (*steps, pipeline.put_conversions):
        assert step(work, cast(Context, None)) is None
    return event, work.conversions


def _page_view(url: str, referrer: str = "", *rules: Rule) -> tuple[Event, list[bytes]]:
    return _put(Hit(SITE.key, "pageview", Trigger.PAGEVIEW, url, referrer, 0, "", "", hash_routed=True), rules)


def _click(address: str, *rules: Rule) -> tuple[Event, list[bytes]]:
    return _put(Hit(SITE.key, address, Trigger.LINK_CLICK, PAGE, "", 0, "", ""), rules)


@pytest.mark.parametrize(
    ("fragment", "route"),
    [
        ("/access_token=SEKRET&x=1", "/access_token=&x=1"),
        ("/cb&access_token=SEKRET", "/cb&access_token="),
        ("!access_token=SEKRET", "!access_token="),
        ("/cb%3Ftoken=SEKRET", "/cb%3Ftoken="),
        ("/cb%3Ftoken%3DSEKRET", "/cb%3Ftoken="),
        ("/cb%3fx%3D1%26token%3DSEKRET", "/cb%3Fx="),
        ("/cb;token=SEKRET;x=1", "/cb;token=;x=1"),
        ("/token=SEKRET/a==", "/token="),
        ("/user/SEKRET@example.com/edit", "/user//edit"),
        ("/user/SEKRET%40example.com", "/user/"),
        ("/in/eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.SEKRET", "/in/"),
        ("/cb?token=SEKRET", "/cb"),
        ("/thanks", "/thanks"),
        ("/shop&page=2", "/shop&page=2"),
    ],
)
def test_the_route_of_a_hash_router(fragment: str, route: str) -> None:
    """The goal's text in its path and the page's address in a scope meet the same route."""
    path = Rule(Trigger.PAGEVIEW, MatchType.EXACT, f"/app#{route}")

    event, conversions = _page_view(f"{PAGE}#{fragment}", "", path)

    assert event.path == f"/app#{route}"
    assert len(conversions) == 1
    looked_at, _ = _page_view(f"{PAGE}#{fragment}", "", Rule(Trigger.PAGEVIEW, MatchType.URL_CONTAINS, "app"))
    assert "SEKRET" not in repr(looked_at)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://y.example/?token=T&email=a@b.example&x=1", "https://y.example/?token=&email=&x=1"),
        ("https://ann:secret@y.example/a", "https://y.example/a"),
        ("//y.example/a?x=1#access_token=T", "//y.example/a?x=1#access_token="),
        ("/form?email=a%40b.example", "/form?email="),
        ("/a#/cb&token=T", "/a#/cb&token="),
        ("mailto:a@b.example?subject=x", "mailto:"),
        ("TEL:+4930123456", "tel:"),
        ("redis://:secret@cache:6379/0", "redis://cache:6379/0"),
        ("jdbc:postgresql://u:secret@db/x?user=a", "jdbc:postgresql://db/x?user="),
        ("jdbc:sqlserver://h;user=x;password=y;a=1", "jdbc:sqlserver://h;user=;password=;a=1"),
        ("https:\\\\u:secret@h\\a", "https:\\\\h\\a"),
        ("https:/u:secret@h/a", "https:/h/a"),
        ("view-source:https://u:secret@h/a", "view-source:https://h/a"),
        ("https://y.example/a;jsessionid=X/b;v=1;token=T?x=1", "https://y.example/a/b;v=1;token=?x=1"),
        ("https%3A%2F%2Fu%3Ap%40h%2F%3Ftoken%3DT", "https://h/?token="),
        ("%2Fshop%3Fpage%3D2", "%2Fshop%3Fpage%3D2"),
        ("https://medium.example/@ann/x", "https://medium.example/@ann/x"),
        ('{"email": "a@b.example", "n": 1, "u": ["/a?token=T"]}', '{"email":"","n":1,"u":["/a?token="]}'),
        ("%7B%22token%22%3A%22T%22%7D", '{"token":""}'),
        ('{"plan": "pro",  "n": 1}', '{"plan": "pro",  "n": 1}'),
        ('{"token": "T"', '{"token": "T"'),
        ("[" * 200 + '":"', "[" * 200 + '":"'),
        # Anything else is the sender's to decide on.
        ("/files/report.pdf", "/files/report.pdf"),
        ("a@b.example", "a@b.example"),
        ("Total: token=5", "Total: token=5"),
        ("see https://y.example/?token=T", "see https://y.example/?token=T"),
        ("tel: none", "tel: none"),
    ],
)
def test_a_property_that_is_a_url(value: str, kept: str) -> None:
    """Plausible's tracker sends `url` of outbound links and downloads, and `path` of forms."""
    assert fields.properties(({"url": value, "n": 1},), []) == {"url": kept, "n": "1"}


@pytest.mark.parametrize(
    ("query", "source", "campaign"),
    [
        ("utm_source=a@b.example&utm_campaign=May", "", "May"),
        ("source=a%40b.example&ref=News", "News", ""),
        ("utm_source=News&utm_campaign=https%3A%2F%2Fy.example%3Ftoken%3DZ", "News", ""),
        ("utm_source=News&utm_campaign=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x", "News", ""),
        ("utm_source=News&utm_campaign=a%3Db", "News", "a=b"),
    ],
)
def test_tags_of_a_campaign(query: str, source: str, campaign: str) -> None:
    event, _ = _page_view(f"{PAGE}?{query}")

    assert (event.utm_source, event.source, event.utm_campaign) == (source, source, campaign)


@pytest.mark.parametrize(
    "referrer",
    [
        "a@b.example",
        "Ann <a@b.example>",
        "android-app://a@b.example/",
        "android-app://org.example?token=T",
        "token=T.x",
    ],
)
def test_a_referrer_that_is_not_a_page(referrer: str) -> None:
    event, _ = _page_view(PAGE, referrer)

    assert (event.referrer, event.source) == ("", "")


@pytest.mark.parametrize(
    ("match_type", "text", "kept", "conversions"),
    [
        (None, "", "tel:", 0),
        (MatchType.ANY, "", "tel:", 1),
        (MatchType.URL_STARTS_WITH, "tel:", "tel:", 1),
        (MatchType.URL_STARTS_WITH, "mailto:", "tel:", 0),
        (MatchType.URL_STARTS_WITH, "tel:+49", "tel:+4930123456", 1),
        (MatchType.URL_SIMPLE, "tel:+4930123456", "tel:+4930123456", 1),
        (MatchType.URL_SIMPLE, "tel:+49301", "tel:", 0),
    ],
)
def test_a_link_to_a_person_keeps_its_scheme(match_type: MatchType, text: str, kept: str, conversions: int) -> None:
    """The rest stays where a goal is reached by it alone, so that the goal can still be explained."""
    rules = [Rule(Trigger.LINK_CLICK, match_type, text)] if match_type else []

    event, reached = _click("TEL:+4930123456", *rules)

    assert (event.name, len(reached)) == (kept, conversions)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://example.com/proxy/ftp://u:secret@h/x", "/proxy/ftp://h/x"),
        ("https://example.com/proxy/redis%3A%2F%2F%3Asecret%40h/x", "/proxy/redis://h/x"),
        ("https://example.com/a%3Bjsessionid%3D1f0/b;CFTOKEN=4;v=1", "/a/b;v=1"),
        ("https://example.com/@ann//@bob/a@b", "/@ann//@bob/a@b"),
    ],
)
def test_a_path_keeps_neither_credentials_nor_sessions(url: str, path: str) -> None:
    """The referrer's, too; and a goal with the path as the page has it is reached."""
    rule = Rule(Trigger.PAGEVIEW, MatchType.EXACT, url.removeprefix("https://example.com"))
    event, conversions = _put(
        Hit(SITE.key, "pageview", Trigger.PAGEVIEW, url, url.replace("com", "org"), 0, "", ""), [rule]
    )

    assert (event.path, event.referrer, len(conversions)) == (path, f"example.org{path}", 1)


@pytest.mark.parametrize("address", ["mailto:a@b.example?subject=Hi", "sms:+1?body=x", "xmpp:a@b.example"])
def test_any_scheme_of_a_person(address: str) -> None:
    assert _click(address)[0].name == address.partition(":")[0] + ":"


def test_an_id_has_one_name_in_any_normal_form() -> None:
    composed, decomposed = (
        Hit(SITE.key, name, Trigger.EVENT, PAGE, "", 0, "", "", idempotency_key="1") for name in ("R\u00e9", "Re\u0301")
    )

    assert pipeline._idempotency_key(b"site", composed) == pipeline._idempotency_key(b"site", decomposed)


@pytest.mark.parametrize(
    ("sent", "yes", "ignored"),
    [(b"1", True, []), (b"1.0", True, []), (b"0.0", False, []), (b"1.5", False, ["h"]), (b"1e999999", False, ["h"])],
)
def test_a_whole_number_is_a_flag(sent: bytes, yes: bool, ignored: list[str]) -> None:
    event = read_event(b'{"n": "pageview", "u": "https://example.com/", "d": "example.com", "h": %s}' % sent)
    hit, named = to_hit(event, Sender("", "", 0, None))

    assert (hit.hash_routed, list(named)) == (yes, ignored)
