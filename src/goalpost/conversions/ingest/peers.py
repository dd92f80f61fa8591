"""The client's address of a request: the peer's, or what a configured proxy says of its own peer."""

import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_network

from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.errors import GoalpostError

_MOST_ENTRIES = 100  # of a forwarding header that are looked at: more proxies are in no row
_LONGEST_ADDRESS = 64
_LONGEST_IPV4 = 15
_MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291, section 2.5.5.2


class BadProxy(GoalpostError):
    """GOALPOST_TRUSTED_PROXIES names something that is neither an address nor a network."""


class Networks:
    """Addresses and networks, compared as numbers: this is asked for every event. Raises ValueError for other texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        networks = [ip_network(text.strip(), strict=False) for text in texts]
        # (bytes of an address, network, mask)
        self._networks = [
            (network.max_prefixlen // 8, int(network.network_address), int(network.netmask)) for network in networks
        ]

    def __bool__(self) -> bool:
        return bool(self._networks)

    def hold(self, packed: bytes | None) -> bool:
        """Tell whether an address, as bytes, is among them; None is not."""
        if packed is None:
            return False
        number, size = int.from_bytes(packed), len(packed)
        for length, network, mask in self._networks:  # noqa: SIM110 - a generator takes twice the time
            if size == length and number & mask == network:
                return True
        return False


# Addresses that nobody on the Internet has. Those reserved for documentation do not matter here.
_PRIVATE_V4 = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16"
_PRIVATE = Networks([*_PRIVATE_V4.split(), "::/127", "fc00::/7", "fe80::/10"])


class ClientAddress:
    """Finds the client's address. `proxies` are addresses or networks whose forwarding header is believed."""

    def __init__(self, proxies: Iterable[str]) -> None:
        try:
            self._networks = Networks(proxies)
        except ValueError as error:
            raise BadProxy(f"GOALPOST_TRUSTED_PROXIES: {error}") from None
        self._peers = BoundedCache(self._holds, entries=2000, size=1 << 20)

    def of(self, peer: str, forwarded: Sequence[bytes]) -> str:
        """The client's address; `forwarded` are the values of the forwarding header, in the order received.

        Read from the right: the first address that is not a proxy of ours was written by a proxy of ours. Everything
        further left was written by the client, who may write anything.
        """
        if not self._networks or not forwarded or not self.trusts(peer):
            return peer
        if len(forwarded) == 1 and len(forwarded[0]) <= _LONGEST_IPV4:
            # Nearly always one proxy tells one address: the same as below, without looking for more.
            text = forwarded[0].decode("latin-1")
            if (packed := _packed_ipv4(text)) is not None and not self._networks.hold(packed):
                return text
        client = peer
        for entry in reversed(_entries(forwarded)[-_MOST_ENTRIES:]):
            packed = _packed(_bare(entry))
            if packed is None:
                break
            client = _spelled(packed)
            if not self._networks.hold(packed):
                break
        return client

    def trusts(self, peer: str) -> bool:
        """Return whether a peer is a proxy of ours: the same few connect again and again."""
        return self._peers[peer]

    def _holds(self, peer: str) -> bool:
        return self._networks.hold(_packed(peer))


def first_public(forwarded: Sequence[bytes]) -> str:
    """Return the first public address in a forwarding header's values: the visitor's, as a trusted sender says.

    Falls back to the first of all where none is public, as in an intranet; '' without any address.
    """
    addresses = [
        packed for entry in _entries(forwarded)[:_MOST_ENTRIES] if (packed := _packed(_bare(entry))) is not None
    ]
    public = [packed for packed in addresses if not _PRIVATE.hold(packed)]
    return _spelled((public or addresses)[0]) if addresses else ""


def canonical_address(text: str) -> str | None:
    """Return the one spelling of an address written with or without a port; None for what is not an address."""
    packed = _packed(_bare(text))
    return None if packed is None else _spelled(packed)


def network_of(address: str) -> str:
    """Return what is counted as one client: an IPv4 address, however it is written, or the /64 of an IPv6 one, of which
    a client may have every address."""
    return _networks[address] if ":" in address else address


def _network_of(address: str) -> str:
    packed = _packed(address.partition("%")[0])
    if packed is None or len(packed) == 4:
        return address[:_LONGEST_ADDRESS] if packed is None else _spelled(packed)
    return f"{_spelled(packed[:8] + bytes(8))}/64"


_networks = BoundedCache(_network_of, entries=20_000, size=4 << 20)


def _spelled(packed: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _entries(forwarded: Sequence[bytes]) -> list[str]:
    return b",".join(forwarded).decode("latin-1").split(",")


def _bare(entry: str) -> str:
    """An entry of the header without spaces, a port and the brackets of IPv6."""
    text = entry.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _packed_ipv4(text: str) -> bytes | None:
    try:
        return socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        return None


def _packed(text: str) -> bytes | None:
    """The address as bytes, an IPv4 one seen through an IPv6 socket as the 4 bytes it is; None for what is none."""
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, ValueError):
        return None
    return packed[len(_MAPPED) :] if packed.startswith(_MAPPED) else packed
