"""Which goals an event reaches: compiled once for a site, so that an event's cost hardly grows with the goals."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

import ahocorasick

from goalpost.core.conversion_goals import ConversionGoal, MatchType, Rule, Trigger
from goalpost.core.events import Conversion, Event
from goalpost.core.patterns import PatternSet, compile_pattern

_MEMO_SIZE = 4096
_MAX_REVENUE = Decimal(10) ** 14
_SMALLEST = Decimal("0.0001")


def observed_value(event: Event) -> str:
    """The value of an event that rules are held against: the path of a page view, the name of anything else."""
    return event.path if event.kind is Trigger.PAGEVIEW else event.name


def rule_matches(rule: Rule, kind: Trigger, value: str) -> bool:
    """Whether one rule holds, read plainly: what the compiled form and the SQL form are held equal to."""
    if rule.trigger is not kind:
        return False
    if rule.match_type is MatchType.EXACT:
        return value == rule.match_value
    if rule.match_type is MatchType.CONTAINS:
        return rule.match_value in value
    return compile_pattern(rule.match_value).search(value) is not None


class CompiledGoals:
    """A site's goals, ready to match: exact values in a dict, substrings in one automaton, regexes in one RE2 set."""

    def __init__(self, goals: Iterable[ConversionGoal]) -> None:
        by_trigger: dict[Trigger, list[ConversionGoal]] = {}
        for goal in goals:
            by_trigger.setdefault(goal.rule.trigger, []).append(goal)
        self._matchers = {trigger: _Matcher(of_trigger) for trigger, of_trigger in by_trigger.items()}

    def reached_by(self, kind: Trigger, value: str) -> Sequence[ConversionGoal]:
        """The goals that an event of this kind with this observed value reaches, in the order they were given."""
        matcher = self._matchers.get(kind)
        return matcher.match(value) if matcher else ()


class _Matcher:
    """The goals of one trigger. Sites see the same few values again and again, so answers are remembered."""

    def __init__(self, goals: list[ConversionGoal]) -> None:
        self._goals = goals
        self._exact: dict[str, list[int]] = {}
        substrings: dict[str, list[int]] = {}
        patterns: list[tuple[int, str]] = []
        for index, goal in enumerate(goals):
            value = goal.rule.match_value
            if goal.rule.match_type is MatchType.EXACT:
                self._exact.setdefault(value, []).append(index)
            elif goal.rule.match_type is MatchType.CONTAINS:
                substrings.setdefault(value, []).append(index)
            else:
                patterns.append((index, value))
        self._automaton = _automaton(substrings)
        self._pattern_indices = [index for index, _ in patterns]
        self._patterns = PatternSet([pattern for _, pattern in patterns])
        self._memo: dict[str, tuple[ConversionGoal, ...]] = {}

    def match(self, value: str) -> tuple[ConversionGoal, ...]:
        known = self._memo.get(value)
        if known is None:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            known = self._memo[value] = self._find(value)
        return known

    def _find(self, value: str) -> tuple[ConversionGoal, ...]:
        found = set(self._exact.get(value, ()))
        if self._automaton is not None:
            for _, indices in self._automaton.iter(value):
                found.update(indices)
        found.update(self._pattern_indices[index] for index in self._patterns.matches(value))
        return tuple(self._goals[index] for index in sorted(found))


def _automaton(substrings: dict[str, list[int]]) -> ahocorasick.Automaton | None:
    if not substrings:
        return None
    automaton = ahocorasick.Automaton()
    for text, indices in substrings.items():
        automaton.add_word(text, indices)
    automaton.make_automaton()
    return automaton


def convert(event: Event, goal: ConversionGoal) -> Conversion:
    """The conversion that `event` is for a goal it reaches."""
    return Conversion(goal.id, event.id, event.timestamp_ms, event.visitor, conversion_revenue(event, goal))


def conversion_revenue(event: Event, goal: ConversionGoal) -> Decimal | None:
    """What the event earns for the goal: never converted between currencies, never from a page view.

    An amount without a currency is in the goal's own. For custom events a numeric property `revenue` counts too
    where the goal has a currency, since that is how trackers without a revenue argument send it.
    """
    if event.kind is Trigger.PAGEVIEW:
        return None
    if event.revenue is not None:
        same = not event.currency or goal.currency is None or event.currency == goal.currency
        return event.revenue if same else None
    if event.kind is Trigger.EVENT and goal.currency is not None and "revenue" in event.props:
        return parse_revenue(event.props["revenue"])
    return None


def parse_revenue(amount: str | Decimal) -> Decimal | None:
    """An amount of money, at most four decimals kept; None for what is no finite amount from 0 to 10^14."""
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return None
    # Finite first: a signalling NaN cannot even be compared.
    if not value.is_finite() or not 0 <= value < _MAX_REVENUE:
        return None
    rounded = value.quantize(_SMALLEST)
    return rounded if rounded < _MAX_REVENUE else None
