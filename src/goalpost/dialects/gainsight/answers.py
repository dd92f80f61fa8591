"""Successes: the vendor's envelope around what is answered, and the routes' several spellings."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic_core import to_json

from goalpost.dialects.gainsight import wire
from goalpost.dialects.gainsight.errors import failures
from goalpost.web.base import Call, accepts

Handler = TypeVar("Handler", bound=Callable[..., Any])


def answered(call: Call, data: Any, **besides: Any) -> Response:
    """HTTP 200 with the data in the goal service's envelope, and what stands beside it."""
    envelope = {
        "result": True,
        "errorCode": None,
        "errorDesc": None,
        "localizedErrorDesc": None,
        "requestId": call.request_id,
        "data": data,
        "message": None,
        "localizedMessage": None,
    }
    return raw({**envelope, **besides})


def answered_shortly(call: Call, data: Any) -> Response:
    """HTTP 200 with the data in the object APIs' envelope."""
    envelope = {"result": True, "errorCode": None, "errorDesc": None, "requestId": call.request_id}
    return raw({**envelope, "data": data, "message": None})


def raw(body: Any) -> Response:
    """HTTP 200 with this body."""
    return Response(to_json(body), media_type="application/json")


def served(
    router: APIRouter,
    method: str,
    path: str,
    *aliases: str,
    answer: type[wire.Wire],
    body: type[wire.Wire] | None = None,
    failure: type[wire.Wire] = wire.Failure,
    hidden: bool = False,
) -> Callable[[Handler], Handler]:
    """Serve a handler at a path, which is documented unless hidden, and at other spellings of it."""
    described: dict[str, Any] = {"response_model": answer, "responses": failures(failure)}
    if body is not None:
        described["openapi_extra"] = accepts(body)

    def serve(handler: Handler) -> Handler:
        router.add_api_route(path, handler, methods=[method], include_in_schema=not hidden, **described)
        for alias in aliases:
            router.add_api_route(alias, handler, methods=[method], include_in_schema=False, response_model=None)
        return handler

    return serve


def unversioned(path: str) -> str:
    """A path without `/v1`."""
    return path.removeprefix("/v1")
