"""Patterns of which it is certain that no text has them, and those that some text may have."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goalpost.conversions.model.pattern_parts import parts_of
from goalpost.conversions.model.patterns import compile_pattern
from tests.support.rule_strategies import LETTERS, patterns, values

NEVER = "?\n\0"
NEVER_FOUND = [
    *("^thanks", "^https?://example", r"\Athanks", "(?i)^THANKS", "^(?:http|https)://x", "(^https|^thanks)/x", "^x|^y"),
    *(
        r"thanks\?order=1",
        "thanks[?]x",
        "a(b|c)[?]",
        r"(a\?|b\?)",
        r"\?",
        r"\x3f",
        r"\x{3F}",
        r"\Qa?b\E",
        r"\n",
        r"^\Qthanks",
    ),
    *("^(en|de)/x", r"^\.", "^[t]hanks", "^thanks$|^https", r"^\bthanks", "^(?P<a>x)y", "^x{2,3}", "^x+", "^(x)+"),
]
MAY_BE_FOUND = [
    *(
        "thanks",
        "^/thanks",
        "^(/en)?/thanks",
        "^(en)?/thanks",
        "^[^/]+/x",
        "^[[:punct:]]x",
        "/(en|)/x",
        "^.*thanks",
        "^",
    ),
    *(
        r"thanks\??",
        r"thanks(\?.*)?$",
        r"thanks\?*",
        r"\?|/a",
        "^(?:https?://)?/x",
        "^x*/",
        "^x{0,2}/",
        r"^\W",
        r"^\PL",
    ),
    *(
        r"^\/thanks",
        "^[/]",
        "^[^a]",
        "^x|y",
        "(^x|y)",
        "^^/",
        "(?:)^/a",
        "^()/",
        r"^\057",
        "https?://x",
        "[?a]",
        "[^?]",
        "^x?/",
    ),
]


@pytest.mark.parametrize("pattern", NEVER_FOUND)
def test_a_part_that_no_path_has_is_impossible(pattern: str) -> None:
    assert parts_of(pattern).never_found(start="/", never=NEVER)
    assert compile_pattern(pattern).search("/thanks/x/en/de/a/b") is None


@pytest.mark.parametrize("pattern", MAY_BE_FOUND)
def test_a_part_that_some_path_may_have_is_possible(pattern: str) -> None:
    assert not parts_of(pattern).never_found(start="/", never=NEVER)


TORN = ["a^b", "$x", "^/$^", "/thanks$/x", "a(^b)", "(a|b)^", "a+^", r"a\Ab", r"\za", "a^|$b", "(^a$)+b"]
NOT_TORN = [
    *(
        "^a$",
        "(^|a)b",
        "a$|^b",
        "(a)?^b",
        "a*^b",
        "a$(b)?",
        "a$b*",
        "^^a$$",
        "(a|)^b",
        r"\b^a",
        "(?m)a^b",
        "(?s-m:a)^?",
    ),
    *("", "a{0}^b", "[$]x", r"\$x", r"a\^b", r"\Qa^b\E", "[^a]^?"),
]


@pytest.mark.parametrize(
    ("pattern", "expected"), [*((each, True) for each in TORN), *((each, False) for each in NOT_TORN)]
)
def test_an_anchor_in_the_middle_holds_nowhere(pattern: str, expected: bool) -> None:
    assert parts_of(pattern).is_torn is expected


@given(patterns, st.one_of(values, st.text(LETTERS, max_size=8)))
@example("(?i)a|^b", "xb")
@example(r"a\E^b", "ab")
def test_nothing_torn_is_found(pattern: str, text: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except ValueError:
        return
    if parts_of(pattern).is_torn:
        assert compiled.search(text) is None


@given(patterns, st.one_of(values, st.text(LETTERS + "thanks", max_size=8)))
@example("(?i)K", "\u212a")
@example("^(|x)(|y)z", "/z")
def test_nothing_is_said_to_be_missing_that_is_found(pattern: str, text: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except ValueError:
        return
    path = "/" + "".join(character for character in text if character not in NEVER)
    if parts_of(pattern).never_found(start="/", never=NEVER):
        assert compiled.search(path) is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        *((pattern, True) for pattern in ("a|", "|a", "a||b", "|", "(a)|", "(?i)|a")),
        *((pattern, False) for pattern in ("a|b", "", "(a|)", r"a\|", "[|]", r"\Q|\E", "a|^", "a|()")),
    ],
)
def test_an_empty_alternative_is_found(pattern: str, expected: bool) -> None:
    assert parts_of(pattern).has_empty_alternative is expected


@pytest.mark.parametrize("pattern", ["(" * 900 + "^x" + ")" * 900, "^" + "(a|)" * 5000, "^" + "(^|)" * 5000 + "x"])
def test_deep_and_long_patterns_are_read_in_linear_time(pattern: str) -> None:
    assert not parts_of(pattern).never_found(start="/", never=NEVER) or pattern.endswith("x")
