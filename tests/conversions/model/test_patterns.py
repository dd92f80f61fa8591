"""Users' regular expressions: RE2's meaning, bounded memory, and many of them at once."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.model.patterns import PATTERN_MEMORY, PatternSet, compile_pattern, options
from tests.support.rule_strategies import patterns, values


def found(pattern: str, text: str) -> bool:
    return compile_pattern(pattern).search(text) is not None


def compiles(pattern: str) -> bool:
    try:
        compile_pattern(pattern)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"/blog/\d+", "/en/blog/42/edit", True),
        (r"/blog/\d+", "/blog/x", False),
        (r"^/blog$", "/blog", True),
        (r"^/blog$", "/blog/", False),
        ("a.b", "a\nb", True),  # a dot is a newline too
        ("^b", "a\nb", False),  # and a text is one line
        ("a$", "a\n", False),
        ("signup", "SIGNUP", False),
        ("(?i)signup", "SignUp", True),
        (r"^\d+$", "٣", False),  # digits are ASCII
        (r"^\w+$", "é", False),
        ("^é$", "é", True),
        ("^.$", "😀", True),
        ("", "", True),
        ("x*", "", True),
        ("x{0}", "y", True),
        (r"\\", "a\\b", True),
        (r"\x00", "a\0b", True),
    ],
)
def test_a_pattern_is_searched_for_as_re2_reads_it(pattern: str, text: str, expected: bool) -> None:
    assert found(pattern, text) is expected
    assert PatternSet([pattern]).matches(text) == ([0] if expected else [])


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "[", "[z-a]", "*", "a**", "+", "a{2,1}", "\\", "(?P<n", "\\8"),
        # What no linear-time engine has.
        *(r"(x)\1", "(?=x)", "(?!x)", "(?<=x)", "(?<!x)", "(?>x)", "a++", "(?(1)a|b)"),
        *(r"\p{Klingon}", r"\x{110000}", "\ud800"),
        # What would take more memory than a pattern may.
        *("a{1001}", "((a{100}){100}){100}", "(a{1,100}){1,100}", r"(\pL{1,500}){1,2}", r"\PN{300}"),
        "((((.{1,10}){1,10}){1,10}){1,10}){1,10}",
    ],
)
def test_an_unusable_pattern_is_rejected_with_a_reason(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compile_pattern(pattern)


def test_a_pattern_takes_a_megabyte_at_most() -> None:
    assert PATTERN_MEMORY == 1 << 20
    with pytest.raises(ValueError, match="pattern too large"):
        compile_pattern("x" * (PATTERN_MEMORY // 8))


# Each of these keeps a backtracking engine busy for longer than anyone waits; to RE2 they are a walk through the text.
@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^([a-zA-Z]+)*$",
        "(.*a){20}$",
        "(.*)(.*)(.*)(.*)(.*)(.*)(.*)x$",
        "^(a?){50}a{50}$",
        "^((a*)*)*$",
        "(a*)*b$",
        "^(?:a?a?a?a?a?a?a?a?a?a?)*$",
    ],
)
def test_evil_patterns_are_harmless(pattern: str) -> None:
    text = "a" * 2048 + "!"
    assert found(pattern, text) is False
    assert PatternSet([pattern] * 20).matches(text) == []


@given(
    st.lists(patterns, max_size=12).map(lambda made: [*filter(compiles, made)]),
    st.lists(values, min_size=1, max_size=8),
)
def test_a_set_finds_what_each_pattern_finds_alone(chosen: list[str], texts: list[str]) -> None:
    together = PatternSet(chosen)
    for text in texts:
        assert sorted(together.matches(text)) == [i for i, pattern in enumerate(chosen) if found(pattern, text)]


def test_an_empty_set_finds_nothing() -> None:
    assert PatternSet([]).matches("anything") == []


def test_a_thousand_patterns_are_one_set() -> None:
    together = PatternSet([f"^/shop/{n}/" for n in range(1000)])
    assert together.matches("/shop/777/cart") == [777]
    assert together.matches("/shop/7777/cart") == []


def test_patterns_that_do_not_fit_into_one_set_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    # A set of a megabyte in place of 32, so that patterns of ordinary size are too many for it.
    monkeypatch.setattr("goalpost.conversions.model.patterns._SET_MEMORY", 1 << 20)
    large = [f"^é{n}\\pL{{8}}$" for n in range(60)]
    assert not fits_into_one_set(large, 1 << 20)
    together = PatternSet(large)
    letters = "日" * 8
    for n in range(60):
        assert together.matches(f"é{n}{letters}") == [n]
    assert together.matches(f"é60{letters}") == []
    assert together.matches(f"é1{letters}日") == []


def fits_into_one_set(chosen: list[str], memory: int) -> bool:
    combined = re2.Set.SearchSet(options(memory))
    for pattern in chosen:
        combined.Add(pattern)
    try:
        combined.Compile()
    except re2.error:
        return False
    return True
