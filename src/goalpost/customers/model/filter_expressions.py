"""Expressions such as `(A AND B) OR NOT C`: how the conditions of a query, each under its letter, are joined.

expression = term, {"OR", term}; term = factor, {"AND", factor}; factor = {"NOT"}, (alias | "(", expression, ")").
Keywords are in any case. Depth and length are bounded: no expression takes long, or fails otherwise than clearly.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from goalpost.customers.model.filters import All, AnyOf, Not, Query, conditions_of
from goalpost.kernel.errors import Malformed

MAX_LENGTH = 2000
MAX_DEPTH = 32
MAX_TOKENS = 500
MAX_VALUES = 2_000
"""Limit of all conditions, however often each is named: stores take only so many in a statement."""
ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}(?![A-Za-z0-9_])", re.ASCII)
KEYWORDS = frozenset({"AND", "OR", "NOT"})
_TOKEN = re.compile(rf"{ALIAS.pattern}|[()]", re.ASCII)
_SPACE = re.compile(r"\s*", re.ASCII)


def parse(expression: str | None, conditions: Mapping[str, Query]) -> Query:
    """The query that an expression makes of conditions by their aliases; a blank one joins all of them by AND.

    Raises Malformed, with the place, counted in characters from 1.
    """
    text = expression or ""
    if len(text) > MAX_LENGTH:
        raise Malformed(f"the expression has more than {MAX_LENGTH} characters")
    query = _read(text, conditions) if text.strip() else All(tuple(conditions.values()))
    if sum(len(one.values) for one in conditions_of(query)) > MAX_VALUES:
        raise Malformed(f"the expression compares with more than {MAX_VALUES} values")
    return query


def _read(expression: str, conditions: Mapping[str, Query]) -> Query:
    reader = _Reader(_tokens(expression), conditions)
    query = reader.expression()
    if reader.word:
        raise Malformed(f"the expression goes on after its end, with {reader.word!r} {reader.where}")
    return query


def _tokens(expression: str) -> list[tuple[str, int]]:
    """Each word or parenthesis with the place of its first character; at the end an empty one."""
    found: list[tuple[str, int]] = []
    place = _after_space(expression, 0)
    while place < len(expression):
        token = _TOKEN.match(expression, place)
        if token is None:
            raise Malformed(f"the expression cannot be read at character {place + 1}")
        found.append((token[0], place + 1))
        if len(found) > MAX_TOKENS:
            raise Malformed(f"the expression has more than {MAX_TOKENS} words")
        place = _after_space(expression, token.end())
    return [*found, ("", place + 1)]


def _after_space(expression: str, place: int) -> int:
    space = _SPACE.match(expression, place)
    return space.end() if space else place


@dataclass
class _Reader:
    tokens: list[tuple[str, int]]
    conditions: Mapping[str, Query]
    place: int = 0
    depth: int = 0

    @property
    def word(self) -> str:
        """The token that comes next; empty at the end."""
        return self.tokens[self.place][0]

    @property
    def where(self) -> str:
        """Describe in words where the next token is."""
        return f"at character {self.tokens[self.place][1]}"

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
        if self.word != "(" and self.word.upper() != "NOT":
            return self.alias()
        if self.depth == MAX_DEPTH:
            raise Malformed(f"the expression is nested deeper than {MAX_DEPTH} {self.where}")
        self.depth += 1
        found = Not(self.factor()) if self.takes("NOT") else self.enclosed()
        self.depth -= 1
        return found

    def enclosed(self) -> Query:
        opened = self.where
        self.takes("(")
        found = self.expression()
        if not self.word:
            raise Malformed(f"the expression does not close the parenthesis {opened}")
        if not self.takes(")"):
            raise Malformed(f"the expression lacks AND or OR before {self.word!r} {self.where}")
        return found

    def alias(self) -> Query:
        word = self.word
        if not word or word == ")" or word.upper() in KEYWORDS:
            raise Malformed(
                f"the expression lacks a condition {f'before {word!r}' if word else 'at its end,'} {self.where}"
            )
        if word not in self.conditions:
            raise Malformed(f"the expression names {word!r} {self.where}, which no condition has as its alias")
        self.place += 1
        return self.conditions[word]
