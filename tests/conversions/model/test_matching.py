"""Goals that an event reaches, and the revenue that it earns for them."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.model.addresses import page_address
from goalpost.conversions.model.conversion_goals import ConversionGoal, Rule, Trigger
from goalpost.conversions.model.events import Conversion, Event
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import CompiledGoals, observed_value, rule_matches
from goalpost.conversions.model.revenue import convert, parse_revenue
from tests.support.rule_strategies import page_parts, rules_for, values

SITE = uuid4()
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def goal(rule: Rule, currency: str | None = None) -> ConversionGoal:
    return ConversionGoal(uuid4(), SITE, "goal", rule, currency, NOW)


def event(kind: Trigger, **fields: object) -> Event:
    return Event(7, SITE, kind, "purchase", 1_700_000_000_123, path="/thanks", visitor=99, **fields)


@st.composite
def goals_and_values(draw: st.DrawFn) -> tuple[list[ConversionGoal], list[tuple[str, str]]]:
    values_or_pages = st.one_of(values, page_parts.map("".join))
    shown = draw(
        st.lists(st.tuples(values_or_pages, page_parts.map(lambda parts: page_address(*parts))), min_size=1, max_size=6)
    )
    return [goal(rule) for rule in draw(rules_for([value for value, _ in shown], count=12))], shown


@given(goals_and_values())
def test_the_compiled_form_agrees_with_the_plain_one(made: tuple[list[ConversionGoal], list[tuple[str, str]]]) -> None:
    goals, shown = made
    compiled = CompiledGoals(goals)
    for kind in Trigger:
        for value, page in [*shown, *shown]:  # the second time out of its memory
            plain = [g for g in goals if rule_matches(g.rule, kind, value, page)]
            assert list(compiled.reached_by(kind, value, page)) == plain


@pytest.mark.parametrize(
    ("match_type", "match_value", "value", "expected"),
    [
        (MatchType.EXACT, "/a", "/a", True),
        (MatchType.EXACT, "/a", "/A", False),
        (MatchType.EXACT, "/a", "/a/", False),
        (MatchType.EXACT, "e\u0301", "é", True),  # two spellings of one letter
        (MatchType.CONTAINS, "e\u0301", "/café/merci", True),
        (MatchType.REGEX, "^/cafe\u0301$", "/café", True),
        (MatchType.CONTAINS, "signup", "newsletter_signup", True),
        (MatchType.CONTAINS, "signup", "Signup", False),
        (MatchType.CONTAINS, "%", "100%", True),
        (MatchType.CONTAINS, "%", "100", False),
        (MatchType.CONTAINS, "😀", "a😀b", True),
        (MatchType.REGEX, r"/blog/\d+", "/blog/42", True),
        (MatchType.REGEX, r"/blog/\d+", "/blog/", False),
        (MatchType.REGEX, "^$", "", True),
    ],
)
@pytest.mark.parametrize("kind", Trigger)
def test_a_rule_by_hand(kind: Trigger, match_type: MatchType, match_value: str, value: str, expected: bool) -> None:
    made = goal(Rule(kind, match_type, match_value))
    compiled = CompiledGoals([made])
    assert rule_matches(made.rule, kind, value) is expected
    assert list(compiled.reached_by(kind, value)) == [made] * expected
    for other in set(Trigger) - {kind}:
        assert not rule_matches(made.rule, other, value)
        assert not compiled.reached_by(other, value)


def test_overlapping_substrings_are_all_found() -> None:
    texts = ["a", "ab", "abab", "bab", "ba", "b", "abc"]
    goals = [goal(Rule(Trigger.EVENT, MatchType.CONTAINS, text)) for text in texts]
    reached = CompiledGoals(goals).reached_by(Trigger.EVENT, "xababx")
    assert [g.rule.match_value for g in reached] == ["a", "ab", "abab", "bab", "ba", "b"]


def test_one_event_reaches_a_goal_once_and_goals_with_the_same_rule_all() -> None:
    contains, exact = Rule(Trigger.GOAL, MatchType.CONTAINS, "a"), Rule(Trigger.GOAL, MatchType.EXACT, "aaa")
    regex = Rule(Trigger.GOAL, MatchType.REGEX, "a")
    goals = [goal(rule) for rule in (contains, exact, regex, contains, exact, regex)]
    assert list(CompiledGoals(goals).reached_by(Trigger.GOAL, "aaa")) == goals


def test_goals_are_reached_in_the_order_they_were_given() -> None:
    texts = ["yes" if index in (1, 8, 16, 31, 33) else "no" for index in range(40)]
    kinds = [MatchType.CONTAINS, MatchType.EXACT, MatchType.REGEX]
    goals = [goal(Rule(Trigger.EVENT, kinds[index % 3], text)) for index, text in enumerate(texts)]
    assert list(CompiledGoals(goals).reached_by(Trigger.EVENT, "yes")) == [goals[index] for index in (1, 8, 16, 31, 33)]


def test_a_site_without_goals_converts_nothing() -> None:
    assert not CompiledGoals([]).reached_by(Trigger.PAGEVIEW, "/")


def test_answers_stay_right_when_more_values_come_than_are_remembered() -> None:
    made = goal(Rule(Trigger.PAGEVIEW, MatchType.REGEX, "7$"))
    compiled = CompiledGoals([made])
    for _ in range(2):
        reached = sum(len(compiled.reached_by(Trigger.PAGEVIEW, f"/{n}")) for n in range(10_000))
        assert reached == 1000


def test_a_page_shows_its_path_and_everything_else_its_name() -> None:
    assert observed_value(event(Trigger.PAGEVIEW)) == "/thanks"
    assert observed_value(event(Trigger.EVENT)) == observed_value(event(Trigger.GOAL)) == "purchase"


def test_a_conversion_takes_its_event_along() -> None:
    made = goal(Rule(Trigger.GOAL, MatchType.EXACT, "purchase"), "EUR")
    found = convert(event(Trigger.GOAL, revenue=Decimal("9.50"), currency="EUR"), made)
    assert found == Conversion(made.id, 7, 1_700_000_000_123, 99, Decimal("9.50"), "EUR")


TEN = Decimal("10.0000")


@pytest.mark.parametrize(
    ("kind", "goal_currency", "revenue", "currency", "props", "expected"),
    [
        (Trigger.GOAL, "EUR", TEN, "EUR", {}, (TEN, "EUR")),
        (Trigger.GOAL, "EUR", TEN, "", {}, (TEN, "EUR")),  # an amount alone is in the goal's currency
        (Trigger.GOAL, "EUR", TEN, "USD", {}, (TEN, "USD")),  # and any other stays what it is
        (Trigger.GOAL, None, TEN, "USD", {}, (TEN, "USD")),
        (Trigger.GOAL, None, TEN, "", {}, (TEN, "")),
        (Trigger.GOAL, "EUR", None, "", {}, (None, "")),
        (Trigger.GOAL, "EUR", Decimal(0), "EUR", {}, (Decimal(0), "EUR")),
        (Trigger.GOAL, "EUR", None, "", {"revenue": "10"}, (None, "")),  # a goal call has an argument for it
        (Trigger.EVENT, "EUR", TEN, "EUR", {}, (TEN, "EUR")),
        (Trigger.EVENT, "EUR", None, "", {"revenue": "10"}, (TEN, "EUR")),
        (Trigger.EVENT, "EUR", None, "", {"revenue": "10", "currency": "usd"}, (TEN, "USD")),
        (Trigger.EVENT, "EUR", None, "", {"revenue": "10", "currency": "euros"}, (TEN, "EUR")),
        (Trigger.EVENT, "EUR", TEN, "", {"revenue": "99", "currency": "USD"}, (TEN, "EUR")),
        (Trigger.EVENT, "EUR", TEN, "EUR", {"revenue": "99"}, (TEN, "EUR")),
        (Trigger.EVENT, "EUR", TEN, "USD", {"revenue": "99"}, (TEN, "USD")),
        (Trigger.EVENT, None, None, "", {"revenue": "10"}, (None, "")),
        (Trigger.EVENT, "EUR", None, "", {"revenue": "ten"}, (None, "")),
        (Trigger.EVENT, "EUR", None, "", {"revenue": "-1"}, (None, "")),
        (Trigger.EVENT, "EUR", None, "", {"Revenue": "10"}, (None, "")),
        (Trigger.PAGEVIEW, "EUR", TEN, "EUR", {"revenue": "10"}, (None, "")),
        (Trigger.PAGEVIEW, None, TEN, "EUR", {}, (None, "")),
    ],
)
def test_revenue_that_an_event_earns(
    *,
    kind: Trigger,
    goal_currency: str | None,
    revenue: Decimal | None,
    currency: str,
    props: dict[str, str],
    expected: tuple[Decimal | None, str],
) -> None:
    made = goal(Rule(kind, MatchType.EXACT, "x"), goal_currency)
    found = convert(event(kind, revenue=revenue, currency=currency, props=props), made)
    assert (found.revenue, found.currency) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "0.0000"),
        ("0.00", "0.0000"),
        ("-0", "0.0000"),
        ("49.99", "49.9900"),
        (Decimal("49.99"), "49.9900"),
        ("1e3", "1000.0000"),
        ("1E-4", "0.0001"),
        (".5", "0.5000"),
        ("5.", "5.0000"),
        (" 12.50 ", "12.5000"),
        ("+7", "7.0000"),
        ("1,50", "1.5000"),
        ("1,299.00", "1299.0000"),
        ("1.23456", "1.2346"),
        ("1.00004", "1.0000"),
        ("1e-400", "0.0000"),
        ("0." + "1" * 90, "0.1111"),
        ("99999999999999.9999", "99999999999999.9999"),
    ],
)
def test_amounts_that_are_taken(amount: str | Decimal, expected: str) -> None:
    found = parse_revenue(amount)
    assert found is not None
    assert str(abs(found)) == expected


@pytest.mark.parametrize(
    "amount",
    [
        *(
            "",
            " ",
            "abc",
            "10 EUR",
            "1,500",
            "1.500",
            "1.2.3",
            "0x10",
            "--1",
            "1e",
            "€5",
            "NaN",
            "nan",
            "sNaN",
            "NaN123",
        ),
        *("Infinity", "-Infinity", "inf", "1e400", "1e999999999999999999999", "-1e400", "-0.0001", "-1"),
        *("100000000000000", "99999999999999.99995", "1" * 2000, "1\0", "\ud800"),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-5"), Decimal("1e14"), Decimal("1e400")),
    ],
)
def test_amounts_that_are_not_taken(amount: str | Decimal) -> None:
    assert parse_revenue(amount) is None


@given(st.one_of(st.text(max_size=40), st.decimals(), st.decimals(0, 10**14).map(str), st.floats().map(str)))
def test_an_amount_that_is_taken_fits_the_store(amount: str | Decimal) -> None:
    found = parse_revenue(amount)
    if found is not None:
        # Decimal(18, 4): eighteen digits, four of them behind the point.
        assert 0 <= found * 10_000 < 10**18
        assert found * 10_000 == int(found * 10_000)
