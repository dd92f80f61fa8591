"""Private parts of texts, wherever they stand: e-mail addresses, JSON web tokens, credentials, members of JSON.

Whoever calls these looks first whether there is anything to find (`@`, `eyJ`, `;`, `"`): most texts have nothing.
"""

import json
import re
from collections.abc import Callable
from typing import Any

IsPrivate = Callable[[str], bool]
"""Say whether a parameter or a member of this name is private."""

# One character before the @ is enough, and the rest is possessive: linear however many there are.
_EMAIL = re.compile(r"[^\s@/?&=<>,;:]@[\w-]++(?:\.[\w-]++)*+(?<=[^\W\d_]{2})")
# Three parts of a JSON web token, of which the first begins with `{"`: RFC 7519.
_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{2,}+\.[\w-]*+\.")
# `redis://:secret@queue`, `ftp://ann@host`, whatever the scheme: RFC 3986, section 3.2.1. Slashes within a path are not
# the beginning of a host, unless a scheme is before them.
_CREDENTIALS = re.compile(
    r"""((?:^\s*|:)[/\\]{2}|https?:[/\\])[^\s/\\?#@"'<>]++@(?:[^\s/\\?#@"'<>]*+@)*+""", re.IGNORECASE
)
_SESSION_NAMES = "jsessionid|phpsessid|aspsessionid[a-z]*|sessionid|session_id|sessid|session|sid|cfid|cftoken|jsession"
_SESSION = re.compile(rf";(?:{_SESSION_NAMES})=[^/?#;]*+", re.IGNORECASE)
_PATH_PARAMETER = re.compile(r"(;([^;=/?#]{1,64})=)[^;/?#]++")
_MEMBER = re.compile(r"""(["'])([^"'\\]{1,64})\\?\1\s*:\s*(?!["'\\]{2}|null)[^\s,}\]]""")
_JSON = re.compile(r"\s*[\[{]")
_MOST_MEMBERS = 32  # that are looked at; a text that has more counts as private


def has_private_text(text: str) -> bool:
    """Say whether a text has an e-mail address, credentials of a URL or a JSON web token in it."""
    if "eyJ" in text and _WEB_TOKEN.search(text):
        return True
    if "@" not in text:
        return False
    return _CREDENTIALS.search(text) is not None or any("." in found[0] for found in _EMAIL.finditer(text))


def without_credentials(text: str) -> str:
    """A text without the user and the password of each URL that is in it."""
    return _CREDENTIALS.sub(r"\1", text) if "@" in text else text


def without_sessions(path: str) -> str:
    """A path without the session ids that servers write into it: `/a;jsessionid=1f0/b` is `/a/b`."""
    return _SESSION.sub("", path) if ";" in path else path


def without_path_values(path: str, is_private: IsPrivate) -> str:
    """A path whose parameters with private names have no value: `/a;token=1f0/b` is `/a;token=/b`."""
    return _PATH_PARAMETER.sub(lambda found: found[1] if is_private(found[2]) else found[0], path)


def has_private_member(text: str, is_private: IsPrivate) -> bool:
    """Say whether a text, JSON or a part of some, has a member with a private name and a value, or too many to tell."""
    if ":" not in text:
        return False
    members = _MEMBER.finditer(text.replace('\\"', '"'))
    return any(number >= _MOST_MEMBERS or is_private(found[2]) for number, found in enumerate(members))


def without_private_members(text: str, is_private: IsPrivate, of_text: Callable[[str], str]) -> str:
    """JSON text in which members with private names are empty, and each other text is what `of_text` makes of it.

    Any other text is as it is, and so is JSON in which nothing is private.
    """
    if _JSON.match(text) is None:
        return text
    try:
        sent = json.loads(text)
        kept = _without_members(sent, is_private, of_text)
    except (ValueError, RecursionError):
        return text
    return text if kept == sent else json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _without_members(value: Any, is_private: IsPrivate, of_text: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            name: "" if is_private(name) and inner is not None else _without_members(inner, is_private, of_text)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_members(inner, is_private, of_text) for inner in value]
    return of_text(value) if isinstance(value, str) else value
