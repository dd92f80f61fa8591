"""Reads device, browser and system from a user agent, which itself is never stored."""

from typing import NamedTuple

import ua_parser

from goalpost.conversions.model.patterns import compile_pattern
from goalpost.kernel.bounded_cache import BoundedCache

_LONGEST = 512  # characters looked at
_LONGEST_LABEL = 50


class Device(NamedTuple):
    """The visitor's machine: `device` is Desktop, Mobile, Tablet or ''; the others are names without version, or ''."""

    device: str
    browser: str
    os: str


# ua-parser names a family after the edition; people ask for the browser.
_BROWSERS = {
    "Android": "Android Browser",
    "BlackBerry WebKit": "BlackBerry",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Ecosia Android": "Ecosia",
    "Ecosia iOS": "Ecosia",
    "Edge Mobile": "Edge",
    "Firefox Alpha": "Firefox",
    "Firefox Beta": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Google": "Google App",
    "HeadlessChrome": "Headless Chrome",
    "IE": "Internet Explorer",
    "IE Mobile": "Internet Explorer",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera GX": "Opera",
    "Opera Mobile": "Opera",
    "Opera Tablet": "Opera",
    "Opera Touch": "Opera",
    "Other": "",
    "QQ Browser Mobile": "QQ Browser",
}

# Which Linux is known only of the few browsers that tell, so that a distribution's share would mean nothing.
_SYSTEMS = {
    "Arch Linux": "Linux",
    "ATV OS X": "tvOS",
    "CentOS": "Linux",
    "Chrome OS": "ChromeOS",
    "Debian": "Linux",
    "Fedora": "Linux",
    "Gentoo": "Linux",
    "Kubuntu": "Linux",
    "Linux Mint": "Linux",
    "Mac OS": "macOS",
    "Mac OS X": "macOS",
    "Mageia": "Linux",
    "Mandriva": "Linux",
    "openSUSE": "Linux",
    "Other": "",
    "Red Hat": "Linux",
    "Slackware": "Linux",
    "SUSE": "Linux",
    "Ubuntu": "Linux",
    "Web0S": "webOS",
}
_DESKTOP_SYSTEMS = {"ChromeOS", "FreeBSD", "Linux", "macOS", "NetBSD", "OpenBSD", "Solaris", "Windows"}

# These three run on RE2 for speed, as in robots.py. Televisions, consoles, watches and goggles are none of the classes.
_ANOTHER_THING = compile_pattern(
    r"(?i)smart-?tv|google ?tv|apple ?tv|android tv|hbbtv|netcast|web0s|crkey|roku|bravia|viera|\bmitv|mibox"
    r"|\baft[a-z]{1,5}\b|\btv safari|playstation|xbox|nintendo|\bwatch|oculusbrowser"
)
# "Tablet PC" is Windows with handwriting, found on desktops too.
_TABLET = compile_pattern(
    r"(?i)ipad|tablet(?: [^p]|[^ ]|$)|playbook|kindle|\bkf[a-z]{3,6}\b|silk/|nexus (?:7|9|10)\b|xoom"
)
_MOBILE = compile_pattern(
    r"(?i)mobi|iphone|ipod|android|windows phone|smartphone|\(phone;|blackberry|bb10|symbian|series ?[34]0|kaios"
    r"|opera mini|midp|cldc|\bwap\b|maui|up\.browser|j2me|docomo|\(mtk;"
)


def device_of(user_agent: str) -> Device:
    """The device, browser and operating system that a user agent tells of; each '' where it tells nothing known.

    An iPad that asks for desktop pages sends a Mac's user agent, and is one here. The first call after the start builds
    ua-parser's tables and takes about 0.1 s.
    """
    return _devices[user_agent[:_LONGEST]]


def _device_of(user_agent: str) -> Device:
    # ua-parser and RE2 take UTF-8 and so no lone surrogates.
    encoded = user_agent.encode("utf-8", "replace")
    # ua-parser's own parser is shared with robots.py and remembers the part that was parsed there.
    found = ua_parser.parse(encoded.decode()).with_defaults()
    system = _label(found.os.family, _SYSTEMS)
    return Device(_kind(encoded, system), _label(found.user_agent.family, _BROWSERS), system)


def _kind(user_agent: bytes, system: str) -> str:
    if _ANOTHER_THING.search(user_agent):
        return ""
    if _TABLET.search(user_agent) or _is_android_tablet(user_agent):
        return "Tablet"
    if _MOBILE.search(user_agent):
        return "Mobile"
    return "Desktop" if system in _DESKTOP_SYSTEMS else ""


def _is_android_tablet(user_agent: bytes) -> bool:
    # Android's browsers say "Mobile" on telephones and leave it out on tablets; other programs never say it.
    return b"Android" in user_agent and b"AppleWebKit" in user_agent and b"Mobi" not in user_agent


def _label(family: str, labels: dict[str, str]) -> str:
    label = labels.get(family, family)
    # Some families are cut out of the user agent, and so may hold anything.
    return label[:_LONGEST_LABEL] if label.isprintable() else ""


_devices = BoundedCache(_device_of, entries=10_000, size=8 << 20)
