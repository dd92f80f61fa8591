"""Requests that may be sent again: under an `Idempotency-Key` a thing is made once, however often it is asked for."""

from collections.abc import Callable
from hashlib import sha256

from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import from_json

from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import text_faults
from goalpost.tenancy import idempotency
from goalpost.web.base import Call

HEADER = "idempotency-key"
_LONGEST = 255


def once(call: Call, make: Callable[[], BaseModel], location: str = "") -> Response:
    """The 201 for what is made, or was made by an earlier request of the same key; raises Conflict and Invalid.

    `location` is the address of what is made, with `{id}` in it.
    """
    key = call.headers.get(HEADER)
    answer = make().model_dump_json() if key is None else _kept(call, key, make)
    headers: dict[str, str] = {"location": location.format(id=from_json(answer)["data"]["id"])} if location else {}
    return Response(answer, 201, headers, media_type="application/json")


def _kept(call: Call, key: str, make: Callable[[], BaseModel]) -> str:
    if faults := text_faults(key, _LONGEST):
        raise Invalid({HEADER: faults})
    owner, digest = call.caller.workspace_id, sha256(call.target.encode() + b"\n" + call.body).hexdigest()
    answer = idempotency.find_answer(call.db, workspace_id=owner, key=key, digest=digest, now=call.now)
    if answer is None:
        answer = make().model_dump_json()
        idempotency.keep_answer(call.db, workspace_id=owner, key=key, answer=answer)
    return answer
