"""Parameters of URLs that carry secrets or say who somebody is: their values are never kept.

The name stays (`?reset=…` becomes `?reset=`), so that goals can still ask whether there is one.
"""

import re
from urllib.parse import unquote

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
_MEMO_LONGEST = 64
_DIVIDERS = re.compile(r"([&;?])")
_PARTS = re.compile(r"[?&;#]")
_ENCODED_EQUALS = re.compile(r"%(?:25)?3[Dd]")
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
# One character before the @ is enough, and the rest is possessive: linear however many there are.
_EMAIL = re.compile(r"[^\s@/?&=<>,;:]@[\w-]++(?:\.[\w-]++)*+(?<=[^\W\d_]{2})")
# Three parts of a JSON web token, of which the first begins with `{"`: RFC 7519.
_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{2,}+\.[\w-]*+\.")
_HINTS = re.compile("[=@%]|eyJ")
_LINK = re.compile(r"(\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|\s*(?=/))(?:[^/?#]*@)?([^?#]*)(.*)", re.DOTALL)
_PERSON = re.compile(
    r"\s*(callto|facetime(?:-audio)?|mailto|mms|sips?|skype|sms(?:to)?|tel|xmpp):(?=\S)", re.IGNORECASE
)


def without_private_values(parameters: str) -> str:
    """A query or a fragment (without `?` and `#`) with the values of private parameters left out.

    Besides those named here, a value is private that holds an e-mail address, a JSON web token or, itself a URL, a
    private parameter. What has no `=` is left out up to the next slash where it holds one of the first two.
    """
    parameters = parameters[:_LONGEST]
    if _HINTS.search(parameters) is None:
        return parameters
    return "".join(
        text if index % 2 else _without_private_value(text) for index, text in enumerate(_DIVIDERS.split(parameters))
    )


def _without_private_value(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if "%" in name and (found := _ENCODED_EQUALS.search(name)):
        name, equals, value = name[: found.start()], found[0], parameter[found.end() :]
    if _is_personal(unquote(unquote(name))):
        return "/".join("" if _is_personal(unquote(unquote(segment))) else segment for segment in name.split("/"))
    if value and (is_private(name) or is_private_value(value)):
        return name + equals
    return parameter


def without_private_parts(text: str) -> str:
    """A text without the private values and the credentials of the URL that it is; any other text as it is.

    URLs begin with a scheme and two slashes, with two slashes or with one. Of one that names a person
    (`mailto:a@example.com`) the scheme is left.
    """
    if scheme := personal_scheme(text):
        return scheme
    found = _LINK.fullmatch(text)
    if found is None:
        return text
    start, page, suffix = found.groups()
    query, divider, fragment = suffix.partition("#")
    return start + page + without_private_values(query) + divider + without_private_values(fragment)


def personal_scheme(text: str) -> str:
    """The scheme, in lower case with its colon, of an address that is a person's, such as `tel:+1`; '' of any other."""
    found = _PERSON.match(text)
    return f"{found[1].lower()}:" if found else ""


def is_private(name: str) -> bool:
    """Say whether a parameter of this name is private, in whatever case and style it is written."""
    return _private_names[name] if len(name) <= _MEMO_LONGEST else _is_private_name(name)


def _is_private_name(name: str) -> bool:
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
    """Say whether a value, as sent, is private whatever its name: an e-mail address, a JSON web token, or a private
    parameter is in it."""
    if value.isalnum():
        return False
    text = unquote(unquote(value))
    if _is_personal(text):
        return True
    inner = [part.partition("=") for part in _PARTS.split(text) if "=" in part]
    return any(content and is_private(name) for name, _, content in inner)


def _is_personal(text: str) -> bool:
    if "eyJ" in text and _WEB_TOKEN.search(text):
        return True
    return "@" in text and any("." in found[0] for found in _EMAIL.finditer(text))
