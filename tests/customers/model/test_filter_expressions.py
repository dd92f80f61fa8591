"""Expressions: what they mean, and that every other text is refused clearly and at once."""

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model.filter_expressions import MAX_DEPTH, MAX_LENGTH, MAX_TOKENS, parse
from goalpost.customers.model.filters import All, AnyOf, Condition, FieldType, Not, Operator, Query, matches
from goalpost.kernel.errors import Malformed

NAMES = ["A", "B", "C", "a", "_1", "ANDY", "nothing", "x" * 32]
FLAGS: dict[str, Query] = {name: Condition(name, FieldType.BOOLEAN, Operator.EQ, (True,)) for name in NAMES}
A, B, C = (FLAGS[name] for name in "ABC")


@pytest.mark.parametrize(
    ("expression", "query"),
    [
        ("A", A),
        ("A AND B", All((A, B))),
        ("A OR B AND C", AnyOf((A, All((B, C))))),
        ("A AND B OR C", AnyOf((All((A, B)), C))),
        ("(A OR B) AND C", All((AnyOf((A, B)), C))),
        ("NOT A AND B", All((Not(A), B))),
        ("NOT (A AND B)", Not(All((A, B)))),
        ("not NOT nOt A", Not(Not(Not(A)))),
        ("a oR A", AnyOf((FLAGS["a"], A))),
        ("\tNOT(A)OR(B)\n", AnyOf((Not(A), B))),
        ("ANDY and nothing", All((FLAGS["ANDY"], FLAGS["nothing"]))),
        ("x" * 32, FLAGS["x" * 32]),
        ("A AND A", All((A, A))),
    ],
)
def test_meaning_of_expressions(expression: str, query: Query) -> None:
    assert parse(expression, FLAGS) == query


@pytest.mark.parametrize("expression", [None, "", " \t\n"])
def test_a_blank_one_joins_all(expression: str | None) -> None:
    assert parse(expression, {"A": A, "B": B}) == All((A, B))
    assert parse(expression, {}) == All()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("A AND D", "names 'D' at character 7, which no condition has as its alias"),
        ("b", "names 'b' at character 1"),
        ("(A OR B", "does not close the parenthesis at character 1"),
        ("A)", "goes on after its end, with '\\)' at character 2"),
        ("A B", "goes on after its end, with 'B' at character 3"),
        ("(A B)", "lacks AND or OR before 'B' at character 4"),
        ("A AND", "lacks a condition at its end, at character 6"),
        ("NOT", "lacks a condition at its end, at character 4"),
        ("AND A", "lacks a condition before 'AND' at character 1"),
        ("A OR OR B", "lacks a condition before 'OR' at character 6"),
        ("()", "lacks a condition before '\\)' at character 2"),
        ("A NOT B", "goes on after its end, with 'NOT' at character 3"),
        ("A && B", "cannot be read at character 3"),
        ("A; DROP", "cannot be read at character 2"),
        ("1A", "cannot be read at character 1"),
        ("A\u00a0AND B", "cannot be read at character 2"),
        ("\uff21", "cannot be read at character 1"),
        ("A AND É", "cannot be read at character 7"),
        ("A \uff21\uff2e\uff24 B", "cannot be read at character 3"),
        ("A\0", "cannot be read at character 2"),
        ("\ud800", "cannot be read at character 1"),
        ("x" * 33, "cannot be read at character 1"),
        ("x" * 32 + "AND", "cannot be read at character 1"),
        ("__import__('os')", "cannot be read at character 12"),
    ],
    ids=range(24),
)
def test_an_unreadable_expression_is_rejected_with_its_place(expression: str, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        parse(expression, FLAGS)


def test_bounds() -> None:
    assert parse("(" * MAX_DEPTH + "A" + ")" * MAX_DEPTH, FLAGS) == A
    assert parse("NOT " * MAX_DEPTH + "A", FLAGS)
    assert parse("(NOT " * 16 + "A" + ")" * 16, FLAGS)
    with pytest.raises(Malformed, match="nested deeper than 32 at character 33"):
        parse("(" * 33 + "A" + ")" * 33, FLAGS)
    with pytest.raises(Malformed, match="nested deeper"):
        parse("(NOT " * 16 + "NOT A" + ")" * 16, FLAGS)
    assert parse(" OR ".join("A" * 250), FLAGS) == AnyOf((A,) * 250)
    with pytest.raises(Malformed, match=f"more than {MAX_TOKENS} words"):
        parse(" OR ".join("A" * 251), FLAGS)
    assert parse("A".ljust(MAX_LENGTH), FLAGS) == A
    with pytest.raises(Malformed, match=f"more than {MAX_LENGTH} characters"):
        parse("A".ljust(MAX_LENGTH + 1), FLAGS)


def test_wide_is_not_deep() -> None:
    assert parse(" AND ".join(["(NOT A)"] * 99), FLAGS) == All((Not(A),) * 99)


def test_conditions_may_be_named_often_but_values_are_counted_each_time() -> None:
    heavy = {"A": Condition("x", FieldType.NUMBER, Operator.IN, tuple(range(200)))}
    assert parse(" OR ".join("A" * 10), heavy)
    with pytest.raises(Malformed, match="more than 2000 values"):
        parse(" OR ".join("A" * 11), heavy)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 100_000,
        "NOT " * 250_000,
        "A AND " * 170_000,
        "A" * 1_000_000,
        "😀" * 1_000_000,
        " " * 1_000_000,
        "(" * 2000,
    ],
    ids=["parentheses", "nots", "ands", "alias", "emoji", "spaces", "parentheses within the length"],
)
def test_hostile_ones_are_refused_at_once(expression: str) -> None:
    start = time.perf_counter()
    with pytest.raises(Malformed):
        parse(expression, FLAGS)
    assert time.perf_counter() - start < 1


