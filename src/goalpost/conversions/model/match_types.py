"""Ways to hold a value against a goal's match value."""

from enum import StrEnum


class MatchType(StrEnum):
    """The first three are case-sensitive comparisons of texts; those of URL_TYPES compare addresses, as addresses.py
    says."""

    EXACT = "exact"  # the whole string
    CONTAINS = "contains"  # a substring of the observed value
    REGEX = "regex"  # RE2, found anywhere in the observed value, `.` matches a newline too
    ANY = "any"  # whatever the value is
    URL_SIMPLE = "url_simple"  # host and path, whatever query and fragment
    URL_EXACT = "url_exact"  # the whole address
    URL_CONTAINS = "url_contains"
    URL_STARTS_WITH = "url_starts_with"
    URL_ENDS_WITH = "url_ends_with"
    URL_WILDCARD = "url_wildcard"  # `*` stands for any characters
    URL_REGEX = "url_regex"


URL_TYPES = frozenset(kind for kind in MatchType if kind.value.startswith("url_"))
