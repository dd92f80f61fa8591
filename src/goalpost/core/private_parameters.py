"""Parameters of URLs that carry secrets or say who somebody is: their values are never kept.

The name stays (`?reset=…` becomes `?reset=`), so that goals can still ask whether there is one.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

_WORDS = """
auth authorization cookie credential credentials csrf email emails jwt mail mobile nonce oauth otp passcode passphrase
passwd password phone pwd reset saml secret secrets session signature telephone token tokens xsrf
"""
_NAMES = """
accesskey address apikey assertion authcode authkey birthday cardnumber code codeverifier creditcard cvc cvv dob iban ip
key login magic magiclink msisdn pass pin privatekey resetcode samlrequest samlresponse secretkey sid sig ssn state
street tel ticket user username verificationcode verify
"""
PRIVATE_WORDS = frozenset(_WORDS.split())
"""A parameter is private if a word of its name is one of these: `user[email]`, `resetToken`, `X-Amz-Signature`."""
PRIVATE_NAMES = frozenset(_NAMES.split())
"""A parameter is private if its whole name, without what is neither letter nor digit, is one of these."""
PRIVATE_ENDINGS = ("email", "emailaddress", "password", "phonenumber", "secret", "sessionid", "sessid", "token")
"""A parameter is private if its name, without what is neither letter nor digit, ends like this."""

_LONGEST = 8192
_MEMO_LONGEST = 64
_DIVIDERS = re.compile(r"([&;?])")
_PARTS = re.compile(r"[?&;#]")
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
# One character before the @ is enough, and the rest is possessive: linear however many there are.
_EMAIL = re.compile(r"[^\s@/?&=<>,;:]@[\w-]++(?:\.[\w-]++)*+(?<=[^\W\d_]{2})")


def without_private_values(parameters: str) -> str:
    """A query or a fragment (without `?` and `#`) with the values of private parameters left out.

    Besides those named here, a value is private that holds an e-mail address or, itself a URL, a private parameter.
    """
    parameters = parameters[:_LONGEST]
    if "=" not in parameters and "@" not in parameters and "%40" not in parameters:
        return parameters
    return "".join(
        text if index % 2 else _without_private_value(text) for index, text in enumerate(_DIVIDERS.split(parameters))
    )


def _without_private_value(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if _holds_email(unquote(unquote(name))):
        return ""
    return f"{name}=" if value and (is_private(name) or _is_private_value(value)) else name + equals + value


def is_private(name: str) -> bool:
    """Say whether a parameter of this name is private, in whatever case and style it is written."""
    return _is_known_private(name) if len(name) <= _MEMO_LONGEST else _is_private_name(name)


def _is_private_name(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(_NEW_WORD.sub(" ", unquote(name)))]
    whole = "".join(words)
    return not PRIVATE_WORDS.isdisjoint(words) or whole in PRIVATE_NAMES or whole.endswith(PRIVATE_ENDINGS)


# Pages have the same few parameters, again and again.
_is_known_private = lru_cache(maxsize=2048)(_is_private_name)


def _is_private_value(value: str) -> bool:
    if value.isalnum():
        return False
    text = unquote(unquote(value))
    if _holds_email(text):
        return True
    inner = [part.partition("=") for part in _PARTS.split(text) if "=" in part]
    return any(content and is_private(name) for name, _, content in inner)


def _holds_email(text: str) -> bool:
    return "@" in text and any("." in found[0] for found in _EMAIL.finditer(text))
