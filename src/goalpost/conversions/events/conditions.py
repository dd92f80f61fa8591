"""Rules and scopes as SQL: the other form of `model.matching`, with every value as a bound parameter."""

from collections.abc import Sequence

from goalpost.conversions.model.addresses import HOST_OF_ADDRESS, ORIGINS, address_pattern
from goalpost.conversions.model.conversion_goals import PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import comparable

_PAGE = "concat(if(startsWith(host, 'www.'), substring(host, 5), host), cutFragment(path), suffix)"
_LONGEST = 10_000  # characters of patterns together: RE2 has bounds for what one may compile to
_ORIGINS = ", ".join(f"'{origin}'" for origin in ORIGINS)


def rule_condition(rule: Rule) -> tuple[str, dict[str, str]]:
    """A rule as an SQL condition with its parameters: the other form of `model.matching.rule_matches`."""
    column = "path" if rule.trigger is Trigger.PAGEVIEW else "name"
    condition, values = scope_condition(rule.scope)
    if rule.match_type is MatchType.ANY:
        return condition, values
    values["match_value"] = comparable(rule)
    if rule.match_type is MatchType.EXACT:
        return f"{column} = {{match_value:String}} AND {condition}", values
    if rule.match_type is MatchType.CONTAINS:
        return f"position({column}, {{match_value:String}}) > 0 AND {condition}", values
    return f"{_is_found(rule.match_type, column, 'match_value')} AND {condition}", values


def scope_condition(scope: PageScope, prefix: str = "") -> tuple[str, dict[str, str]]:
    """A scope as an SQL condition on the event's page with its parameters, whose names begin with `prefix`."""
    values: dict[str, str] = {}

    def any_of(texts: Sequence[str]) -> str:
        patterns = _together(scope.match_type, [address_pattern(scope.match_type, text) for text in texts])
        names = [f"{prefix}page_{len(values) + number}" for number in range(len(patterns))]
        values.update(zip(names, patterns, strict=True))
        return " OR ".join(_is_found(scope.match_type, _PAGE, name) for name in names)

    included = f"({any_of(scope.included)})" if scope.included else "true"
    excluded = f"NOT ({any_of(scope.exclude)})" if scope.exclude else "true"
    return f"{included} AND {excluded}", values


def _together(match_type: MatchType, patterns: Sequence[str]) -> list[str]:
    """The patterns as alternatives of a few: the store takes some milliseconds to read a call, whatever is in it."""
    if match_type is MatchType.URL_REGEX or len(patterns) == 1:
        return list(patterns)
    joined = [""]
    for pattern in patterns:
        if len(joined[-1]) + len(pattern) > _LONGEST:
            joined.append("")
        joined[-1] += f"{'|' if joined[-1] else ''}(?:{pattern})"
    return [each for each in joined if each]


def _is_found(match_type: MatchType, text: str, parameter: str) -> str:
    """The condition that the pattern in a parameter is found in one of the spellings that its type looks at."""
    if match_type is not MatchType.URL_REGEX:
        return f"match({text}, {{{parameter}:String}})"
    with_origin = f"arrayExists(origin -> match(concat(origin, {text}), {{{parameter}:String}}), [{_ORIGINS}])"
    without_host = f"match(replaceRegexpOne({text}, '{HOST_OF_ADDRESS}', ''), {{{parameter}:String}})"
    return f"({without_host} OR {with_origin})"
