"""What an operator's tools ask: does it live, can it work, how much has it done."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from goalpost import metrics
from goalpost.ingest.answers import IngestCounts
from goalpost.stores import EventStore, Stores


def routes(stores: Stores, events: EventStore, counts: IngestCounts) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readiness(_request: Request) -> Response:
        event_store = events.drain.available and events.probes.events.answers
        state = {"relational_store": events.probes.relational.answers, "event_store": event_store}
        return JSONResponse(state, 200 if all(state.values()) else 503)

    async def show_metrics(_request: Request) -> Response:
        found = await run_in_threadpool(metrics.exposition, counts, stores.spool, events.drain)
        return Response(found, media_type="text/plain; version=0.0.4")

    return [Route("/healthz", health), Route("/readyz", readiness), Route("/metrics", show_metrics)]
