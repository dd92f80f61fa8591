"""One rule, two forms: the Python of ingest and the SQL of the back-fill hold for the same values."""

import itertools
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from goalpost.core.conversion_goals import Rule, Trigger
from goalpost.core.match_types import MatchType
from goalpost.core.matching import rule_matches
from tests.core.strategies import rules_for, values
from tests.stores.conftest import EventStoreUnderTest
from tests.stores.recorded import event, write


def disagreements(store: EventStoreUnderTest, rules: list[Rule], shown: list[str]) -> list[tuple[Rule, str, Trigger]]:
    """Where the stored events that SQL finds by a rule are not those that the rule holds for."""
    site = uuid4()
    # What the rule looks at is shown, what it does not look at would match everything.
    decoy = {Trigger.PAGEVIEW: "path", Trigger.EVENT: "name", Trigger.GOAL: "name"}
    made = [
        event(site, "2026-01-01", kind, **{"name": "decoy", "path": "decoy", decoy[kind]: value})
        for kind in Trigger
        for value in shown
    ]
    assert write(store, made) == []
    observed = {e.id: (e.kind, e.path if e.kind is Trigger.PAGEVIEW else e.name) for e in made}
    wrong = []
    for rule in rules:
        found = store.reader.unconverted(site_id=site, goal_id=uuid4(), rule=rule, after=(0, 0), rows=len(made) + 1)
        by_sql = {stored.id for stored in found}
        for number, (kind, value) in observed.items():
            if (number in by_sql) is not rule_matches(rule, kind, value):
                wrong.append((rule, value, kind))
    return wrong


@st.composite
def rules_and_values(draw: st.DrawFn) -> tuple[list[Rule], list[str]]:
    shown = draw(st.lists(values, min_size=1, max_size=25, unique=True))
    return draw(rules_for(shown, count=8)), shown


def test_both_forms_agree_on_any_rule_and_any_value(event_store: EventStoreUnderTest) -> None:
    @settings(max_examples=40)
    @given(rules_and_values())
    def check(made: tuple[list[Rule], list[str]]) -> None:
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


def test_what_sql_finds_is_really_compared(event_store: EventStoreUnderTest) -> None:
    """The tests above would pass as well if nothing ever matched."""
    rule = Rule(Trigger.PAGEVIEW, MatchType.CONTAINS, "a")
    site = uuid4()
    write(event_store, [event(site, "2026-01-01", path=path) for path in ("/a", "/b", "/ba")])
    found = event_store.reader.unconverted(site_id=site, goal_id=uuid4(), rule=rule, after=(0, 0), rows=10)
    assert len(found) == 2
