"""Commands that only the owner of the event store can carry out, in plain data."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from goalpost.conversions.ingest.backfill import backfill
from goalpost.conversions.model.conversion_goals import ConversionGoal
from goalpost.conversions.model.periods import parse_period
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, stats
from goalpost.kernel.errors import NotFound
from goalpost.kernel.id_numbers import number_of
from goalpost.kernel.ids import parse_id
from goalpost.stores import EventStore, Stores

_CENT = Decimal("0.01")


class Commands:
    """The commands of one owner. Every method raises NotFound for an unknown goal and Unavailable."""

    def __init__(self, stores: Stores, events: EventStore) -> None:
        self._stores = stores
        self._events = events

    def goal_stats(self, goal_id: str, query: dict[str, str]) -> dict[str, Any]:
        """A goal's totals and days, of a deleted one too; `query` may hold period, from and to.

        Raises Malformed for a bad period.
        """
        goal, site = self._goal(goal_id)
        period = parse_period(query.get("period"), query.get("from"), query.get("to"), today=datetime.now(UTC).date())
        totals = stats.goal_stats(self._events.reader, goal=goal, period=period)
        days = stats.goal_days(self._events.reader, goal=goal, period=period)
        return {
            "goal": str(goal.id),
            "name": goal.name,
            "slug": goal.slug,
            "number": str(number_of(site.workspace_id, goal.number)),
            "deleted_at": goal.deleted_at.isoformat(timespec="seconds") if goal.deleted_at else None,
            "site": site.domain,
            "from": period.first_on.isoformat(),
            "to": period.last_on.isoformat(),
            "conversions": totals.conversions,
            "unique_conversions": totals.unique_conversions,
            "revenue": str(totals.revenue.quantize(_CENT)) if goal.currency else None,
            "currency": goal.currency,
            "days": [{"date": day.isoformat(), "conversions": total.conversions} for day, total in days.items()],
        }

    def backfill(self, goal_id: str) -> Iterator[dict[str, Any]]:
        """Count a goal over stored events; the number so far after each portion."""
        goal, site = self._goal(goal_id)
        if goal.deleted_at is not None:
            raise NotFound("the goal is deleted: it counts nothing any more")
        for counted in backfill(
            goal=goal, site=site, spool=self._stores.spool, drain=self._events.drain, events=self._events.reader
        ):
            yield {"goal": str(goal.id), "counted": counted}

    def refresh(self) -> Iterator[dict[str, Any]]:
        """See at once what another process has changed: sites and goals, and what is kept back in the spool."""
        self._stores.catalog.refresh()
        self._stores.spool.count_what_others_kept()
        self._stores.spool.count_dead_letters()
        return iter(())

    def _goal(self, goal_id: str) -> tuple[ConversionGoal, Site]:
        with self._stores.reading() as db:
            return conversion_goals.get_goal_and_site(db, goal_id=parse_id(goal_id))
