"""Log lines that a sender could cause with every request: one of each kind in a while, with how many there were."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from traceback import walk_tb
from typing import Any

import structlog

SECONDS = 10.0
"""Time from one line of a kind to the next."""

_MOST_KINDS = 100  # events with their reasons; a reason may be new every time
_LONGEST_REASON = 300  # characters of it that tell kinds apart
_OTHERS = "other reasons"
_log = structlog.get_logger()


@dataclass(slots=True)
class _Kind:
    """The count of an event and its reason since the last line about it."""

    level: str
    event: str
    reason: str
    told_at: float
    count: int = 0
    more: dict[str, Any] = field(default_factory=dict)


class SeldomLog:
    """Tells the first of a kind at once, and what follows within `SECONDS` together, by `flush` at the latest.

    A line has the number of occurrences since the one before it as `count`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kinds: dict[tuple[str, str, str], _Kind] = {}

    def warning(self, event: str, reason: str, **more: Any) -> None:
        """Tell of something that the server was made for; `more` is shown of the newest occurrence."""
        self._tell("warning", event, reason, more)

    def error(self, event: str, reason: str, **more: Any) -> None:
        """Tell of something that an operator should look after."""
        self._tell("error", event, reason, more)

    def fault(self, event: str, fault: BaseException, **more: Any) -> None:
        """Tell of a fault that nobody foresaw; `more` and the lines of code are those of one occurrence.

        Faults are of one kind when they come the same way from the same line of code.
        """
        places = [f"{frame.f_code.co_filename}:{line}" for frame, line in walk_tb(fault.__traceback__)]
        reason = f"{type(fault).__name__} at {places[-1] if places else 'an unknown place'}"
        self._tell("error", event, reason, more, fault=fault, way=" ".join(places))

    def flush(self) -> None:
        """Tell what has been held back long enough, and forget kinds that do not come any more."""
        now, due = self._clock(), list[_Kind]()
        with self._lock:
            for key, kind in list(self._kinds.items()):
                if now - kind.told_at >= SECONDS:
                    del self._kinds[key]
                    if kind.count:
                        due.append(kind)
                        self._kinds[key] = replace(kind, told_at=now, count=0, more={})
        for kind in due:
            getattr(_log, kind.level)(kind.event, **kind.more, reason=kind.reason, count=kind.count)

    def _tell(
        self,
        level: str,
        event: str,
        reason: str,
        more: dict[str, Any],
        *,
        fault: BaseException | None = None,
        way: str = "",
    ) -> None:
        key, now = (event, reason[:_LONGEST_REASON], way), self._clock()
        with self._lock:
            if key not in self._kinds and len(self._kinds) >= _MOST_KINDS:
                key, reason = (event, _OTHERS, ""), _OTHERS
            kind = self._kinds.setdefault(key, _Kind(level, event, reason, now - SECONDS))
            kind.count += 1
            kind.more = more
            if now - kind.told_at < SECONDS:
                return
            count, kind.count, kind.told_at = kind.count, 0, now
        traced = {"exc_info": fault} if fault else {}
        getattr(_log, level)(event, **more, reason=reason, count=count, **traced)


log = SeldomLog()
"""The one of the process, so that the background has one to flush."""
