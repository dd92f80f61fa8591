"""The whole server with its relational store in PostgreSQL."""

from collections.abc import Callable

from sqlalchemy import text

from goalpost.storage.engine import open_engine
from tests.support.databases import Postgres
from tests.support.server import RunningServer


def test_from_a_site_to_its_numbers_and_through_a_restart(
    postgres: Postgres, own_server: Callable[..., RunningServer]
) -> None:
    url = postgres.empty_database()
    server = own_server(GOALPOST_DATABASE_URL=url).start()
    site = server.make_site()
    goal = site.goal("custom", "exact", "purchase", currency="eur")
    assert site.send({"name": "purchase", "kind": "goal", "revenue": {"amount": "49.99"}}).status_code == 202
    expected = {"conversions": 1, "unique_conversions": 1, "revenue": 49.99}
    assert site.counted(goal, 1) == expected
    assert not (server.data / "goalpost.sqlite").exists()

    assert server.stop() == 0
    server.start()
    assert site.stats(goal) == expected
    listed = site.api.get(f"/sites/{site.key}/goals").json()["data"]
    assert [(found["id"], found["currency"]) for found in listed] == [(goal, "EUR")]
    site.send({"name": "purchase", "kind": "goal", "revenue": {"amount": "0.01"}})
    assert site.counted(goal, 2)["revenue"] == 50.0

    # The command line changes goals and sites behind the server's back, and ingest follows.
    made = server.cli("site", "create", "--workspace", site.workspace.name, "--domain", "b.example.com", "--name", "B")
    assert "b.example.com" in made.stdout
    # What PostgreSQL cannot even be asked for is not there, as anything else that is not.
    for key in ("%00", "a%00b", "%ff", "sk_%F0%9F%98%80"):
        assert site.api.get(f"/sites/{key}").status_code == 404
        assert site.api.get(f"/sites/{site.key}/goals/{key}/stats").status_code == 404
    engine = open_engine(url)
    with engine.begin() as db:
        assert db.execute(text("SELECT count(*) FROM sites")).scalar_one() == 2
    engine.dispose()
