"""OAuth clients and their tokens as rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from goalpost.tenancy.model.oauth import Client, Kind, Token
from goalpost.tenancy.rows.tables import oauth_clients, oauth_tokens

_CLIENT = ("id", "workspace_id", "name", "client_id", "redirect_uri", "created_at", "revoked_at")


def insert_client(db: Connection, client: Client, digest: str) -> None:
    """Store a new client under the digest of its secret."""
    db.execute(insert(oauth_clients).values(digest=digest, **{name: getattr(client, name) for name in _CLIENT}))


def list_clients(db: Connection, workspace_id: UUID | None) -> list[Client]:
    """Clients of one workspace or of all, oldest first."""
    query = select(oauth_clients).order_by(oauth_clients.c.created_at, oauth_clients.c.id)
    if workspace_id is not None:
        query = query.where(oauth_clients.c.workspace_id == workspace_id)
    return [_client(row) for row in db.execute(query)]


def find_client(db: Connection, client_id: str) -> tuple[Client, str] | None:
    """The live client of that id with the digest of its secret."""
    query = select(oauth_clients).where(oauth_clients.c.client_id == client_id, oauth_clients.c.revoked_at.is_(None))
    row = db.execute(query).one_or_none()
    return (_client(row), row.digest) if row else None


def client_of(db: Connection, token: Token) -> Client | None:
    """The live client that a token belongs to."""
    query = select(oauth_clients).where(oauth_clients.c.id == token.client_id, oauth_clients.c.revoked_at.is_(None))
    row = db.execute(query).one_or_none()
    return _client(row) if row else None


def lock_client(db: Connection, client_id: UUID) -> None:
    """Let no other transaction change a client or its tokens until this one ends: what is live now stays live.

    SQLite's transactions that may write hold such a lock from their beginning.
    """
    db.execute(select(oauth_clients.c.id).where(oauth_clients.c.id == client_id).with_for_update(key_share=True))


def revoke_client(db: Connection, client_id: str, now: datetime) -> bool:
    """End a live client; False when there is none of that id."""
    live = (oauth_clients.c.client_id == client_id) & oauth_clients.c.revoked_at.is_(None)
    return db.execute(update(oauth_clients).where(live).values(revoked_at=now)).rowcount == 1


def insert_token(db: Connection, token: Token, prefix: str, digest: str) -> None:
    """Store a new token under the digest of the whole."""
    db.execute(
        insert(oauth_tokens).values(
            id=token.id,
            client_id=token.client_id,
            kind=token.kind.value,
            prefix=prefix,
            digest=digest,
            scopes=" ".join(sorted(token.scopes)),
            parent_id=token.parent_id,
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )


def find_tokens(db: Connection, prefix: str) -> list[tuple[Token, str]]:
    """The tokens that begin with `prefix`, each with its digest."""
    return [
        (_token(row), row.digest) for row in db.execute(select(oauth_tokens).where(oauth_tokens.c.prefix == prefix))
    ]


def end_token(db: Connection, token_id: UUID, now: datetime) -> bool:
    """End a token and all that was made from it; False when it had ended before."""
    live = (oauth_tokens.c.id == token_id) & oauth_tokens.c.ended_at.is_(None)
    ended = db.execute(update(oauth_tokens).where(live).values(ended_at=now)).rowcount == 1
    end_children(db, token_id, now)
    return ended


def end_children(db: Connection, token_id: UUID, now: datetime) -> None:
    """End all that was made from a token, and what was made from that."""
    for row in db.execute(select(oauth_tokens.c.id).where(oauth_tokens.c.parent_id == token_id)).all():
        end_token(db, row.id, now)


def use_up(db: Connection, token_id: UUID, now: datetime) -> bool:
    """End a token alone; False when somebody else was quicker."""
    live = (oauth_tokens.c.id == token_id) & oauth_tokens.c.ended_at.is_(None)
    return db.execute(update(oauth_tokens).where(live).values(ended_at=now)).rowcount == 1


def forget_access(db: Connection, refresh_id: UUID, now: datetime) -> None:
    """Delete the access tokens of a refresh token that are over: a client makes one an hour, for years."""
    over = oauth_tokens.c.ended_at.is_not(None) | (oauth_tokens.c.expires_at <= now)
    made = (oauth_tokens.c.parent_id == refresh_id) & (oauth_tokens.c.kind == Kind.ACCESS.value)
    db.execute(delete(oauth_tokens).where(made & over))


def live_tokens(db: Connection, kind: Kind, *, client_id: UUID, parent_id: UUID | None, now: datetime) -> list[UUID]:
    """The ids of a client's live tokens of a kind, of one parent where one is given, oldest first."""
    query = select(oauth_tokens.c.id).where(
        oauth_tokens.c.client_id == client_id,
        oauth_tokens.c.kind == kind.value,
        oauth_tokens.c.ended_at.is_(None),
        oauth_tokens.c.expires_at.is_(None) | (oauth_tokens.c.expires_at > now),
    )
    if parent_id is not None:
        query = query.where(oauth_tokens.c.parent_id == parent_id)
    return [row.id for row in db.execute(query.order_by(oauth_tokens.c.created_at, oauth_tokens.c.id))]


def newest_refresh(db: Connection, client_id: UUID, now: datetime) -> Token | None:
    """The live refresh token that a client was given last."""
    ids = live_tokens(db, Kind.REFRESH, client_id=client_id, parent_id=None, now=now)
    row = db.execute(select(oauth_tokens).where(oauth_tokens.c.id == ids[-1])).one() if ids else None
    return _token(row) if row else None


def was_granted(db: Connection, client_id: UUID) -> bool:
    """Return whether a client was ever given a code or a refresh token, whatever became of it."""
    query = select(oauth_tokens.c.id).where(oauth_tokens.c.client_id == client_id).limit(1)
    return db.execute(query).one_or_none() is not None


def _client(row: Row[Any]) -> Client:
    return Client(*(getattr(row, name) for name in _CLIENT))


def _token(row: Row[Any]) -> Token:
    scopes = frozenset(row.scopes.split())
    moments = (row.created_at, row.expires_at, row.ended_at)
    return Token(row.id, row.client_id, Kind(row.kind), scopes, row.parent_id, *moments)
