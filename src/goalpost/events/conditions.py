"""Rules and scopes as SQL: the other form of core.matching, with every value as a bound parameter."""

from collections.abc import Sequence

from goalpost.core.addresses import address_pattern
from goalpost.core.conversion_goals import PageScope, Rule, Trigger
from goalpost.core.match_types import MatchType
from goalpost.core.matching import value_pattern

_PAGE = "concat(if(startsWith(host, 'www.'), substring(host, 5), host), path, suffix)"


def rule_condition(rule: Rule) -> tuple[str, dict[str, str]]:
    """A rule as an SQL condition with its parameters: the other form of core.matching.rule_matches."""
    column = "path" if rule.trigger is Trigger.PAGEVIEW else "name"
    condition, values = scope_condition(rule.scope)
    if rule.match_type is MatchType.ANY:
        return condition, values
    if rule.match_type is MatchType.EXACT:
        return f"{column} = {{match_value:String}} AND {condition}", values | {"match_value": rule.match_value}
    if rule.match_type is MatchType.CONTAINS:
        return f"position({column}, {{match_value:String}}) > 0 AND {condition}", values | {
            "match_value": rule.match_value
        }
    return f"match({column}, {{match_value:String}}) AND {condition}", values | {"match_value": value_pattern(rule)}


def scope_condition(scope: PageScope, prefix: str = "") -> tuple[str, dict[str, str]]:
    """A scope as an SQL condition on the event's page with its parameters, whose names begin with `prefix`."""
    values: dict[str, str] = {}

    def any_of(texts: Sequence[str]) -> str:
        names = [f"{prefix}page_{len(values) + number}" for number in range(len(texts))]
        values.update(zip(names, (address_pattern(scope.match_type, text) for text in texts), strict=True))
        return " OR ".join(f"match({_PAGE}, {{{name}:String}})" for name in names)

    included = f"({any_of(scope.included)})" if scope.included else "true"
    excluded = f"NOT ({any_of(scope.exclude)})" if scope.exclude else "true"
    return f"{included} AND {excluded}", values
