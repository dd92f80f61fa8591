"""The country of an address, when the operator has given an MMDB file."""

from collections.abc import Callable
from pathlib import Path

import maxminddb

from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.errors import GoalpostError


class UnreadableGeoip(GoalpostError):
    """GOALPOST_GEOIP names no readable MMDB file."""


def country_lookup(path: Path | None) -> Callable[[str], str]:
    """A function from an IP address to an ISO 3166-1 alpha-2 code, '' where unknown; always '' without a file.

    Raises UnreadableGeoip.
    """
    if path is None:
        return _nowhere
    try:
        reader = maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise UnreadableGeoip(f"GOALPOST_GEOIP: {path} cannot be read as an MMDB file: {error}") from error

    def country(ip: str) -> str:
        try:
            record = reader.get(ip)
        except ValueError:
            return ""
        place = record.get("country") if isinstance(record, dict) else None
        code = place.get("iso_code") if isinstance(place, dict) else None
        return code if isinstance(code, str) else ""

    return BoundedCache(country, entries=20_000, size=4 << 20).__getitem__


def _nowhere(_ip: str) -> str:
    return ""
