"""Which goals an event reaches: compiled once for a site, so that an event's cost hardly grows with the goals."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

import ahocorasick

from goalpost.core.addresses import address_pattern, page_address
from goalpost.core.conversion_goals import ConversionGoal, PageScope, Rule, Trigger
from goalpost.core.events import Conversion, Event
from goalpost.core.match_types import URL_TYPES, MatchType
from goalpost.core.patterns import PatternSet, compile_pattern

_MEMO_SIZE = 4096
_MAX_REVENUE = Decimal(10) ** 14
_SMALLEST = Decimal("0.0001")


def observed_value(event: Event) -> str:
    """The value of an event that rules are held against: the path of a page view, the name of anything else."""
    return event.path if event.kind is Trigger.PAGEVIEW else event.name


def observed_page(event: Event) -> str:
    """The address of the event's page, which scopes are held against."""
    return page_address(event.host, event.path, event.suffix)


def rule_matches(rule: Rule, kind: Trigger, value: str, page: str = "") -> bool:
    """Whether one rule holds, read plainly: what the compiled form and the SQL form are held equal to.

    `page` is the address of the event's page, `value` what observed_value says.
    """
    return rule.trigger is kind and _value_matches(rule, value) and scope_holds(rule.scope, page)


def scope_holds(scope: PageScope, page: str) -> bool:
    """Whether a page at that address lies within the scope."""

    def holds(text: str) -> bool:
        return compile_pattern(address_pattern(scope.match_type, text)).search(page) is not None

    included = not scope.included or any(map(holds, scope.included))
    return included and not any(map(holds, scope.exclude))


def _value_matches(rule: Rule, value: str) -> bool:
    if rule.match_type is MatchType.ANY:
        return True
    if rule.match_type is MatchType.EXACT:
        return value == rule.match_value
    if rule.match_type is MatchType.CONTAINS:
        return rule.match_value in value
    return compile_pattern(value_pattern(rule)).search(value) is not None


def value_pattern(rule: Rule) -> str:
    """The regular expression of a rule that is compared by one."""
    return address_pattern(rule.match_type, rule.match_value) if rule.match_type in URL_TYPES else rule.match_value


class CompiledGoals:
    """A site's goals, ready to match: exact values in a dict, substrings in one automaton, regexes in one RE2 set."""

    def __init__(self, goals: Iterable[ConversionGoal]) -> None:
        by_trigger: dict[Trigger, list[ConversionGoal]] = {}
        for goal in goals:
            by_trigger.setdefault(goal.rule.trigger, []).append(goal)
        self._matchers = {trigger: _Matcher(of_trigger) for trigger, of_trigger in by_trigger.items()}

    def reached(self, event: Event) -> Sequence[ConversionGoal]:
        """The goals that an event reaches, in the order they were given."""
        matcher = self._matchers.get(event.kind)
        if matcher is None:
            return ()
        # The address is put together only for those who look at it: most sites' goals do not.
        return matcher.match(observed_value(event), observed_page(event) if matcher.has_scopes else "")

    def reached_by(self, kind: Trigger, value: str, page: str = "") -> Sequence[ConversionGoal]:
        """The goals that an event of this kind, with this observed value, on the page of this address, reaches."""
        matcher = self._matchers.get(kind)
        return matcher.match(value, page if matcher.has_scopes else "") if matcher else ()


class _Matcher:
    """The goals of one trigger. Sites see the same few values again and again, so answers are remembered."""

    def __init__(self, goals: list[ConversionGoal]) -> None:
        self._goals = goals
        self._exact: dict[str, list[int]] = {}
        self._always: list[int] = []
        substrings: dict[str, list[int]] = {}
        patterns: list[tuple[int, str]] = []
        for index, goal in enumerate(goals):
            rule = goal.rule
            if rule.match_type is MatchType.ANY:
                self._always.append(index)
            elif rule.match_type is MatchType.EXACT:
                self._exact.setdefault(rule.match_value, []).append(index)
            elif rule.match_type is MatchType.CONTAINS:
                substrings.setdefault(rule.match_value, []).append(index)
            else:
                patterns.append((index, value_pattern(rule)))
        self._automaton = _automaton(substrings)
        self._pattern_indices = [index for index, _ in patterns]
        self._patterns = PatternSet([pattern for _, pattern in patterns])
        self._scopes = _Scopes([goal.rule.scope for goal in goals])
        self.has_scopes = not all(goal.rule.scope.is_everywhere for goal in goals)
        self._memo: dict[tuple[str, str], tuple[ConversionGoal, ...]] = {}

    def match(self, value: str, page: str) -> tuple[ConversionGoal, ...]:
        known = self._memo.get((value, page))
        if known is None:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            known = self._memo[value, page] = self._find(value, page)
        return known

    def _find(self, value: str, page: str) -> tuple[ConversionGoal, ...]:
        found = {*self._exact.get(value, ()), *self._always}
        if self._automaton is not None:
            for _, indices in self._automaton.iter(value):
                found.update(indices)
        found.update(self._pattern_indices[index] for index in self._patterns.matches(value))
        if self.has_scopes:
            found &= self._scopes.holding_at(page)
        return tuple(self._goals[index] for index in sorted(found))


class _Scopes:
    """Many scopes held against one page at once."""

    def __init__(self, scopes: list[PageScope]) -> None:
        self._unlimited = {index for index, scope in enumerate(scopes) if not scope.included}
        self._included: dict[str, list[int]] = {}
        self._excluded: dict[str, list[int]] = {}
        for index, scope in enumerate(scopes):
            for texts, into in ((scope.included, self._included), (scope.exclude, self._excluded)):
                for text in texts:
                    into.setdefault(address_pattern(scope.match_type, text), []).append(index)
        self._distinct = list({**self._included, **self._excluded})
        self._patterns = PatternSet(self._distinct)

    def holding_at(self, page: str) -> set[int]:
        """Indices of the scopes that a page at that address lies within."""
        found = [self._distinct[index] for index in self._patterns.matches(page)]
        holding = self._unlimited.union(*(self._included.get(pattern, ()) for pattern in found))
        return holding.difference(*(self._excluded.get(pattern, ()) for pattern in found))


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
    revenue = conversion_revenue(event, goal)
    currency = "" if revenue is None else event.currency or goal.currency or ""
    return Conversion(goal.id, event.id, event.timestamp_ms, event.visitor, revenue, currency)


def conversion_revenue(event: Event, goal: ConversionGoal) -> Decimal | None:
    """What the event earns for the goal, in whatever currency it was sent: never from a page view.

    For custom events a numeric property `revenue` counts too where the goal has a currency, since that is how trackers
    without a revenue argument send it.
    """
    if event.kind is Trigger.PAGEVIEW:
        return None
    if event.revenue is not None:
        return event.revenue
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
