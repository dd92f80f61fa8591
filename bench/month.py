"""A month of a site's events as the pipeline would have made them, drawn at random from the traffic model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from bench import traffic
from goalpost.conversions.ingest.devices import device_of
from goalpost.conversions.ingest.sources import source_of
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import LASTING_VISITOR, PAGEVIEW, Conversion, Event
from goalpost.conversions.model.urls import split_url

DAYS = 30
"""UTC days, the last of them not over yet: within the period of 30d even when midnight passes meanwhile."""

CONVERTING = 10
"""One event in so many reaches goals."""

_VISIT_SIZE = 3  # events, on average
_PAUSE_MS = 40_000  # between two events of a visit, on average
_NUMBERS = 3  # visitors to draw from for each visit of a day: about every sixth visitor comes twice
_KNOWN_VISITORS = 30_000  # who come back on many days and are recognised
_COUNTRIES = ["US", "DE", "GB", "FR", "IN", "BR", "JP", "NL", "CA", "ES", "PL", "SE", ""]
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class _Labels:
    """Labels that the pipeline gives to user agents and referrers, in the order of the traffic model's lists."""

    devices: list[tuple[str, str, str]]
    referrers: list[tuple[str, str]]


def events_of_a_month(
    site_id: UUID, goal_ids: Sequence[UUID], count: int, now: datetime
) -> Iterator[tuple[Event, list[Conversion]]]:
    """`count` events of the thirty days up to `now`, in order, with the conversions they are."""
    rng = np.random.default_rng(1)
    labels = _Labels([device_of(agent) for agent in traffic.USER_AGENTS], [_referrer(url) for url in traffic.REFERRERS])
    until_ms = int(now.timestamp() * 1000)
    since_ms = (until_ms // _DAY_MS - DAYS + 1) * _DAY_MS
    event_id = since_ms << 20
    left = count
    for first_ms, last_ms in _utc_days(since_ms, until_ms):
        share = min(left, -(-count * (last_ms - first_ms) // (until_ms - since_ms)))
        left -= share
        if not share:
            return
        columns = _columns(rng, first_ms, last_ms, share)
        for number, event in enumerate(_events(columns, labels, site_id, event_id)):
            yield event, _conversions(event, number, goal_ids)
        event_id += share


def _conversions(event: Event, number: int, goal_ids: Sequence[UUID]) -> list[Conversion]:
    """One event in ten reaches the first goal and one of the others; one in a hundred the last, by a known visitor."""
    if number % CONVERTING:
        return []
    first, *others, last = goal_ids
    number //= CONVERTING
    reached = [(first, event.visitor), (others[number % len(others)], event.visitor)]
    if number % len(others) == 0:
        reached.append((last, LASTING_VISITOR | event.visitor % _KNOWN_VISITORS))
    return [
        Conversion(goal, event.id, event.timestamp_ms, visitor, event.revenue, event.currency)
        for goal, visitor in reached
    ]


def _utc_days(since_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
    while since_ms < until_ms:
        midnight = min(until_ms, (since_ms // _DAY_MS + 1) * _DAY_MS)
        yield since_ms, midnight
        since_ms = midnight


def _events(columns: dict[str, Any], labels: _Labels, site_id: UUID, first_id: int) -> Iterator[Event]:
    """One day's events in order; visitors have other numbers the next day."""
    order = np.argsort(columns["at"], kind="stable")
    lists = [columns[name][order].tolist() for name in columns]
    for number, (at, began_ms, is_first, visitor, agent, country, referrer, campaign, kind, path, cents) in enumerate(
        zip(*lists, strict=True)
    ):
        trigger = traffic.KINDS[kind]
        device, browser, system = labels.devices[agent]
        page, source = labels.referrers[referrer] if is_first else ("", "")
        utm = traffic.CAMPAIGNS[campaign if is_first else 0]
        yield Event(
            first_id + number,
            site_id,
            trigger,
            _NAMES[trigger][path % len(_NAMES[trigger])],
            at,
            host="example.com",
            path=traffic.PATHS[path],
            referrer=page,
            source=source or utm[0],
            utm_source=utm[0],
            utm_medium=utm[1],
            utm_campaign=utm[2],
            device=device,
            browser=browser,
            os=system,
            country=_COUNTRIES[country],
            visitor=visitor,
            visit_at=began_ms // 1000,
            revenue=Decimal(cents) / 100 if trigger is Trigger.GOAL else None,
            currency="USD" if trigger is Trigger.GOAL else "",
            props={"place": traffic.PLACES[path % len(traffic.PLACES)]} if trigger is Trigger.EVENT else {},
        )


_NAMES = {Trigger.PAGEVIEW: [PAGEVIEW], Trigger.EVENT: traffic.EVENTS, Trigger.GOAL: [traffic.PURCHASE]}


def _columns(rng: np.random.Generator, first_ms: int, last_ms: int, count: int) -> dict[str, Any]:
    """Return the fields in which the day's events differ, an array for each, by visit and not yet in order of time."""
    visit = np.repeat(np.arange(count), rng.geometric(1 / _VISIT_SIZE, count))[:count]
    visits = int(visit[-1]) + 1
    is_first = np.concatenate(([True], visit[1:] != visit[:-1]))
    passed = np.cumsum(np.where(is_first, 0, rng.exponential(_PAUSE_MS, count).astype(np.int64)))
    began = rng.integers(first_ms, last_ms, visits)
    visitors = rng.integers(0, 2**63, _NUMBERS * visits)
    return {
        "at": np.minimum(began[visit] + passed - passed[is_first][visit], last_ms - 1),
        "began": began[visit],
        "is_first": is_first,
        "visitor": visitors[rng.integers(0, len(visitors), visits)][visit],
        "agent": rng.integers(0, len(traffic.USER_AGENTS), visits)[visit],
        "country": rng.integers(0, len(_COUNTRIES), visits)[visit],
        "referrer": _draw(rng, traffic.REFERRER_WEIGHTS, visits)[visit],
        "campaign": _draw(rng, traffic.CAMPAIGN_WEIGHTS, visits)[visit],
        "kind": _draw(rng, traffic.KIND_WEIGHTS, count),
        "path": _draw(rng, traffic.PATH_WEIGHTS, count),
        "cents": rng.integers(500, 20_000, count),
    }


def _draw(rng: np.random.Generator, weights: Sequence[float], count: int) -> Any:
    shares = np.asarray(weights, dtype=float)
    return rng.choice(len(weights), count, p=shares / shares.sum())


def _referrer(url: str) -> tuple[str, str]:
    parts = split_url(url) if url else None
    return (parts.host + parts.path, source_of(parts.host)) if parts else ("", "")
