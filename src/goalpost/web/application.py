"""A dialect's application: its routes, its document, its pages, its failures."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic_core import to_json

from goalpost import __version__
from goalpost.web import docs_page, openapi
from goalpost.web.base import Backend
from goalpost.web.declared import Dialect
from goalpost.web.documents import FRESH, Document
from goalpost.web.foreign_ids import ForeignIdRoute
from goalpost.web.gate import GatedRoute


def make_app(dialect: Dialect, backend: Backend | None = None) -> FastAPI:
    """Make the application, without the pages of FastAPI's that would load scripts from elsewhere.

    Without a backend it can be described, and answers nothing. Raises GoalpostError for settings of the dialect that
    cannot be used.
    """
    app = _Application(
        dialect.examples,
        title=dialect.title,
        description=dialect.description,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.backend, app.state.dialect = backend, dialect
    kind = GatedRoute if dialect.written is None else ForeignIdRoute
    app.state.routes = [kind(route, dialect, path) for route in dialect.routes for path in (route.path, *route.aliases)]
    app.router.routes += app.state.routes
    dialect.errors.install(app)
    dialect.prepare(app)
    _publish_document(app, dialect.pages.removeprefix(dialect.mount))
    docs_page.install(app, dialect)
    return app


def _publish_document(app: FastAPI, pages: str) -> None:
    @cache
    def document(root: str) -> Document:
        paths = {root + path: operations for path, operations in app.openapi()["paths"].items()}
        return Document(to_json({**app.openapi(), "paths": paths}), "application/json", FRESH)

    @app.get(f"{pages}/openapi.json", include_in_schema=False)
    def published(request: Request) -> Response:
        return document(request.scope["root_path"]).answer(request)


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
