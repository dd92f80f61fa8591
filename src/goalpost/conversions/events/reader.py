"""Every number that is read back, with the sentence that defines it above its SQL.

Values go in only as bound parameters and column names only from fixed maps: SQL text can read files and addresses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.conditions import rule_condition, scope_condition
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.model.conversion_goals import PageScope, Rule, Trigger
from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.totals import GoalDay, GoalTotals, Group, SiteDay

# Dimension → the column it groups by.
DIMENSIONS = {
    "path": "path",
    "referrer": "source",
    "country": "country",
    "device": "device",
    "browser": "browser",
    "os": "os",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
}
_BREAKDOWN_ROWS = 100
_REMEMBERED_DAYS = 400  # of a period at most: a year and what comparisons add

# A goal's day: how often it was reached, by how many visitors known for that day only and how many known across days,
# and the sum of what conversions earned, by currency.
_GOAL_DAYS = """
SELECT day, sum(conversions), uniqExactMerge(visitors), uniqExactMerge(lasting_visitors),
    sumMap(map(toString(currency), revenue))
FROM goal_days WHERE goal_id = {goal:UUID} AND day >= {first:Date} AND day <= {last:Date}
GROUP BY day
"""

# A goal over a period: the same, of all of its days together.
_GOAL_TOTALS = """
SELECT sum(conversions), uniqExactMerge(visitors), uniqExactMerge(lasting_visitors),
    sumMap(map(toString(currency), revenue))
