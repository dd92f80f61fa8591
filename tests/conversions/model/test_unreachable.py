"""Goals that nothing can ever reach: refused when they are made, with what to write instead."""

from dataclasses import replace

import pytest

from goalpost.conversions.model.conversion_goals import EVERYWHERE, GoalDraft, PageScope, Rule, Trigger, check_draft
from goalpost.conversions.model.match_types import MatchType
from goalpost.kernel.errors import Invalid

EXACT, CONTAINS, REGEX = MatchType.EXACT, MatchType.CONTAINS, MatchType.REGEX


def faults_of(rule: Rule) -> dict[str, str]:
    try:
        check_draft(GoalDraft("goal", rule))
    except Invalid as error:
        return {field: " ".join(texts) for field, texts in error.faults.items()}
    return {}


@pytest.mark.parametrize(
    ("match_type", "text", "instead"),
    [
        (EXACT, "https://x.example/thanks", "write /thanks"),
        (EXACT, "http://www.x.example", "write /"),
        (EXACT, "x.example/thanks", "write /thanks"),
        (EXACT, "//x.example/thanks?a", "write /thanks"),
        (EXACT, "thanks", "write /thanks"),
        (EXACT, "thanks.html", "write /thanks.html"),
        (EXACT, " /thanks", "write /thanks"),
        (EXACT, "/thanks?order=1", "write /thanks"),
        (EXACT, "/thanks#x", "write /thanks"),
        (EXACT, "/app#/thanks#x", "write /app#/thanks"),
        (EXACT, "#/thanks", "write /#/thanks"),
        (EXACT, "/a\tb", "percent-encoded"),
        (EXACT, "/thanks\n", "percent-encoded"),
        (CONTAINS, "https://x.example/thanks", "write /thanks"),
        (CONTAINS, "thanks?order", "write /thanks"),
        (CONTAINS, "?order=1", "can never match"),
        (CONTAINS, "#top", "can never match"),
        (CONTAINS, "a\x7fb", "percent-encoded"),
        (REGEX, "^https?://x.example/thanks", "begins with a slash"),
        (REGEX, "^thanks$", "begins with a slash"),
        (REGEX, r"^/thanks\?order=\d+", "has no query"),
        (REGEX, "/thanks|", "empty alternative"),
        *((REGEX, text, "no fragment") for text in ("/thanks#done$", "#top", "/(a#x|b#y)", r"/a\#b", "/app#/a#x")),
        *((REGEX, text, "leave out those in the middle") for text in ("a^b", "/thanks$/x", "$x", "^/$^", "/a(^b|^c)")),
    ],
)
def test_page_views_are_compared_by_their_path(match_type: MatchType, text: str, instead: str) -> None:
    assert instead in faults_of(Rule(Trigger.PAGEVIEW, match_type, text))["match_value"]


@pytest.mark.parametrize(
    ("match_type", "text"),
    [
        *(
            (EXACT, text)
            for text in ("/", "/thanks", "/caf%C3%A9", "//a", "/a%3Fb", "/app#/thanks", "/#!/thanks", "/a b")
        ),
        *((CONTAINS, text) for text in ("thanks", "#/thanks", "http", "x.example", "%3F", "a b")),
        *(
            (REGEX, text)
            for text in (
                "thanks",
                "^/thanks",
                r"^/thanks(\?.*)?$",
                "https?://",
                "^/(en|)/?",
                "#/thanks",
                "^.*x",
                "#",
                "#!",
                "/a(#x)?",
                "#x|/a",
                "#!?/x",
            )
        ),
    ],
)
def test_a_reachable_goal_is_taken(match_type: MatchType, text: str) -> None:
    assert faults_of(Rule(Trigger.PAGEVIEW, match_type, text)) == {}


@pytest.mark.parametrize("match_type", [EXACT, CONTAINS])
def test_a_route_keeps_no_private_value(match_type: MatchType) -> None:
    assert "value of token" in faults_of(Rule(Trigger.PAGEVIEW, match_type, "/a#/done&token=b"))["match_value"]
    assert faults_of(Rule(Trigger.PAGEVIEW, match_type, "/a#/done&token=")) == {}


@pytest.mark.parametrize("trigger", [Trigger.EVENT, Trigger.GOAL])
def test_names_may_be_anything(trigger: Trigger) -> None:
    for text in ("https://x.example/thanks", "a?b#c", "a\tb", " x ", "/"):
        assert faults_of(Rule(trigger, EXACT, text)) == faults_of(Rule(trigger, CONTAINS, text)) == {}
    assert faults_of(Rule(trigger, REGEX, "^https?://|^x")) == {}
    assert "never there" in faults_of(Rule(trigger, REGEX, r"a\x00b"))["match_value"]
    assert "empty alternative" in faults_of(Rule(trigger, REGEX, "signup|"))["match_value"]


