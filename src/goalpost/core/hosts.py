"""Host names in the one spelling in which they are stored and compared: the one that browsers send."""

import re
from functools import lru_cache

import idna

# What no host may hold: white space and control characters, and what the URL Standard calls forbidden domain code
# points (https://url.spec.whatwg.org/#forbidden-domain-code-point). DNS has no longer names.
_HOST = re.compile(r"[^\s\x00-\x20\x7f-\x9f\ud800-\udfff#/:<>?@\[\\\]^|%]{1,253}+|\[[0-9a-f:.]{2,45}\]")
_LONGEST = 1000  # characters worth converting: no more can become a name of DNS's length


def usable_host(host: str) -> str:
    """The normal form of a host; '' for what no host can be called."""
    normal = normal_host(host)
    return normal if _HOST.fullmatch(normal) and not normal.startswith(".") else ""


def normal_host(host: str) -> str:
    """A host in lower case, without dots at its end, its letters beyond ASCII encoded: `MÜNCHEN.de.` is
    `xn--mnchen-3ya.de`. What UTS 46 refuses stays as it is."""
    host = host.rstrip(".")
    return host.lower() if host.isascii() or len(host) > _LONGEST else _encoded(host)


@lru_cache(maxsize=1024)
def _encoded(host: str) -> str:
    try:
        host = idna.uts46_remap(host, std3_rules=False)
    except UnicodeError:
        return host.lower()
    return ".".join(map(_encoded_label, host.rstrip(".").split(".")))


def _encoded_label(label: str) -> str:
    # Not idna.encode: it checks what may be registered, and browsers send emoji and underscores all the same.
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()
