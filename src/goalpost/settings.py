"""Settings: read once at the edge, from `GOALPOST_*` environment variables. Every default works."""

import math
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from goalpost.tenancy.rate_limit import Allowance, Cost


class Settings(BaseSettings):
    """The choices of an operator."""

    model_config = SettingsConfigDict(env_prefix="GOALPOST_", extra="ignore")

    data: Path = Field(
        Path("goalpost-data"), description="The data directory: both stores, the spool and the secret live here."
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8300, ge=0, le=65535, description="The port to listen on.")
    database_url: str | None = Field(
        None,
        description="The relational store: postgresql://… or sqlite:///…; by default SQLite in the data directory.",
    )
    events_url: str | None = Field(
        None, description="The event store: clickhouse://… or chdb:///…; by default chDB in the data directory."
    )
    secret: str | None = Field(
        None,
        min_length=32,
        description="What keys are hashed with; by default made at the first start and kept in the data directory.",
    )
    geoip: Path | None = Field(None, description="An MMDB file with countries; without one events have no country.")
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Addresses or networks, separated by commas, whose forwarding header is believed.",
    )
    proxy_header: str = Field(
        "x-forwarded-for", description="The header in which trusted proxies give the client's address."
    )
    ingest_limit: int = Field(
        200, ge=0, description="Event requests a minute and client address without a key; 0 means no limit."
    )
    ingest_events: int | None = Field(
        None,
        ge=0,
        description="Events a minute and client address without a key; by default ten times the requests; 0 means no"
        " limit.",
    )
    ingest_mb: int | None = Field(
        None,
        ge=0,
        description="Megabytes a minute and client address without a key; by default a tenth of the requests;"
        " 0 means no limit.",
    )
    ingest_array: int | None = Field(
        None,
        ge=0,
        description="Events in an array without a key, which then has a megabyte at most; by default 100, unless the"
        " requests have no limit; 0 means no limit but that of senders with a key.",
    )
    site_rows: int = Field(
        600_000,
        ge=0,
        description="Events and conversions a minute and site, half of them without a key; 0 means no limit.",
    )
    site_mb: int = Field(300, ge=0, description="Megabytes of these; 0 means no limit.")
    workspace_rows: int = Field(
        1_200_000, ge=0, description="Events and conversions a minute and workspace; 0 means no limit."
    )
    workspace_mb: int = Field(600, ge=0, description="Megabytes of these; 0 means no limit.")
    key_guesses: int | None = Field(
        None,
        ge=0,
        description="Wrong keys, tokens and client secrets a minute and client address; by default 20, unless the API"
        " has no limit; 0 means no limit.",
    )
    sites_per_workspace: int = Field(1000, ge=1, description="Sites that a workspace may have.")
    goals_per_site: int = Field(1000, ge=1, description="Live conversion goals that a site may have.")
    declared_events_per_site: int = Field(1000, ge=1, description="Custom events that a site may have declared.")
    keyless_revenue: int = Field(
        10_000_000_000,  # an order of some thousand euros has nine digits in dong or rial
        ge=0,
        description="The largest amount that an event without a key may earn; 0 means 10^14.",
    )
    api_limit: int | None = Field(
        None,
        ge=0,
        description="API requests a minute at each door; by default as its vendor documents; 0 means no limit.",
    )
    api_limits: Annotated[dict[str, Annotated[int, Field(ge=0)]], NoDecode] = Field(
        default_factory=dict, description="The same for single doors, as in `name=300,other=0`."
    )
    api_daily_limit: int | None = Field(
        None,
        ge=0,
        description="API requests a day, where a vendor has such a quota; by default its own.",
    )
    rate_limit: Literal["on", "off"] = Field(
        "on", description="off lifts every limit at once, for private networks and load tests."
    )
    spool_max_mb: int = Field(
        4096, ge=1, description="Megabytes the spool may take while the event store is away; then 503."
    )
    metrics_token: str | None = Field(
        None, min_length=16, description="What /metrics asks for, as Authorization: Bearer; by default nothing."
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="A port of its own for /metrics, which the other one then has no more."
    )
    dns_server: str | None = Field(
        None,
        description="The DNS server that `site prove` asks, an address with or without a port; else the system's.",
    )
    prove_private: bool = Field(
        False, description="Whether `site prove` may fetch files from addresses that are not public."
    )
    log_format: str = Field("console", pattern="^(console|json)$", description="How logs are written: console or json.")
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="The least severe log line to write."
    )

    @field_validator("metrics_port")
    @classmethod
    def _is_another_port(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value == info.data.get("port"):
            raise ValueError("it is the server's own port: name another")
        return value

    @field_validator("database_url", "events_url")
    @classmethod
    def _has_readable_parts(cls, value: str | None) -> str | None:
        # A driver would fail for ever, and repeat in the log what it took for the port: the end of a password.
        try:
            _ = urlsplit(value or "").port
        except ValueError:
            raise ValueError("it cannot be read as a URL: in its password write / as %2F, @ as %40, # as %23") from None
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("api_limits", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return {name.strip(): number.strip() for name, _, number in pairs}

    @model_validator(mode="after")
    def _lift_limits(self) -> Self:
        if self.rate_limit == "off":
            self.ingest_limit = self.api_limit = self.api_daily_limit = 0
            self.ingest_events = self.ingest_mb = self.ingest_array = self.key_guesses = 0
            self.site_rows = self.site_mb = self.workspace_rows = self.workspace_mb = 0
            self.api_limits = {}
        return self

    def of_address(self) -> Cost:
        """Return what a client address without a key may send in a minute."""
        events = 10 * self.ingest_limit if self.ingest_events is None else self.ingest_events
        megabytes = math.ceil(self.ingest_limit / 10) if self.ingest_mb is None else self.ingest_mb
        return Cost(self.ingest_limit, events, megabytes << 20)

    def of_site(self) -> Cost:
        """Return the rows and bytes that a site may take in a minute."""
        return Cost(0, self.site_rows, self.site_mb << 20)

    def of_workspace(self) -> Cost:
        """Return the rows and bytes that a workspace may take in a minute."""
        return Cost(0, self.workspace_rows, self.workspace_mb << 20)

    def keyless_array(self) -> int:
        """Return how many events an array without a key may have; 0: as many as one with a key."""
        return (100 if self.ingest_limit else 0) if self.ingest_array is None else self.ingest_array

    def allowed_guesses(self) -> int:
        """Return how many wrong secrets an address may send in a minute; 0 means no limit."""
        return (0 if self.api_limit == 0 else 20) if self.key_guesses is None else self.key_guesses

    def allowed(self, door: str, documented: Allowance) -> Allowance:
        """Return the quotas of a door, given those that its vendor documents."""
        minute = self.api_limits.get(door, documented.minute if self.api_limit is None else self.api_limit)
        day = documented.day if self.api_daily_limit is None else self.api_daily_limit
        return Allowance(minute, day if documented.day else 0)