@given(
    st.text(max_size=60) | st.lists(st.sampled_from(["A", "B", "(", ")", "AND", "or", "Not", " ", "%"])).map(" ".join)
)
def test_any_text_is_read_or_refused(expression: str) -> None:
    try:
        parse(expression, FLAGS)
    except Malformed as error:
        assert str(error).startswith("the expression ")


def rendered(query: Query, spell: st.DataObject) -> str:
    """An expression that means a query; with more parentheses, spaces and cases than it needs."""

    def spelled(word: str) -> str:
        return spell.draw(st.sampled_from([f" {word} ", f"\n{word.lower()}\t", f" {word.title()} "]))

    if isinstance(query, Condition):
        return spell.draw(st.sampled_from([query.field, f"( {query.field})"]))
    if isinstance(query, Not):
        return f"{spelled('NOT')}({rendered(query.part, spell)})"
    parts = [rendered(part, spell) for part in query.parts]
    if isinstance(query, AnyOf):
        return "(" + spelled("OR").join(parts) + ")"
    enclosed = [
        part if isinstance(one, Condition | Not) else f"({part})" for one, part in zip(query.parts, parts, strict=True)
    ]
    return spelled("AND").join(enclosed)


def joined(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return several.map(All) | several.map(AnyOf) | parts.map(Not)


TREES = st.recursive(st.sampled_from([FLAGS[name] for name in ("A", "B", "C", "nothing")]), joined, max_leaves=6)


@given(TREES, st.data())
def test_a_rendered_query_means_the_same(query: Query, data: st.DataObject) -> None:
    expression = rendered(query, data)
    if len(expression) > MAX_LENGTH or expression.count("(") + expression.lower().count("not ") > MAX_DEPTH:
        return
    found = parse(expression, FLAGS)
    for flags in product([True, False], repeat=4):
        row = dict(zip(("A", "B", "C", "nothing"), flags, strict=True))
        assert matches(found, row) is matches(query, row)


@given(st.lists(st.sampled_from(["A", "B", "C", "NOT A", "NOT NOT B"]), min_size=1, max_size=8), st.data())
def test_without_parentheses_and_binds_tighter_than_or(words: list[str], data: st.DataObject) -> None:
    joints = [data.draw(st.sampled_from(["and", "or"])) for _ in words[1:]]
    text = words[0] + "".join(f" {joint} {word}" for joint, word in zip(joints, words[1:], strict=True))
    query = parse(text, FLAGS)
    for flags in product([True, False], repeat=3):
        row = dict(zip("ABC", flags, strict=True))
        by_hand = any(
            all(row[word[-1]] is (word.count("NOT") % 2 == 0) for word in term.split(" and "))
            for term in text.split(" or ")
        )
        assert matches(query, row) is by_hand
