"""Finds CSS selectors that no browser can read, or that never find an element: https://www.w3.org/TR/selectors-4/."""

import re

_ESCAPE = re.compile(r"\\.", re.DOTALL)
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_INNERMOST = re.compile(r"\[[^()\[\]]*\]|\([^()\[\]]*\)")
_IMPOSSIBLE = re.compile(
    r"[\0\"'\[\](){};<=/@!$%^?`]"  # halves of strings and brackets, and what has no place outside
    r"|[.#](?![A-Za-z_\-\u0080-\U0010ffff])|:(?!:?[A-Za-z\-])"  # a class, an id or a pseudo-class without a name
)
_COMBINATOR_OUTSIDE = re.compile(r"\s*[>+~]|.*[>+~]\s*\Z|.*[>+~]\s*[>+~]", re.DOTALL)


def selector_fault(selector: str) -> str | None:
    """Say what is wrong with a selector that finds nothing on any page; None where it may find something."""
    bare = _STRING.sub("\0", _ESCAPE.sub("x", selector))
    while (inner := _INNERMOST.sub("", bare)) != bare:
        bare = inner
    parts = bare.split(",")
    if _IMPOSSIBLE.search(bare) or any(not part.strip() or _COMBINATOR_OUTSIDE.match(part) for part in parts):
        return "is not a CSS selector that browsers can read"
    if all("::" in part for part in parts):
        return "can never match: a pseudo-element is not clicked or sent; write its element's selector"
    return None
