"""Queries as SQL select exactly the rows that they select in Python, in either store, from columns and from JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Double,
    Engine,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from goalpost.customers.model import filters
from goalpost.customers.model.field_values import MAX_TEXT, joined_choices
from goalpost.customers.model.filter_expressions import parse
from goalpost.customers.model.filters import Condition, FieldType, Not, Operator, Query, Span
from goalpost.customers.rows.comparables import own_fields
from goalpost.customers.rows.tables import COMPARABLE
from goalpost.customers.rows.where import collation_of, extracted, to_sql
from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import folded
from goalpost.storage.tables import UtcDateTime
from tests.support import filter_strategies
from tests.support.filter_strategies import CHOICES, DAY, MILLISECOND, NOON, TEXTS, conditions, trees

ROWS = 1000
EXAMPLES = 150
SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()

table = Table(
    "compared",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", String),
    Column("number", Double),
    Column("numeric", Numeric(40, 10, asdecimal=False)),
    Column("whole", Integer),
    Column("moment", UtcDateTime),
    Column("boolean", Boolean),
    Column("boolean_text", Text),
    Column("identity", Uuid),
    Column("choices", Text),
    Column("comparable", COMPARABLE),
    Index("ix_compared_text", "text"),
    prefixes=["TEMPORARY"],
)
PLAIN = {
    **{type_.value: type_ for type_ in FieldType},
    "numeric": FieldType.NUMBER,
    "whole": FieldType.NUMBER,
    "boolean_text": FieldType.BOOLEAN,
}
# Keys of JSON that hold a value of each type; most are as hard as the names of fields can be.
OWN = {
    "Name__gc": FieldType.TEXT,
    "null": FieldType.NUMBER,
    'a"b\\,{}': FieldType.MOMENT,
    "$.t": FieldType.BOOLEAN,
    "é😀 :x %s": FieldType.IDENTITY,
    "1": FieldType.CHOICES,
}
FIELDS = {**PLAIN, **{f"fields.{name}": type_ for name, type_ in OWN.items()}}
COLUMNS: dict[str, ColumnElement[Any]] = {
    **{name: table.c[name] for name in PLAIN},
    **{f"fields.{name}": extracted(table.c.comparable, name, type_) for name, type_ in OWN.items()},
}


def made_row(random: Random) -> dict[str, Any]:
    """Field → value, each missing now and then."""
    values = {
        FieldType.TEXT: lambda: random.choice(TEXTS) + random.choice(["", "", "", *TEXTS]),
        FieldType.NUMBER: lambda: random.choice(filter_strategies.NUMBERS),
        FieldType.MOMENT: lambda: random.choice(filter_strategies.MOMENTS),
        FieldType.BOOLEAN: lambda: random.random() < 0.5,
        FieldType.IDENTITY: lambda: random.choice(filter_strategies.IDENTITIES),
        FieldType.CHOICES: lambda: random.sample(CHOICES, random.randrange(4)),
    }
    row = {name: values[type_]() if random.random() < 0.85 else None for name, type_ in FIELDS.items()}
    whole = random.choice([None, 0, 1, 2, -7, 2**31 - 1, -(2**31)])
    numeric = None if row["numeric"] is None else round(row["numeric"], 10)  # as its column rounds
    return {**row, "whole": whole, "numeric": numeric}


def sent(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def kept(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the fields of the user's own as they were sent."""
    return {name: sent(value) if name.startswith("fields.") else value for name, value in row.items()}


