"""Bodies with several `requests`: each is done by itself, and those that failed are told beside the others."""

from collections.abc import Callable
from typing import Any

from goalpost.dialects.gainsight.goals.deletion import failed
from goalpost.dialects.gainsight.goals.reading import read_requests
from goalpost.dialects.gainsight.protocol import requests
from goalpost.kernel.errors import GoalpostError
from goalpost.web.base import Call

_NAMED = ("referenceId", "Gsid", "gsid", "Name", "name")


def each_request(call: Call, save: Callable[[requests.Sent, Any], dict[str, Any]]) -> dict[str, Any]:
    """Return the result of each request; of a single one the failure is the answer's."""
    body = read_requests(call)
    if len(body.requests) == 1:
        return {"successList": [save(body.requests[0], body.lookups)], "failureList": []}
    done: dict[int, dict[str, Any]] = {}
    left: dict[int, dict[str, Any]] = {}
    for number, sent in sorted(enumerate(body.requests), key=lambda one: _row_of(one[1])):
        try:
            with call.db.begin_nested():
                done[number] = save(sent, body.lookups)
        except GoalpostError as error:
            said = {name: text for name in _NAMED if isinstance(text := sent.record.get(name), str)}
            left[number] = failed(error, **said)
    return {"successList": [done[one] for one in sorted(done)], "failureList": [left[one] for one in sorted(left)]}


def _row_of(sent: requests.Sent) -> str:
    """The row that a request changes: all go through rows in the same order, so that none waits for another in turn."""
    return next((text for name in ("Gsid", "GSID", "gsid") if isinstance(text := sent.record.get(name), str)), "")
