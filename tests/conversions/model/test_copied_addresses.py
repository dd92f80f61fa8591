"""Addresses of goals as they are pasted: right where browsers take them, else refused with what to write instead."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from goalpost.conversions.model.conversion_goals import ConversionGoal, GoalDraft, PageScope, Rule, Trigger, check_draft
from goalpost.conversions.model.copied_addresses import meant
from goalpost.conversions.model.events import Event
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import CompiledGoals
from goalpost.kernel.errors import Invalid

SIMPLE, EXACT, WILDCARD = MatchType.URL_SIMPLE, MatchType.URL_EXACT, MatchType.URL_WILDCARD
STARTS, ENDS, CONTAINS = MatchType.URL_STARTS_WITH, MatchType.URL_ENDS_WITH, MatchType.URL_CONTAINS
FROM_START = (SIMPLE, EXACT, WILDCARD, STARTS)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def fault_of(match_type: MatchType, text: str) -> str:
    try:
        check_draft(GoalDraft("goal", Rule(Trigger.GOAL, MatchType.ANY, "", PageScope(match_type, text))))
    except Invalid as error:
        return error.faults["page"][0]
    return ""


def reaches(match_type: MatchType, text: str, host: str, path: str) -> bool:
    scope = PageScope(match_type, text)
    goal = ConversionGoal(uuid4(), uuid4(), "goal", Rule(Trigger.PAGEVIEW, MatchType.ANY, "", scope), None, NOW)
    event = Event(1, goal.site_id, Trigger.PAGEVIEW, "pageview", 0)
    event.host, event.path = host, path
    return bool(CompiledGoals([goal]).reached(event))


@pytest.mark.parametrize("match_type", FROM_START)
@pytest.mark.parametrize("start", ["https:/", "https://", "https:///", "http:/", "HTTPS:////", "http:\\", "https:\\\\"])
def test_browsers_take_any_number_of_slashes(match_type: MatchType, start: str) -> None:
    """https://url.spec.whatwg.org/#special-authority-ignore-slashes-state"""
    assert fault_of(match_type, f"{start}x.example/a") == ""
    assert reaches(match_type, f"{start}x.example/a", "x.example", "/a")
    assert not reaches(match_type, f"{start}x.example/a", "y.example", "/x.example/a")


@pytest.mark.parametrize(
    "text",
    [
        *("<https://x.example/a>", '"https://x.example/a"', "'https://x.example/a'", "`https://x.example/a`"),
        *("\u00abhttps://x.example/a\u00bb", "\u201chttps://x.example/a\u201d", "\u201ehttps://x.example/a\u201c"),
        *("(https://x.example/a)", "[https://x.example/a]", '<"https://x.example/a">', " <https://x.example/a>, "),
        *("https//x.example/a", "https;//x.example/a", "https:x.example/a", "https : //x.example/a"),
        *(
            "http://https://x.example/a",
            "https://https//x.example/a",
            "\ufeffhttps://x.example/a",
            "https://x.example/\u200ba",
        ),
        *("https://x.example/a\u200b", "\u2060https://x.example/a\u200e"),
    ],
)
def test_what_was_meant_is_told(text: str) -> None:
    for match_type in FROM_START:
        assert fault_of(match_type, text).endswith("write https://x.example/a"), match_type


@pytest.mark.parametrize("match_type", [CONTAINS, ENDS])
@pytest.mark.parametrize("text", ['"/thanks"', "</thanks>", "\u201chttps://x.example/thanks\u201d", "/tha\u200bnks"])
def test_parts_of_addresses_have_no_quotes_either(match_type: MatchType, text: str) -> None:
    assert fault_of(match_type, text).endswith(f"write {meant(text)}")


@pytest.mark.parametrize("trail", [",", ".", ";", "!", ")", "]", ">", '"', "\u201d", "...", "),", ". "])
@pytest.mark.parametrize("match_type", [SIMPLE, EXACT, WILDCARD])
def test_punctuation_of_a_sentence(match_type: MatchType, trail: str) -> None:
    """A page that does end so is written percent-encoded, and found."""
    fault = fault_of(match_type, f"https://x.example/a{trail}")

    assert "as if copied from a text; write https://x.example/a, or https://x.example/a%" in fault
    encoded = fault.partition(", or ")[2].removesuffix(" for pages that end so")
    assert fault_of(match_type, encoded) == ""
    assert reaches(match_type, encoded, "x.example", f"/a{trail.strip()}")


