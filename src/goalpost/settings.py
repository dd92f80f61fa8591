"""Settings: read once at the edge, from `GOALPOST_*` environment variables. Every default works."""

import secrets
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from goalpost.auth.rate_limit import Allowance


class Settings(BaseSettings):
    """What an operator may choose."""

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
        200, ge=0, description="Event requests a minute and client address without a key; 0 is no limit."
    )
    api_limit: int | None = Field(
        None, ge=0, description="API requests a minute at each door; by default as its vendor documents; 0 is no limit."
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
            self.api_limits = {}
        return self

    def allowed(self, door: str, documented: Allowance) -> Allowance:
        """Return the quotas of a door, given those that its vendor documents."""
        minute = self.api_limits.get(door, documented.minute if self.api_limit is None else self.api_limit)
        day = documented.day if self.api_daily_limit is None else self.api_daily_limit
        return Allowance(minute, day if documented.day else 0)


def read_secret(settings: Settings) -> bytes:
    """The server's secret: the configured one, else the one in the data directory, made there at the first start."""
    if settings.secret is not None:
        return settings.secret.encode()
    path = settings.data / "secret"
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        _write_private(path, secrets.token_urlsafe(32))
    return path.read_text().strip().encode()


def _write_private(path: Path, text: str) -> None:
    # Written aside and renamed, so that a crash leaves no half secret behind.
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was quicker; its secret counts
    finally:
        draft.unlink()
