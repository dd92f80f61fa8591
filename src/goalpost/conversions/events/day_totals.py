"""A goal's finished days, remembered: most of a month does not change, so most of an answer need not be asked again."""

import threading
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.totals import GoalDay

Key = tuple[UUID, date]

_MOST_PERIODS = 100  # remembered of one goal


class DayTotals:
    """Totals that were read of (goal, day), until a conversion of that day is written.

    Days do not add up to the visitors known across days, so a period's are remembered as well, until a conversion of
    the goal is written.

    A reader takes the mark before it asks the store and hands it back with the answer: an answer that a write has
    overtaken meanwhile is not kept.
    """

    def __init__(self, size: int = 200_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._known: dict[Key, GoalDay] = {}
        self._lasting: dict[UUID, dict[Period, int]] = {}
        self._mark = 0

    def mark(self) -> int:
        """The number of writes so far."""
        return self._mark

    def known(self, goal_id: UUID, days: Iterable[date]) -> dict[date, GoalDay]:
        """Return the remembered totals of these days."""
        with self._lock:
            return {day: total for day in days if (total := self._known.get((goal_id, day))) is not None}

    def keep(self, goal_id: UUID, totals: dict[date, GoalDay], mark: int) -> None:
        """Remember what was read, unless something was written since `mark`."""
        with self._lock:
            if mark != self._mark:
                return
            if len(self._known) + len(totals) > self._size:
                self._known.clear()
            self._known.update({(goal_id, day): total for day, total in totals.items()})

    def lasting(self, goal_id: UUID, period: Period) -> int | None:
        """Return the remembered totals of a period's visitors known across days."""
        with self._lock:
            return self._lasting.get(goal_id, {}).get(period)

    def keep_lasting(self, goal_id: UUID, period: Period, visitors: int, mark: int) -> None:
        """Remember a period's visitors known across days, unless something was written since `mark`."""
        with self._lock:
            if mark != self._mark:
                return
            if len(self._lasting) >= self._size:
                self._lasting.clear()
            periods = self._lasting.setdefault(goal_id, {})
            if len(periods) >= _MOST_PERIODS:
                periods.clear()
            periods[period] = visitors

    def forget(self, keys: Iterable[Key]) -> None:
        """Conversions of these were written."""
        with self._lock:
            self._mark += 1
            for key in keys:
                self._known.pop(key, None)
                self._lasting.pop(key[0], None)
