"""From nothing to today's tables on either store: whole or not at all, once, and never backwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from goalpost import migrations
from goalpost.conversions.model.pattern_costs import cost_of
from goalpost.conversions.rows.conversion_goals import list_goals
from goalpost.conversions.rows.domains import find_claim, list_standings
from goalpost.conversions.rows.revision import current_revision
from goalpost.conversions.rows.sites import list_sites
from goalpost.customers.rows.picklists import list_items
from goalpost.migrations import migrate
from goalpost.migrations.upgrade import NewerDatabase, metadata
from goalpost.storage.engine import open_engine
from goalpost.workspaces import create_workspace
from tests.support.together import run_together


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    try:
        yield engine
    finally:
        engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_newest_revision_is_alembics_head() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert migrations.newest_revision() == script.get_current_head()


def test_an_empty_database_gets_todays_tables(empty: Engine) -> None:
    assert tables(empty) == set()
    migrate(empty)
    assert tables(empty) == {*metadata.tables, "alembic_version"}
    with empty.begin() as db:
        assert current_revision(db) == 0


def test_the_models_say_what_the_migrations_make(engine: Engine) -> None:
    with engine.begin() as db:
        context = MigrationContext.configure(
            db, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("UPDATE catalog SET revision = 7"))
    migrate(engine)
    with engine.begin() as db:
        assert current_revision(db) == 7


def test_old_rows_get_numbers_and_slugs_of_their_own(empty: Engine) -> None:
    migrate(empty, to="0001")
    workspace, sites, goals = uuid4(), [uuid4(), uuid4()], [uuid4(), uuid4()]
    with empty.begin() as db:
        insert = {
            "workspaces": "id, name, created_at) VALUES (:id, 'w', :at",
            "sites": "id, workspace_id, domain, name, key, public_stats, created_at, revision)"
            " VALUES (:id, :workspace, :key, 'My Shop!', :key, false, :at, 1",
            "conversion_goals": "id, site_id, name, trigger, match_type, match_value, created_at)"
            " VALUES (:id, :site, 'My shop', 'event', 'exact', 'x', :at",
        }
        values = {"at": "2026-01-01 00:00:00.000000", "workspace": workspace.hex, "site": sites[0].hex}
        for table, ids in (("workspaces", [workspace]), ("sites", sites), ("conversion_goals", goals)):
            for each in ids:
                db.execute(text(f"INSERT INTO {table} ({insert[table]})"), values | {"id": each.hex, "key": each.hex})
    migrate(empty)
    with empty.begin() as db:
        found = [
            *list_sites(db, workspace),
            *list_goals(db, sites[0]),
        ]
    assert sorted(each.number for each in found) == [1, 2, 3, 4]
    assert sorted(each.slug for each in found) == ["my-shop", "my-shop-1", "my-shop-2", "my-shop-3"]


def test_goals_that_were_there_get_the_cost_of_their_rules(empty: Engine) -> None:
    migrate(empty, to="0009")
    workspace, site, at = uuid4().hex, uuid4().hex, "2026-01-01 00:00:00.000000"
    rules = {"exact": "/a", "regex": "^/a{1,50}$", "contains": "four", "url_simple": "https://example.com/a"}
    with empty.begin() as db:
        db.execute(text(f"INSERT INTO workspaces (id, name, created_at) VALUES ('{workspace}', 'w', '{at}')"))
        db.execute(
            text(
                "INSERT INTO sites (id, workspace_id, domain, name, key, public_stats, created_at, revision)"
                f" VALUES ('{site}', '{workspace}', 'a.example', 'x', 'sk_a', false, '{at}', 1)"
            )
        )
        for match_type, value in rules.items():
            db.execute(
                text(
                    "INSERT INTO conversion_goals (id, site_id, name, trigger, match_type, match_value, created_at)"
                    f" VALUES (:id, '{site}', 'x', 'pageview', :match_type, :value, '{at}')"
                ),
                {"id": uuid4().hex, "match_type": match_type, "value": value},
            )
    migrate(empty)
    with empty.begin() as db:
        rows = db.execute(text("SELECT match_type, cost FROM conversion_goals")).all()
        stored = {goal.rule.match_type.value: cost_of([goal.rule]) for goal in list_goals(db, UUID(site))}
    costs = {row.match_type: row.cost for row in rows}
    assert costs == stored
    assert (costs["exact"], costs["contains"]) == (0, 4)
    assert costs["regex"] > 50


def test_a_workspace_that_was_there_gets_the_picklists_of_a_new_one(empty: Engine) -> None:
    migrate(empty, to="0002")
    there, now = uuid4(), datetime(2026, 1, 1, tzinfo=UTC)
    with empty.begin() as db:
        values = {"id": there.hex, "at": "2026-01-01 00:00:00.000000"}
        db.execute(text("INSERT INTO workspaces (id, name, created_at) VALUES (:id, 'w', :at)"), values)
    migrate(empty)
    with empty.begin() as db:
        new = create_workspace(db, name="new", now=now).id
        found, wanted = (
            [replace(item, id=there, workspace_id=there, created_at=now) for item in list_items(db, owner, None)]
            for owner in (there, new)
        )
    assert found == wanted
    assert len(found) == 19


def test_a_newer_database_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="revision 9999, which this goalpost does not know: upgrade goalpost"):
        migrate(engine)
    with engine.begin() as db:
        assert db.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(empty: Engine) -> None:
    with empty.begin() as db:
        db.execute(text("CREATE TABLE visitor_salts (in_the_way INTEGER)"))  # the last table that the first step makes
    with pytest.raises(Exception, match="visitor_salts"):
        migrate(empty)
    assert tables(empty) == {"visitor_salts"}

    with empty.begin() as db:
        db.execute(text("DROP TABLE visitor_salts"))
    migrate(empty)
    assert tables(empty) == {*metadata.tables, "alembic_version"}


def test_servers_that_start_at_once_migrate_once(empty_url: str) -> None:
    engines = [open_engine(empty_url) for _ in range(4)]
    try:
        run_together(*(partial(migrate, engine) for engine in engines))
        with engines[0].begin() as db:
            assert db.execute(text("SELECT count(*) FROM catalog")).scalar_one() == 1
    finally:
        for engine in engines:
            engine.dispose()


def test_domains_that_were_there_are_claimed_and_those_of_several_are_nobodys(empty: Engine) -> None:
    """Input: sites of two workspaces as older versions allowed them, and some that were deleted."""
    migrate(empty, to="0006")
    workspaces = [uuid4(), uuid4()]
    domains = [
        (0, "one.example", False),
        (0, "www.one.example", False),
        (0, "both.example", False),
        (1, "www.both.example:8080", False),
        (1, "other.example:8080", False),
        (0, "other.example", True),
        (0, "gone.example", True),
    ]
    with empty.begin() as db:
        at = {"at": "2026-01-01 00:00:00.000000"}
        for number, workspace in enumerate(workspaces):
            values = at | {"id": workspace.hex, "name": f"w{number}"}
            db.execute(text("INSERT INTO workspaces (id, name, created_at) VALUES (:id, :name, :at)"), values)
        for number, domain, is_deleted in domains:
            values = at | {"id": uuid4().hex, "workspace": workspaces[number].hex, "domain": domain}
            values |= {"key": f"sk_{domain}", "deleted": at["at"] if is_deleted else None}
            db.execute(
                text(
                    "INSERT INTO sites (id, workspace_id, domain, name, key, public_stats, created_at, revision,"
                    " deleted_at) VALUES (:id, :workspace, :domain, 'x', :key, false, :at, 1, :deleted)"
                ),
                values,
            )
    migrate(empty)
    with empty.begin() as db:
        claims = {host: find_claim(db, host) for host in ("one.example", "both.example", "other.example")}
        assert {host: claim and claim.workspace_id for host, claim in claims.items()} == {
            "one.example": workspaces[0],
            "both.example": None,
            "other.example": workspaces[1],
        }
        assert all(claim and claim.claimed_at == datetime(2026, 1, 1, tzinfo=UTC) for claim in claims.values())
        assert find_claim(db, "gone.example") is None
        sites = {site.id: site.domain for site in list_sites(db, None)}
        standings = {sites[site_id]: claim.value for site_id, claim in list_standings(db, None).items()}
    assert standings == {
        "one.example": "own",
        "www.one.example": "own",
        "both.example": "ambiguous",
        "www.both.example:8080": "ambiguous",
        "other.example:8080": "own",
    }