def test_reports_of_attention_are_no_events() -> None:
    assert "not counted" in faults_of(Rule(Trigger.EVENT, EXACT, "engagement"))["match_value"]
    assert faults_of(Rule(Trigger.GOAL, EXACT, "engagement")) == {}


@pytest.mark.parametrize(
    ("match_type", "text", "why"),
    [
        *(
            (f"url_{name}", "tel:+4930123456", "not the address of a page")
            for name in ("simple", "exact", "starts_with")
        ),
        ("url_simple", "mailto:a@example.com", "not the address of a page"),
        ("url_wildcard", "javascript:*", "not the address of a page"),
        ("url_exact", "https://exa mple.com/x", "not the name of a host"),
        ("url_simple", "https://[::1/x", "not the name of a host"),
        ("url_simple", "https://x.example/a\nb", "control characters"),
        ("url_contains", "a\tb", "control characters"),
        ("url_regex", r"/a\n", "never there"),
        ("url_regex", "/a|", "empty alternative"),
        ("url_exact", "/a?x=1&email=b@c.example", "value of email"),
        ("url_simple", "https://x.example/a#/done&token=b", "value of token"),
        ("url_contains", "?access_token=abc", "value of access_token"),
        ("url_wildcard", "/a?code=WEL*", "value of code"),
        *(("url_contains", text, "value of") for text in ("token=abc", "reset_token=a", "&key=a", "a?x=1;pin=2")),
        ("url_wildcard", "*token=abc*", "value of token"),
        *(
            ("url_regex", text, "private parameter")
            for text in (
                *(r"/t\?key=abc", r"[?&]key=abc", r"(\?|&)key=abc", r"(?:[?]|&)key=\d+", r"\?key=(a|b)$", "token=abc"),
                *(r"\?key=ab?", r"^/t\?x=1&pin=\w", r"\?key=a|\?pin=b", r"(\?key=a|\?pin=b)$"),
            )
        ),
        *(("url_regex", text, "in the middle") for text in ("a^b", "/thanks$/x", "$x", "^/$^", r"a\Ab", r"\zx")),
        *((f"url_{name}", "https://-.-/a", "not the name of a host") for name in ("simple", "exact", "starts_with")),
        ("url_simple", "//-.-/a", "not the name of a host"),
        ("url_starts_with", "https://exa mple.com/x", "not the name of a host"),
        ("url_simple", "https://[1:2]/a", "not the name of a host"),
    ],
)
def test_pages_are_compared_by_their_address(match_type: str, text: str, why: str) -> None:
    kind = MatchType(match_type)
    for field, scope in {
        "page": PageScope(kind, text),
        "include": PageScope(kind, "/x", (text,)),
        "exclude": PageScope(kind, "/x", (), (text,)),
    }.items():
        if match_type != "url_regex":
            assert why in faults_of(Rule(Trigger.GOAL, MatchType.ANY, "", scope))[field]
    assert why in faults_of(Rule(Trigger.GOAL, MatchType.ANY, "", PageScope(kind, text)))["page"]


@pytest.mark.parametrize(
    ("match_type", "text"),
    [
        *(
            (name, "https://x.example/a?x=1#top")
            for name in ("url_simple", "url_exact", "url_contains", "url_starts_with")
        ),
        ("url_simple", "https://x.example/a?email=b@c.example"),
        ("url_wildcard", "/a?email=*"),
        ("url_contains", "email="),
        ("url_contains", "tel:"),
        ("url_regex", r"^(https://a\.example/x|https://b\.example/y)$"),
        ("url_regex", "^/thanks"),
        ("url_simple", "app://localhost/login"),
        ("url_wildcard", "*"),
        # What a text begins with may be the end of another name: monkey=, or of a path.
        *(("url_contains", text) for text in ("key=abc", "token=", "/x/token=abc", "&key=", "a=b")),
        *(
            ("url_regex", text)
            for text in (
                *(r"\?key=", r"\?key=$", r"\?key=(abc)?", r"\?key=.*", r"\?key=[^&]*", "key=abc", r"\?key=&x=1"),
                *(r"\?(key=abc)?", r"\?key=abc|/t", r"\?k.*=abc", r"\?monkey=abc", "[?&]x=1", r"\?key?=a"),
            )
        ),
        *(("url_regex", text) for text in ("^/a$|^/b$", "(^|/)a($|/)", "/a$(/x)?", "(x)?^/a", "(?m)a$^b", "(?m:a^b)")),
        *(("url_starts_with", text) for text in ("https://-", "https://shop.")),
        ("url_simple", "app://-/index.html"),
        ("url_wildcard", "https://*/a"),
    ],
)
def test_pages_that_may_be_there_are_taken(match_type: str, text: str) -> None:
    assert faults_of(Rule(Trigger.GOAL, MatchType.ANY, "", PageScope(MatchType(match_type), text))) == {}


