"""Whose address a request came from: the peer's, or what a configured proxy says of its own peer."""

import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_network

from goalpost.core.errors import GoalpostError

_REMEMBERED = 1000
_MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291, section 2.5.5.2


class BadProxy(GoalpostError):
    """GOALPOST_TRUSTED_PROXIES names something that is no address and no network."""


class ClientAddress:
    """Finds the client's address. `proxies` are addresses or networks whose forwarding header is believed."""

    def __init__(self, proxies: Iterable[str]) -> None:
        try:
            networks = [ip_network(proxy.strip(), strict=False) for proxy in proxies]
        except ValueError as error:
            raise BadProxy(f"GOALPOST_TRUSTED_PROXIES: {error}") from None
        self._peers: dict[str, bool] = {}
        # (bytes of an address, network, mask): addresses are compared as numbers, since this is asked for every event.
        self._networks = [
            (network.max_prefixlen // 8, int(network.network_address), int(network.netmask)) for network in networks
        ]

    def of(self, peer: str, forwarded: Sequence[bytes]) -> str:
        """The client's address; `forwarded` are the values of the forwarding header, in the order received.

        Read from the right: the first address that is no proxy of ours was written by a proxy of ours. Everything
        further left was written by the client, who may write anything.
        """
        if not self._networks or not forwarded or not self._is_proxy(peer):
            return peer
        client = peer
        for entry in reversed(b",".join(forwarded).decode("latin-1").split(",")):
            text = _bare(entry)
            packed = _packed(text)
            if packed is None:
                break
            client = socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
            if not self._trusts(packed):
                break
        return client

    def _is_proxy(self, peer: str) -> bool:
        """Whether a peer is a proxy of ours: the same few connect again and again."""
        known = self._peers.get(peer)
        if known is None:
            if len(self._peers) >= _REMEMBERED:
                self._peers.clear()
            known = self._peers[peer] = self._trusts(_packed(peer))
        return known

    def _trusts(self, packed: bytes | None) -> bool:
        if packed is None:
            return False
        number, size = int.from_bytes(packed), len(packed)
        return any(size == length and number & mask == network for length, network, mask in self._networks)


def _bare(entry: str) -> str:
    """An entry of the header without spaces, a port and the brackets of IPv6."""
    text = entry.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _packed(text: str) -> bytes | None:
    """The address as bytes, an IPv4 one seen through an IPv6 socket as the 4 bytes it is; None for what is none."""
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, ValueError):
        return None
    return packed[len(_MAPPED) :] if packed.startswith(_MAPPED) else packed
