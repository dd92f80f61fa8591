"""What a write did is done: nothing that follows its commit answers that it was not, or a client would do it again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from goalpost.auth import callers
from goalpost.auth.rate_limit import RateLimiter
from goalpost.db.engine import open_engine, sqlite_url
from goalpost.db.migrations import migrate
from goalpost.dialects.base import Backend
from goalpost.dialects.door import Door
from goalpost.dialects.manners import QuotaHeaders
from goalpost.dialects.msportal import routes
from goalpost.dialects.turns import Turns
from goalpost.services import owners

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_key_whose_use_cannot_be_noted_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, limiter = open_engine(sqlite_url(tmp_path / "goalpost.sqlite")), RateLimiter(0, 60)
    migrate(engine)
    with engine.begin() as db:
        owner = owners.create_workspace(db, name="w", now=NOW)
        known = routes.SCOPES
        secret = owners.create_key(
            db, workspace_id=owner.id, name="k", scopes=known, known_scopes=known, pepper=b"p", now=NOW
        )[1]
    events: Any = None
    backend = Backend(Turns(engine), events, b"p", limiter, limiter, lambda: None, lambda: NOW, lambda scope: "")
    door = QuotaHeaders(Door(routes.make_app(backend)), limiter, iso=True)

    def fail(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(callers, "note_use", fail)

    async def ask() -> None:
        headers = {"authorization": f"Bearer {secret}"}
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="http://goalpost", headers=headers) as client:
            assert (await client.post("/companies", json={"name": "Acme"})).status_code == 201
            assert (await client.get("/companies")).json()["pagination"]["totalCount"] == 1

    asyncio.run(ask())
    engine.dispose()
