"""OAuth's rules on either relational store: lifetimes, limits, and what ends what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from goalpost.kernel.errors import Invalid, NotFound, Unauthenticated
from goalpost.tenancy import oauth
from goalpost.tenancy.oauth import ACCESS_LASTS, CODE_LASTS, MOST_ACCESS, MOST_REFRESH, Granted, Refusal
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PEPPER = b"p" * 32
SCOPES = ["a", "b"]


class Relay:
    """A client of a workspace."""

    def __init__(self, db: Connection, name: str = "Acme", redirect_uri: str = "") -> None:
        self.db = db
        self.workspace = create_workspace(db, name=name, now=NOW)
        self.client, self.secret = oauth.create_client(
            db, workspace_id=self.workspace.id, name="Relay", redirect_uri=redirect_uri, pepper=PEPPER, now=NOW
        )

    def code(self, now: datetime = NOW, scopes: list[str] = SCOPES) -> str:
        return oauth.grant_code(
            self.db, client_id=self.client.client_id, scopes=scopes, known_scopes=SCOPES, pepper=PEPPER, now=now
        )

    def exchange(self, code: str, now: datetime = NOW) -> Granted | Refusal:
        return oauth.exchange_code(self.db, code=code, redirect_uri="", now=now, **self._proof)

    def refresh(self, token: str, now: datetime = NOW) -> Granted | Refusal:
        return oauth.refresh_access(self.db, refresh_token=token, now=now, **self._proof)

    @property
    def _proof(self) -> dict[str, Any]:
        return {"client_id": self.client.client_id, "secret": self.secret, "pepper": PEPPER}

    def opens(self, token: str, now: datetime = NOW) -> bool:
        try:
            caller = oauth.find_caller(self.db, token, pepper=PEPPER, now=now)
        except Unauthenticated:
            return False
        assert (caller.workspace_id, caller.scopes) == (self.workspace.id, frozenset(SCOPES))
        return True


@pytest.fixture
def relay(db: Connection) -> Relay:
    return Relay(db)


def test_lifetimes(relay: Relay) -> None:
    assert relay.exchange(relay.code(), NOW + CODE_LASTS) is Refusal.GRANT
    granted = relay.exchange(relay.code(), NOW + CODE_LASTS - SECOND)
    assert isinstance(granted, Granted) and granted.refresh
    made_at = NOW + CODE_LASTS - SECOND
    assert relay.opens(granted.access, made_at + ACCESS_LASTS - SECOND)
    assert not relay.opens(granted.access, made_at + ACCESS_LASTS)
    later = relay.refresh(granted.refresh, NOW + timedelta(days=3650))
    assert isinstance(later, Granted), "a refresh token lasts until it is revoked"
    assert later.refresh is None


def test_nothing_that_is_stored_opens_anything(relay: Relay, db: Connection) -> None:
    granted = relay.exchange(relay.code())
    assert isinstance(granted, Granted)
    stored = str(db.exec_driver_sql("SELECT * FROM oauth_tokens").all()) + str(
        db.exec_driver_sql("SELECT * FROM oauth_clients").all()
    )
    assert granted.access[24:] not in stored
    assert relay.secret not in stored


def test_the_oldest_gives_way(relay: Relay) -> None:
    first = relay.exchange(relay.code())
    assert isinstance(first, Granted) and first.refresh
    accesses = [first.access]
    for n in range(1, MOST_ACCESS + 1):
        again = relay.refresh(first.refresh, NOW + n * SECOND)
        assert isinstance(again, Granted)
        accesses.append(again.access)
    at = NOW + (MOST_ACCESS + 1) * SECOND
    assert [relay.opens(token, at) for token in accesses] == [False] + [True] * MOST_ACCESS

    for n in range(MOST_REFRESH):
        assert isinstance(relay.exchange(relay.code(at + n * SECOND), at + n * SECOND), Granted)
    at += MOST_REFRESH * SECOND
    assert relay.refresh(first.refresh, at) is Refusal.GRANT
    assert not any(relay.opens(token, at) for token in accesses), "and what was made from it ended with it"


def test_a_grant_without_valid_scopes_is_rejected(relay: Relay) -> None:
    with pytest.raises(Invalid, match="'c' is not known"):
        relay.code(scopes=["a", "c"])
    with pytest.raises(Invalid, match="can't be blank"):
        relay.code(scopes=[])
    oauth.revoke_client(relay.db, client_id=relay.client.client_id, now=NOW)
    with pytest.raises(NotFound):
        relay.code()
    with pytest.raises(NotFound):
        oauth.revoke_client(relay.db, client_id=relay.client.client_id, now=NOW)


def test_clients_are_listed_by_workspace(relay: Relay, db: Connection) -> None:
    other = Relay(db, "Other")
    assert {client.id for client in oauth.list_clients(db)} == {relay.client.id, other.client.id}
    assert oauth.list_clients(db, workspace_id=other.workspace.id) == [other.client]


@pytest.mark.parametrize(
    "token", ["", "1000.", "1000.x", "gp_x", "1000.\0", "1000.é", "1000.\ud800", "1000." + "a" * 9999]
)
def test_a_malformed_token_opens_nothing(relay: Relay, token: str) -> None:
    assert not relay.opens(token)
    assert relay.exchange(token) is Refusal.GRANT
    assert relay.refresh(token) is Refusal.GRANT
    assert not oauth.revoke_token(relay.db, token=token, pepper=PEPPER, now=NOW)
