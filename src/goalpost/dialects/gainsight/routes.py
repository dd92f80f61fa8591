"""Gainsight's Customer Goals APIs as one application, served at the vendor's own paths."""

from dataclasses import replace

from fastapi import FastAPI

from goalpost.dialects.gainsight.errors import ERRORS
from goalpost.dialects.gainsight.examples import EXAMPLES
from goalpost.dialects.gainsight.goals import goals, metrics, picklists, templates
from goalpost.dialects.gainsight.objects import metadata, objects, people, work
from goalpost.dialects.gainsight.protocol import access, tokens
from goalpost.dialects.gainsight.protocol.options import chosen
from goalpost.dialects.gainsight.protocol.spelling import GSIDS
from goalpost.tenancy.rate_limit import Allowance
from goalpost.web.declared import Dialect, Route
from goalpost.web.quota_headers import QuotaForm

PAGES = "/v1/csgoal"

_DESCRIPTION = """\
Customer goals, goal templates, metrics and picklists, as Gainsight documents them in both generations, served by
goalpost; and the companies, relationships, opportunities, users, calls to action and success plans that they refer to.

Every request bears a key in the header `accesskey`. Each path that begins with `/v1/csgoal` is also served without its
`/v1`, and every path with a slash at its end. Every response has its `requestId` in `x-gs-request-id`, too.

Endpoints and fields that are goalpost's own are named as extensions."""


def _prepare(app: FastAPI) -> None:
    if app.state.backend is not None:
        chosen()
    tokens.install(app)


def _with_aliases(route: Route) -> Route:
    """A route of the goal service, which is also served without the version; a slash at the end is forgiven anyway."""
    paths = [path for path in (route.path, *route.aliases) if path.startswith(PAGES)]
    return replace(route, aliases=(*route.aliases, *(path.removeprefix("/v1") for path in paths)))


ROUTES = (
    *(*goals.ROUTES, *templates.ROUTES, *metrics.ROUTES, *picklists.ROUTES, *objects.ROUTES, *work.ROUTES),
    *(*metadata.ROUTES, *people.ROUTES),
)
GAINSIGHT = Dialect(
    name="gainsight",
    title="Gainsight Customer Goals APIs",
    description=_DESCRIPTION,
    # Everything below these is the vendor's: a path that nobody serves is answered as its gateway does.
    prefixes=("/v1", "/v1.0", "/v2", "/v3", "/csgoal"),
    mount="",
    pages=PAGES,
    routes=tuple(map(_with_aliases, ROUTES)),
    errors=ERRORS,
    allowance=Allowance(minute=100, day=50_000),  # of a tenant, for synchronous calls: the page of its goal APIs
    quota_form=QuotaForm.NONE,
    header=access.HEADER,
    written=GSIDS,
    examples=EXAMPLES,
    failure_field="message",
    credential=f"{access.HEADER}: YOUR_API_KEY",
    request_id_header="x-gs-request-id",
    prepare=_prepare,
)
