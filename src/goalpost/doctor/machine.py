"""Checks of what the server stands on: disk, clock, limits, and files and addresses that settings name."""

import ipaddress
import resource
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from goalpost.conversions.ingest.geo import country_lookup
from goalpost.doctor.findings import Finding, State
from goalpost.kernel.private_files import NAMES
from goalpost.settings import Settings

_RESERVE = 8 * 1024 * 1024  # bytes below which the server is not ready
_LITTLE = 1024 * 1024 * 1024
_FILES = 4096  # open files that are enough for a thousand connections
_SKEW = timedelta(minutes=2)
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
_OLD = timedelta(days=400)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """See how much room is left where the data is."""
    place = next(path for path in (settings.data.absolute(), *settings.data.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    text = f"{free // 2**20:,} MB are free at {place}"
    if free < _RESERVE:
        yield Finding("disk", State.PROBLEM, text, "make room: events are turned away with 503 until then")
    elif free < _LITTLE:
        yield Finding("disk", State.WARNING, text, "make room, or lower GOALPOST_SPOOL_MAX_MB")
    else:
        yield Finding("disk", State.OK, text)


def clock(settings: Settings, now: datetime) -> Iterator[Finding]:
    """See whether the clock is behind what has been written already."""
    newest = max(
        (datetime.fromtimestamp(path.stat().st_mtime, UTC) for name in NAMES for path in settings.data.glob(name)),
        default=now,
    )
    remedy = "set the clock, and keep it synchronised with a time server"
    if newest - now > _SKEW or now < _BUILT:
        text = f"it says {now:%Y-%m-%d %H:%M:%S} UTC, and files were written at {newest:%Y-%m-%d %H:%M:%S}"
        yield Finding("clock", State.PROBLEM, text, remedy)
    else:
        yield Finding("clock", State.OK, f"it says {now:%Y-%m-%d %H:%M:%S} UTC")


def open_files(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """See how many files and connections a process may have open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _FILES:
        remedy = f"raise it: `ulimit -n {_FILES}`, or LimitNOFILE={_FILES} in the service's unit"
        text = f"a process may have {soft} files and connections open (at most {hard})"
        yield Finding("files", State.WARNING, text, remedy)
    else:
        yield Finding("files", State.OK, f"a process may have {soft} files and connections open")


def countries(settings: Settings, now: datetime) -> Iterator[Finding]:
    """See whether the file with countries can be read, and how old it is."""
    if settings.geoip is None:
        yield Finding("countries", State.OK, "none are told: GOALPOST_GEOIP is not set")
        return
    try:
        country_lookup(settings.geoip)
        age = now - datetime.fromtimestamp(settings.geoip.stat().st_mtime, UTC)
    except Exception as error:
        remedy = "put an MMDB file there, or unset GOALPOST_GEOIP"
        yield Finding("countries", State.PROBLEM, f"{settings.geoip} cannot be read: {error}", remedy)
        return
    if age > _OLD:
        yield Finding("countries", State.WARNING, f"{settings.geoip} is {age.days} days old", "get a newer one")
    else:
        yield Finding("countries", State.OK, f"{settings.geoip} can be read")


def proxies(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """See whether the addresses whose header is believed are addresses, and not everybody's."""
    named = settings.trusted_proxies
    for text in named:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            remedy = "write addresses or networks, separated by commas, in GOALPOST_TRUSTED_PROXIES"
            yield Finding("proxies", State.PROBLEM, f"{text!r} is not an address or a network", remedy)
            continue
        if network.prefixlen == 0:
            remedy = "name the proxy's own address in GOALPOST_TRUSTED_PROXIES"
            yield Finding("proxies", State.PROBLEM, f"{text} is everybody: anyone may claim any address", remedy)
    if named:
        yield Finding("proxies", State.OK, f"{settings.proxy_header} is believed from {', '.join(named)}")
    elif settings.host in _LOOPBACK:
        remedy = "if a proxy stands in front, name its address in GOALPOST_TRUSTED_PROXIES"
        yield Finding(
            "proxies", State.OK, "no proxy is trusted: every visitor has the address of its connection", remedy
        )
    else:
        yield Finding("proxies", State.OK, "no proxy is trusted")
