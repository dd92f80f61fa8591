"""Answers that scripts of any page may read, whatever their `fetch` adds to a request.

A page's own code may send headers of its own (tracing does), JSON, or cookies. So every request header is allowed, and
credentials are where the browser says which page asks: an answer to a request with credentials must name its origin and
may not say `*`. Nothing is given away by it, since cookies mean nothing here.
"""

from collections.abc import Iterable

Header = tuple[bytes, bytes]

_LONGEST_ECHO = 4096
_EXPOSED = (
    b"access-control-expose-headers",
    b"x-goalpost-dropped, x-goalpost-ignored, x-goalpost-page, retry-after, "
    b"x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
)
# A page that isolates itself (COEP) may load an answer only where it says so.
_COMMON: list[Header] = [_EXPOSED, (b"vary", b"origin"), (b"cross-origin-resource-policy", b"cross-origin")]
_ANYBODY: list[Header] = [(b"access-control-allow-origin", b"*"), *_COMMON]
_WITH_CREDENTIALS: list[Header] = [(b"access-control-allow-credentials", b"true"), *_COMMON]


def readable_by(origin: bytes | None) -> list[Header]:
    """Return the headers of every answer to a request with this `origin` header, or without one."""
    return _ANYBODY if not origin else [(b"access-control-allow-origin", origin), *_WITH_CREDENTIALS]


def preflight(methods: bytes, request_headers: Iterable[Header]) -> list[Header]:
    """Return what the answer to a preflight adds: `methods`, and every request header that was asked for."""
    asked = b", ".join(value for name, value in request_headers if name == b"access-control-request-headers")
    # `*` does not cover authorization, and nothing at all in a request with credentials.
    allowed = b"*, authorization, content-type"
    return [
        (b"access-control-allow-methods", methods),
        (b"access-control-allow-headers", allowed + b", " + asked if 0 < len(asked) <= _LONGEST_ECHO else allowed),
        (b"access-control-max-age", b"86400"),
    ]
