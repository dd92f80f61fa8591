"""OAuth when several things happen at the same moment, each in a transaction of its own, on either relational store."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select

from goalpost.kernel.errors import Unauthenticated
from goalpost.storage.engine import open_engine
from goalpost.tenancy import oauth
from goalpost.tenancy.oauth import MOST_ACCESS, MOST_REFRESH, Granted, Refusal
from goalpost.tenancy.rows.tables import oauth_tokens
from goalpost.workspaces import create_workspace
from tests.support.together import run_together

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEPPER = b"p" * 32
TURNS = 8


class Relay:
    """A client; each call is a transaction on a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url.render_as_string(hide_password=False)
        workspace = self.run(create_workspace, name="Acme", now=NOW)
        made = {"workspace_id": workspace.id, "name": "Relay", "redirect_uri": "", "pepper": PEPPER, "now": NOW}
        client, secret = self.run(oauth.create_client, **made)
        self.client_id = client.client_id
        self._known = {"client_id": client.client_id, "secret": secret, "pepper": PEPPER}

    def run(self, act: Callable[..., Any], **fields: Any) -> Any:
        engine = open_engine(self._url)
        try:
            with engine.begin() as db:
                return act(db, **fields)
        finally:
            engine.dispose()

    def code(self) -> str:
        scopes = {"scopes": ["a"], "known_scopes": ["a"]}
        return str(self.run(oauth.grant_code, client_id=self.client_id, pepper=PEPPER, now=NOW, **scopes))

    def exchange(self, code: str) -> Granted | Refusal:
        found: Granted | Refusal = self.run(oauth.exchange_code, **self._known, code=code, redirect_uri="", now=NOW)
        return found

    def refresh(self, token: str, now: datetime = NOW) -> Granted | Refusal:
        found: Granted | Refusal = self.run(oauth.refresh_access, **self._known, refresh_token=token, now=now)
        return found

    def revoke(self, token: str) -> bool:
        return bool(self.run(oauth.revoke_token, token=token, pepper=PEPPER, now=NOW))

    def opens(self, token: str) -> bool:
        try:
            self.run(lambda db: oauth.find_caller(db, token, pepper=PEPPER, now=NOW))
        except Unauthenticated:
            return False
        return True

    def tokens(self) -> tuple[str, str]:
        """A refresh token and the access token that came with it."""
        granted = self.exchange(self.code())
        assert isinstance(granted, Granted) and granted.refresh
        return granted.refresh, granted.access


@pytest.fixture
def relay(engine: Engine) -> Iterator[Relay]:
    yield Relay(engine)


def test_of_many_who_exchange_a_code_at_once_one_is_given_tokens_that_then_end(relay: Relay) -> None:
    for _ in range(TURNS):
        code = relay.code()
        found = run_together(*[partial(relay.exchange, code)] * 3)
        granted = [item for item in found if isinstance(item, Granted)]
        assert len(granted) == 1, found
        assert found.count(Refusal.GRANT) == 2
        assert not relay.opens(granted[0].access), "the code was shown again"
        assert relay.refresh(str(granted[0].refresh)) is Refusal.GRANT


def test_a_token_refreshed_while_it_is_revoked_opens_nothing(relay: Relay) -> None:
    for _ in range(TURNS):
        refresh, first = relay.tokens()
        found = run_together(*[partial(relay.refresh, refresh)] * 3, partial(relay.revoke, refresh))
        made = [item.access for item in found if isinstance(item, Granted)]
        assert [token for token in [first, *made] if relay.opens(token)] == []


def test_limits_hold_for_those_who_come_at_once(relay: Relay, engine: Engine) -> None:
    refresh, _ = relay.tokens()
    for _ in range(MOST_ACCESS - 3):
        relay.refresh(refresh)
    run_together(*[partial(relay.refresh, refresh)] * 6)
    assert live(engine, "access") == MOST_ACCESS
    for _ in range(MOST_REFRESH - 3):
        relay.tokens()
    codes = [relay.code() for _ in range(6)]
    run_together(*[partial(relay.exchange, code) for code in codes])
    assert live(engine, "refresh") == MOST_REFRESH


def test_access_tokens_that_are_over_leave_the_store(relay: Relay, engine: Engine) -> None:
    refresh, _ = relay.tokens()
    for hours in range(1, 6):
        relay.refresh(refresh, NOW + hours * HOUR)
    with engine.begin() as db:
        assert rows(db, "access") == 1


def live(engine: Engine, kind: str) -> int:
    with engine.begin() as db:
        return rows(db, kind, oauth_tokens.c.ended_at.is_(None))


def rows(db: Connection, kind: str, *conditions: Any) -> int:
    query = select(func.count()).select_from(oauth_tokens).where(oauth_tokens.c.kind == kind, *conditions)
    return int(db.execute(query).scalar_one())
