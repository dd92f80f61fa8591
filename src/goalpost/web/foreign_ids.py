"""Ids that rows have brought along, at the edge of a dialect: read into goalpost's own, written as they came.

Between the edges there are own ids only. What of a request spells a brought id is replaced before the handler reads it:
in the path, the query and the body; what of the answer spells the own id of such a row is replaced after it. Texts that
people write (names, descriptions) are left alone both ways.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic_core import from_json, to_json
from starlette.datastructures import QueryParams

from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.services import foreign_ids
from goalpost.kernel.errors import GoalpostError, InUse
from goalpost.web.base import Call
from goalpost.web.counted import Counted
from goalpost.web.gate import GatedRoute
from goalpost.web.written_ids import Written

_WRITTEN = "goalpost.written_ids"


class ForeignIdRoute(GatedRoute):
    """A route whose requests and answers may bear brought ids, as the dialect writes them."""

    @cached_property
    def written(self) -> Written:
        """Return the dialect's spelling."""
        assert self.dialect.written is not None
        return self.dialect.written

    @cached_property
    def in_answers(self) -> re.Pattern[str]:
        """Return the pattern of what an answer is searched for."""
        return self.written.in_answers()

    def answer(self, call: Call, request: Request) -> Any:
        """Return the handler's answer, its ids as they were brought."""
        owner, written = call.caller.workspace_id, self.written
        if not foreign_ids.has_any(call.db, workspace_id=owner, spelling=written.spelling):
            return super().answer(call, request)
        path, query, body = dict(request.path_params), request.query_params, call.body.decode("utf-8", "replace")
        own_of = _own_ids(call, written, [*map(str, path.values()), *query.values(), body])
        if own_of:
            path = {name: own_of.get(value, value) for name, value in path.items()}
            query = QueryParams([(name, own_of.get(value, value)) for name, value in query.multi_items()])
            call = replace(call, body=_with_own_ids(call.body, own_of, written.prose))
        sent = {own: text for text, own in own_of.items()}
        request.scope[_WRITTEN] = (written.own, sent)  # for in_failures
        try:
            found = self.call_handler(call, path, query)
            if isinstance(found, Counted):
                return found  # numbers, without ids
            answer = self.rendered(found)
        except InUse as error:
            sent |= _brought(call, written, [written.write(RowKind.GOAL, goal) for goal, _ in error.goals])
            raise
        return self._with_brought_ids(call, answer)

    def _with_brought_ids(self, call: Call, answer: Response) -> Response:
        text, location, own = bytes(answer.body).decode(), answer.headers.get("location", ""), self.written.own
        texts = _brought(call, self.written, {*own.findall(text), *own.findall(location)})
        if not texts:
            return answer
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        if location:
            headers["location"] = own.sub(partial(_told, texts=texts), location)
        put = partial(_put, own=own, texts=texts)
        return Response(self.in_answers.sub(put, text), answer.status_code, headers)


Refuse = Callable[[Request, GoalpostError], Response | None]


def in_failures(refuse: Refuse) -> Refuse:
    """Return a dialect's answers to failures, with ids in them as the request had them."""

    def answer(request: Request, error: GoalpostError) -> Response | None:
        response = refuse(request, error)
        own, sent = request.scope.get(_WRITTEN, (None, {}))
        if not sent or response is None:
            return response
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        text = own.sub(partial(_told, texts=sent), bytes(response.body).decode())
        return Response(text, response.status_code, headers)

    return answer


def _own_ids(call: Call, written: Written, texts: Iterable[str]) -> dict[str, str]:
    """The own spelling of what of these texts was brought."""
    found = {part for text in texts for part in written.foreign.findall(text)}
    spelled = {part: [part, part.lower(), part.upper()] for part in found}  # UUIDs are the same in any case
    asked, owner = {text for cases in spelled.values() for text in cases}, call.caller.workspace_id
    rows = foreign_ids.meant_by(call.db, workspace_id=owner, spelling=written.spelling, texts=asked)
    known = {part: next((rows[text] for text in cases if text in rows), None) for part, cases in spelled.items()}
    return {part: written.write(*row) for part, row in known.items() if row}


def _brought(call: Call, written: Written, own: Iterable[str]) -> dict[str, str]:
    """The ids that were brought, by their own spellings."""
    rows = {text: row_id for text in own if (row_id := written.read(text))}
    found = foreign_ids.brought_by(
        call.db, workspace_id=call.caller.workspace_id, spelling=written.spelling, row_ids=set(rows.values())
    )
    return {text: found[row_id] for text, row_id in rows.items() if row_id in found}


def _with_own_ids(body: bytes, own_of: Mapping[str, str], prose: frozenset[str]) -> bytes:
    """The body with brought ids replaced; what is not JSON stays for the handler to refuse."""

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return own_of.get(value, value)
        if isinstance(value, list):
            return [replaced(part) for part in value]
        if not isinstance(value, dict):
            return value
        # A condition on a text of people compares it with such texts.
        on_prose = "operator" in value and not prose.isdisjoint(
            name for name in (value.get("fieldName"), value.get("name")) if isinstance(name, str)
        )
        kept = {*prose, "value"} if on_prose else prose
        return {name: part if name in kept else replaced(part) for name, part in value.items()}

    try:
        return to_json(replaced(from_json(body)))
    except ValueError:
        return body


def _told(found: re.Match[str], *, texts: Mapping[str, str]) -> str:
    return texts.get(found[0], found[0])


def _put(found: re.Match[str], *, own: re.Pattern[str], texts: Mapping[str, str]) -> str:
    if found["prose"] is not None:
        return found[0]
    if found["told"] is not None:
        return own.sub(partial(_told, texts=texts), found[0])
    return f'"{texts.get(found["id"], found["id"])}"'
