"""Failures: what is the same in every dialect (405 and `allow`, `retry-after`, the log), around its own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from goalpost import seldom
from goalpost.kernel.errors import GoalpostError, Invalid, RateLimited, Unavailable
from goalpost.web.faults import PRECISE, faults_of
from goalpost.web.paths import allow_header, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorKit:
    """A dialect's answers to what goes wrong.

    `refuse` answers a fault of the request or the stores, None for one that it has no words for. `unreadable` answers
    parameters that cannot be read, `http` a path or a method that there is not (404, 405, …), `fault` what nobody
    foresaw. `model` is the failures' body, where `model_of` has no other for a status; `meanings` says what each status
    means. Every route can fail with those in `always`.
    """

    refuse: Callable[[Request, GoalpostError], Response | None]
    unreadable: Callable[[Request, Invalid], Response]
    http: Callable[[Request, int], Response]
    fault: Callable[[Request], Response]
    model: type[BaseModel]
    meanings: Mapping[int, str]
    always: Sequence[int]
    model_of: Mapping[int, type[BaseModel]] = field(default_factory=dict)

    def install(self, app: FastAPI) -> None:
        """Make an application answer every failure so."""
        for kind in (GoalpostError, RequestValidationError, HTTPException):
            app.add_exception_handler(kind, self.answer)
        # Starlette raises it again afterwards, and RequestContext writes the log.
        app.add_exception_handler(Exception, lambda request, error: self.fault(request))

    def answer(self, request: Request, error: Exception) -> Response:
        """Answer a failure, and tell the log what an operator has to know."""
        if isinstance(error, GoalpostError):
            if (response := self.refuse(request, error)) is not None:
                return _completed(response, error)
        elif isinstance(error, RequestValidationError):
            return self.unreadable(request, Invalid(faults_of(error.errors(), PRECISE)))
        elif isinstance(error, HTTPException):
            response = self.http(request, error.status_code)
            response.headers.update(allow_header(request) if error.status_code == 405 else error.headers or {})
            return response
        seldom.log.fault("a request failed", error, method=request.method, path=shown(request.url.path))
        return self.fault(request)

    def documented(self, statuses: Sequence[int], model: type[BaseModel] | None = None) -> dict[int | str, Any]:
        """Return the OpenAPI part of a route that can fail in these ways, besides those in which any can."""
        models = dict(self.model_of)
        if model is not None:
            models |= dict.fromkeys(self.model_of or (*statuses, *self.always), model)
        return {
            status: {"model": models.get(status, self.model), "description": self.meanings[status]}
            for status in sorted({*statuses, *self.always})
        }


Entry = TypeVar("Entry")


def entry_of(table: Mapping[type[Exception], Entry], error: Exception) -> Entry | None:
    """Return a table's entry for an error, or for what it is a kind of."""
    return next((table[kind] for kind in type(error).__mro__ if kind in table), None)


def _completed(response: Response, error: GoalpostError) -> Response:
    if isinstance(error, RateLimited | Unavailable):
        response.headers["retry-after"] = str(error.retry_after)
    if isinstance(error, Unavailable):
        seldom.log.warning("a request could not be served", str(error))
    return response