FROM goal_days WHERE goal_id = {goal:UUID} AND day >= {first:Date} AND day <= {last:Date}
"""

# Visitors known across days who reached the goal at least once in the period, each counted once.
_LASTING_GOAL_VISITORS = """
SELECT uniqExactMerge(lasting_visitors)
FROM goal_days WHERE goal_id = {goal:UUID} AND day >= {first:Date} AND day <= {last:Date}
"""

# A site's day: page views, visitors with at least one event, and visits begun by 30 minutes without one.
_SITE_DAYS = """
SELECT day, sum(pageviews), uniqExactMerge(visitors), uniqExactMerge(lasting_visitors), uniqExactMerge(visits)
FROM site_days WHERE site_id = {site:UUID} AND day >= {first:Date} AND day <= {last:Date}
GROUP BY day ORDER BY day
"""

# Visitors known across days with at least one event on the site in the period, each counted once.
_LASTING_SITE_VISITORS = """
SELECT uniqExactMerge(lasting_visitors)
FROM site_days WHERE site_id = {site:UUID} AND day >= {first:Date} AND day <= {last:Date}
"""

_IN_PERIOD = "site_id = {site:UUID} AND timestamp >= {since:DateTime64(3)} AND timestamp < {until:DateTime64(3)}"

# Page views of the period and the visitors who made them, by one property; those without it are left out.
_BREAKDOWN = """
SELECT %(column)s AS value, count(), uniqExact(visitor) AS visitors
FROM events WHERE %(in_period)s AND kind = 'pageview' AND %(column)s != ''
GROUP BY value ORDER BY visitors DESC, value LIMIT {rows:UInt32}
"""

# Custom events of the period by name: how often each was sent, and by how many visitors.
_CUSTOM_EVENTS = """
SELECT name, count(), uniqExact(visitor) AS visitors
FROM events WHERE %(in_period)s AND kind = 'event'
GROUP BY name ORDER BY visitors DESC, name LIMIT {rows:UInt32}
"""

# Visitors with at least one event on the site since a moment.
_VISITORS_SINCE = """
SELECT uniqExact(visitor) FROM events WHERE site_id = {site:UUID} AND timestamp >= {since:DateTime64(3)}
"""

# Each visitor with an event since a moment: when the visit began, and when the visitor was last seen.
_OPEN_VISITS = """
SELECT visitor, toUnixTimestamp(argMax(visit_at, timestamp)), toUnixTimestamp64Milli(max(timestamp))
FROM events WHERE timestamp >= {since:DateTime64(3)} GROUP BY visitor
"""

# Stored events that a rule holds for and that are not yet conversions of the goal, in order, behind a cursor.
_UNCONVERTED = """
SELECT toUnixTimestamp64Milli(timestamp) AS at, id, kind, visitor, revenue, currency, props
FROM events
WHERE site_id = {site:UUID} AND kind = {kind:String} AND %(rule)s
    AND (timestamp, id) > (fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'), {after_id:UInt64})
    AND id NOT IN (SELECT event_id FROM conversions WHERE goal_id = {goal:UUID})
ORDER BY timestamp, id LIMIT {rows:UInt32}
"""

# Visitors who reached a goal on the day it was made or later, each counted once.
_ACHIEVED = """
SELECT goal_id, uniqExactMerge(visitors) + uniqExactMerge(lasting_visitors) FROM goal_days
WHERE goal_id IN {goals:Array(UUID)} AND day >= {days:Array(Date)}[indexOf({goals:Array(UUID)}, goal_id)]
GROUP BY goal_id
"""

# Visitors who saw a page of a scope within a span of time, and the milliseconds they were active there, as their pages
# told when they were left: at most a day at once.
_IN_SCOPE = """
SELECT %(columns)s FROM events
WHERE site_id = {site:UUID} AND timestamp >= {since:DateTime64(3)} AND timestamp < {until:DateTime64(3)}
    AND kind IN ('pageview', 'time_spent')
"""
_SCOPE_COLUMNS = (
    "uniqExactIf(visitor, kind = 'pageview' AND {within}), "
    "sumIf(least(toUInt64OrZero(props['ms']), 86400000), kind = 'time_spent' AND mapContains(props, 'ms') AND {within})"
)
_SPANS_AT_ONCE = 50
_TEXTS_AT_ONCE = 500  # a query may have 256 kB, and each address takes some two hundred bytes of it


@dataclass(frozen=True, slots=True)
class Span:
    """The pages of a scope, from one moment until before another."""

    scope: PageScope
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """The part of a stored event that decides its conversion."""

    timestamp_ms: int
    id: int
    kind: Trigger
    visitor: int
    revenue: Decimal | None
    currency: str
    props: dict[str, str]


class EventReader:
    """Asks the event store; every method raises Unavailable when it does not answer."""

    def __init__(self, connections: Connections, totals: DayTotals) -> None:
        self._connections = connections
        self._totals = totals

    def ping(self) -> None:
        """Ask for nothing in particular."""
        self._rows("SELECT 1", {})

    def goal_totals(self, goal_id: UUID, period: Period, currency: str | None = None) -> GoalTotals:
        """A goal's conversions, unique visitors and revenue in its currency over whole days.

        A visitor number of one day occurs on that day only, so days add up; visitors known across days are counted
        once over the period. The days of a long period are not worth remembering: the store adds them up.
        """
        if len(period) > _REMEMBERED_DAYS:
            (row,) = self._rows(_GOAL_TOTALS, {"goal": goal_id, "first": period.first_on, "last": period.last_on})
            whole = GoalDay(*row)
            return GoalTotals(whole.conversions, whole.visitors + whole.lasting_visitors, whole.revenue_in(currency))
        days = self.goal_days(goal_id, period).values()
        lasting = [day.lasting_visitors for day in days if day.lasting_visitors]
        once = self._lasting_of_goal(goal_id, period) if len(lasting) > 1 else sum(lasting)
        return GoalTotals(
            sum(day.conversions for day in days),
            sum(day.visitors for day in days) + once,
            sum((day.revenue_in(currency) for day in days), Decimal(0)),
        )

    def goal_days(self, goal_id: UUID, period: Period) -> dict[date, GoalDay]:
        """A goal's numbers for every day of the period, days without conversions included, in order."""
        days = period.days()
        mark = self._totals.mark()
        known = self._totals.known(goal_id, days)
        missing = [day for day in days if day not in known]
        if missing:
            rows = self._rows(_GOAL_DAYS, {"goal": goal_id, "first": missing[0], "last": missing[-1]})
            read = {row[0]: GoalDay(*row[1:]) for row in rows}
            fresh = {day: read.get(day, GoalDay(0, 0, 0, {})) for day in missing}
            self._totals.keep(goal_id, fresh, mark)
            known |= fresh
        return {day: known[day] for day in days}

    def site_days(self, site_id: UUID, period: Period) -> tuple[list[SiteDay], int]:
        """A site's numbers for every day of the period, and its unique visitors over the whole of it."""
        rows = self._rows(_SITE_DAYS, {"site": site_id, "first": period.first_on, "last": period.last_on})
        read = {row[0]: SiteDay(row[0], row[1], row[2] + row[3], row[4]) for row in rows}
        lasting = [row[3] for row in rows if row[3]]
        once = self._lasting(_LASTING_SITE_VISITORS, {"site": site_id}, period) if len(lasting) > 1 else sum(lasting)
        return [read.get(day, SiteDay(day, 0, 0, 0)) for day in period.days()], sum(row[2] for row in rows) + once

    def breakdown(self, site_id: UUID, period: Period, dimension: str) -> list[Group]:
        """The hundred values of a dimension with most visitors; the dimension is a key of DIMENSIONS."""
        query = _BREAKDOWN % {"column": DIMENSIONS[dimension], "in_period": _IN_PERIOD}
        return [Group(*row) for row in self._rows(query, {"site": site_id, "rows": _BREAKDOWN_ROWS, **_bounds(period)})]

    def custom_events(self, site_id: UUID, period: Period) -> list[Group]:
        """The hundred custom events with most visitors."""
        query = _CUSTOM_EVENTS % {"in_period": _IN_PERIOD}
        return [Group(*row) for row in self._rows(query, {"site": site_id, "rows": _BREAKDOWN_ROWS, **_bounds(period)})]

    def visitors_since(self, site_id: UUID, since: datetime) -> int:
        """Visitors with at least one event since a moment."""
        return int(self._rows(_VISITORS_SINCE, {"site": site_id, "since": since})[0][0])

    def achieved(self, since: Mapping[UUID, date]) -> dict[UUID, int]:
        """Visitors who reached each goal on the day given for it or later; goals that nobody reached are left out."""
        rows = self._rows(_ACHIEVED, {"goals": list(since), "days": list(since.values())}) if since else []
        return {row[0]: row[1] for row in rows}

    def scope_counts(self, site_id: UUID, spans: Sequence[Span]) -> list[tuple[int, int]]:
        """(visitors, milliseconds of activity) on the pages of each span's scope; many spans are one query."""
        return [counts for portion in _portions(spans) for counts in self._scope_counts(site_id, portion)]

    def _scope_counts(self, site_id: UUID, spans: Sequence[Span]) -> list[tuple[int, int]]:
        columns, values = [], dict[str, Any]()
        for number, span in enumerate(spans):
            since, until = f"since_{number}", f"until_{number}"
            condition, parameters = scope_condition(span.scope, f"span_{number}_")
            within = f"timestamp >= {{{since}:DateTime64(3)}} AND timestamp < {{{until}:DateTime64(3)}} AND {condition}"
            columns.append(_SCOPE_COLUMNS.format(within=within))
            values |= {since: span.since, until: span.until, **parameters}
        values |= {"since": min(span.since for span in spans), "until": max(span.until for span in spans)}
        (row,) = self._rows(_IN_SCOPE % {"columns": ", ".join(columns)}, {"site": site_id, **values})
        return list(zip(row[::2], row[1::2], strict=True))

    def open_visits(self, since: datetime) -> Iterator[tuple[int, int, int]]:
        """(visitor, Unix second its visit began, Unix millisecond it was last seen) for everyone seen since."""
        yield from self._rows(_OPEN_VISITS, {"since": since})

    def unconverted(
        self, *, site_id: UUID, goal_id: UUID, rule: Rule, after: tuple[int, int], rows: int
    ) -> list[StoredEvent]:
        """Stored events that the rule holds for and the goal does not count yet, after (timestamp_ms, id), in order."""
        condition, values = rule_condition(rule)
        parameters = {
            "site": site_id,
            "goal": goal_id,
            "kind": rule.trigger.value,
            "after_ms": after[0],
            "after_id": after[1],
            "rows": rows,
            **values,
        }
        found = self._rows(_UNCONVERTED % {"rule": condition}, parameters)
        return [StoredEvent(row[0], row[1], Trigger(row[2]), *row[3:]) for row in found]

    def _lasting_of_goal(self, goal_id: UUID, period: Period) -> int:
        mark = self._totals.mark()
        found = self._totals.lasting(goal_id, period)
        if found is None:
            found = self._lasting(_LASTING_GOAL_VISITORS, {"goal": goal_id}, period)
            self._totals.keep_lasting(goal_id, period, found, mark)
        return found

    def _lasting(self, query: str, parameters: dict[str, Any], period: Period) -> int:
        return int(self._rows(query, {**parameters, "first": period.first_on, "last": period.last_on})[0][0])

    def _rows(self, query: str, parameters: dict[str, Any]) -> list[Any]:
        with self._connections.reader() as client:
            return list(client.query(query, parameters=parameters).result_rows)


def _portions(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """The spans in their order, as many together as one query may hold."""
    portion: list[Span] = []
    texts = 0
    for span in spans:
        own = len(span.scope.included) + len(span.scope.exclude)
        if portion and (len(portion) == _SPANS_AT_ONCE or texts + own > _TEXTS_AT_ONCE):
            yield portion
            portion, texts = [], 0
        portion.append(span)
        texts += own
    if portion:
        yield portion


def _bounds(period: Period) -> dict[str, datetime]:
    since = datetime(period.first_on.year, period.first_on.month, period.first_on.day, tzinfo=UTC)
    return {"since": since, "until": since + timedelta(days=(period.last_on - period.first_on).days + 1)}
