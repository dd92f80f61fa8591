"""Requests that may be sent again: under an `Idempotency-Key` a thing is made once, however often it is asked for."""

from collections.abc import Callable
from hashlib import sha256

from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import text_faults
from goalpost.tenancy import idempotency
from goalpost.web.base import Call

HEADER = "idempotency-key"
_LONGEST = 255


def once(call: Call, make: Callable[[], str]) -> str:
    """Return the answer that `make` makes, or made for an earlier request of the same key.

    Raises Conflict where that was another request, and Invalid for a key that cannot be stored.
    """
    key = call.headers.get(HEADER)
    if key is None:
        return make()
    if faults := text_faults(key, _LONGEST):
        raise Invalid({HEADER: faults})
    owner, digest = call.caller.workspace_id, sha256(call.target.encode() + b"\n" + call.body).hexdigest()
    answer = idempotency.claim_key(call.db, workspace_id=owner, key=key, digest=digest, now=call.now)
    if answer is None:
        answer = make()
        idempotency.keep_answer(call.db, workspace_id=owner, key=key, answer=answer)
    return answer
