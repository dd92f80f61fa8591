"""The page of a dialect's API, rendered on the server from its OpenAPI document: no script, nothing from elsewhere."""

import json
import re
from importlib.resources import files
from itertools import groupby
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from goalpost.dialects.operations import CREDENTIAL, Operation, operations

_CODE = re.compile("`([^`]+)`")


def install(app: FastAPI, *, failure_field: str = "error", pages: str = "", credential: str = CREDENTIAL) -> None:
    """Give the application its page at /docs, and the page's style sheet beside it.

    `failure_field` is where a failure's text stands, `pages` what the pages' own paths begin with.
    """
    environment = Environment(
        loader=PackageLoader("goalpost.dialects"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["prose"] = _prose
    environment.filters["json"] = lambda value: json.dumps(value, indent=2)
    template = environment.get_template("docs.html")
    style = files("goalpost.dialects").joinpath("templates/docs.css").read_text()

    @app.get(f"{pages}/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        document, root = app.openapi(), request.scope["root_path"]
        base = str(request.base_url.replace(path=root))
        outline = _outline(operations(document))
        said = {"failure_field": failure_field, "pages": root + pages, "credential": credential}
        return HTMLResponse(template.render(info=document["info"], base=base, **said, **outline))

    @app.get(f"{pages}/docs.css", include_in_schema=False)
    def docs_style() -> Response:
        return Response(style, media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def _outline(found: list[Operation]) -> dict[str, Any]:
    """The endpoints by group and by scope, and the failures that all of them share."""
    scopes = sorted({scope for operation in found for scope in operation.scopes})
    shared = set.intersection(*(set(operation.failures) for operation in found))
    return {
        "groups": [(group, list(members)) for group, members in groupby(found, lambda operation: operation.group)],
        "scopes": {scope: [operation for operation in found if scope in operation.scopes] for scope in scopes},
        "common": sorted(shared),
    }


def _prose(text: str) -> Markup:
    """Paragraphs and `code` of a description as HTML."""
    paragraphs = (_CODE.sub(r"<code>\1</code>", str(escape(part))) for part in text.split("\n\n"))
    return Markup("").join(Markup(f"<p>{part}</p>") for part in paragraphs)
