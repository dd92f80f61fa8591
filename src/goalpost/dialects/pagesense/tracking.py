"""`/psfullstacksdk/trackgoal`: goals that Zoho's FullStack SDKs report from a server.

An extension, its shape from the public SDK (`zohopagesense-python-sdk`): a request without a body, by GET or POST, with
`type=23` and the JSON `raw` in its query. Of `raw`, `furd.f` is the user's id, and each of `fgrd` is a goal: `a` the
portal, `p` the project's key or linkname, `gln` the goal's linkname, `gp` properties as `ln` and `v`. Experiments,
variations and audiences are not here.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from pydantic_core import from_json
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from goalpost.conversions.model.conversion_goals import ConversionGoal, Trigger
from goalpost.conversions.services import conversion_goals
from goalpost.dialects.pagesense.snippet import find_project
from goalpost.kernel.bodies import declared_length, read_body
from goalpost.kernel.errors import Invalid, Malformed, NotFound, TooLarge, Unavailable

PATH = "/psfullstacksdk/trackgoal"
Send = Callable[[Scope, Mapping[str, Any], str], Awaitable[tuple[int, Mapping[str, str]]]]
"""Sends an event as if from the client of a request, with a user agent; status and headers of what it was answered."""
Report = Mapping[str, Any]
Find = Callable[[Sequence[Report]], list[tuple[ConversionGoal, str]]]
"""Finds the goals of reports, each with the key of its site."""
_METHODS = ("GET", "HEAD", "POST")
_OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"""Methods that are answered here too, so that their failure has the shape of the others."""
_TYPE = "23"
_MOST_BODY, _MOST_GOALS, _LONGEST = 64 * 1024, 20, 255
_AMOUNTS = ("revenue", "amount", "value")
_FAILURES: dict[type[Exception], tuple[int, int]] = {
    Malformed: (400, 10002),
    Invalid: (400, 10002),
    NotFound: (404, 10004),
    TooLarge: (413, 10010),
}
"""Error → status and code."""
_CALLED = {Trigger.EVENT, Trigger.GOAL, Trigger.REVENUE}


def routes(find: Find, send: Send) -> list[Route]:
    """The one route; `find` is asked in a thread."""

    async def track(request: Request) -> Response:
        if request.method not in _METHODS:
            allow = {"allow": ", ".join(_METHODS)}
            return _answer(405, 10012, "the method is not one that this path takes", allow)
        try:
            user, reports = _read(await _raw(request))
            goals = await run_in_threadpool(find, reports)
        except tuple(_FAILURES) as error:
            return _answer(*_FAILURES[type(error)], str(error))
        except Unavailable as error:
            return _answer(503, 10011, "the service does not answer now", {"retry-after": str(error.retry_after)})
        for (goal, site), report in zip(goals, reports, strict=True):
            event = {**_event(goal, report), "domain": site}
            status, headers = await send(request.scope, event, _agent(user))
            if status >= 400:
                return _answer(status, 10008, "the goal could not be kept", headers)
        return JSONResponse({"message": "success"})

    return [Route(PATH, track, methods=[*_METHODS, *_OTHERS])]


def finder(reading: Callable[[], AbstractContextManager[Connection]]) -> Find:
    """Makes a function that finds the goals of reports; it raises NotFound, and Invalid for goals of other kinds."""

    def find(reports: Sequence[Report]) -> list[tuple[ConversionGoal, str]]:
        with reading() as db:
            return [_goal(db, report) for report in reports]

    return find


def _goal(db: Connection, report: Report) -> tuple[ConversionGoal, str]:
    site = find_project(db, portal=report["a"], project=report["p"])
    if site is None:
        raise NotFound("there is no such project")
    goal, of = conversion_goals.get_goal_of_slug(db, workspace_id=site.workspace_id, slug=report["gln"])
    if goal.deleted_at is not None or of.id != site.id:
        raise NotFound("there is no such goal")
    if goal.rule.trigger not in _CALLED:
        raise Invalid({"gln": ["names a goal that is counted in the page: it cannot be reported by a server"]})
    return goal, site.key


def _event(goal: ConversionGoal, report: Report) -> dict[str, Any]:
    """The event that a report means."""
    trigger = goal.rule.trigger
    properties = dict(_properties(report.get("gp")))
    amount = next((properties[name] for name in _AMOUNTS if isinstance(properties.get(name), int | float)), None)
    name = "revenue" if trigger is Trigger.REVENUE else goal.rule.match_value
    event: dict[str, Any] = {"name": name, "kind": trigger.value, "props": properties}
    return event if amount is None else {**event, "revenue": {"amount": amount}}


def _properties(sent: Any) -> Iterator[tuple[str, Any]]:
    for one in sent if isinstance(sent, list) else ():
        if (
            isinstance(one, dict)
            and isinstance(name := one.get("ln"), str)
            and not isinstance(one.get("v"), dict | list)
        ):
            yield name, one.get("v")


def _agent(user: str) -> str:
    """A user agent for a user of the server: one visitor is counted for each, whichever machine reports them."""
    return f"PageSense FullStack SDK {sha256(user.encode('utf-8', 'replace')).hexdigest()[:32]}"


async def _raw(request: Request) -> Any:
    """The JSON of `raw`, from the query or a form; raises Malformed."""
    fields = dict(request.query_params)
    if "raw" not in fields:
        body = await read_body(request.receive, declared_length(request.scope["headers"]), _MOST_BODY)
        fields |= {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if fields.get("type", _TYPE) != _TYPE:
        raise Malformed(f"type must be {_TYPE}")
    try:
        return from_json(fields.get("raw", ""), allow_inf_nan=False)
    except ValueError:
        raise Malformed("raw must be a JSON object") from None


def _read(raw: Any) -> tuple[str, list[Report]]:
    """The user's id and the reports of goals; raises Malformed."""
    user = raw.get("furd") if isinstance(raw, dict) else None
    user = user.get("f") if isinstance(user, dict) else None
    reports = raw.get("fgrd") if isinstance(raw, dict) else None
    if not isinstance(user, str) or not 0 < len(user) <= _LONGEST:
        raise Malformed("raw.furd.f must be the id of a user")
    if not isinstance(reports, list) or not 0 < len(reports) <= _MOST_GOALS:
        raise Malformed(f"raw.fgrd must be a list of 1 to {_MOST_GOALS} goals")
    for report in reports:
        wanted = [report.get(name) for name in ("a", "p", "gln")] if isinstance(report, dict) else []
        if not wanted or not all(isinstance(text, str) and 0 < len(text) <= _LONGEST for text in wanted):
            raise Malformed("each of raw.fgrd must have the texts a, p and gln")
    return user, reports


def _answer(status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"status_code": code, "message": message}, status, headers)
