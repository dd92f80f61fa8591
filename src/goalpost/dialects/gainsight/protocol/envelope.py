"""Successes: the vendor's envelope around what is answered, and the routes' several spellings."""

from typing import Any

from fastapi.responses import Response
from pydantic_core import to_json

from goalpost.web.base import Call


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
