"""Plausible's own script addresses: `/js/script.js`, its variants and `/js/pa-….js` serve the tracker.

Vendor: https://plausible.io/docs/script-extensions (what a variant's name asks for) and
https://plausible.io/docs/script-update-guide (`pa-….js`, which waits for `plausible.init()`).
"""

import json
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from goalpost.web.scripts import missing_script, script_of

_NAMES = {"script", "plausible", "analytics"}
_EXTENSIONS: dict[str, dict[str, bool]] = {
    "hash": {"hashBasedRouting": True},
    "manual": {"autoCapturePageviews": False},
    "outbound-links": {"outboundLinks": True},
    "file-downloads": {"fileDownloads": True},
    "tagged-events": {"taggedEvents": True},
    "form-submissions": {"formSubmissions": True},
    # What these add, every variant can do.
    "compat": {},
    "exclusions": {},
    "local": {},
    "pageview-props": {},
    "revenue": {},
}
_OWN_PREFIX = "pa-"
_OWN_OPTIONS = {"taggedEvents": True, "outboundLinks": True, "fileDownloads": True, "formSubmissions": True}
_LONGEST = 300


def routes() -> list[Route]:
    """Return the one route, for every name that the vendor has."""
    body = files("goalpost.dialects.plausible").joinpath("static/plausible.js").read_bytes()

    async def script(request: Request) -> Response:
        options = options_of(request.path_params["name"])
        return missing_script() if options is None else script_of(_prelude(options) + body).answer(request)

    return [Route("/js/{name}.js", script)]


def options_of(name: str) -> dict[str, bool | str] | None:
    """Return the options of `plausible.init()` that a script's name stands for; None when the vendor has no such name.

    `pa-SITE` has the key or domain of its site in its name, and `wait`: nothing is sent before `plausible.init()`.
    """
    if len(name) > _LONGEST:
        return None
    if name.startswith(_OWN_PREFIX):
        return {**_OWN_OPTIONS, "wait": True, "domain": name.removeprefix(_OWN_PREFIX)}
    first, *extensions = name.split(".")
    if first not in _NAMES or not set(extensions) <= _EXTENSIONS.keys():
        return None
    return {option: value for extension in extensions for option, value in _EXTENSIONS[extension].items()}


def _prelude(options: dict[str, bool | str]) -> bytes:
    """The line that tells the script what its name says."""
    return f"try{{document.currentScript.plausible={json.dumps(options, sort_keys=True)}}}catch(e){{}}\n".encode()
