"""A site's own statistics: totals, days, every dimension, who is there now, and custom events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.krafter.support import goal_call, record, settle, track, view
from tests.support.server import RunningServer, Site, eventually

DAYS = {"period": "custom", "from": "2025-02-11", "to": "2025-02-13"}
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
TABLET = (
    "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/12.1 Mobile/15E148 Safari/604.1"
)


def stats(site: Site, **query: str) -> dict[str, Any]:
    answer = site.api.get(f"/sites/{site.key}/stats", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def viewed(site: Site, pageviews: int, **query: str) -> dict[str, Any]:
    """The statistics once they have so many page views."""
    return eventually(
        lambda: (found := stats(site, **query))["totals"]["pageviews"] >= pageviews and found, what="the page views"
    )


def on(day: str, time: str = "12:00:00", ip: str = "198.51.100.1") -> dict[str, str]:
    return {"timestamp": f"{day}T{time}Z", "ip": ip}


def test_a_site_without_events_has_every_day_and_no_numbers(site: Site) -> None:
    today = datetime.now(UTC).date()
    found = stats(site, period="7d")
    assert found["period"] == {"from": str(today - timedelta(days=7)), "to": str(today)}
    assert found["totals"] == {"pageviews": 0, "visitors": 0, "visits": 0}
    assert [day["date"] for day in found["timeseries"]] == [str(today - timedelta(days=n)) for n in range(7, -1, -1)]
    assert found["breakdowns"] == {}


def test_totals_add_up_the_days(site: Site) -> None:
    other = "198.51.100.2"
    record(
        site,
        view(site, "/", **on("2025-02-11", "10:00:00")),
        view(site, "/", **on("2025-02-11", "10:30:00")),  # 30 minutes later: still the same visit
        view(site, "/", **on("2025-02-11", "11:00:01")),  # more: another
        view(site, "/", **on("2025-02-11", ip=other)),
        view(site, "/", **on("2025-02-13")),  # the same person on another day
        track("click", **on("2025-02-13", ip=other)),  # a visitor without a page view
        view(site, "/", **on("2025-02-14")),  # outside
        view(site, "/", **on("2025-02-10")),
    )
    settle(site)
    found = viewed(site, 5, **DAYS)
    assert found["period"] == {"from": "2025-02-11", "to": "2025-02-13"}
    assert found["totals"] == {"pageviews": 5, "visitors": 4, "visits": 5}
    assert found["timeseries"] == [
        {"date": "2025-02-11", "pageviews": 4, "visitors": 2, "visits": 3},
        {"date": "2025-02-12", "pageviews": 0, "visitors": 0, "visits": 0},
        {"date": "2025-02-13", "pageviews": 1, "visitors": 2, "visits": 2},
    ]


def test_sites_are_counted_apart(server: RunningServer, site: Site) -> None:
    other = server.make_site(site.workspace)
    record(site, view(site, "/"))
    record(other, view(other, "/"), view(other, "/"))
    assert viewed(other, 2)["totals"] == {"pageviews": 2, "visitors": 2, "visits": 2}
    assert stats(site)["totals"] == {"pageviews": 1, "visitors": 1, "visits": 1}


def in_two_countries(path: Path) -> Path:
    """A GeoIP file: the lower half of IPv4 is Germany, the upper half France. https://maxmind.github.io/MaxMind-DB/"""

    def text(value: str) -> bytes:
        return bytes([2 << 5 | len(value)]) + value.encode()

    def country(code: str) -> bytes:
        return b"\xe1" + text("country") + b"\xe1" + text("iso_code") + text(code)

    def number(kind: int, value: int) -> bytes:
        data = value.to_bytes(2, "big")
        return (bytes([kind << 5 | 2]) if kind < 8 else bytes([2, kind - 7])) + data

    germany, france = country("DE"), country("FR")
    first = 1 + 16  # one node, then the separator
    tree = first.to_bytes(3, "big") + (first + len(germany)).to_bytes(3, "big")
    about = {
        "binary_format_major_version": number(5, 2),
        "binary_format_minor_version": number(5, 0),
        "build_epoch": number(9, 1),
        "database_type": text("Test"),
        "description": b"\xe0",
        "ip_version": number(5, 4),
        "languages": b"\x00\x04",
        "node_count": number(6, 1),
        "record_size": number(5, 24),
    }
    metadata = bytes([7 << 5 | len(about)]) + b"".join(text(name) + value for name, value in about.items())
    path.write_bytes(tree + bytes(16) + germany + france + b"\xab\xcd\xefMaxMind.com" + metadata)
    return path