@pytest.mark.parametrize(
    "text", ["tel:+4930123456", "mailto:a@example.com", "sms:+1?body=x", "javascript:void(0)", "/contact"]
)
def test_links_lead_anywhere(text: str) -> None:
    for match_type in (MatchType.URL_SIMPLE, MatchType.URL_EXACT, MatchType.URL_WILDCARD):
        assert faults_of(Rule(Trigger.LINK_CLICK, match_type, text)) == {}


def test_elements_are_found_by_selectors() -> None:
    for trigger in (Trigger.ELEMENT_CLICK, Trigger.FORM_SUBMIT):
        assert "CSS selector" in faults_of(Rule(trigger, EXACT, "a >"))["match_value"]
        assert faults_of(Rule(trigger, EXACT, "form#signup > button")) == {}


@pytest.mark.parametrize(
    ("match_type", "page", "include", "exclude"),
    [
        ("url_simple", "", (), ("*",)),
        ("url_simple", "/a", (), ("*",)),
        ("url_simple", "https://x.example/a", (), ("https://x.example/a",)),
        ("url_simple", "https://x.example/a?x=1", (), ("http://www.x.example/a#top",)),
        ("url_exact", "https://x.example/a", (), ("/a",)),
        ("url_starts_with", "/shop/a", (), ("/shop",)),
        ("url_contains", "/shop/a", ("/shop/b",), ("shop",)),
        ("url_ends_with", "/a/thanks", (), ("/thanks",)),
        ("url_wildcard", "/shop/*", ("/b",), ("*/shop/*", "/b")),
        ("url_regex", "^/a", (), ("^/a",)),
    ],
)
def test_excluding_must_leave_a_page_over(
    match_type: str, page: str, include: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    scope = PageScope(MatchType(match_type), page, include, exclude)
    assert "leaves no page over" in faults_of(Rule(Trigger.GOAL, MatchType.ANY, "", scope))["exclude"]


@pytest.mark.parametrize(
    ("match_type", "page", "include", "exclude"),
    [
        ("url_simple", "/a", (), ("https://x.example/a",)),
        ("url_starts_with", "/shop", (), ("/shop/a",)),
        ("url_contains", "/shop", (), ("/shop/a",)),
        ("url_wildcard", "*", (), ("/a",)),
        ("url_simple", "/a", ("/b",), ("/a",)),
        ("url_regex", "^/shop", (), ("^/shop/a",)),
        ("url_simple", "", (), ("/a",)),
        ("url_wildcard", "*Danke*", (), ("*danke*",)),
    ],
)
def test_excluding_some_pages_is_fine(
    match_type: str, page: str, include: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    scope = PageScope(MatchType(match_type), page, include, exclude)
    assert faults_of(Rule(Trigger.GOAL, MatchType.ANY, "", scope)) == {}


def test_a_goal_that_has_such_a_rule_already_can_be_changed_otherwise() -> None:
    rule = Rule(Trigger.PAGEVIEW, EXACT, "thanks", EVERYWHERE)
    assert check_draft(GoalDraft("renamed", rule), known=rule).name == "renamed"
    with pytest.raises(Invalid, match="never match"):
        check_draft(GoalDraft("changed", replace(rule, match_value="other")), known=rule)


@pytest.mark.parametrize("pattern", [r"^\w", "^[a-z]+$", "(?i)^thanks", r"\A[0-9]{1,3}", "^$", r"^\pL"])
def test_a_pattern_of_a_path_begins_as_paths_do(pattern: str) -> None:
    """A class of characters says as much as a character does."""
    assert "begins with a slash" in faults_of(Rule(Trigger.PAGEVIEW, REGEX, pattern))["match_value"]
    for possible in (r"^\W", "^[/a]", "^/?a", r"^\S+$", "^[^a]", "^.hanks$", "^a|b", "[a-z]+$"):
        assert faults_of(Rule(Trigger.PAGEVIEW, REGEX, possible)) == {}


@pytest.mark.parametrize("trigger", [Trigger.PAGEVIEW, Trigger.EVENT, Trigger.GOAL])
@pytest.mark.parametrize(
    "pattern", ["$^", "^$", "(?:^$)", r"\A\z", "^()$", r"[^\s\S]", r"a[^\d\D]b", r"(?:[^\w\W]|[^\s\S])"]
)
def test_a_pattern_that_no_text_or_an_empty_one_alone_has_is_refused(trigger: Trigger, pattern: str) -> None:
    assert "can never match" in faults_of(Rule(trigger, REGEX, pattern))["match_value"]


@pytest.mark.parametrize("pattern", ["$", "^/$", r"/|[^\s\S]", "^/?$"])
def test_a_pattern_that_some_text_has_is_taken(pattern: str) -> None:
    assert faults_of(Rule(Trigger.PAGEVIEW, REGEX, pattern)) == {}
