"""Answers to an operator's tools: does it live, can it work, how much has it done."""

import shutil

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from goalpost import metrics
from goalpost.conversions.ingest.answers import IngestCounts
from goalpost.stores import EventStore, Stores

RESERVE = 8 * 1024 * 1024
"""Bytes that have to be free on the data directory's disk: the stores need some to take another event."""


def routes(stores: Stores, events: EventStore, counts: IngestCounts) -> list[Route]:
    """`/healthz`, `/readyz` and, unless it has a port of its own, `/metrics`."""
    settings = stores.settings

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readiness(_request: Request) -> Response:
        state = {
            "relational_store": events.probes.relational.answers,
            "event_store": events.drain.available and events.probes.events.answers,
            "spool": await run_in_threadpool(stores.spool.takes_events),
            "disk": await run_in_threadpool(has_room, stores),
        }
        return JSONResponse(state, 200 if all(state.values()) else 503)

    async def show_metrics(request: Request) -> Response:
        if not metrics.is_allowed(request.headers.get("authorization", ""), settings.metrics_token):
            headers = {"www-authenticate": "Bearer"}
            return PlainTextResponse("Send GOALPOST_METRICS_TOKEN as Authorization: Bearer.\n", 401, headers)
        return Response(metrics.exposition(counts, stores.spool.counts, events.drain), media_type=metrics.TYPE)

    found = [Route("/healthz", health), Route("/readyz", readiness)]
    return found if settings.metrics_port else [*found, Route(metrics.PATH, show_metrics)]


def has_room(stores: Stores) -> bool:
    """Return whether the disk of the data directory has its reserve left."""
    try:
        return shutil.disk_usage(stores.settings.data).free >= RESERVE
    except OSError:
        return False
