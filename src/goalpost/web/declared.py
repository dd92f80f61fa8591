"""A dialect as it is declared: one line a route, and what all of its routes share. Everything else derives from it.

The doors of the server, scopes, quotas, OpenAPI documents, pages, coverage tables and the tests of who may do what are
made from these declarations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from fastapi import FastAPI
from pydantic import BaseModel

from goalpost.tenancy.rate_limit import Allowance
from goalpost.web.counted import Counted
from goalpost.web.errors import ErrorKit
from goalpost.web.faults import PRECISE, Words
from goalpost.web.openapi import Example
from goalpost.web.quota_headers import QuotaForm
from goalpost.web.written_ids import Written


@dataclass(frozen=True, slots=True)
class Access:
    """The scopes of which a key needs one; the first is documented. `reads`: a request that only reads, as each GET."""

    scopes: tuple[str, ...]
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A route: the request, its handler, who may send it, and what is answered.

    The handler's parameters are those of the path and the query, and `call`. The body's model is that of its
    `BodyCall[Model]`, the answer's that of its return type; `body` and `answers` are for handlers that read or make
    theirs themselves. `fails` are the statuses of failures beside those that every route has, `failure` another model
    of them. `idempotent` requests are done once under an `Idempotency-Key`; `location` is the address of what was
    created, with `{id}` in it. `aliases` are other paths of the same, not documented.
    """

    method: str
    path: str
    handler: Callable[..., Any]
    needs: Access
    _: KW_ONLY
    group: str = ""
    status: int = 200
    fails: Sequence[int] = ()
    failure: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    answers: Any = None
    leaves_null_out: bool = False
    idempotent: bool = False
    location: str = ""
    aliases: Sequence[str] = ()
    is_documented: bool = True

    @property
    def reads(self) -> bool:
        """Return whether it only reads."""
        return self.needs.reads or self.method == "GET"

    @property
    def body_model(self) -> type[BaseModel] | None:
        """Return the model that the handler reads the body as; None where it reads none, or by itself."""
        found = get_args(get_type_hints(self.handler)["call"])
        return found[0] if found else None

    @property
    def answer_model(self) -> Any:
        """Return the model of the answer; None where there is no content."""
        returned = self.answers or get_type_hints(self.handler)["return"]
        if returned is NoneType:
            return None
        return get_args(returned)[0] if get_origin(returned) is Counted else returned


def grouped(group: str, *routes: Route, **shared: Any) -> tuple[Route, ...]:
    """Return routes as members of a group, which documents show together, with what they share."""
    return tuple(replace(route, group=group, **shared) for route in routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A vendor's API.

    What lies below `prefixes` is answered in its words; `mount` is what its routes' paths begin with, "" where they are
    whole. Its pages are below `pages`. A credential is sent in the header `header`, if there is one, or as
    `Authorization` of one of the `schemes`; `credential` shows how. `each_key` counts the quota by key and not by
    workspace. `words` are those of a body's faults, `written` its spelling of ids that rows have brought along.
    `failure_field` is where a failure's text stands. `prepare` adds to the application what is not a route, and raises
    GoalpostError for settings that cannot be used.
    """

    name: str
    title: str
    description: str
    prefixes: Sequence[str]
    mount: str
    pages: str
    routes: Sequence[Route]
    errors: ErrorKit
    allowance: Allowance
    quota_form: QuotaForm = QuotaForm.UNIX
    schemes: Sequence[str] = ("Bearer",)
    header: str = ""
    each_key: bool = False
    words: Words = field(default_factory=lambda: PRECISE)
    written: Written | None = None
    examples: Mapping[str, Example] = field(default_factory=dict)
    failure_field: str = "error"
    credential: str = "Authorization: Bearer YOUR_API_KEY"
    request_id_header: str = ""
    prepare: Callable[[FastAPI], None] = lambda app: None

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return every scope that one of its routes takes."""
        return tuple(sorted({scope for route in self.routes for scope in route.needs.scopes}))


def scopes_of(dialects: Sequence[Dialect]) -> tuple[str, ...]:
    """Return every scope of these dialects, each once."""
    return tuple(dict.fromkeys(scope for dialect in dialects for scope in dialect.scopes))
