"""Keeps passwords out of what people and logs are told: an address of a store may be repeated in a fault's message."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

HIDDEN = "***"
_SHORTEST = 4  # a shorter secret would be found in every other word
_IN_URL = re.compile(r"(?<=://)([^\s:/@\"']*):[^\s\"']*@")
_PASSWORD = re.compile(r"://[^:/@\s]*:(.*)@")
_PARAMETER = re.compile(r"\b(pass(?:word|wd)?=)[^\s&\"']+", re.IGNORECASE)


def without_passwords(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with the passwords in its URLs, and every one of `secrets`, replaced by asterisks."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _PARAMETER.sub(rf"\1{HIDDEN}", _IN_URL.sub(rf"\1:{HIDDEN}@", text))


def spellings_of(*secrets: str | None) -> list[str]:
    """Return what must not be told of these secrets, the longest first: URLs count for the password in them."""
    found = set()
    for secret in secrets:
        if secret is None:
            continue
        in_url = _PASSWORD.search(secret)
        plain = in_url[1] if in_url else "" if "://" in secret else secret
        for text in (plain, unquote(plain)):
            found |= {text, repr(text)[1:-1], text.replace("\\", "\\\\").replace('"', '\\"')}
    return sorted((text for text in found if len(text) >= _SHORTEST), key=len, reverse=True)
