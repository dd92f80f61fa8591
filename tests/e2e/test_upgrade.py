"""A data directory of the version before: the first command that reads it finds everything there."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from goalpost.conversions.model.conversion_goals import GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.services import conversion_goals, sites
from goalpost.workspaces import create_workspace
from tests.support.server import RunningServer

BEFORE = """
import sys
import clickhouse_connect
from goalpost.conversions.events.schema import VERSIONS

client = clickhouse_connect.get_client(dsn=f"chdb://{sys.argv[1]}")
client.command("CREATE TABLE schema_versions (version UInt32, applied_at DateTime DEFAULT now())"
               " ENGINE = MergeTree ORDER BY version")
for number, statements in enumerate(VERSIONS[:2], start=1):
    for statement in statements:
        client.command(statement)
    client.command(f"INSERT INTO schema_versions (version) VALUES ({number})")
rows = "('{0}', '2026-01-01 10:00:00', 1, 1, 10.5), ('{0}', '2026-01-02 10:00:00', 2, 2, NULL)".format(sys.argv[2])
client.command(f"INSERT INTO conversions (goal_id, timestamp, event_id, visitor, revenue) VALUES {rows}")
client.close()
"""
NOW = datetime(2025, 12, 1, tzinfo=UTC)
JANUARY = ("--period", "custom", "--from", "2026-01-01", "--to", "2026-01-31", "--json")


@pytest.mark.parametrize("first", ["stats", "server"])
def test_the_event_store_of_the_version_before(first: str, own_server: Callable[..., RunningServer]) -> None:
    server = own_server()
    with server.stores.writing() as db:
        owner = create_workspace(db, name="acme", now=NOW)
        site = sites.create_site(db, workspace_id=owner.id, domain="x.example", name="X", now=NOW)
        draft = GoalDraft("Buy", Rule(Trigger.GOAL, MatchType.EXACT, "buy"), "EUR")
        goal = str(conversion_goals.create_goal(db, site=site, draft=draft, now=NOW).id)
    subprocess.run([sys.executable, "-c", BEFORE, str(server.data / "events"), goal], check=True, timeout=120)
    if first == "server":
        server.start()
    found = json.loads(server.cli("stats", goal, *JANUARY).stdout)
    assert (found["conversions"], found["unique_conversions"], found["revenue"]) == (2, 2, "10.50")
