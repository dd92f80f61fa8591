"""Gainsight's Customer Goals APIs as one application, served at the vendor's own paths."""

from fastapi import FastAPI

from goalpost.dialects.gainsight import (
    access,
    errors,
    goals,
    metadata,
    metrics,
    objects,
    people,
    picklists,
    templates,
    tokens,
    work,
)
from goalpost.dialects.gainsight.examples import EXAMPLES
from goalpost.dialects.gainsight.options import chosen
from goalpost.tenancy.rate_limit import Allowance
from goalpost.web import docs_page
from goalpost.web.base import Backend, new_app

PREFIXES = ("/v1", "/v1.0", "/v2", "/v3", "/csgoal")
"""Everything below these is the vendor's: a path that nobody serves is answered as its gateway does."""
ALLOWANCE = Allowance(minute=100, day=50_000)
"""Quota of a tenant, for synchronous calls, as the page of its goal APIs says."""
PAGES = "/v1/csgoal"
"""The path of the dialect's own pages."""
REQUEST_ID = b"x-gs-request-id"
SCOPES = access.SCOPES

_DESCRIPTION = """\
Customer goals, goal templates, metrics and picklists, as Gainsight documents them in both generations, served by
goalpost; and the companies, relationships, opportunities, users, calls to action and success plans that they refer to.

Every request bears a key in the header `accesskey`. Each path that begins with `/v1/csgoal` is also served without its
`/v1`, and every path with a slash at its end. Every response has its `requestId` in `x-gs-request-id`, too.

Endpoints and fields that are goalpost's own are named as extensions."""


def make_app(backend: Backend | None) -> FastAPI:
    """The dialect's application; without a backend it can only be described.

    Raises GoalpostError for a setting that cannot be used, at once and not when it is first needed.
    """
    if backend is not None:
        chosen()
    own = (goals.router, templates.router, metrics.router, picklists.router, objects.router, work.router)
    routers = (*own, metadata.router, people.router)
    app = new_app("Gainsight Customer Goals APIs", _DESCRIPTION, backend, routers, pages=PAGES, examples=EXAMPLES)
    errors.install(app)
    tokens.install(app)
    docs_page.install(app, failure_field="message", pages=PAGES, credential=f"{access.HEADER}: YOUR_API_KEY")
    return app