def stored(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row."""
    own = {name: sent(row[f"fields.{name}"]) for name in OWN if row[f"fields.{name}"] is not None}
    flag = row["boolean_text"]
    return {
        **{name: row[name] for name in PLAIN},
        "id": number,
        "text": None if row["text"] is None else folded(row["text"]),
        "boolean_text": None if flag is None else str(flag).lower(),
        "choices": None if row["choices"] is None else joined_choices(row["choices"]),
        "comparable": own_fields(own)["comparable"],
    }


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    """One transaction with a table of its own, rolled back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        table.create(connection)
        yield connection
        transaction.rollback()


def fill(db: Connection, *rows: dict[str, Any]) -> None:
    missing = dict.fromkeys(FIELDS)
    db.execute(insert(table), [stored(number, {**missing, **row}) for number, row in enumerate(rows)])


def selected(db: Connection, query: Query) -> list[int]:
    """The rows that SQL selects."""
    found = select(table.c.id).where(to_sql(query, COLUMNS, collation_of(db)))
    return sorted(db.execute(found).scalars())


def test_sql_selects_what_python_selects(db: Connection) -> None:
    random = Random(7)
    rows = [made_row(random) for _ in range(ROWS)]
    fill(db, *rows)
    sent_rows = [kept(row) for row in rows]

    @settings(max_examples=EXAMPLES)
    @given(trees(conditions(FIELDS)))
    def check(query: Query) -> None:
        assert selected(db, query) == [number for number, row in enumerate(sent_rows) if filters.matches(query, row)]

    check()


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_by_each_of_its_operators(db: Connection, field: str) -> None:
    random = Random(8)
    rows = [made_row(random) for _ in range(200)]
    fill(db, *rows)
    sent_rows = [kept(row) for row in rows]

    @settings(max_examples=40)
    @given(conditions({field: FIELDS[field]}))
    def check(one: Condition) -> None:
        for query in (one, Not(one)):
            assert selected(db, query) == [
                number for number, row in enumerate(sent_rows) if filters.matches(query, row)
            ]

    check()


@pytest.mark.parametrize("field", ["text", "fields.Name__gc"])
def test_texts_are_in_the_order_of_their_code_points(db: Connection, field: str) -> None:
    fill(db, *({field: one} for one in TEXTS))
    for wanted in TEXTS:
        for operator in (Operator.LT, Operator.GTE, Operator.EQ, Operator.STARTS_WITH, Operator.CONTAINS):
            query = Condition(field, FieldType.TEXT, operator, (wanted,))
            assert selected(db, query) == [n for n, one in enumerate(TEXTS) if filters.matches(query, {field: one})]


@pytest.mark.parametrize("field", ["moment", 'fields.a"b\\,{}'])
def test_the_boundaries_of_every_millisecond(db: Connection, field: str) -> None:
    """Converted by way of floats, some milliseconds would be the one before."""
    moments = [NOON + number * MILLISECOND for number in range(1000)]
    fill(db, *({field: one} for one in moments))
    for number in range(0, 1000, 7):
        span = Span(moments[number], moments[number] + MILLISECOND)
        assert selected(db, Condition(field, FieldType.MOMENT, Operator.EQ, (span,))) == [number]
        assert len(selected(db, Condition(field, FieldType.MOMENT, Operator.LTE, (span,)))) == number + 1


def test_milliseconds_that_were_sent_as_such_are_moments(db: Connection) -> None:
    sent_as = [
        1_774_958_400_057,
        "2026-03-31T12:00:00.057Z",
        "2026-03-31T14:00:00.057+02:00",
        "2026-03-31T12:00:00.057",
    ]
    fields = [{**stored(n, dict.fromkeys(FIELDS)), **own_comparable({"m": one})} for n, one in enumerate(sent_as)]
    db.execute(insert(table), fields)
    moment = NOON + 57 * MILLISECOND
    for span, found in ((Span(moment, moment + MILLISECOND), [0, 1, 2, 3]), (Span(NOON, moment), [])):
        query = Condition("m", FieldType.MOMENT, Operator.EQ, (span,))
        where = to_sql(query, {"m": extracted(table.c.comparable, "m", FieldType.MOMENT)}, collation_of(db))
        assert sorted(db.execute(select(table.c.id).where(where)).scalars()) == found


MIXED: list[Any] = [
    *(None, True, False, 0, 5, 5.0, -3, 130_000, 2**53, 1e300, 10**400, 0.1, 500, 1_774_958_400_000, -86_400_000),
    *(
        "5",
        "5.0",
        "005",
        " 5 ",
        "130000",
        "1e5",
        "-3",
        ".1",
        "0.1",
        "1e999",
        "5 %",
        "1,5",
        "\u0665",
        "true",
        "TRUE",
        "",
    ),
    *("2026-03-31", "2026-03-31T12:00:00Z", "2026-03-31T14:00:00+02:00", "20260331", "1774958400000", "2026-13-01"),
    *("Q1 2026", "much", "ß", "SS", [], ["5"], ["5", "a"], ["2026-03-31"], "\x1f5\x1f", "9" * 20, "x" * 5000),
]


def test_values_of_every_kind_are_compared_in_the_forms_that_they_have(db: Connection) -> None:
    """A file brings numbers and days as texts, an API as they are; whatever is asked, both meanings are one."""
    rows = [{**stored(n, dict.fromkeys(FIELDS)), **own_comparable({"x": one})} for n, one in enumerate(MIXED)]
    db.execute(insert(table), rows)
    columns = {("fields.x", type_): extracted(table.c.comparable, "x", type_) for type_ in FieldType}
    days = st.sampled_from([Span(NOON, NOON + MILLISECOND), Span(NOON.replace(hour=0), NOON.replace(hour=0) + DAY)])
    values = {
        **filter_strategies.VALUES,
        FieldType.TEXT: st.sampled_from([one for one in MIXED if isinstance(one, str) and len(one) < 100]),
        FieldType.NUMBER: st.sampled_from([0, 5, -3, 0.1, 130_000, 1e5, 1_774_958_400_000]),
        FieldType.MOMENT: days,
        FieldType.CHOICES: st.sampled_from(["5", "a", "2026-03-31", ""]),
    }

    @st.composite
    def asked(draw: st.DrawFn) -> Condition:
        type_ = draw(st.sampled_from(list(FieldType)))
        operator = draw(st.sampled_from(sorted(filters.OPERATORS[type_])))
        fewest, most = filter_strategies.counts(operator)
        found = draw(st.lists(values[type_], min_size=fewest, max_size=most))
        return Condition("fields.x", type_, operator, tuple(found))

    @settings(max_examples=EXAMPLES)
    @given(trees(asked(), max_leaves=4))
    def check(query: Query) -> None:
        where = to_sql(query, columns, collation_of(db))
        found = sorted(db.execute(select(table.c.id).where(where)).scalars())
        assert found == [number for number, one in enumerate(MIXED) if filters.matches(query, {"fields.x": one})]

    check()


def own_comparable(fields: dict[str, Any]) -> dict[str, Any]:
    return {"comparable": own_fields(fields)["comparable"]}


FAR = [10**400, -(10**400), 10**30, 2**63, -(2**63) - 1, 1e308, float("inf"), float("nan"), "9999-12-31T23:59:59-12:00"]


@pytest.mark.parametrize("type_", FieldType)
def test_no_value_in_a_row_makes_a_query_fail(db: Connection, type_: FieldType) -> None:
    values = [
        *FAR,
        "text",
        "2026-99-99",
        "\uff11\uff12\uff13\uff14-01-01",
        True,
        [],
        ["a", "b\x1fc"],
        None,
        "x" * 70_000,
    ]
    rows = [{**stored(n, dict.fromkeys(FIELDS)), **own_comparable({"x": one})} for n, one in enumerate(values)]
    db.execute(insert(table), rows)
    columns = {"x": extracted(table.c.comparable, "x", type_)}
    null = to_sql(Condition("x", type_, Operator.IS_NULL), columns, collation_of(db))
    any_order = [Condition("x", type_, Operator.IS_NOT_NULL)]
    if type_ is FieldType.NUMBER:
        any_order.append(Condition("x", type_, Operator.LTE, (10**400,)))
    found = [
        set(db.execute(select(table.c.id).where(to_sql(query, columns, collation_of(db)))).scalars())
        for query in any_order
    ]
    assert all(one == found[0] for one in found)
    assert found[0] | set(db.execute(select(table.c.id).where(null)).scalars()) == set(range(len(values)))


@pytest.mark.parametrize(
    "name",
    ['"', "\\", '\\"', "null", "NULL", "", " ", "a.b", "a,b", "{}", "[0]", "0", "$", "#-1", "'", "😀", "\n", "\x01"],
    ids=range(18),
)
def test_fields_may_have_any_name(db: Connection, name: str) -> None:
    others = {f"{name}x": "other", "t": "other", "zz": "other"}
    rows = [own_comparable({**others, name: "value"}), own_comparable(others)]
    db.execute(insert(table), [{**stored(n, dict.fromkeys(FIELDS)), **row} for n, row in enumerate(rows)])
    where = {"x": extracted(table.c.comparable, name, FieldType.TEXT)}
    for value, found in (("value", [0]), ("other", [])):
        query = to_sql(Condition("x", FieldType.TEXT, Operator.EQ, (value,)), where, collation_of(db))
        assert list(db.execute(select(table.c.id).where(query)).scalars()) == found


@pytest.mark.parametrize("name", ["a\0", "\ud800", "x" * (MAX_TEXT + 1)], ids=range(3))
@pytest.mark.parametrize("type_", FieldType)
def test_a_name_that_cannot_be_stored_is_nobodys(db: Connection, name: str, type_: FieldType) -> None:
    fill(db, {"fields.Name__gc": "x"})
    columns = {"x": extracted(table.c.comparable, name, type_)}
    for operator, found in ((Operator.IS_NULL, [0]), (Operator.IS_NOT_NULL, [])):
        where = to_sql(Condition("x", type_, operator), columns, collation_of(db))
        assert list(db.execute(select(table.c.id).where(where)).scalars()) == found


def test_the_largest_queries_run(db: Connection) -> None:
    fill(db, {"text": "a", "moment": NOON, "choices": ["a"]}, {})
    many = tuple(f"{number}{'%' * (MAX_TEXT - 10)}" for number in range(200))
    spans = tuple(Span(NOON + n * DAY, NOON + n * DAY + MILLISECOND) for n in range(200))
    heavy: dict[str, Query] = {
        "A": filters.check_condition(Condition("text", FieldType.TEXT, Operator.CONTAINS, many)),
        "B": filters.check_condition(Condition("choices", FieldType.CHOICES, Operator.EXCLUDES, many)),
        "C": filters.check_condition(Condition("moment", FieldType.MOMENT, Operator.IN, spans)),
        "D": Condition("text", FieldType.TEXT, Operator.EQ, ("a",)),
    }
    assert selected(db, heavy["A"]) == []
    assert selected(db, heavy["B"]) == [0, 1]
    assert selected(db, parse(" AND ".join("C" * 10), heavy)) == [0]
    assert selected(db, parse(" OR ".join("D" * 100 + "C" * 9), heavy)) == [0]
    assert selected(db, parse("NOT (" * 16 + " OR ".join("D" * 200) + " OR C" + ")" * 16, heavy)) == [0]
    letters = {f"_{n}": Condition("text", FieldType.TEXT, Operator.NOT_IN, (str(n),) * 40) for n in range(50)}
    assert selected(db, parse(None, letters)) == [0, 1]


def test_conditions_without_values(db: Connection) -> None:
    fill(db, {"text": "a"}, {})
    for operator, found in (("EQ", []), ("IN", []), ("CONTAINS", []), ("NE", [0, 1]), ("DOES_NOT_CONTAIN", [0, 1])):
        query = Condition("text", FieldType.TEXT, Operator(operator))
        assert selected(db, query) == found
        assert selected(db, Not(query)) == sorted({0, 1} - set(found))
    assert selected(db, filters.All()) == selected(db, Not(filters.AnyOf(()))) == [0, 1]
    assert selected(db, filters.AnyOf(())) == selected(db, Not(filters.All())) == []


def test_positive_conditions_use_an_index(db: Connection) -> None:
    fill(db, *({"text": str(number)} for number in range(ROWS)))
    db.execute(text("ANALYZE compared"))
    where = to_sql(Condition("text", FieldType.TEXT, Operator.IN, ("7", "8")), COLUMNS, collation_of(db))
    statement = select(table.c.id).where(where).compile(db, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    plan = " ".join(str(row) for row in db.execute(text(f"{explain} {statement}")))
    assert "ix_compared_text" in plan


# What users send


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("field", FIELDS)
def test_nothing_of_the_users_is_in_the_sql(field: str, dialect: Any) -> None:
    day = datetime(2011, 11, 11, tzinfo=UTC)
    values = {
        FieldType.TEXT: "Robert'); DROP",
        FieldType.NUMBER: 987654321,
        FieldType.MOMENT: Span(day, day + timedelta(days=1)),
        FieldType.BOOLEAN: True,
        FieldType.IDENTITY: UUID(int=987654321),
        FieldType.CHOICES: "Robert'); DROP",
    }
    type_ = FIELDS[field]
    name = "Robert'); DROP TABLE"
    column = extracted(table.c.comparable, name, type_) if field.startswith("fields.") else COLUMNS[field]
    texts = set()
    for operator in sorted(Operator):
        count = {Operator.BTW: 2, Operator.IS_NULL: 0, Operator.IS_NOT_NULL: 0}.get(operator, 1)
        condition = Condition("x", type_, operator, (values[type_],) * count)
        try:
            filters.check_condition(condition)
        except Invalid:
            continue
        for query in (condition, Not(condition)):
            where = to_sql(query, {"x": column}, "C")
            statement = select(table.c.id).where(where)
            texts.add(str(statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})))
    assert len(texts) > 3
    for one in texts:
        for word in ("Robert", "robert", "DROP", "drop", "987654321", "3ade68b1", "2011", "1320969600"):
            assert word not in one
