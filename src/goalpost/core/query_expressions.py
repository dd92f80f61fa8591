"""Expressions such as `(A AND B) OR NOT C`: how the conditions of a query, each under its letter, are joined.

expression = term, {"OR", term}; term = factor, {"AND", factor}; factor = {"NOT"}, (alias | "(", expression, ")").
Keywords are in any case. Depth and length are bounded: no expression takes long, or fails otherwise than clearly.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from goalpost.core.errors import Malformed
from goalpost.core.queries import All, AnyOf, Not, Query

MAX_LENGTH = 2000
MAX_DEPTH = 32
MAX_TOKENS = 500
ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}", re.ASCII)
KEYWORDS = frozenset({"AND", "OR", "NOT"})
_TOKEN = re.compile(rf"\s*(?:({ALIAS.pattern})|([()]))", re.ASCII)


def parse(expression: str, conditions: Mapping[str, Query]) -> Query:
    """The query that an expression makes of conditions by their aliases; a blank one joins all of them by AND.

    Raises Malformed, with the place.
    """
    if len(expression) > MAX_LENGTH:
        raise Malformed(f"the expression has more than {MAX_LENGTH} characters")
    if not expression.strip():
        return All(tuple(conditions.values()))
    reader = _Reader(_tokens(expression), conditions)
    query = reader.expression()
    if reader.word:
        raise Malformed(f"the expression goes on after its end, with {reader.word!r}")
    return query


def _tokens(expression: str) -> list[str]:
    found, place = [], 0
    text = expression.rstrip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise Malformed(f"the expression cannot be read at character {place + 1}")
        found.append(token[1] or token[2])
        place = token.end()
    if len(found) > MAX_TOKENS:
        raise Malformed(f"the expression has more than {MAX_TOKENS} words")
    return found


@dataclass
class _Reader:
    tokens: list[str]
    conditions: Mapping[str, Query]
    place: int = 0
    depth: int = field(default=0)

    @property
    def word(self) -> str:
        """The token that comes next; empty at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def takes(self, word: str) -> bool:
        """Go past the next token if it is this one."""
        is_next = self.word.upper() == word
        self.place += is_next
        return is_next

    def expression(self) -> Query:
        parts = [self.term()]
        while self.takes("OR"):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def term(self) -> Query:
        parts = [self.factor()]
        while self.takes("AND"):
            parts.append(self.factor())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def factor(self) -> Query:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Malformed(f"the expression is nested deeper than {MAX_DEPTH}")
        if self.takes("NOT"):
            found: Query = Not(self.factor())
        elif self.takes("("):
            found = self.expression()
            if not self.takes(")"):
                raise Malformed("the expression lacks a closing parenthesis")
        else:
            found = self.alias()
        self.depth -= 1
        return found

    def alias(self) -> Query:
        word = self.word
        if not word or word == ")" or word.upper() in KEYWORDS:
            raise Malformed(f"the expression lacks a condition {f'before {word!r}' if word else 'at its end'}")
        if word not in self.conditions:
            raise Malformed(f"the expression names {word!r}, which no condition has as its alias")
        self.place += 1
        return self.conditions[word]
