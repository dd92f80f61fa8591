"""From the spool to the event store, batch after batch, for as long as the server runs."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import structlog

from goalpost.conversions.events.writer import EventWriter
from goalpost.conversions.ingest.outgoing import Sending
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import GoalpostError, Unavailable

MAX_ROWS = 50_000
"""About how many rows go to the event store at once; `outgoing.MAX_BYTES` bounds them, too."""

PAUSE = 0.5
"""Seconds from one look at the spool to the next: with the time of a write, how long a conversion takes to be seen. A
write costs the event store some 20 ms however little is in it."""

_LONGEST_PAUSE = 10.0
_log = structlog.get_logger()


class Drain:
    """Moves the spool's rows to the event store; `step` is one batch, `start` a thread that does it all the time.

    `available` says whether the store took the last batch, `caught_up` whether it has all that waited when it became
    so; `on_ready` is called each time before that, so that visits go on from what is stored. `doing` is for the log.
    `is_open` says whether the store was ever opened, `refusal` why it could not be opened at the last try.
    """

    def __init__(self, spool: Spool, writer: EventWriter, on_ready: Callable[[], None] | None = None) -> None:
        self._spool = spool
        self._writer = writer
        self._on_ready = on_ready
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self.available = False
        self.caught_up = False
        self.doing = "it is being opened"
        self.is_open = False
        self.refusal: GoalpostError | None = None

    def start(self) -> None:
        """Drain in a thread until `close`."""
        self._thread = threading.Thread(target=self._run, name="drain")
        self._thread.start()

    def close(self) -> None:
        """End the thread once it has sent what is waiting, if the store takes it."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def step(self) -> Sending | None:
        """Send one batch and say which; None when nothing waits. Raises Unavailable when the store does not take it."""
        with self._lock:
            batch = self._spool.next_batch(MAX_ROWS)
            if batch is None:
                return None
            for number, reason in batch.unreadable.items():
                _log.error("a batch in the spool cannot be read and is set aside", batch=number, reason=reason)
            write = self._writer.write_again if batch.again else self._writer.write
            dead = write(events=batch.events, conversions=batch.conversions, token=batch.token)
            if dead:
                _log.error("the event store refused rows for good", rows=len(dead), reason=dead[0][2])
            dropped = self._spool.sent(batch, [(table.name, row, reason) for table, row, reason in dead])
            if dropped:
                _log.error("dead letters were dropped to leave the spool its room", rows=dropped)
            self.available = True
            return batch

    def flush(self) -> None:
        """Send everything that waits now, to a store whose tables are up to date; raises Unavailable."""
        with self._lock:
            self._writer.prepare()
        last = self._spool.last_batch()
        while (batch := self.step()) is not None and batch.last < last:
            pass

    def paused(self) -> AbstractContextManager[bool]:
        """While this is held nobody else sends: after a `flush` within it, all acknowledged before is stored."""
        return self._lock

    def _run(self) -> None:
        """One batch, a pause, the next: what comes in meanwhile shares a write. Large batches go without pauses."""
        failures = 0
        while not self._stop.is_set():
            try:
                pause = self._work()
                failures = 0
            except Unavailable as error:
                self.available = self.caught_up = False
                self.doing = str(error)
                failures += 1
                pause = min(_LONGEST_PAUSE, 0.25 * 2 ** min(failures, 10))
                _log.warning("events wait in the spool", reason=str(error), retry_in=pause)
            except Exception:
                # A fault of our own must not end the thread: what waits is safe, and the log says what to mend.
                self.available = self.caught_up = False
                pause = _LONGEST_PAUSE
                _log.exception("the drain failed and will try again")
            self._wake.wait(pause)
        self._finish()

    def _work(self) -> float:
        """One batch, and how long to rest after it."""
        started = time.monotonic()
        self._prepare()
        if not self.caught_up:
            self._catch_up()
        batch = self.step()
        if batch is not None and batch.is_large(MAX_ROWS):
            return 0.0
        return max(0.0, PAUSE - (time.monotonic() - started))

    def _finish(self) -> None:
        try:
            self.flush()
        except Exception as error:
            _log.warning("events stay in the spool until the next start", reason=str(error))

    def _prepare(self) -> None:
        try:
            self._writer.prepare()
        except GoalpostError as error:
            self.refusal = error
            raise
        self.refusal, self.is_open = None, True

    def _catch_up(self) -> None:
        """Send what was left from before, since visits go on from what is stored; tell the log when there is much."""
        started, rows = time.monotonic(), self._spool.counts.waiting
        if rows >= MAX_ROWS:
            _log.info("what waited in the spool goes to the event store", rows=rows)
        self.doing = f"{rows} rows that waited in the spool go to it first"
        self.flush()
        self.doing = "visits are read from it"
        if self._on_ready is not None:
            self._on_ready()
        self.available = self.caught_up = True
        if rows >= MAX_ROWS:
            seconds = round(time.monotonic() - started, 1)
            _log.info("the event store has what waited in the spool", rows=rows, seconds=seconds)
