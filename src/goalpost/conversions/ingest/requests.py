"""The parts of a request that matter to `/api/event`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import msgspec
import structlog
from starlette.types import Scope

from goalpost.conversions.ingest.cors import Header
from goalpost.conversions.ingest.fields import MAX_URL, MAX_USER_AGENT
from goalpost.conversions.ingest.peers import ClientAddress
from goalpost.kernel.errors import Malformed
from goalpost.tenancy.oauth import SECRET_STARTS

MAX_BODY = 10 * 1024 * 1024
MAX_KEYLESS_BODY = 1024 * 1024
_FORWARDED_FOR = b"x-forwarded-for"
_FORWARDING = frozenset({_FORWARDED_FOR, b"forwarded", b"x-real-ip", b"cf-connecting-ip", b"true-client-ip"})
_MOST_PARAMETERS = 1000
_WANTED = frozenset(
    {b"user-agent", b"referer", b"content-length", b"host", b"origin", b"authorization", b"dnt", b"sec-gpc"}
)
_OF_A_PIXEL = ("name", "url", "domain", "referrer", "kind", "n", "u", "d", "r")
_log = structlog.get_logger()


@dataclass(slots=True)
class Request:
    """A request's head.

    `ip` is the client's, as the peer or a trusted proxy says. `forwarded_for` are the values of `x-forwarded-for`,
    which are believed of a sender with a key. `distrusted` says that the client's address in a header was not believed.
    """

    method: str
    query: bytes
    ip: str
    user_agent: str = ""
    referer: str = ""
    secret: str = ""
    length: int = 0
    hosts: int = 0
    do_not_track: bool = False
    origin: bytes | None = None
    forwarded_for: Sequence[bytes] = field(default_factory=list)
    distrusted: bool = False

    @property
    def is_of_a_page_with_another_key(self) -> bool:
        """Return whether a page sent it with a credential of another service, which its own interceptor puts on all.

        A secret that was issued here has to be good, whoever sends it.
        """
        secret = self.secret.partition(" ")[2].strip()
        return bool(self.secret) and self.origin is not None and not secret.startswith(SECRET_STARTS)


class Heads:
    """Reads heads; `proxy_header` is the one in which trusted proxies give the client's address."""

    def __init__(self, addresses: ClientAddress, proxy_header: str) -> None:
        self._addresses = addresses
        self._proxy_header = proxy_header.lower().encode()
        self._wanted = _WANTED | _FORWARDING | {self._proxy_header}
        self._warned = False

    def read(self, scope: Scope) -> Request:
        """Read the head of a request."""
        peer = scope["client"][0] if scope.get("client") else ""
        request = Request(scope["method"], scope["query_string"], peer)
        forwarded: list[Header] = []
        for name, value in scope["headers"]:
            if name not in self._wanted:  # most of what browsers send
                continue
            if name == b"user-agent":
                request.user_agent = value[:MAX_USER_AGENT].decode("latin-1")
            elif name == b"referer":
                request.referer = value[:MAX_URL].decode("latin-1")
            elif name == b"content-length":
                request.length = int(value) if value.isdigit() else 0
            elif name == b"host":
                request.hosts += bool(value)
            elif name == b"origin":
                request.origin = value
            elif name == b"authorization":
                request.secret = value.decode("latin-1")
            elif name in {b"dnt", b"sec-gpc"}:
                request.do_not_track |= value == b"1"
            else:
                forwarded.append((name, value))
        return self._forwarded(request, peer, forwarded) if forwarded else request

    def _forwarded(self, request: Request, peer: str, forwarded: list[Header]) -> Request:
        request.forwarded_for = [value for name, value in forwarded if name == _FORWARDED_FOR]
        request.ip = self._addresses.of(peer, [value for name, value in forwarded if name == self._proxy_header])
        request.distrusted = not self._addresses.trusts(peer)
        return request

    def warn_of(self, request: Request) -> None:
        """Tell the operator, once, that a header with the client's address is not believed."""
        if not self._warned:
            self._warned = True
            _log.warning(
                "a header with the client's address is ignored, since it comes from nobody in GOALPOST_TRUSTED_PROXIES"
                " and without a key; if this is your proxy, visitors behind it count as one",
                peer=request.ip,
            )


def check_host(scope: Scope, hosts: int) -> None:
    """Raise Malformed for a request that HTTP says must be refused: https://www.rfc-editor.org/rfc/rfc9112#section-3.2."""
    # The server gives an empty one where none was sent, which an http address cannot have.
    if hosts > 1 or (hosts == 0 and scope.get("http_version") == "1.1"):
        raise Malformed("a request needs one Host header")


def body_of_query(request: Request) -> bytes:
    """Return a pixel's query as the body it stands for; the page is the referring one unless a url says otherwise."""
    try:
        fields = dict(parse_qsl(request.query.decode(), max_num_fields=_MOST_PARAMETERS))
    except (UnicodeDecodeError, ValueError):
        raise Malformed("the query cannot be read") from None
    known = {key: fields[key] for key in _OF_A_PIXEL if key in fields}
    if not known.get("url") and not known.get("u"):
        known["url"] = request.referer
    known.setdefault("name", known.pop("n", "pageview"))
    return msgspec.json.encode(known)
