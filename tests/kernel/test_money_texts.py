"""Amounts as shops write them: one reading, or none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.kernel.money_texts import read_amount

READ = {
    "1299": "1299",
    "0": "0",
    "49.99": "49.99",
    "49,99": "49.99",
    "49,9": "49.9",
    "0.125": "0.125",
    "0,125": "0.125",
    "1234.567": "1234.567",
    "12.3456": "12.3456",
    "1,299.00": "1299.00",
    "1 299,50": "1299.50",
    "1 299": "1299",
    "1\u00a0299,50": "1299.50",
    "1\u202f299,50": "1299.50",
    "1'299.50": "1299.50",
    "1\u2019299.50": "1299.50",
    "1,234,567": "1234567",
    "1,234,567.89": "1234567.89",
    "1,299.000": "1299.000",
    "1,29,900.00": "129900.00",
    "12,34,567": "1234567",
    "5.": "5",
    ".5": "0.5",
    ",50": "0.50",
    ".500": "0.500",
    "+7": "7",
    "-5": "-5",
    "-1,299.00": "-1299.00",
    "-0.00": "0",
    " 12.50 ": "12.50",
    "1e3": "1000",
    "1E-4": "0.0001",
}

AMBIGUOUS = ["1.299", "1,299", "12.345", "12,345", "123.456", "999,999", "1.000", "+1.299", "-1,299", " 1,299 "]

POINTS_BETWEEN_GROUPS = ["1.299,00", "1.234.567", "1.234.567,89", "-1.299,00", "12.34.567,5"]

UNREADABLE = [
    *(
        "",
        " ",
        ".",
        ",",
        "-",
        "--1",
        "+-1",
        "- 5",
        "$49.99",
        "49.99 EUR",
        "€5",
        "a lot",
        "0x10",
        "1_000",
        "NaN",
        "Infinity",
    ),
    *("1.2.3", "1,2,3", "1,299,00", "1.299.00", "1,,299", "1 2", "12 34", "1 299 5", "1,299.5.0", "1'299,5'0"),
    *("0,299.00", "01,299", "1234,567.00", "1e", "e3", "1e999999999", "1,0e3", "1\0", "\ud800", "\u0661\u0662"),
]


@pytest.mark.parametrize(("text", "amount"), READ.items())
def test_a_text_with_one_reading(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_text_with_two_readings_has_none(text: str) -> None:
    """One thousand and more in one country, a little more than one in another."""
    assert read_amount(text) is None


@pytest.mark.parametrize("text", POINTS_BETWEEN_GROUPS)
def test_points_between_groups_are_not_read(text: str) -> None:
    """Shops format amounts, and trackers document a point before the decimals: magento2#37708."""
    assert read_amount(text) is None


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_text_that_is_not_an_amount(text: str) -> None:
    assert read_amount(text) is None


@given(st.integers(0, 10**12), st.integers(0, 99), st.sampled_from([(",", "."), (" ", ","), ("'", ".")]))
def test_every_amount_with_cents_is_read_back(whole: int, cents: int, marks: tuple[str, str]) -> None:
    group, point = marks

    text = f"{whole:,}".replace(",", group) + f"{point}{cents:02}"

    assert read_amount(text) == Decimal(f"{whole}.{cents:02}")


@given(st.text(alphabet="0123456789.,' eE+-\u00a0", max_size=12) | st.text(max_size=12))
def test_any_text(text: str) -> None:
    amount = read_amount(text)
    assert amount is None or amount.is_finite()
