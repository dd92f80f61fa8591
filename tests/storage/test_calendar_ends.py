"""Moments at the ends of the calendar, whatever the time zone of PostgreSQL's server."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from goalpost.storage.engine import open_engine
from tests.support.databases import Postgres
from tests.support.tenant import Tenant

LAST, FIRST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "moment"), [("Asia/Tokyo", LAST), ("America/New_York", FIRST)])
def test_are_read_as_they_were_written(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, zone: str, moment: datetime
) -> None:
    monkeypatch.setenv("PGTZ", zone)  # what a connection begins with, as the server's own setting
    engine = open_engine(postgres.migrated_database())
    with engine.connect() as db:
        tenant = Tenant.new(db)
        goal = tenant.goal(due_at=moment)
        assert tenant.read(goal).due_at == moment
        assert db.execute(text("SHOW timezone")).scalar_one() == "UTC"
    engine.dispose()