@pytest.fixture
def site_with_countries(own_server: Callable[..., RunningServer], tmp_path: Path) -> Site:
    return own_server(GOALPOST_GEOIP=str(in_two_countries(tmp_path / "geo.mmdb"))).start().make_site()


def test_every_dimension(site_with_countries: Site) -> None:
    site = site_with_countries
    google, news = {"referrer": "https://www.google.com/search"}, {"referrer": "https://news.example.org/today?x=1"}
    campaign = "?utm_source=letter&utm_medium=email&utm_campaign=spring"
    record(
        site,
        view(site, "/a", **on("2025-02-11", ip="10.0.0.1"), **google, user_agent=LAPTOP),
        view(site, "/a", **on("2025-02-11", ip="10.0.0.1"), **google, user_agent=LAPTOP),
        view(site, "/b", **on("2025-02-12", ip="200.0.0.1"), **news, user_agent=PHONE),
        view(site, "/a" + campaign, **on("2025-02-12", ip="200.0.0.2"), user_agent=TABLET),
        view(site, "/a", **on("2025-02-12", ip="200.0.0.3"), referrer=f"https://{site.domain}/x", user_agent=PHONE),
        track("click", **on("2025-02-12", ip="10.0.0.9"), **news, user_agent=LAPTOP),  # events are not page views
    )
    names = ["path", "referrer", "country", "device", "browser", "os", "utm_source", "utm_medium", "utm_campaign"]
    found = viewed(site, 5, **DAYS, dimensions=",".join(names))["breakdowns"]
    assert list(found) == names
    assert {name: [(row["value"], row["pageviews"], row["visitors"]) for row in found[name]] for name in names} == {
        "path": [("/a", 4, 3), ("/b", 1, 1)],
        "referrer": [("Google", 2, 1), ("letter", 1, 1), ("news.example.org", 1, 1)],
        "country": [("FR", 3, 3), ("DE", 2, 1)],
        "device": [("Mobile", 2, 2), ("Desktop", 2, 1), ("Tablet", 1, 1)],
        "browser": [("Safari", 3, 3), ("Chrome", 2, 1)],
        "os": [("iOS", 3, 3), ("Linux", 2, 1)],
        "utm_source": [("letter", 1, 1)],
        "utm_medium": [("email", 1, 1)],
        "utm_campaign": [("spring", 1, 1)],
    }


@pytest.mark.parametrize(
    ("dimensions", "names"),
    [("", []), (",", []), ("os", ["os"]), (" os , path ", ["os", "path"]), ("path,path", ["path"])],
)
def test_only_the_dimensions_asked_for(dimensions: str, names: list[str], site: Site) -> None:
    assert list(stats(site, dimensions=dimensions)["breakdowns"]) == names


@pytest.mark.parametrize("dimension", ["city", "Path", "path;os", "visitor", "path) FROM events--", "\0"])
def test_a_dimension_that_is_none(dimension: str, site: Site) -> None:
    answer = site.api.get(f"/sites/{site.key}/stats", params={"dimensions": f"os,{dimension}"})
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].startswith("unknown dimension ")


def test_realtime_is_the_last_five_minutes(site: Site) -> None:
    now = datetime.now(UTC)
    ages = [timedelta(0), timedelta(minutes=4, seconds=30), timedelta(minutes=6), timedelta(days=1)]
    record(site, *(view(site, "/", timestamp=(now - age).isoformat()) for age in ages))

    def realtime() -> int:
        answer = site.api.get(f"/sites/{site.key}/realtime")
        assert set(answer.json()["data"]) == {"visitors"}
        return answer.json()["data"]["visitors"]

    eventually(realtime, what="a visitor")
    viewed(site, 4)
    assert realtime() == 2


def test_custom_events_by_name(site: Site) -> None:
    record(
        site,
        *(track("signup", **on("2025-02-11")) for _ in range(3)),
        track("click", **on("2025-02-11", ip="198.51.100.1")),
        track("click", **on("2025-02-11", ip="198.51.100.2")),
        track("a click", **on("2025-02-13")),
        track("late", **on("2025-02-14")),
        goal_call("purchase", **on("2025-02-12")),
        view(site, "/", **on("2025-02-12")),
    )
    viewed(site, 1, **DAYS)
    answer = site.api.get(f"/sites/{site.key}/events", params=DAYS)
    assert answer.json() == {
        "data": [
            {"name": "click", "count": 2, "visitors": 2},
            {"name": "a click", "count": 1, "visitors": 1},
            {"name": "signup", "count": 3, "visitors": 1},
        ]
    }
