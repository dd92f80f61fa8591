"""Whose address a request came from: the peer's, or what a configured proxy says of its own peer."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network

from goalpost.core.errors import GoalpostError


class BadProxy(GoalpostError):
    """GOALPOST_TRUSTED_PROXIES names something that is no address and no network."""


class ClientAddress:
    """Finds the client's address. `proxies` are addresses or networks whose forwarding header is believed."""

    def __init__(self, proxies: Iterable[str]) -> None:
        try:
            self._networks = [ip_network(proxy.strip(), strict=False) for proxy in proxies]
        except ValueError as error:
            raise BadProxy(f"GOALPOST_TRUSTED_PROXIES: {error}") from None
        self._trusts = lru_cache(maxsize=10_000)(self._is_trusted)

    def of(self, peer: str, forwarded: Sequence[bytes]) -> str:
        """The client's address; `forwarded` are the values of the forwarding header, in the order received.

        Read from the right: the first address that is no proxy of ours was written by a proxy of ours. Everything
        further left was written by the client, who may write anything.
        """
        if not self._networks or not forwarded or not self._trusts(peer):
            return peer
        client = peer
        for entry in reversed(b",".join(forwarded).decode("latin-1").split(",")):
            address = _canonical(entry)
            if address is None:
                break
            client = address
            if not self._trusts(address):
                break
        return client

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


@lru_cache(maxsize=10_000)
def _canonical(entry: str) -> str | None:
    """An entry of the header as an address: spaces, a port and the brackets of IPv6 taken off."""
    text = entry.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None
