"""The ground of every dialect: the backend, and a request past the gate as its handler sees it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from sqlalchemy import Connection
from starlette.datastructures import Headers
from starlette.types import Scope

from goalpost.conversions.events.reader import EventReader
from goalpost.customers.model.audit import Author
from goalpost.kernel.errors import Invalid, Malformed
from goalpost.tenancy.callers import Caller, CallerCache
from goalpost.tenancy.guesses import Guesses
from goalpost.tenancy.rate_limit import RateLimiter
from goalpost.web.fair_pool import FairPool
from goalpost.web.faults import Words, faults_of
from goalpost.web.turns import Turns

Model = TypeVar("Model", bound=BaseModel)
REQUEST_ID = "goalpost.request_id"
"""The key of a request's id in its scope."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, past the gate: who asks, its transaction, its moment, and its body not read yet.

    `target` is its method and path, `words` are those in which its dialect tells the faults of bodies. What a handler
    adds to `warnings` is told beside the answer.
    """

    caller: Caller
    db: Connection
    now: datetime
    body: bytes
    headers: Headers
    target: str
    request_id: str
    words: Words
    warnings: list[str]

    @property
    def author(self) -> Author:
        """Return who is to be named for what changes."""
        return Author(self.caller.key_id, self.caller.name, self.request_id)

    def read_as(self, model: type[Model]) -> Model:
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
            raise Invalid(faults_of(error.errors(include_url=False), self.words)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyCall(Call, Generic[Model]):
    """A request of a handler that reads its body as `Model`, which is how the body is documented, too."""

    model: type[Model] | None

    def read(self) -> Model:
        """Read the body; raises Malformed when it is not a JSON object, Invalid with its fields' faults."""
        assert self.model is not None
        return self.read_as(self.model)


def request_id_of(scope: Scope) -> str:
    """The request's id, as the answer's header has it."""
    found: str = scope.get(REQUEST_ID, "")
    return found
