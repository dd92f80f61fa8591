"""Workspaces and keys: what each use case promises and what it rejects."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine

from goalpost.kernel.errors import Conflict, NotFound, Unauthenticated
from goalpost.tenancy import callers, workspaces
from goalpost.tenancy.model.workspaces import Workspace
from goalpost.workspaces import create_workspace
from tests.support.faults import faults_of
from tests.support.together import refusal, run_together

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCOPES = ("analytics:read", "analytics:write", "events:write")
PEPPER = b"p" * 32


@pytest.fixture
def workspace(db: Connection) -> Workspace:
    return create_workspace(db, name="Acme", now=NOW)


def make_key(db: Connection, workspace: Workspace, **changes: Any) -> tuple[Any, str]:
    fields = {"name": "CI", "scopes": ["analytics:read"], "known_scopes": SCOPES, "pepper": PEPPER, "now": NOW}
    return workspaces.create_key(db, workspace_id=workspace.id, **{**fields, **changes})


def test_a_workspace_is_found_by_its_name(db: Connection, workspace: Workspace) -> None:
    other = create_workspace(db, name="Other", now=NOW + HOUR)
    assert workspaces.get_workspace(db, name="Acme") == workspace
    assert workspaces.list_workspaces(db) == [workspace, other]
    with pytest.raises(NotFound, match="there is no workspace named 'acme'"):
        workspaces.get_workspace(db, name="acme")
    for odd in ("", "a\0", "\ud800"):
        with pytest.raises(NotFound):
            workspaces.get_workspace(db, name=odd)


def test_a_workspaces_name_is_its_own(db: Connection, workspace: Workspace) -> None:
    with pytest.raises(Conflict, match="there is a workspace named 'Acme' already"):
        create_workspace(db, name="Acme", now=NOW)
    assert faults_of(lambda: create_workspace(db, name=" ", now=NOW)) == {"name": ["can't be blank"]}


def test_a_key_opens_with_its_secret_alone(db: Connection, workspace: Workspace) -> None:
    key, secret = make_key(db, workspace, scopes=["events:write", "analytics:read"])
    caller = callers.find_caller(db, secret, pepper=PEPPER, now=NOW)
    assert (caller.workspace_id, caller.key_id) == (workspace.id, key.id)
    assert caller.may("events:write") and caller.may("analytics:read") and not caller.may("analytics:write")
    assert secret.startswith(key.prefix) and secret not in repr(key)
    for wrong in (secret + "x", secret[:-1], secret[:-1] + ("a" if secret[-1] != "a" else "b"), "", key.prefix, "gp_"):
        with pytest.raises(Unauthenticated):
            callers.find_caller(db, wrong, pepper=PEPPER, now=NOW)
    with pytest.raises(Unauthenticated):
        callers.find_caller(db, secret, pepper=b"another server's", now=NOW)


@pytest.mark.parametrize("secret", ["gp_\0" + "x" * 42, "gp_é" + "x" * 42, "gp_\ud800" + "x" * 42, "gp_" + "%" * 5000])
def test_a_malformed_key_opens_nothing(db: Connection, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        callers.find_caller(db, secret, pepper=PEPPER, now=NOW)


def test_keys_with_every_scope_may_everything(db: Connection, workspace: Workspace) -> None:
    _, secret = make_key(db, workspace, scopes=["*"])
    assert callers.find_caller(db, secret, pepper=PEPPER, now=NOW).may("anything")


def test_scopes_that_nothing_asks_for_are_refused_all_at_once(db: Connection, workspace: Workspace) -> None:
    faults = faults_of(lambda: make_key(db, workspace, scopes=["analytics:read", "b", "a"]))
    assert [text.split()[0] for text in faults["scope"]] == ["'a'", "'b'"]
    assert "analytics:read, analytics:write, events:write, *" in faults["scope"][0]
    assert faults_of(lambda: make_key(db, workspace, scopes=[])) == {"scope": ["can't be blank"]}
    assert faults_of(lambda: make_key(db, workspace, name="")) == {"name": ["can't be blank"]}
    assert workspaces.list_keys(db) == []


def test_an_expired_key_opens_nothing(db: Connection, workspace: Workspace) -> None:
    _, secret = make_key(db, workspace, expires_at=NOW + HOUR)
    assert callers.find_caller(db, secret, pepper=PEPPER, now=NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(Unauthenticated):
        callers.find_caller(db, secret, pepper=PEPPER, now=NOW + HOUR)


def test_a_revoked_key_opens_nothing(db: Connection, workspace: Workspace) -> None:
    key, secret = make_key(db, workspace)
    workspaces.revoke_key(db, key_id=key.id, now=NOW)
    with pytest.raises(Unauthenticated):
        callers.find_caller(db, secret, pepper=PEPPER, now=NOW)
    for gone in (key.id, uuid4()):
        with pytest.raises(NotFound):
            workspaces.revoke_key(db, key_id=gone, now=NOW)


def test_keys_are_listed_by_workspace(db: Connection, workspace: Workspace) -> None:
    other = create_workspace(db, name="Other", now=NOW)
    mine, _ = make_key(db, workspace)
    theirs, _ = make_key(db, other, now=NOW + HOUR)
    assert workspaces.list_keys(db) == [mine, theirs]
    assert workspaces.list_keys(db, workspace_id=other.id) == [theirs]


def test_the_use_of_a_key_is_noted_once_a_minute(db: Connection, workspace: Workspace) -> None:
    _, secret = make_key(db, workspace)
    caller = callers.find_caller(db, secret, pepper=PEPPER, now=NOW)
    assert not callers.use_is_noted(caller, NOW)
    callers.note_use(db, caller, NOW)
    caller = callers.find_caller(db, secret, pepper=PEPPER, now=NOW)
    assert caller.last_noted_at == NOW
    assert callers.use_is_noted(caller, NOW + timedelta(seconds=59))
    assert not callers.use_is_noted(caller, NOW + timedelta(seconds=60))


def test_of_two_who_take_a_name_at_once_one_is_told(engine: Engine) -> None:
    def take(name: str) -> Exception | None:
        return refusal(engine, lambda db: create_workspace(db, name=name, now=NOW), Conflict)

    for turn in range(5):
        told = run_together(*[partial(take, f"w{turn}")] * 2)
        assert [type(error) for error in told if error] == [Conflict]
