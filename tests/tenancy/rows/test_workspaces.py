"""Workspaces and keys as rows of either store."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from goalpost.tenancy.rows import workspaces
from tests.support.stored_rows import HOUR, NOW, new_key, new_workspace


def test_workspaces_come_back_oldest_first(engine: Engine) -> None:
    with engine.begin() as db:
        made = [new_workspace(db, f"w{hours}", NOW + hours * HOUR) for hours in (2, 0, 1)]
    with engine.begin() as db:
        assert workspaces.list_workspaces(db) == [made[1], made[2], made[0]]
        assert workspaces.find_workspace(db, "w2") == made[0]
        assert workspaces.find_workspace(db, "W2") is None


def test_the_name_of_a_workspace_is_taken_once(engine: Engine) -> None:
    with engine.begin() as db:
        new_workspace(db, "same")
    with pytest.raises(IntegrityError), engine.begin() as db:
        new_workspace(db, "same")


def test_a_key_comes_back_with_its_digest(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = new_workspace(db)
        key = new_key(db, workspace.id)
    with engine.begin() as db:
        assert workspaces.find_keys(db, key.prefix) == [(key, f"digest of {key.id}")]
        assert workspaces.find_keys(db, "gp_other") == []


def test_two_keys_may_begin_alike(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = new_workspace(db)
        made = {new_key(db, workspace.id) for _ in range(2)}
    with engine.begin() as db:
        assert {key for key, _ in workspaces.find_keys(db, "gp_123456789")} == made


def test_keys_are_listed_for_one_workspace_or_for_all(engine: Engine) -> None:
    with engine.begin() as db:
        first, second = new_workspace(db, "1"), new_workspace(db, "2")
        late, early = new_key(db, first.id, at=NOW + HOUR), new_key(db, second.id)
    with engine.begin() as db:
        assert workspaces.list_keys(db, None) == [early, late]
        assert workspaces.list_keys(db, first.id) == [late]


def test_a_key_is_revoked_once_and_its_use_noted(engine: Engine) -> None:
    with engine.begin() as db:
        key = new_key(db, new_workspace(db).id)
        other = new_key(db, key.workspace_id)
    with engine.begin() as db:
        workspaces.touch_key(db, key.id, NOW + HOUR)
        assert workspaces.revoke_key(db, key.id, NOW)
        assert not workspaces.revoke_key(db, key.id, NOW + HOUR)
        assert not workspaces.revoke_key(db, uuid4(), NOW)
    with engine.begin() as db:
        found = {found.id: found for found in workspaces.list_keys(db, None)}
    assert found[key.id] == replace(key, revoked_at=NOW, last_used_at=NOW + HOUR)
    assert found[other.id] == other
