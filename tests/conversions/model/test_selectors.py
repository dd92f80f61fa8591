"""Selectors that find nothing on any page: https://www.w3.org/TR/selectors-4/."""

import pytest

from goalpost.conversions.model.selectors import selector_fault

USABLE = [
    *("button", "#buy > button.primary", "form#signup", "*", "a:hover", "a[href^='https://x/?a=1']", ":is(.a, .b) + c"),
    *(
        "a:not(.b):has(> img)",
        r"#a\:b",
        ".ü",
        r".\31 23",
        "a, b",
        "a ~ b",
        "svg|a",
        "|a",
        "*|*",
        'a[title="]"]',
        "a[data-x=')']",
    ),
    *(
        "li:nth-child(2n + 1)",
        "input[type=submit i]",
        "-x",
        ".-a",
        ".--b",
        "a::before, a",
        ":root",
        "a\n>\nb",
        "my-element",
    ),
]
NOT_SELECTORS = [
    *(
        "..a",
        "> a",
        "a >",
        "a,,b",
        ",a",
        "a,",
        "a[href='x",
        "a)",
        "(a",
        "a]",
        ".1a",
        "#1",
        "#",
        "a..b",
        "a > > b",
        "a + ~ b",
    ),
    *("https://x.example/a", "/thanks", "<a>", "a{b}", "a;b", "@media", "$('a')", "a=b", "a:", "a:1", "a!", "a b 'c'"),
]


@pytest.mark.parametrize("selector", USABLE)
def test_a_usable_selector_is_taken(selector: str) -> None:
    assert selector_fault(selector) is None


@pytest.mark.parametrize("selector", NOT_SELECTORS)
def test_an_unreadable_selector_is_rejected(selector: str) -> None:
    assert selector_fault(selector) == "is not a CSS selector that browsers can read"


@pytest.mark.parametrize("selector", ["a::before", "a::before, b::after", "::selection"])
def test_a_selector_of_unclickable_elements_is_rejected(selector: str) -> None:
    assert "pseudo-element" in (selector_fault(selector) or "")


@pytest.mark.parametrize("selector", ["(" * 1000 + ")" * 1000, "[" * 2000, "a>" * 1000, "'" * 1999, "\\" * 2001])
def test_odd_ones_are_read_quickly(selector: str) -> None:
    selector_fault(selector)
