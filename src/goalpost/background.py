"""The server's repeated work beside answering, in one list."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from goalpost import seldom
from goalpost.kernel.answering import PERIOD
from goalpost.stores import EventStore, Stores

_log = structlog.get_logger()


def tasks(stores: Stores, events: EventStore) -> list[tuple[str, Callable[[], object], float]]:
    """Name, function, period in seconds."""
    return [
        ("follow the catalog", stores.catalog.refresh, 0.5),
        ("ask the relational store", events.probes.relational.look, PERIOD),
        ("ask the event store", events.probes.events.look, PERIOD),
        ("tell what the log held back", seldom.log.flush, seldom.SECONDS),
        ("destroy old visitor salts, make new ones ahead", stores.keep_salts, 60.0),
        ("bring computed progress up to today", stores.store_due_progress, 30.0),
        ("forget old idempotency keys", stores.spool.forget_old_ids, 3600.0),
        ("count what other processes put into the spool", stores.spool.count_what_others_kept, 5.0),
        ("bound the dead letters", stores.spool.count_dead_letters, 3600.0),
        ("forget old requests of the API", stores.forget_sent_requests, 3600.0),
    ]


@asynccontextmanager
async def running(stores: Stores, events: EventStore) -> AsyncIterator[None]:
    """The tasks run, each in a thread, as long as the block lasts."""
    started = [asyncio.create_task(_every(*task)) for task in tasks(stores, events)]
    try:
        yield
    finally:
        for task in started:
            task.cancel()


async def _every(name: str, function: Callable[[], object], seconds: float) -> None:
    while True:
        try:
            await asyncio.to_thread(function)
        except Exception as error:
            _log.warning(
                "a background task failed and will try again", task=name, reason=str(error), kind=type(error).__name__
            )
        await asyncio.sleep(seconds)
