"""Custom fields: which can be described, which values they take, and which nobody may send."""

import json
import math
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model.custom_fields import (
    CustomField,
    CustomType,
    check_field,
    guessed_type,
    laid_over,
    value_faults,
)
from goalpost.customers.model.gsids import PERSON, to_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.kernel.errors import Invalid

ID = UUID(int=1)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def field(type_: CustomType = CustomType.STRING, name: str = "Region", **more: Any) -> CustomField:
    if type_ is CustomType.LOOKUP:
        more.setdefault("refers_to", RecordKind.PERSON)
    return CustomField(ID, ID, name, type_, datetime(2026, 1, 1, tzinfo=UTC), **more)


@pytest.mark.parametrize("type_", CustomType)
def test_every_type_can_be_described(type_: CustomType) -> None:
    assert check_field(field(type_)) == field(type_)


@pytest.mark.parametrize(
    ("described", "fault"),
    [
        (field(name=""), "name"),
        (field(name="1a"), "name"),
        (field(name="a-b"), "name"),
        (field(name="a\n"), "name"),
        (field(name="é"), "name"),
        (field(name="x" * 201), "name"),
        (field(max_length=0), "max_length"),
        (field(max_length=65_537), "max_length"),
        (field(choices=("a",)), "choices"),
        (field(CustomType.PICKLIST, choices=()), "choices"),
        (field(CustomType.PICKLIST, choices=("a",) * 501), "choices"),
        (field(CustomType.PICKLIST, choices=("a", " ")), "choices"),
        (field(CustomType.PICKLIST, choices=("a\x1fb",)), "choices"),
        (field(refers_to=RecordKind.PERSON), "refers_to"),
        (field(CustomType.LOOKUP, refers_to=None), "refers_to"),
    ],
)
def test_an_invalid_field_cannot_be_described(described: CustomField, fault: str) -> None:
    with pytest.raises(Invalid) as error:
        check_field(described)
    assert list(error.value.faults) == [fault]


def test_every_fault_at_once() -> None:
    with pytest.raises(Invalid) as error:
        check_field(field(name="", max_length=-1, choices=("a",), refers_to=RecordKind.CTA))
    assert set(error.value.faults) == {"name", "max_length", "choices", "refers_to"}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (CustomType.STRING, ""),
        (CustomType.RICH_TEXT, "<p>x</p>"),
        (CustomType.NUMBER, -1),
        (CustomType.CURRENCY, 12.5),
        (CustomType.PERCENTAGE, 250),
        (CustomType.BOOLEAN, False),
        (CustomType.DATE, "2024-02-29"),
        (CustomType.DATETIME, "2026-03-31T17:00:00Z"),
        (CustomType.DATETIME, 1_774_976_400_000),
        (CustomType.EMAIL, "a@b.c"),
        (CustomType.URL, "https://example.com/x?y"),
        (CustomType.PICKLIST, "anything"),
        (CustomType.MULTI_PICKLIST, []),
        (CustomType.MULTI_PICKLIST, ["a", "b"]),
        (CustomType.LOOKUP, to_gsid(PERSON, ID)),
    ],
)
def test_values_that_fit(type_: CustomType, value: Any) -> None:
    assert value_faults(field(type_), value) == []


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (CustomType.STRING, 1),
        (CustomType.STRING, "\0"),
        (CustomType.RICH_TEXT, "\ud800"),
        (CustomType.NUMBER, True),
        (CustomType.NUMBER, "1"),
        (CustomType.NUMBER, math.nan),
        (CustomType.CURRENCY, math.inf),
        (CustomType.PERCENTAGE, 10**400),
        (CustomType.BOOLEAN, 1),
        (CustomType.DATE, "2026-02-29"),
        (CustomType.DATE, "20260301"),
        (CustomType.DATE, 1),
        (CustomType.DATETIME, "soon"),
        (CustomType.DATETIME, 2**47),
        (CustomType.DATETIME, True),
        (CustomType.DATETIME, 1.5),
        (CustomType.EMAIL, "a b@c"),
        (CustomType.EMAIL, "a@b\n"),
        (CustomType.URL, "example.com"),
        (CustomType.PICKLIST, ["a"]),
        (CustomType.PICKLIST, " "),
        (CustomType.PICKLIST, "a\x1fb"),
        (CustomType.MULTI_PICKLIST, "a"),
        (CustomType.MULTI_PICKLIST, [1]),
        (CustomType.MULTI_PICKLIST, ["a", ""]),
        (CustomType.MULTI_PICKLIST, ["a"] * 501),
        (CustomType.LOOKUP, "Ann"),
    ],
)
def test_values_that_do_not_fit(type_: CustomType, value: Any) -> None:
    assert len(value_faults(field(type_), value)) == 1


def test_limits_of_the_field() -> None:
    assert value_faults(field(max_length=3), "abc") == []
    assert value_faults(field(max_length=3), "abcd") == ["should be at most 3 character(s)"]
    chosen = field(CustomType.MULTI_PICKLIST, choices=("a", "b"))
    assert value_faults(chosen, ["b", "a"]) == []
    assert value_faults(chosen, ["a", "A"]) == ["has no choice 'A'"]


@given(st.sampled_from(CustomType), ANYTHING)
def test_a_fitting_value_is_json_that_any_store_keeps(type_: CustomType, value: Any) -> None:
    if not value_faults(field(type_), value):
        kept = json.dumps(value, allow_nan=False)
        assert json.loads(kept) == value
        assert "\\u0000" not in kept


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, CustomType.BOOLEAN),
        (0, CustomType.NUMBER),
        (1.5, CustomType.NUMBER),
        ("1", CustomType.STRING),
        ([], CustomType.MULTI_PICKLIST),
        ({}, CustomType.STRING),
    ],
)
def test_a_type_is_guessed_by_a_value(value: Any, type_: CustomType) -> None:
    assert guessed_type(value) is type_


def test_changes_are_laid_over_and_none_takes_away() -> None:
    fields = {"a": 1, "b": 2}
    assert laid_over(fields, {"b": None, "c": 0, "d": None}) == {"a": 1, "c": 0}
    assert fields == {"a": 1, "b": 2}
