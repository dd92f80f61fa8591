"""Looks for the proof of a domain, in DNS and on its web server: what calls out, and only when somebody asks it to.

Names and addresses are the choice of whoever wants the domain. So each look has a deadline for all of it, an answer may
have a few kilobytes, no redirect is followed, and addresses that are not public are refused unless the operator wants
them: a proof must not be a way to reach what only this machine can reach.
"""

import asyncio
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer

from goalpost.kernel.errors import GoalpostError

_WITHIN = 10.0  # seconds for a look, whatever it meets
_MOST_BYTES, _MOST_BODY = 16 * 1024, 1024
_MOST_ADDRESSES = 3
_LONGEST_REASON = 200
# Global by their number; behind them may be what is not: translated IPv4 addresses and former site-local ones.
_NOT_PUBLIC = [ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10")]


class BadResolver(GoalpostError):
    """GOALPOST_DNS_SERVER is not an address with or without a port, or the system names no DNS server."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that whoever has a host can put there: `token` in a TXT record or in a file."""

    host: str
    token: str

    @property
    def record(self) -> str:
        """The name of the TXT record."""
        return f"_goalpost.{self.host}"

    @property
    def path(self) -> str:
        """The path of the file."""
        return f"/.well-known/goalpost-{self.token}"


@dataclass(frozen=True, slots=True)
class Network:
    """Ways to reach hosts: `dns_server` is an address with or without a port, None for the system's servers."""

    dns_server: str | None = None
    allow_private: bool = False
    https_port: int = 443
    http_port: int = 80


@dataclass(frozen=True, slots=True)
class Look:
    """One place where the proof was looked for, and what was there."""

    place: str
    found: bool
    seen: str


def look_for(proof: Proof, network: Network) -> list[Look]:
    """Look for a proof in every place; takes ten seconds at most. Raises BadResolver."""
    return asyncio.run(_look_everywhere(proof, _resolver(network), network))


async def _look_everywhere(proof: Proof, resolver: Resolver, network: Network) -> list[Look]:
    looks = [_within(f"TXT {proof.record}", _look_in_dns(proof, resolver))]
    for scheme, port in (("https", network.https_port), ("http", network.http_port)):
        place = f"{scheme}://{proof.host}{proof.path}"
        looks.append(_within(place, _look_at_file(proof, resolver, network, port, is_tls=scheme == "https")))
    return list(await asyncio.gather(*looks))


async def _within(place: str, look: Awaitable[str]) -> Look:
    """Return how a look ended; it returns what is wrong, or '' for a proof."""
    try:
        async with asyncio.timeout(_WITHIN):
            fault = await look
    except TimeoutError:
        fault = f"no answer within {_WITHIN:.0f} seconds"
    except (NXDOMAIN, NoAnswer):
        fault = "DNS knows of nothing there"
    except (DNSException, HTTPException, OSError, ValueError) as error:
        fault = str(error) or type(error).__name__
    return Look(place, not fault, fault[:_LONGEST_REASON] or "proved")


async def _look_in_dns(proof: Proof, resolver: Resolver) -> str:
    answer = await resolver.resolve(proof.record, "TXT", search=False)
    texts = {b"".join(record.strings).strip() for record in answer}
    return "" if proof.token.encode() in texts else "there is a record, with another text"


async def _look_at_file(proof: Proof, resolver: Resolver, network: Network, port: int, *, is_tls: bool) -> str:
    addresses = await _addresses(proof.host, resolver)
    allowed = [address for address in addresses if network.allow_private or _is_public(address)]
    if not allowed:
        return "its addresses are not public ones, and GOALPOST_PROVE_PRIVATE is not set"
    status, body = await _get(allowed[:_MOST_ADDRESSES], port, proof, is_tls=is_tls)
    if status != 200:
        return f"the status is {status}" + (", and redirects are not followed" if 300 <= status < 400 else "")
    return "" if body.strip() == proof.token.encode() else "there is a file, with another text"


async def _addresses(host: str, resolver: Resolver) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        return list((await resolver.resolve_name(host, search=False)).addresses())


def _is_public(text: str) -> bool:
    address = ip_address(text)
    hides_another = any(address in network for network in _NOT_PUBLIC if network.version == address.version)
    return address.is_global and not address.is_multicast and not hides_another


async def _get(addresses: list[str], port: int, proof: Proof, *, is_tls: bool) -> tuple[int, bytes]:
    """Return status and beginning of the body. The addresses are those that were checked: none is looked up again."""
    secured: dict[str, Any] = {"ssl": ssl.create_default_context(), "server_hostname": proof.host} if is_tls else {}
    for address in addresses:
        try:
            reader, writer = await asyncio.open_connection(address, port, **secured)
            break
        except OSError:
            if address == addresses[-1]:
                raise
    try:
        # HTTP/1.0: the answer ends with the connection, and comes in one piece.
        writer.write(f"GET {proof.path} HTTP/1.0\r\nHost: {proof.host}\r\nUser-Agent: goalpost\r\n\r\n".encode())
        return _read_answer(await _receive(reader))
    finally:
        writer.transport.abort()


async def _receive(reader: asyncio.StreamReader) -> bytes:
    received = b""
    while len(received) < _MOST_BYTES and (chunk := await reader.read(_MOST_BYTES - len(received))):
        received += chunk
    return received


def _read_answer(received: bytes) -> tuple[int, bytes]:
    response = HTTPResponse(_Received(received))  # type: ignore[arg-type]
    response.begin()
    return response.status, response.read(_MOST_BODY)


class _Received:
    """Stands for a socket that has received an answer whole."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, *_mode: object) -> BytesIO:
        """Return what was received."""
        return BytesIO(self._content)


def _resolver(network: Network) -> Resolver:
    try:
        if network.dns_server is None:
            resolver = Resolver()
        else:
            server = urlsplit(f"//{network.dns_server}")
            if server.netloc != network.dns_server:
                raise ValueError("there is more than an address")
            resolver = Resolver(configure=False)
            resolver.nameservers = [str(ip_address(server.hostname or ""))]
            resolver.port = server.port or 53
    except ValueError:
        raise BadResolver("GOALPOST_DNS_SERVER: is not an address, such as 192.0.2.53 or 192.0.2.53:5353") from None
    except DNSException as error:
        raise BadResolver(f"this machine names no DNS server ({error}); GOALPOST_DNS_SERVER can") from None
    resolver.lifetime = _WITHIN
    return resolver
