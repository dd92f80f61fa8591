"""The door for the command line: what only the owner of the event store can do, asked by processes of the same machine.

It opens to the token in the data directory's lock file, which is made anew at every start and private to the user.
"""

import hmac
import json
from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from goalpost.commands import Commands
from goalpost.core.errors import GoalpostError

PREFIX = "/-"


def make_app(commands: Commands, token: str) -> Starlette:
    """The application, to be mounted at PREFIX."""

    def is_allowed(request: Request) -> bool:
        sent = request.headers.get("authorization", "").encode("latin-1")
        return hmac.compare_digest(sent, f"Bearer {token}".encode())

    async def goal_stats(request: Request) -> Response:
        if not is_allowed(request):
            return _not_found()
        try:
            found = await run_in_threadpool(commands.goal_stats, request.path_params["id"], dict(request.query_params))
        except GoalpostError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(found)

    async def backfill(request: Request) -> Response:
        if not is_allowed(request):
            return _not_found()
        return StreamingResponse(_lines(commands.backfill(request.path_params["id"])), media_type="application/jsonl")

    return Starlette(
        routes=[Route("/goals/{id}/stats", goal_stats), Route("/goals/{id}/backfill", backfill, methods=["POST"])]
    )


def _lines(items: Iterator[dict[str, object]]) -> Iterator[str]:
    try:
        for item in items:
            yield json.dumps(item) + "\n"
    except GoalpostError as error:
        yield json.dumps({"error": str(error)}) + "\n"


def _not_found() -> Response:
    return JSONResponse({"error": "Not found"}, 404)
