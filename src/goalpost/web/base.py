"""The ground of every dialect: the backend, a request past the gate as its handler sees it, and the application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import Connection
from starlette.datastructures import Headers
from starlette.types import Scope

from goalpost import __version__
from goalpost.conversions.events.reader import EventReader
from goalpost.customers.model.audit import Author
from goalpost.kernel.errors import Invalid, Malformed
from goalpost.tenancy.callers import Caller, CallerCache
from goalpost.tenancy.guesses import Guesses
from goalpost.tenancy.rate_limit import RateLimiter
from goalpost.web import openapi
from goalpost.web.documents import FRESH, Document
from goalpost.web.fair_pool import FairPool
from goalpost.web.faults import GENERAL, Words, faults_of
from goalpost.web.turns import Turns

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Backend:
    """The ground of the doors. `catalog_changed` tells ingest to look at once, before the answer is sent.

    `statistics` are the threads that ask `events`. `callers` remembers who had a key a moment ago. `address_of` says
    whose address a request came from, also behind a proxy. `guesses` counts wrong secrets by it.
    """

    turns: Turns
    statistics: FairPool
    events: EventReader
    callers: CallerCache
    pepper: bytes
    limiter: RateLimiter
    public_limiter: RateLimiter
    daily_limiter: RateLimiter
    catalog_changed: Callable[[], None]
    now: Callable[[], datetime]
    address_of: Callable[[Scope], str]
    guesses: Guesses = field(default_factory=lambda: Guesses(0))


@dataclass(frozen=True, slots=True)
class Call:
    """One request, past the gate: who asks, its transaction, its moment, and its body not read yet.

    `target` is its method and path.
    """

    caller: Caller
    db: Connection
    now: datetime
    body: bytes
    headers: Headers
    target: str
    request_id: str

    @property
    def author(self) -> Author:
        """Return who is to be named for what changes."""
        return Author(self.caller.key_id, self.caller.name, self.request_id)

    def read(self, model: type[Model], words: Words = GENERAL) -> Model:
        """Read the body as `model`; raises Malformed when it is not a JSON object, Invalid with its fields' faults."""
        try:
            data = from_json(self.body, allow_inf_nan=False)
        except ValueError as error:
            raise Malformed(f"the body is not valid JSON: {error}") from None
        if not isinstance(data, dict):
            raise Malformed("the body must be a JSON object")
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise Invalid(faults_of(error.errors(include_url=False), words)) from None


def new_app(
    title: str,
    description: str,
    backend: Backend | None,
    routers: Sequence[APIRouter],
    *,
    pages: str = "",
    examples: Mapping[str, openapi.Example] | None = None,
) -> FastAPI:
    """A dialect's application with its routes, without the pages that would load scripts from elsewhere.

    Without a backend it can be described, and answers nothing. `pages` is what the path of its document begins with,
    `examples` what its operations' requests may look like.
    """
    app = _Application(
        examples or {},
        title=title,
        description=description,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.backend = backend
    app.state.routes = [route for router in routers for route in router.routes]
    for router in routers:
        app.include_router(router)

    @cache
    def document(root: str) -> Document:
        paths = {root + path: operations for path, operations in app.openapi()["paths"].items()}
        return Document(to_json({**app.openapi(), "paths": paths}), "application/json", FRESH)

    @app.get(f"{pages}/openapi.json", include_in_schema=False)
    def published(request: Request) -> Response:
        return document(request.scope["root_path"]).answer(request)

    return app


class _Application(FastAPI):
    """FastAPI with a document that generators of clients understand."""

    def __init__(self, examples: Mapping[str, openapi.Example], **options: Any) -> None:
        super().__init__(**options)
        self._examples = examples
        self._making = Lock()

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        with self._making:  # what several make at once they change under each other's hands
            if self.openapi_schema is None:
                openapi.complete(super().openapi(), self._examples)
            document: dict[str, Any] = super().openapi()
        return document


def accepts(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI part for a handler that reads its body with `Call.read(model)`."""
    return {"requestBody": openapi.body_of(model)}


def request_id_of(scope: Scope) -> str:
    """The request's id, as the answer's header has it."""
    found: str = scope.get("goalpost.request_id", "")
    return found
