"""The relational tables, as SQLAlchemy Core sees them; migrations/ is what makes them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, UTC-aware in Python whatever the store keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware in any zone → UTC."""
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """SQLite hands back naive UTC, PostgreSQL an aware moment in the session's zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


SITE_KEY = String(255).with_variant(String(32), "sqlite")
"""SQLite heeds no length, and cannot change a column's type."""

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

sites = Table(
    "sites",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("domain", String(255), nullable=False, index=True),
    Column("host", String(255), nullable=False, index=True, server_default=text("''")),  # what the domain claims
    Column("name", String(255), nullable=False),
    Column("key", SITE_KEY, nullable=False, unique=True),
    Column("public_stats", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("number", BigInteger, nullable=False, server_default="0"),
    Column("slug", String(255), nullable=False, index=True, server_default=text("''")),
    Column("visitor_ids", Boolean, nullable=False, server_default=false()),
    Column("keyed_revenue", Boolean, nullable=False, server_default=false()),
    # The catalog's revision when the site or a goal of it last changed: what ingest reads to follow changes.
    Column("revision", Integer, nullable=False, index=True),
    Index(
        "uq_sites_workspace_id_domain",
        "workspace_id",
        "domain",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

domain_claims = Table(
    "domain_claims",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id")),  # NULL: several had it before claims were kept
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("held_until", UtcDateTime),
    Column("proved_at", UtcDateTime),
)
"""Whose each host is that sites bear, for the whole server."""

conversion_goals = Table(
    "conversion_goals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("trigger", String(32), nullable=False),
    Column("match_type", String(32), nullable=False),
    Column("match_value", String(2048), nullable=False),
    Column("currency", String(3)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("number", BigInteger, nullable=False, server_default="0"),
    Column("slug", String(255), nullable=False, index=True, server_default=text("''")),
    Column("scope", Text),  # JSON; NULL: every page
)

declared_events = Table(
    "declared_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("slug", String(255), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("site_id", "name"),
)
"""Custom events that somebody has announced; events need not be announced to be counted."""

foreign_ids = Table(
    "foreign_ids",
    metadata,
    Column("workspace_id", ForeignKey("workspaces.id"), primary_key=True),
    Column("spelling", String(16), primary_key=True),
    Column("text", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("row_id", Uuid, nullable=False),
    Index("uq_foreign_ids_row", "workspace_id", "spelling", "row_id", "kind", unique=True),
)
"""Ids that rows have brought along, where they are not computed from the rows' own ids."""

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

catalog = Table(
    "catalog", metadata, Column("id", Integer, primary_key=True), Column("revision", Integer, nullable=False)
)
"""One row: how often sites and goals have changed."""

visitor_salts = Table(
    "visitor_salts",
    metadata,
    Column("day", String(10), primary_key=True),  # the UTC day on which the events come in
    Column("salt", String(64), nullable=False),  # 32 random bytes, hexadecimal
    Column("made_on", String(10), nullable=False),  # the same day; destroyed when it is over
)

secret_fingerprint = Table(
    "secret_fingerprint",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # hexadecimal
)
"""At most one row: by which the secret is known that keys are hashed with."""
