"""Parameters of URLs that carry secrets or say who somebody is: their values are never kept.

The name stays (`?reset=…` becomes `?reset=`), so that goals can still ask whether there is one.
"""

import re
from urllib.parse import unquote

from goalpost.conversions.model.private_texts import (
    has_private_member,
    has_private_text,
    without_credentials,
    without_path_values,
    without_private_members,
    without_sessions,
)
from goalpost.kernel.bounded_cache import BoundedCache

_WORDS = """
auth authorization cookie credential credentials csrf email emails jwt mail mobile nonce oauth otp passcode passphrase
passwd password phone pwd reset saml secret secrets session signature telephone token tokens xsrf
"""
_NAMES = """
accesskey accountnumber activation activationcode activationkey address assertion authcode authkey bearer birthday card
cardno ccnumber code codeverifier confirm confirmation confirmationcode creditcard cvc cvv cvv2 dateofbirth dob
familyname forename givenname hash hmac iban invitation invitationcode invite invitecode ip key login magic magiclink
mailto msisdn pan pass passport pin privatekey recipient resetcode samlrequest samlresponse secretkey sid sig ssn state
street surname taxid tel ticket tok user username verificationcode verify
"""
PRIVATE_WORDS = frozenset(_WORDS.split())
"""A parameter is private if a word of its name is one of these: `user[email]`, `resetToken`, `X-Amz-Signature`."""
PRIVATE_NAMES = frozenset(_NAMES.split())
"""A parameter is private if its whole name, without what is neither letter nor digit, is one of these."""
PRIVATE_ENDINGS = (
    *("apikey", "birthdate", "cardnumber", "email", "emailaddress", "firstname", "fullname", "lastname", "password"),
    *("phonenumber", "secret", "sessionid", "sessid", "token"),
)
"""A parameter is private if its name, without what is neither letter nor digit, ends like this."""

_LONGEST = 8192
_MOST_PARAMETERS = 128  # of a query or a fragment; those that follow are not kept
_MOST_INNER = 32  # parameters within a value that are looked at; one that has more is private
_SEPARATORS = ("&", ";", "?", "#", "[", "{", ",")
_ENCODED_PART = 8  # so many encoded bytes cost as much as a parameter
_MEMO_LONGEST = 64
_DIVIDERS = re.compile(r"([&;?])")
_PARTS = re.compile(r"[?&;#]")
_ENCODED_EQUALS = re.compile(r"%(?:25)?3[Dd]")
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_HINTS = re.compile('[=@%"]|eyJ')
# Schemes may be several: `jdbc:postgresql://`, `view-source:https://`.
_LINK = re.compile(r"(\s*(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)+[/\\]+|(?=[/\\])))([^?#]*)(.*)", re.DOTALL)
_ENCODED = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*(?::|%3A))*%2F|\s*%[57]B", re.IGNORECASE)
_PERSON = re.compile(
    r"\s*(callto|facetime(?:-audio)?|mailto|mms|sips?|skype|sms(?:to)?|tel|xmpp):(?=\S)", re.IGNORECASE
)


def without_private_values(parameters: str) -> str:
    """A query or a fragment (without `?` and `#`) with the values of private parameters left out.

    Besides those named here, a value is private that holds an e-mail address, a JSON web token or, itself a URL, a
    private parameter. What has no `=` is left out up to the next slash where it holds one of the first two. Parameters
    beyond the first 128 are left out.
    """
    parameters = parameters[:_LONGEST]
    if _HINTS.search(parameters) is None:
        return parameters
    parts = _DIVIDERS.split(parameters, _MOST_PARAMETERS)[: 2 * _MOST_PARAMETERS - 1]
    return "".join(text if index % 2 else _without_private_value(text) for index, text in enumerate(parts))


def _without_private_value(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if "%" in name and (found := _ENCODED_EQUALS.search(name)):
        name, equals, value = name[: found.start()], found[0], parameter[found.end() :]
    text = _twice_unquoted(name)
    if has_private_text(text):
        segments = without_credentials(name).split("/")
        return "/".join("" if has_private_text(_twice_unquoted(segment)) else segment for segment in segments)
    if not equals and '"' in text and has_private_member(text, is_private):
        return ""
    if value and (is_private(name) or is_private_value(value)):
        return name + equals
    return parameter


def without_private_parts(text: str) -> str:
    """A text without the private values and the credentials of the URL that it is, and JSON without the values of
    private members; any other text as it is.

    URLs begin with a scheme and a slash, or with a slash, percent-encoded or not. Of one that names a person
    (`mailto:a@example.com`) the scheme is left.
    """
    if scheme := personal_scheme(text):
        return scheme
    found = _LINK.fullmatch(text)
    if found is not None:
        return _without_parts(found)
    if "%" in text and _ENCODED.match(text):
        plain = unquote(text)
        kept = without_private_parts(plain)
        return text if kept == plain else kept
    return without_private_members(text, is_private, without_private_parts) if '"' in text else text


def separators(text: str) -> int:
    """Count what a search for private parts has to look at in a text: it costs some microseconds for each."""
    return sum(map(text.count, _SEPARATORS)) + text.count("%") // _ENCODED_PART


def _without_parts(link: re.Match[str]) -> str:
    start, page, suffix = link.groups()
    page = without_credentials(start + page)
    if ";" in page:
        page = without_path_values(without_sessions(page), is_private)
    query, divider, fragment = suffix.partition("#")
    return page + without_private_values(query) + divider + without_private_values(fragment)


def personal_scheme(text: str) -> str:
    """The scheme, in lower case with its colon, of an address that is a person's, such as `tel:+1`; '' of any other."""
    found = _PERSON.match(text)
    return f"{found[1].lower()}:" if found else ""


def is_private(name: str) -> bool:
    """Say whether a parameter of this name is private, in whatever case and style it is written."""
    return _private_names[name] if len(name) <= _MEMO_LONGEST else _is_private_name(name)


def _is_private_name(name: str) -> bool:
    if name.isascii() and name.isalnum() and name.islower():  # nearly all: one word, which needs no taking apart
        word = name.rstrip("0123456789")
        return word in PRIVATE_WORDS or word in PRIVATE_NAMES or name in PRIVATE_NAMES or word.endswith(PRIVATE_ENDINGS)
    written = [word.lower() for word in _WORD.findall(_NEW_WORD.sub(" ", unquote(name)))]
    # `password1` is a password.
    words = [word.rstrip("0123456789") for word in written]
    whole = "".join(words)
    if not PRIVATE_WORDS.isdisjoint(words) or whole.endswith(PRIVATE_ENDINGS):
        return True
    return whole in PRIVATE_NAMES or "".join(written) in PRIVATE_NAMES


# Pages have the same few parameters, again and again.
_private_names = BoundedCache(_is_private_name, entries=4096, size=2 << 20)


def is_private_value(value: str) -> bool:
    """Say whether a value, as sent, is private whatever its name: an e-mail address, a JSON web token, credentials of a
    URL, a private parameter, or a private member of JSON is in it."""
    if value.isalnum():
        return False
    text = _twice_unquoted(value)
    if has_private_text(text) or (":" in text and has_private_member(text, is_private)):
        return True
    if "=" not in text:
        return False
    inner = [part.partition("=") for part in _PARTS.split(text, _MOST_INNER)]
    return len(inner) > _MOST_INNER or any(content and is_private(name) for name, _, content in inner)


def _twice_unquoted(text: str) -> str:
    return unquote(unquote(text)) if "%" in text else text
