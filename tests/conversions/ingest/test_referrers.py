"""Referrers: those that are pages, those that are the site itself, and the part of them that is kept."""

from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest

from goalpost.conversions.ingest.catalog import TrackedSite
from goalpost.conversions.ingest.pipeline import Context, Work, put_source, put_url
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Event, Hit
from goalpost.conversions.model.sites import Site


def _event(domain: str, url: str, referrer: str) -> Event:
    site = Site(uuid4(), uuid4(), domain, domain, "sk_x", False, datetime(2026, 1, 1, tzinfo=UTC))
    hit = Hit(site.key, "buy", Trigger.GOAL, url, referrer, 0, "192.0.2.1", "")
    event = Event(1, site.id, hit.kind, hit.name, 0)
    work = Work(hit, event, 0, TrackedSite(site, [], 1))
    for step in (put_url, put_source):
        assert step(work, cast(Context, None)) is None
    return event


@pytest.mark.parametrize(
    ("referrer", "kept", "source"),
    [
        ("https://www.google.de/search?q=secret", "www.google.de/search", "Google"),
        ("https://user:secret@news.example/a;jsessionid=1?token=2#3", "news.example/a", "news.example"),
        ("https://NEWS.example:8443/caf%C3%A9", "news.example/café", "news.example"),
        ("https://bücher.example/", "xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("//news.example/a", "news.example/a", "news.example"),
        ("news.example", "news.example/", "news.example"),
        ("android-app://com.google.android.gm/", "", "Gmail"),
        *(
            (other, "", "")
            for other in ("Newsletter", "(direct)", "about:client", "mailto:a@example.com", "/a", "?x", " ")
        ),
        *(
            (other, "", "")
            for other in ("chrome-extension://abcdef/a.html", "file:///C:/a", "app://localhost/", "https://", "\0")
        ),
        *((other, "", "") for other in ("https://exa mple.com/a", "javascript:alert(1)", "data:text/html,x")),
        ("https://news.example/" + "x" * 5000, "news.example/" + "x" * 1999, "news.example"),
    ],
)
def test_a_page_that_led_here(referrer: str, kept: str, source: str) -> None:
    event = _event("example.com", "https://example.com/", referrer)
    assert (event.referrer[: len(kept) or None], event.source) == (kept, source)


@pytest.mark.parametrize(
    ("domain", "url", "referrer"),
    [
        ("example.com", "https://example.com/a", "https://www.EXAMPLE.com:8443/b"),
        ("example.com", "https://www.example.com/a", "http://example.com./b"),
        ("münchen.de", "https://xn--mnchen-3ya.de/a", "https://münchen.de/b"),
        ("münchen.de", "", "https://xn--mnchen-3ya.de/b"),
        ("example.com", "/a", "https://example.com/b"),
    ],
)
def test_a_site_is_not_its_own_source(domain: str, url: str, referrer: str) -> None:
    event = _event(domain, url, referrer)
    assert (event.referrer, event.source) == ("", "")
