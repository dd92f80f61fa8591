"""One rule, two forms: the Python of ingest and the SQL of the back-fill hold for the same values."""

import itertools
from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from goalpost.conversions.model.conversion_goals import PageScope, Rule, Trigger
from goalpost.conversions.model.events import Event
from goalpost.conversions.model.match_types import URL_TYPES, MatchType
from goalpost.conversions.model.matching import observed_page, observed_value, rule_matches
from tests.support.event_store import EventStoreUnderTest
from tests.support.rule_strategies import HOSTS, PATHS, ROUTED_PATH, SUFFIXES, page_parts, rules_for, values
from tests.support.stored_events import event, write

Page = tuple[str, str, str]
FRONT: Page = ("www.example.com", "/", "")


def disagreements(
    store: EventStoreUnderTest,
    rules: list[Rule],
    shown: list[str],
    pages: Sequence[Page] = (FRONT,),
    kinds: Sequence[Trigger] = tuple(Trigger),
) -> list[tuple[Rule, Event]]:
    """List the stored events on which SQL and the rule disagree."""
    made = list(events_showing(uuid4(), shown, pages, kinds))
    assert write(store, made) == []
    wrong = []
    for rule in rules:
        found = store.reader.unconverted(
            site_id=made[0].site_id, goal_id=uuid4(), rule=rule, after=(0, 0), rows=len(made) + 1
        )
        by_sql = {stored.id for stored in found}
        for each in made:
            if (each.id in by_sql) is not rule_matches(rule, each.kind, observed_value(each), observed_page(each)):
                wrong.append((rule, each))
    return wrong


def events_showing(site: UUID, shown: list[str], pages: Sequence[Page], kinds: Sequence[Trigger]) -> Iterator[Event]:
    """Each value at what the rule looks at, on each of the pages; what it does not look at would match everything."""
    for kind, value, (host, path, suffix) in itertools.product(kinds, shown, pages):
        if kind is Trigger.PAGEVIEW:
            yield event(site, "2026-01-01", kind, name="decoy", host=host, path=value, suffix=suffix)
        else:
            yield event(site, "2026-01-01", kind, name=value, host=host, path=path, suffix=suffix)


@st.composite
def rules_values_and_pages(draw: st.DrawFn) -> tuple[list[Rule], list[str], list[Page]]:
    shown = draw(st.lists(st.one_of(values, page_parts.map("".join)), min_size=1, max_size=8, unique=True))
    pages = draw(st.lists(page_parts, min_size=1, max_size=3, unique=True))
    return draw(rules_for(shown, count=8)), shown, pages


def test_both_forms_agree_on_any_rule_and_any_value(event_store: EventStoreUnderTest) -> None:
    @settings(max_examples=30)
    @given(rules_values_and_pages())
    def check(made: tuple[list[Rule], list[str], list[Page]]) -> None:
        assert disagreements(event_store, *made) == []

    check()


AWKWARD = [
    *("", "/", "/a", "/A", "/a/", "a%b", "%", "_", "\\", "\\\\", "'", "''", '"', "`", "\n", "a\nb", "\t", "\r", " "),
    *("\0", "{x:String}", "{match_value:String}", "%(rule)s", "%s", "$1", "?", ":x", "é", "e\u0301", "日本", "😀"),
    *("\u2028", "' OR 1=1 --", "'); DROP TABLE events; --", "/*", "*/", "--", "#", "NULL", "\\N", "\\n", "\\x41"),
    *("A", "ab", "abab"),
]
PATTERNS = [
    *(".", "^.$", "^$", "a.b", "^a", "a$", r"\\", r"\.", r"\n", r"\t", r"\x41", "[^/]", r"[\\]", r"\d+", r"\w", r"\W"),
    *("(?i)A", "(?i)É", r"\pL", "é|日", "(a|b)*", "(ab)+$", "x*", "()", r"\Q{x:String}\E", "'", "''", '"', "%", "%%"),
    *(r"\bab\b", r"^\s$", r"\{", "a{0}", "(?s).", "(?-s).", "(?m)^b$", r"\x{1F600}", r"\x00", "#", "(?:--)", r"/\*"),
]


def test_both_forms_agree_on_what_is_awkward_in_sql(event_store: EventStoreUnderTest) -> None:
    texts = [text for text in AWKWARD if text.strip() and "\0" not in text]
    chosen = [
        *((MatchType.EXACT, text) for text in texts),
        *((MatchType.CONTAINS, text) for text in texts),
        *((MatchType.REGEX, pattern) for pattern in PATTERNS),
    ]
    # A column of texts and one of labels, by turns.
    kinds = itertools.cycle((Trigger.PAGEVIEW, Trigger.EVENT))
    rules = [Rule(kind, *how) for kind, how in zip(kinds, chosen, strict=False)]
    assert disagreements(event_store, rules, AWKWARD) == []


TEXTS = [
    *(
        "https://example.com/a",
        "www.example.com/a?x=1",
        "/a",
        "/a/*",
        "*",
        "*.example.com/*",
        "example.com",
        "/caf%C3%A9",
    ),
    *(
        "?x=1",
        "#top",
        "/a?x=1#top",
        "/a*b",
        "b",
        "EXAMPLE.com/A",
        "https://shop.example.com",
        "^https://www\\.example",
        "a$",
        "^/a",
        "^https?://(www\\.)?example\\.com/a(\\?|$)|^http://shop\\.example\\.com/",
        "(https://a\\.b/a|https://example\\.com/a)$",
        "https://example.com/a#/a",
        "#/a",
        "/a?x=1#/a",
        "münchen.de/",
        "caf%c3%a9",
        "cafe\u0301",
        "tel:+1",
    ),
]


def test_both_forms_agree_on_every_way_to_compare_addresses(event_store: EventStoreUnderTest) -> None:
    pages = list(itertools.product(HOSTS, [*PATHS, ROUTED_PATH], SUFFIXES))
    rules = [
        Rule(Trigger.EVENT, MatchType.ANY, "", PageScope(match_type, *where))
        for match_type in sorted(URL_TYPES)
        for text in TEXTS
        if match_type is not MatchType.URL_REGEX or not text.startswith(("*", "?"))
        for where in ((text,), ("", (text,), (TEXTS[0],)), ("", (), (text,)))
    ]
    assert disagreements(event_store, rules, ["x"], pages, (Trigger.EVENT,)) == []


def test_sql_finds_matching_events_and_no_others(event_store: EventStoreUnderTest) -> None:
    """The tests above would pass as well if nothing ever matched."""
    rule = Rule(Trigger.PAGEVIEW, MatchType.CONTAINS, "a")
    site = uuid4()
    write(event_store, [event(site, "2026-01-01", path=path) for path in ("/a", "/b", "/ba")])
    found = event_store.reader.unconverted(site_id=site, goal_id=uuid4(), rule=rule, after=(0, 0), rows=10)
    assert len(found) == 2
