"""Deletions of templates and goals by `recordIds`: each by itself, with those that failed told beside the others."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from goalpost.dialects.gainsight.errors import refused
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import Refused
from goalpost.dialects.gainsight.translate import deleted_to_wire
from goalpost.dialects.gainsight.wire import identity, milliseconds
from goalpost.kernel.errors import GoalpostError, Invalid
from goalpost.web.base import Call
from goalpost.web.faults import PRECISE, faults_of


def record_ids(call: Call, queried: Sequence[str] | None) -> list[str]:
    """The ids that a request names, once each: in its body, or in its query where the body was lost on the way."""
    if queried and not call.body.strip():
        try:
            body = requests.RecordIds.model_validate({"recordIds": list(queried)})
        except ValidationError as error:
            raise Invalid(faults_of(error.errors(include_url=False), PRECISE)) from None
        return list(dict.fromkeys(body.recordIds))
    return list(dict.fromkeys(call.read_as(requests.RecordIds).recordIds))


def failed(error: GoalpostError, **said: Any) -> dict[str, Any]:
    """One request of several that was refused; raises what is not the request's fault."""
    found = refused(error)
    if found is None:
        raise error
    return {**said, **_told(found)}


def _told(found: Refused) -> dict[str, Any]:
    return {"errorCode": found.code.value, "errorDesc": found.code.name, "message": found.message}


def delete_each(
    call: Call, queried: Sequence[str] | None, category: str, delete: Callable[[UUID], tuple[str, datetime]]
) -> dict[str, Any]:
    """Delete what a request names; `delete` says by whom and when."""

    def delete_one(gsid: str) -> dict[str, Any]:
        by, at = delete(identity(gsid))
        return deleted_to_wire(identity(gsid), category, by, milliseconds(at))

    gone, left = each_id(call, queried, delete_one)
    return {"failureList": left, "successList": gone, "success": not left, "failCount": len(left)}


def each_id(
    call: Call, queried: Sequence[str] | None, delete: Callable[[str], dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what `delete` made of each GSID that a request names, and the failures, both in the order of the request.

    All requests go through rows in the same order, so that none waits for another in turn.
    """
    gsids = record_ids(call, queried)
    gone: dict[str, dict[str, Any]] = {}
    left: dict[str, dict[str, Any]] = {}
    for gsid in sorted(gsids):
        try:
            with call.db.begin_nested():
                gone[gsid] = delete(gsid)
        except GoalpostError as error:
            left[gsid] = failed(error, Gsid=gsid)
    return [gone[one] for one in gsids if one in gone], [left[one] for one in gsids if one in left]
