"""The catalog's revision: a reader who follows it misses no change, however many write at once."""

import threading
import time
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Engine

from goalpost.conversions.model.conversion_goals import ConversionGoal, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows import conversion_goals, sites
from goalpost.conversions.rows.catalog import CatalogChange, changes_since
from goalpost.conversions.rows.revision import current_revision
from goalpost.storage.engine import open_engine
from goalpost.tenancy.rows import workspaces
from tests.support.stored_rows import NOW, new_goal, new_key, new_site, new_workspace
from tests.support.together import run_together


def read(engine: Engine, revision: int) -> CatalogChange:
    with engine.execution_options(read_only=True).begin() as db:
        return changes_since(db, revision)


def test_nothing_has_changed_in_an_empty_catalog(engine: Engine) -> None:
    assert read(engine, 0) == CatalogChange(0, [], [])


def test_every_change_of_a_site_or_a_goal_is_one_revision(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = new_workspace(db)
    at = 0
    made: list[Site] = []

    def changed() -> CatalogChange:
        nonlocal at
        found = read(engine, at)
        assert found.revision == at + 1
        at = found.revision
        assert read(engine, at) == CatalogChange(at, [], [])
        return found

    for domain in ("a.example.com", "b.example.com"):
        with engine.begin() as db:
            made.append(new_site(db, workspace.id, domain))
        assert changed().changed == [(made[-1], [])]
    with engine.begin() as db:
        goal = new_goal(db, made[0].id)
    assert changed().changed == [(made[0], [goal])]
    with engine.begin() as db:
        sites.update_site(db, renamed := replace(made[0], domain="c.example.com"))
    assert changed().changed == [(renamed, [goal])]
    with engine.begin() as db:
        edited = replace(goal, rule=Rule(Trigger.EVENT, MatchType.CONTAINS, "x"))
        conversion_goals.update_goal(db, edited)
    assert changed().changed == [(renamed, [edited])]
    with engine.begin() as db:
        conversion_goals.delete_goal(db, goal, NOW)
    assert changed().changed == [(renamed, [])]
    with engine.begin() as db:
        sites.delete_site(db, made[0].id, NOW)
    found = changed()
    assert (found.changed, found.deleted) == ([], [made[0].id])
    assert read(engine, 0) == CatalogChange(at, [(made[1], [])], [made[0].id])


def test_keys_and_workspaces_do_not_change_the_catalog(engine: Engine) -> None:
    with engine.begin() as db:
        key = new_key(db, new_workspace(db).id)
        workspaces.touch_key(db, key.id, NOW)
        workspaces.revoke_key(db, key.id, NOW)
        assert current_revision(db) == 0


def test_a_change_that_is_rolled_back_is_none(engine: Engine) -> None:
    with engine.begin() as db:
        site = new_site(db, new_workspace(db).id)
    with pytest.raises(RuntimeError), engine.begin() as db:
        new_goal(db, site.id)
        raise RuntimeError
    assert read(engine, 0) == CatalogChange(1, [(site, [])], [])


class Follower:
    """Follow the catalog as ingest does: read the changes since, again and again, and keep only those."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.revision = 0
        self.known: dict[UUID, tuple[Site, list[ConversionGoal]]] = {}

    def look(self) -> None:
        change = read(self._engine, self.revision)
        assert change.revision >= self.revision
        self.known.update({site.id: (site, goals) for site, goals in change.changed})
        for site_id in change.deleted:
            self.known.pop(site_id, None)
        self.revision = change.revision


class Writer:
    """Changes sites and goals, each time in a transaction of its own, over connections of its own."""

    turns = 12

    def __init__(self, number: int, engine: Engine, sites: list[Site]) -> None:
        self._number = number
        self._engine = open_engine(engine.url.render_as_string(hide_password=False))
        self._sites = sites

    def write(self) -> None:
        for turn in range(self.turns):
            self._change(f"{self._number}-{turn}", self._sites[(self._number + turn) % len(self._sites)], turn % 3)
        self._engine.dispose()

    def _change(self, name: str, site: Site, how: int) -> None:
        with self._engine.begin() as db:
            goal = new_goal(db, site.id, name=name)
        with self._engine.begin() as db:
            if how == 0:
                conversion_goals.delete_goal(db, goal, NOW)
            elif how == 1:
                conversion_goals.update_goal(db, replace(goal, name=f"{name} changed"))
            else:
                new_site(db, site.workspace_id, f"{name}.example.com")


def test_a_follower_misses_nothing_while_many_write(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = new_workspace(db)
        sites = [new_site(db, workspace.id, f"{n}.example.com") for n in range(3)]
    writers = [Writer(number, engine, sites) for number in range(4)]
    last = len(sites) + len(writers) * Writer.turns * 2
    follower, late = Follower(engine), Follower(engine)

    def follow() -> None:
        deadline = time.monotonic() + 60
        while follower.revision < last and time.monotonic() < deadline:
            follower.look()

    run_together(follow, *(writer.write for writer in writers))
    late.look()
    assert (follower.revision, late.revision) == (last, last)
    assert follower.known == late.known


def test_a_reader_sees_no_revision_whose_change_it_cannot_see(engine: Engine) -> None:
    """The race step by step: a change that began first and ends last must not hide behind one that overtook it."""
    with engine.begin() as db:
        workspace = new_workspace(db)
        site = new_site(db, workspace.id)
    other = open_engine(engine.url.render_as_string(hide_password=False))
    overtaken = threading.Event()

    def overtake() -> None:
        with other.begin() as db:
            new_site(db, workspace.id, "second.example.com")
        overtaken.set()

    follower = Follower(engine)
    with engine.begin() as db:
        goal = new_goal(db, site.id)
        second = threading.Thread(target=overtake)
        second.start()
        # The second change waits for the first one's end, so no reader can learn of it before.
        assert not overtaken.wait(0.3)
        follower.look()
        assert follower.revision == 1
    second.join(30)
    follower.look()
    other.dispose()
    assert follower.known[site.id] == (site, [goal])
    assert len(follower.known) == 2
