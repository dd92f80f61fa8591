"""The toy vendor's API: two endpoints, in its own words for failures."""

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from goalpost.kernel import errors
from goalpost.tenancy.rate_limit import Allowance
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Access, Dialect, Route, grouped
from goalpost.web.errors import ErrorKit

READ, WRITE = Access(("toys.read",)), Access(("toys.write",))
_WORDS = {
    errors.Malformed: (400, "unreadable"),
    errors.Invalid: (400, "wrong"),
    errors.Unauthenticated: (401, "who are you"),
    errors.Forbidden: (403, "not yours"),
    errors.RateLimited: (429, "later"),
}


class Toy(BaseModel):
    """A toy."""

    name: str = Field(min_length=1, description="Its name.", examples=["top"])


class Toys(BaseModel):
    """Toys."""

    toys: list[Toy]


class Oops(BaseModel):
    """A failure."""

    oops: str


def list_toys(call: Call) -> Toys:
    """List the toys."""
    return Toys(toys=[Toy(name=call.caller.name or "top")])


def create_toy(call: BodyCall[Toy]) -> Toy:
    """Create a toy."""
    return call.read()


def _oops(status: int, text: str) -> Response:
    return JSONResponse({"oops": text}, status)


def _refuse(_request: Request, error: errors.GoalpostError) -> Response | None:
    return _oops(*_WORDS[type(error)]) if type(error) in _WORDS else None


TOY = Dialect(
    name="toy",
    title="Toy API",
    description="Toys, as nobody documents them.",
    prefixes=("/toy/v1",),
    mount="/toy/v1",
    pages="/toy/v1",
    routes=grouped(
        "Toys",
        Route("GET", "/toys", list_toys, READ),
        Route("POST", "/toys", create_toy, WRITE, status=201, fails=(400,)),
    ),
    errors=ErrorKit(
        refuse=_refuse,
        unreadable=lambda request, error: _oops(400, str(error)),
        http=lambda request, status: _oops(status, "no such thing"),
        fault=lambda request: _oops(500, "broken"),
        model=Oops,
        meanings={400: "Wrong.", 401: "No key.", 403: "Not yours.", 429: "Later.", 500: "Broken."},
        always=(401, 403, 429, 500),
    ),
    allowance=Allowance(minute=5),
)