@pytest.mark.parametrize(
    ("match_type", "text"),
    [
        *(
            (SIMPLE, text)
            for text in ("/wiki/Foo_(bar)", "/a/..", "/a/.", "x.example.", "*", "/a?", "https://x.example/a b")
        ),
        *((EXACT, text) for text in ('/a?q="b"', "/list/<id>", "[::1]:80/a", "app://localhost/login", "/l'h\u00f4tel")),
        (SIMPLE, "https://x.example/web/https://y.example/"),
        (SIMPLE, "https://x.example/a?next=https://y.example"),
        *((CONTAINS, text) for text in ("(sale)", "a,", "it's", "x.")),
        *(
            (WILDCARD, text)
            for text in (
                "*.m\u00fcnchen.de/",
                "m\u00fcnchen.*/a",
                "*m\u00fcnchen*",
                "*m\u00fcn*/a",
                "http*://x.example/",
            )
        ),
        (STARTS, "https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"),
    ],
)
def test_what_belongs_to_an_address_stays(match_type: MatchType, text: str) -> None:
    assert fault_of(match_type, text) == ""


@pytest.mark.parametrize("text", ["https://x.example/a https://y.example/b", "https://x.example/a,https://y.example"])
def test_two_addresses_in_one(text: str) -> None:
    for match_type in (*FROM_START, CONTAINS, ENDS):
        assert "two addresses" in fault_of(match_type, text)


@pytest.mark.parametrize("text", ["x .example/a", "https://x.exa mple/a", "x,example/a", "utm=a/b", "https://x:y:1/"])
def test_hosts_that_no_page_has(text: str) -> None:
    for match_type in FROM_START:
        assert "its host is not the name of a host" in fault_of(match_type, text), match_type


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("m\u00fcn*.de", "*.de"),
        ("https://m\u00fcn*.de/danke", "https://*.de/danke"),
        ("*.m\u00fcn*.de/", "*.*.de/"),
        ("https://*chen-s\u00fcd.de/", "https://*.de/"),
        ("http*://m\u00fcn*.de/", "http*://*.de/"),
    ],
)
def test_a_wildcard_within_a_label_beyond_ascii(text: str, instead: str) -> None:
    """Browsers send `xn--mnchen-3ya.de` (RFC 3492), whose letters are not those of the label in their order."""
    assert fault_of(WILDCARD, text).endswith(f"write the whole label, or a wildcard in its place: {instead}")
    assert fault_of(WILDCARD, instead) == ""


def test_a_wildcard_is_one_where_the_match_type_says_so() -> None:
    for match_type in (SIMPLE, EXACT, STARTS):
        assert "the match type wildcard" in fault_of(match_type, "https://*.x.example/")
    assert "write the host to its end" in fault_of(STARTS, "https://m\u00fcn")


@pytest.mark.parametrize(
    ("match_type", "text", "why"),
    [
        (
            SIMPLE,
            "https://x.example/app#/user/a@b.example/edit",
            "which is never kept; write https://x.example/app#/user//edit",
        ),
        (CONTAINS, "#/user/a@b.example", "which is never kept; write #/user/"),
        (EXACT, "/a?a@b.example", "which is never kept; leave it out"),
        (EXACT, "/a?token=x", "write token= without a value"),
    ],
)
def test_private_parts_are_told_as_they_are_kept(match_type: MatchType, text: str, why: str) -> None:
    """docs/operating.md, Privacy: a segment of a route with an e-mail address is left empty."""
    assert fault_of(match_type, text).endswith(why)


def test_an_address_of_mail_in_a_plain_path_is_kept_and_found() -> None:
    """docs/operating.md, Privacy: other parts of a path before the route are kept."""
    assert fault_of(SIMPLE, "/user/a@b.example/edit") == ""
    assert reaches(SIMPLE, "/user/a@b.example/edit", "x.example", "/user/a@b.example/edit")
