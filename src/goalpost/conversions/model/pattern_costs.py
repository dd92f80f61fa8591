"""The cost of a site's goals: the size of the programs that they are compiled to, which is bounded."""

from collections.abc import Iterable

from goalpost.conversions.model.addresses import address_pattern
from goalpost.conversions.model.conversion_goals import PageScope, Rule
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import comparable
from goalpost.conversions.model.patterns import pattern_cost

MOST_COST = 250_000
"""The most that the goals of a site may cost together: about a second to compile, and 16 MB. An ordinary goal costs 20
to 200."""

MOST_COST_OF_WORKSPACE = 1_000_000
"""The most that the goals of all sites of a workspace may cost together."""


def cost_of(rules: Iterable[Rule]) -> int:
    """Return about how many instructions the patterns of rules have together; raises ValueError with RE2's reason."""
    return sum(_value_cost(rule) + _scope_cost(rule.scope) for rule in rules)


def _value_cost(rule: Rule) -> int:
    if rule.match_type in (MatchType.ANY, MatchType.EXACT):
        return 0
    text = comparable(rule)
    return len(text) if rule.match_type is MatchType.CONTAINS else pattern_cost(text)


def _scope_cost(scope: PageScope) -> int:
    return sum(pattern_cost(address_pattern(scope.match_type, text)) for text in (*scope.included, *scope.exclude))
