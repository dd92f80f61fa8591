"""Goals that an event reaches: compiled once for a site, so that an event's cost hardly grows with the goals."""

import itertools
from collections.abc import Iterable, Sequence

import ahocorasick

from goalpost.conversions.model.addresses import address_of, address_pattern, page_address, reads_suffix, spellings
from goalpost.conversions.model.conversion_goals import ConversionGoal, PageScope, Rule, Trigger
from goalpost.conversions.model.events import Event
from goalpost.conversions.model.match_types import URL_TYPES, MatchType
from goalpost.conversions.model.patterns import PatternSet, compile_pattern, normal_pattern
from goalpost.conversions.model.urls import decoded, normal_path, normal_suffix, scheme_of
from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.texts import composed

# One for all sites: what a sender can make up is bounded for the process.
_answers: BoundedCache[tuple[int, str, str], tuple[ConversionGoal, ...]] = BoundedCache(entries=131_072, size=32 << 20)
_matcher_numbers = itertools.count()


def observed_value(event: Event) -> str:
    """The value of an event that rules are held against: the path of a page view, the name of anything else."""
    return event.path if event.kind is Trigger.PAGEVIEW else event.name


def observed_page(event: Event) -> str:
    """The address of the event's page, which scopes are held against."""
    return page_address(event.host, event.path, event.suffix)


def rule_matches(rule: Rule, kind: Trigger, value: str, page: str = "") -> bool:
    """Return whether one rule holds, read plainly: the compiled form and the SQL form are held equal to this.

    `page` is the address of the event's page, `value` what observed_value says.
    """
    return rule.trigger is kind and _value_matches(rule, value) and scope_holds(rule.scope, page)


def scope_holds(scope: PageScope, page: str) -> bool:
    """Return whether a page at that address lies within the scope."""

    def holds(text: str) -> bool:
        return _is_found(scope.match_type, address_pattern(scope.match_type, text), page)

    included = not scope.included or any(map(holds, scope.included))
    return included and not any(map(holds, scope.exclude))


def rule_reads_suffix(rule: Rule) -> bool:
    """Say whether the rule looks at the query or the fragment of the event's page, or of a clicked link."""
    scope, match_type = rule.scope, rule.match_type
    if any(reads_suffix(scope.match_type, text) for text in (*scope.included, *scope.exclude)):
        return True
    if rule.trigger is not Trigger.LINK_CLICK or match_type is MatchType.ANY:
        return False
    return match_type not in URL_TYPES or reads_suffix(match_type, rule.match_value)


def _value_matches(rule: Rule, value: str) -> bool:
    text = comparable(rule)
    if rule.match_type is MatchType.ANY:
        return True
    if rule.match_type is MatchType.EXACT:
        return value == text
    if rule.match_type is MatchType.CONTAINS:
        return text in value
    return _is_found(rule.match_type, text, value)


def _is_found(match_type: MatchType, pattern: str, text: str) -> bool:
    compiled = compile_pattern(pattern)
    return any(compiled.search(spelling) is not None for spelling in spellings(match_type, text))


def comparable(rule: Rule) -> str:
    """A rule's match value in the normal form of what it is held against; a regular expression where the rule is not
    compared exactly or as a part."""
    value, match_type = rule.match_value, rule.match_type
    if match_type in URL_TYPES:
        return address_pattern(match_type, value)
    if rule.trigger is Trigger.PAGEVIEW and match_type in (MatchType.EXACT, MatchType.CONTAINS):
        return normal_path(value, goes_on=match_type is MatchType.CONTAINS)
    if rule.trigger is Trigger.LINK_CLICK and match_type in (MatchType.EXACT, MatchType.CONTAINS):
        page, mark, query = value.partition("?")
        is_whole = match_type is MatchType.EXACT and scheme_of(value)
        return address_of(value) if is_whole else decoded(page) + normal_suffix(mark + query)
    if rule.trigger in (Trigger.PAGEVIEW, Trigger.LINK_CLICK):
        return normal_pattern(value)
    return composed(value)


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
        patterns: list[tuple[MatchType, str]] = []
        self._pattern_indices: list[int] = []
        for index, goal in enumerate(goals):
            rule, text = goal.rule, comparable(goal.rule)
            if rule.match_type is MatchType.ANY:
                self._always.append(index)
            elif rule.match_type is MatchType.EXACT:
                self._exact.setdefault(text, []).append(index)
            elif rule.match_type is MatchType.CONTAINS:
                substrings.setdefault(text, []).append(index)
            else:
                self._pattern_indices.append(index)
                patterns.append((rule.match_type, text))
        self._automaton = _automaton(substrings)
        self._patterns = _Patterns(patterns)
        self._scopes = _Scopes([goal.rule.scope for goal in goals])
        self.has_scopes = not all(goal.rule.scope.is_everywhere for goal in goals)
        self._number = next(_matcher_numbers)

    def match(self, value: str, page: str) -> tuple[ConversionGoal, ...]:
        key = (self._number, value, page)
        known = _answers.get(key)
        return _answers.answer(key, lambda: self._find(value, page)) if known is None else known

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
        self._included: dict[tuple[MatchType, str], list[int]] = {}
        self._excluded: dict[tuple[MatchType, str], list[int]] = {}
        for index, scope in enumerate(scopes):
            for texts, into in ((scope.included, self._included), (scope.exclude, self._excluded)):
                for text in texts:
                    pattern = (scope.match_type, address_pattern(scope.match_type, text))
                    into.setdefault(pattern, []).append(index)
        self._distinct = list({**self._included, **self._excluded})
        self._patterns = _Patterns(self._distinct)

    def holding_at(self, page: str) -> set[int]:
        """Indices of the scopes that a page at that address lies within."""
        found = [self._distinct[index] for index in self._patterns.matches(page)]
        holding = self._unlimited.union(*(self._included.get(pattern, ()) for pattern in found))
        return holding.difference(*(self._excluded.get(pattern, ()) for pattern in found))


class _Patterns:
    """Patterns of several match types tried at once, each on the spellings that its type looks at."""

    def __init__(self, patterns: list[tuple[MatchType, str]]) -> None:
        self._parts: list[tuple[MatchType, list[int], PatternSet]] = []
        for match_type in (MatchType.URL_REGEX, MatchType.REGEX):
            wide = match_type is MatchType.URL_REGEX
            indices = [index for index, (kind, _) in enumerate(patterns) if (kind is MatchType.URL_REGEX) is wide]
            if indices:
                self._parts.append((match_type, indices, PatternSet([patterns[index][1] for index in indices])))

    def matches(self, text: str) -> set[int]:
        """Indices of the patterns that hold for a text."""
        return {
            indices[found]
            for match_type, indices, together in self._parts
            for spelling in spellings(match_type, text)
            for found in together.matches(spelling)
        }


def _automaton(substrings: dict[str, list[int]]) -> ahocorasick.Automaton | None:
    if not substrings:
        return None
    automaton = ahocorasick.Automaton()
    for text, indices in substrings.items():
        automaton.add_word(text, indices)
    automaton.make_automaton()
    return automaton
