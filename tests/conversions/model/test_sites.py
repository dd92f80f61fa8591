"""Domains of sites: one stored form, or a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.model.sites import clean_domain
from goalpost.kernel.errors import Invalid
from tests.support.faults import faults_of


@pytest.mark.parametrize("text", ["bücher.example", "https://BÜCHER.example./", "xn--bcher-kva.example"])
def test_an_international_domain_is_stored_as_browsers_send_it(text: str) -> None:
    assert clean_domain(text) == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("example.com", "example.com"),
        ("  Example.COM ", "example.com"),
        ("https://example.com", "example.com"),
        ("HTTP://Example.com/path?x=1", "example.com"),
        ("https://www.example.com/", "www.example.com"),
        ("example.com.", "example.com"),
        ("localhost", "localhost"),
        ("localhost:8080", "localhost:8080"),
        ("127.0.0.1:3000", "127.0.0.1:3000"),
        ("a.b-c.d1.example", "a.b-c.d1.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_domains_are_stored_in_one_form(given: str, stored: str) -> None:
    assert clean_domain(given) == stored
    assert clean_domain(stored) == stored


@pytest.mark.parametrize("text", ["", "   ", ".", "...", "https://", "https:///path", "/", "\n"])
def test_a_domain_cannot_be_blank(text: str) -> None:
    assert faults_of(clean_domain, text) == {"domain": ["can't be blank"]}


@pytest.mark.parametrize(
    "text",
    [
        "exa mple.com",
        "-example.com",
        "example-.com",
        "exam_ple.com",
        "example..com",
        ".example.com",
        "user@example.com",
        "https://user:word@example.com",
        "ftp://example.com",
        "example.com:port",
        "example.com:123456",
        "example.com:",
        "example.com\0",
        "exam\nple.com",
        "a" * 64 + ".example",
        ".".join(["a" * 50] * 6),
        "\ud800.example",
        "<script>.example",
        "[::1]",
    ],
)
def test_an_invalid_host_name_is_rejected(text: str) -> None:
    assert faults_of(clean_domain, text) == {"domain": ["has invalid format"]}


@given(st.text(max_size=300))
def test_a_cleaned_domain_stays_as_it_is(text: str) -> None:
    try:
        cleaned = clean_domain(text)
    except Invalid:
        return
    assert clean_domain(cleaned) == cleaned
    assert cleaned.isascii() and cleaned == cleaned.lower() and len(cleaned) <= 253
