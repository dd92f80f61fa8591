"""Host names in the one spelling in which they are stored and compared: the one that browsers send."""

import re
from ipaddress import IPv6Address

import idna

from goalpost.kernel.bounded_cache import BoundedCache

# What no host may hold: white space and control characters, and what the URL Standard calls forbidden domain code
# points (https://url.spec.whatwg.org/#forbidden-domain-code-point). DNS has no longer names.
_HOST = re.compile(r"[^\s\x00-\x20\x7f-\x9f\ud800-\udfff#/:<>?@\[\\\]^|%]{1,253}+|\[[0-9a-f:.]{2,45}\]")
_LONGEST = 300  # characters worth converting: hardly more can become a name of DNS's length
_MOST_ENCODED = 32  # labels beyond ASCII, of which DNS has no room for more: each is encoded with eight characters
_LONGEST_LABEL = 63  # of DNS; encoding takes time by the square of the length


def usable_host(host: str, *, is_web: bool = True) -> str:
    """The normal form of a host; '' for what no host can be called. Those of the web have a letter or a digit: `-` is
    the host of some apps alone (`app://-/index.html`)."""
    normal = normal_host(host)
    if not _HOST.fullmatch(normal) or normal.startswith(".") or ".." in normal:
        return ""
    if normal.startswith("["):
        return normal if _ip6_hosts[normal] else ""
    return normal if not is_web or any(map(str.isalnum, normal)) else ""


def normal_host(host: str) -> str:
    """A host in lower case, without dots at its end, its letters beyond ASCII encoded: `MÜNCHEN.de.` is
    `xn--mnchen-3ya.de`, and `[0:0::1]` is `[::1]`. What UTS 46 refuses stays as it is."""
    host = host.rstrip(".")
    if host.startswith("["):
        return _ip6_hosts[host[:_LONGEST]] or host.lower()
    return host.lower() if host.isascii() or len(host) > _LONGEST else _encoded_hosts[host]


def _ip6(host: str) -> str:
    """The shortest form of an IPv6 address in brackets, as browsers write it; '' for what is none."""
    try:
        address = IPv6Address(host[1:-1]) if host.endswith("]") and "%" not in host else None
    except ValueError:
        return ""
    if address is None:
        return ""
    if mapped := address.ipv4_mapped:
        high, low = divmod(int(mapped), 1 << 16)
        return f"[::ffff:{high:x}:{low:x}]"
    return f"[{address.compressed}]"


def _encoded(host: str) -> str:
    try:
        host = idna.uts46_remap(host, std3_rules=False)
    except UnicodeError:
        return host.lower()
    labels = host.rstrip(".").split(".")
    if sum(not label.isascii() for label in labels) > _MOST_ENCODED:
        return host.lower()
    return ".".join(map(_encoded_label, labels))


def _encoded_label(label: str) -> str:
    # Not idna.encode: it checks what may be registered, and browsers send emoji and underscores all the same.
    return label if label.isascii() or len(label) > _LONGEST_LABEL else "xn--" + label.encode("punycode").decode()


_ip6_hosts = BoundedCache(_ip6, entries=2048, size=1 << 20)
_encoded_hosts = BoundedCache(_encoded, entries=2048, size=2 << 20)
