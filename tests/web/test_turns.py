"""A committed write is done: nothing that follows answers that it was not, or a client would do it again."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.dialects.msportal.routes import MSPORTAL
from goalpost.migrations import migrate
from goalpost.storage.engine import open_engine, sqlite_url
from goalpost.storage.transactions import Transactions
from goalpost.tenancy import callers, workspaces
from goalpost.tenancy.callers import Caller, CallerCache
from goalpost.tenancy.rate_limit import RateLimiter
from goalpost.web import counted
from goalpost.web.application import make_app
from goalpost.web.base import Backend
from goalpost.web.declared import Dialect
from goalpost.web.dispatch import door_of
from goalpost.web.turns import Turns
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


OVER = OperationalError("UPDATE", {}, Exception("the server closed the connection"))


def fail(*_: object) -> None:
    raise OVER


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(sqlite_url(tmp_path / "goalpost.sqlite"))
    migrate(made)
    yield made
    made.dispose()


def key_for(engine: Engine, scopes: Sequence[str]) -> str:
    with engine.begin() as db:
        owner = create_workspace(db, name="w", now=NOW)
        made = {"workspace_id": owner.id, "name": "k", "scopes": scopes, "known_scopes": scopes, "pepper": b"p"}
        return workspaces.create_key(db, now=NOW, **made)[1]


def find_caller(engine: Engine, secret: str) -> Caller:
    with engine.begin() as db:
        return callers.find_caller(db, secret, pepper=b"p", now=NOW)


def statuses(engine: Engine, dialect: Dialect, secret: str, *requests: tuple[str, str, Any]) -> list[int]:
    """The answer when ingest cannot look for changes."""
    limiter = RateLimiter(0, 60)
    backend = Backend(
        turns=Turns(Transactions(engine)),
        statistics=counted.new_pool(),
        events=cast(Any, None),
        callers=CallerCache(lambda secret: find_caller(engine, secret)),
        pepper=b"p",
        limiter=limiter,
        public_limiter=limiter,
        daily_limiter=limiter,
        catalog_changed=fail,
        now=lambda: NOW,
        address_of=lambda scope: "",
    )
    door = door_of(dialect, make_app(dialect, backend), limiter)

    async def ask() -> list[int]:
        headers = {"authorization": f"Bearer {secret}"}
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="http://goalpost", headers=headers) as client:
            return [(await client.request(method, path, json=body)).status_code for method, path, body in requests]

    try:
        return asyncio.run(ask())
    finally:
        backend.turns.close()


def test_a_key_whose_use_cannot_be_noted_is_answered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "note_use", fail)
    secret = key_for(engine, MSPORTAL.scopes)
    requests = [("POST", "/companies", {"name": "Acme"}), ("GET", "/companies", None)]
    assert statuses(engine, MSPORTAL, secret, *requests) == [201, 200]


def test_a_change_that_ingest_cannot_be_told_of_is_answered(engine: Engine) -> None:
    secret = key_for(engine, KRAFTER.scopes)
    body = {"domain": "example.com", "name": "Site"}
    requests = [("POST", "/sites", body), ("GET", "/sites", None)]
    assert statuses(engine, KRAFTER, secret, *requests) == [201, 200]
