"""Parameters of URLs whose values are never kept."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.model.private_parameters import (
    PRIVATE_ENDINGS,
    PRIVATE_NAMES,
    PRIVATE_WORDS,
    is_private,
    without_private_values,
)

ROOT = Path(__file__).parents[3]
STARTS = ("names with a word among ", "the names ", "names that end with ")

PRIVATE = [
    *(
        "email",
        "Email",
        "user_email",
        "userEmail",
        "useremail",
        "user[email]",
        "user.email",
        "customer-email",
        "e-mail",
    ),
    *(
        "token",
        "access_token",
        "accessToken",
        "id_token",
        "idtoken",
        "reset_token",
        "csrf-token",
        "X-Amz-Security-Token",
    ),
    *(
        "reset",
        "password",
        "passwd",
        "pwd",
        "new_password",
        "code",
        "CODE",
        "auth",
        "auth_key",
        "oauth_verifier",
        "session",
    ),
    *("session_id", "sessionid", "PHPSESSID", "sid", "key", "api_key", "apiKey", "signature", "sig", "X-Amz-Signature"),
    *(
        "phone",
        "phone_number",
        "phonenumber",
        "tel",
        "address",
        "otp",
        "jwt",
        "secret",
        "client_secret",
        "SAMLResponse",
    ),
    *("user%5Bemail%5D", "%65mail", "username", "state", "ticket", "nonce"),
    *("activation_key", "cvv2", "card", "card-number", "invite", "confirm", "confirmation", "firstName", "last_name"),
    *("billing_full_name", "recipient", "mailto", "tok", "birthdate", "user_birthdate", "mobile", "ssn", "my_api_key"),
]
PUBLIC = [
    *(
        "utm_source",
        "order",
        "page",
        "q",
        "promo_code",
        "keyword",
        "sort_key",
        "country_code",
        "lang",
        "id",
        "ref",
        "gclid",
    ),
    *("cc", "monkey", "statement", "encode", "x", "authors", "sessions_count", "tokenize"),
]


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_parameter_loses_its_value(name: str) -> None:
    assert is_private(name)
    assert without_private_values(f"a=1&{name}=x.Y_7&b=2") == f"a=1&{name}=&b=2"


@pytest.mark.parametrize("name", PUBLIC)
def test_any_other_keeps_it(name: str) -> None:
    assert without_private_values(f"{name}=x.Y_7") == f"{name}=x.Y_7"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", ""),
        ("token", "token"),
        ("token=", "token="),
        ("q=a@example.com", "q="),
        ("q=A.B%40example.co.uk", "q="),
        ("q=a%2540example.com", "q="),
        ("q=Ann%20%3Ca%40example.com%3E&x=1", "q=&x=1"),
        ("q=ann@münchen.example", "q="),
        ("a@example.com&x=1", "&x=1"),
        ("a%40example.com", ""),
        ("q=@name&r=a@b", "q=@name&r=a@b"),  # no addresses of mail
        ("next=%2Freset%3Ftoken%3Dabc", "next="),
        ("next=https://example.com/?a=1%26email=x", "next=https://example.com/?a="),
        ("next=%2Fshop%3Fpage%3D2", "next=%2Fshop%3Fpage%3D2"),
        ("a=1?email=b", "a=1?email="),
        ("a=1;token=b;c=2", "a=1;token=;c=2"),
        ("/reset?token=abc&x=1", "/reset?token=&x=1"),
        ("/token=abc", "/token="),
        ("token%3Dabc&x=1", "token%3D&x=1"),
        ("a=1&token%253dabc", "a=1&token%253d"),
        ("x=1%26token%3Dabc", "x="),
        ("x%3D1", "x%3D1"),
        ("x=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "x="),
        ("x=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln&y=1", "x=&y=1"),
        ("x=Bearer%20eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln", "x="),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln", ""),
        ("x=eyJ.1.2", "x=eyJ.1.2"),
        ("/user/a@example.com/edit", "/user//edit"),
        ("next=redis://:pw@localhost:6379/0", "next="),
        ("next=ftp%3A%2F%2Fann%3Apw%40files%2Fa&x=1", "next=&x=1"),
        ("db=postgres%253A%252F%252Fu%253Apw%2540db", "db="),
        ("db=//u:p@h/x", "db="),
        ("redis://:pw@cache", "redis://cache"),
        ("/go/https://u:p@h/x", "/go/https://h/x"),
        ("/go/ftp%3A%2F%2Fu%3Ap%40h/x", "/go//x"),
        (
            "x=https://medium.example/@ann&y=//@&z=a//b@c&t=12:30@home",
            "x=https://medium.example/@ann&y=//@&z=a//b@c&t=12:30@home",
        ),
        ("next=/a;jsessionid=X;b=1", "next=/a;jsessionid=;b=1"),
        ("next=%2Fa%3Bjsessionid%3DX", "next="),
        ("state=%7B%22token%22%3A%22abc%22%7D&x=1", "state=&x=1"),
        ('filter={"a":1,"user":{"x":1}}', "filter="),
        ("x={'new_password' : 'p'}", "x="),
        ('x={\\"password\\":\\"p\\"}', "x="),
        ('{"token":"x"}', ""),
        ('filter={"a":1}', 'filter={"a":1}'),
        ('x={"token":"","email":null}', 'x={"token":"","email":null}'),
        ("access_token=abc&token_type=bearer&expires_in=3600", "access_token=&token_type=&expires_in=3600"),
    ],
)
def test_private_values_are_left_out(parameters: str, expected: str) -> None:
    assert without_private_values(parameters) == expected


def test_the_list_in_the_documentation_is_the_one_in_force() -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    words, names, endings = (re.search(f"^\\* {start}(.*?)[:;]$", text, re.M | re.S) for start in STARTS)

    assert words and _listed_in(words[1].partition(":")[0]) == PRIVATE_WORDS
    assert names and _listed_in(names[1].partition(", in whatever")[0]) == PRIVATE_NAMES
    assert endings and _listed_in(endings[1]) == set(PRIVATE_ENDINGS)


def _listed_in(text: str) -> set[str]:
    return set(re.findall("`([^`]+)`", text))


@given(st.text("ab=&;?#%403D@.eE[]_ktn/yJ", max_size=60))
def test_leaving_out_is_done_once_and_for_all(parameters: str) -> None:
    once = without_private_values(parameters)
    assert without_private_values(once) == once


@pytest.mark.parametrize(
    "parameters",
    [
        "a@" * 200_000,
        "a=" + "@" * 400_000,
        "&" * 400_000,
        "x@" + "a" * 400_000,
        "eyJ" * 100_000,
        "a/" * 200_000 + "@a.bc",
        "://" * 100_000 + "@",
        "x=" + "://a" * 100_000,
        "x=" + '"a' * 100_000 + ":",
        "x=" + '"token" ' + " " * 100_000,
    ],
)
def test_long_ones_take_linear_time(parameters: str) -> None:
    assert len(without_private_values(parameters)) <= 8192


@pytest.mark.parametrize("name", ["password1", "password2", "email2", "token_2", "cvv2", "userPassword1", "address2"])
def test_a_number_behind_a_name_changes_nothing(name: str) -> None:
    """Django's own forms have `password1` and `password2`."""
    assert is_private(name)


def test_other_names_may_have_numbers() -> None:
    assert not any(map(is_private, ["plan1", "page2", "mp3", "sha256", "p1", "utm_source1"]))
