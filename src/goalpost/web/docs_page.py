"""The page of a dialect's API, rendered on the server from its OpenAPI document; nothing on it comes from elsewhere."""

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from threading import Lock
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from goalpost.web.declared import Dialect
from goalpost.web.documents import Document
from goalpost.web.operations import Operation, operations, spelled

_CODE = re.compile("`([^`]+)`")
_BASE = "https://base.invalid"
"""Stands in the rendered page for the address at which a browser has found the server."""
_LONGEST_ADDRESS, _NO_ADDRESS = 300, "https://goals.example.com"
_ADDRESSES = 8  # of the server, whose pages are kept: it has one or two, and clients may claim any
_KEPT = {"cache-control": "public, max-age=3600"}
_OF_HOST = {"cache-control": "private, max-age=300", "vary": "host"}
"""Cache rule of the page. It shows the address that a client claims: a proxy must not keep what one made of it."""


def install(app: FastAPI, dialect: Dialect) -> None:
    """Give the application of a dialect its page at /docs, with the style sheet and the script beside it.

    The page can be read without the script, which searches and copies.
    """
    pages = dialect.pages.removeprefix(dialect.mount)
    template, making = _environment().get_template("docs.html"), Lock()

    @cache
    def rendered(root: str) -> str:
        document = app.openapi()
        said = {"failure_field": dialect.failure_field, "pages": root + pages, "credential": dialect.credential}
        outline = _outline(operations(document))
        return template.render(info=document["info"], base=_BASE + root, **said, **outline)

    @lru_cache(maxsize=_ADDRESSES)
    def page(root: str, base: str) -> Document:
        return Document(rendered(root).replace(_BASE, escape(base)).encode(), "text/html", _OF_HOST)

    @app.get(f"{pages}/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        with making:  # once, however many ask for it at first
            found = page(request.scope["root_path"], _address(request))
        return found.answer(request)

    @app.get(f"{pages}/docs.css", include_in_schema=False)
    def docs_style(request: Request) -> Response:
        return _static("docs.css", "text/css").answer(request)

    @app.get(f"{pages}/docs.js", include_in_schema=False)
    def docs_script(request: Request) -> Response:
        return _static("docs.js", "text/javascript").answer(request)


def _address(request: Request) -> str:
    """The address at which the client says that it has found the server; what is none by its length is not repeated."""
    found = str(request.base_url.replace(path=""))
    return found if len(found) <= _LONGEST_ADDRESS else _NO_ADDRESS


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("goalpost.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["prose"] = _prose
    environment.filters["spelled"] = spelled
    environment.filters["json"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return environment


@cache
def _static(name: str, media_type: str) -> Document:
    return Document(files("goalpost.web").joinpath("templates", name).read_bytes(), media_type, _KEPT)


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
