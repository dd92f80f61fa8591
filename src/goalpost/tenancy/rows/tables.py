"""The tables of workspaces, their credentials, and requests that named themselves."""

from sqlalchemy import Column, ForeignKey, String, Table, Text, Uuid

from goalpost.storage.tables import UtcDateTime, metadata

__all__ = ["metadata"]

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("prefix", String(12), nullable=False, index=True),
    Column("digest", String(64), nullable=False),  # HMAC-SHA256 of the whole key, hexadecimal
    Column("scopes", String, nullable=False),  # separated by spaces
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)

oauth_clients = Table(
    "oauth_clients",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("client_id", String(64), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),  # of the secret, as of a key
    Column("redirect_uri", String(2048), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

oauth_tokens = Table(
    "oauth_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client_id", ForeignKey("oauth_clients.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # code, refresh, access
    Column("prefix", String(24), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("scopes", String, nullable=False),  # separated by spaces
    Column("parent_id", ForeignKey("oauth_tokens.id"), index=True),  # the code or refresh token it was made from
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("ended_at", UtcDateTime),  # used, revoked or replaced
)

sent_requests = Table(
    "sent_requests",
    metadata,
    Column("workspace_id", ForeignKey("workspaces.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),  # of what was asked for
    Column("answer", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
"""Requests that name themselves, with what was answered: sent again, they are not done again."""
