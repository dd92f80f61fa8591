"""The tables of sites and conversion goals."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from goalpost.storage.tables import UtcDateTime
from goalpost.tenancy.rows.tables import metadata

SITE_KEY = String(255).with_variant(String(32), "sqlite")
"""SQLite heeds no length, and cannot change a column's type."""

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
"""Owners of the hosts that sites bear, for the whole server."""

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
    Column("cost", Integer, nullable=False, server_default="0"),  # of the rule, as pattern_costs has it
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

visitor_salts = Table(
    "visitor_salts",
    metadata,
    Column("day", String(10), primary_key=True),  # the UTC day on which the events come in
    Column("salt", String(64), nullable=False),  # 32 random bytes, hexadecimal
    Column("made_on", String(10), nullable=False),  # the same day; destroyed when it is over
)
