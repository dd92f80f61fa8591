"""Regular expressions that a goal may have: those that RE2 matches in linear time and little memory."""

import pytest

from tests.dialects.krafter.support import GOAL, seen
from tests.support.server import Site

# Each of them would be dear or impossible for RE2, or is no regular expression at all.
EVIL = [
    "(?=a)a",
    "(?<=a)b",
    "(?!a)b",
    r"(a)\1",
    r"(?P<x>a)(?P=x)",
    "(?>a+)b",
    "a++",
    "(",
    ")",
    "[a",
    "a{2,1}",
    "*a",
    "a**b\\",
    r"\p{Nope}",
    r"\p{L}{1,500}",
    r"((\pL{1,30}){1,30}){1,30}",
    "(a{1000}){1000}",
    "((((a{10}){10}){10}){10}){10}",
    "x{1001}",
    "(?i:" + "(" * 1500 + ")",
]


@pytest.mark.parametrize("pattern", EVIL)
def test_an_evil_regex_is_refused(pattern: str, site: Site) -> None:
    goals = f"/sites/{site.key}/goals"
    goal = site.goal("event", "regex", "fine")
    body = {**GOAL, "match_type": "regex", "match_value": pattern}
    for answer in (site.api.post(goals, json=body), site.api.patch(f"{goals}/{goal}", json={"match_value": pattern})):
        status, found = seen(answer)
        assert (status, found["error"], set(found["details"])) == (422, "Validation failed", {"match_value"})
        (text,) = found["details"]["match_value"]
        assert text.startswith("is not a usable regular expression: ")
    assert [found["match_value"] for found in site.api.get(goals).json()["data"]] == ["fine"]


def test_a_value_becomes_a_regex_only_if_it_is_one(site: Site) -> None:
    goal = site.goal("event", "exact", "(")
    status, body = seen(site.api.patch(f"/sites/{site.key}/goals/{goal}", json={"match_type": "regex"}))
    assert (status, set(body["details"])) == (422, {"match_value"})
    long = site.goal("event", "regex", "x" * 300, name="Long")
    answer = site.api.patch(f"/sites/{site.key}/goals/{long}", json={"match_type": "exact"})
    details = {"match_value": ["should be at most 255 character(s)"]}
    assert seen(answer) == (422, {"error": "Validation failed", "details": details})


@pytest.mark.parametrize("pattern", [r"/blog/\d+", "(a*)*b", "(?i)SIGN", "(a|a)*$", r"\bword\b", "a{1000}"])
def test_a_regex_that_re2_can_take_is_taken(pattern: str, site: Site) -> None:
    assert site.goal("event", "regex", pattern)
