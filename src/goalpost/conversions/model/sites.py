"""Sites, what they are named by, and the events that are declared for them."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from goalpost.conversions.model.hosts import normal_host
from goalpost.kernel.errors import BLANK, Invalid
from goalpost.kernel.ids import is_site_key
from goalpost.kernel.texts import text_faults
from goalpost.tenancy.model.workspaces import MAX_NAME

_LEAST_NUMBER = 10**12

_NOT_IN_SLUGS = frozenset("/?#% \t\r\n\\")

_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?\Z"
)


@dataclass(frozen=True, slots=True)
class Site:
    """A measured site: pages that report under one key.

    `number` and `slug` are further spellings of its identity, as a goal's are. With `visitor_ids`, visitors who agree
    are recognised for twelve months by an id that their browser keeps. With `keyed_revenue`, revenue counts from
    senders with a key alone.
    """

    id: UUID
    workspace_id: UUID
    domain: str
    name: str
    key: str
    public_stats: bool
    created_at: datetime
    number: int = 0
    slug: str = ""
    visitor_ids: bool = False
    keyed_revenue: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Spellings of its identity that a new site, goal or event brings along; what is None or empty is new.

    `number` has more than twelve digits, `slug` is kept as it is: with its capitals, underscores and dots.
    """

    row_id: UUID | None = None
    number: int | None = None
    slug: str = ""


NO_NAMES = Names()


@dataclass(frozen=True, slots=True)
class DeclaredEvent:
    """A custom event of a site that somebody has announced."""

    id: UUID
    site_id: UUID
    name: str
    slug: str
    number: int
    created_at: datetime


def clean_domain(domain: str) -> str:
    """The stored form of a domain: as browsers send it, without scheme, path and trailing dot; may keep a port.

    Raises Invalid when what is left is not a host name, or could be the key of another site.
    """
    host = domain.strip().lower()
    host = re.sub(r"\Ahttps?://", "", host).split("/", 1)[0]
    host = normal_host(host)
    if not host:
        raise Invalid({"domain": [BLANK]})
    if not _DOMAIN.match(host) or is_site_key(host):
        raise Invalid({"domain": ["has invalid format"]})
    return host


def check_names(names: Names) -> None:
    """Raise Invalid for a number or a slug that could not be told from those made here, or not be asked for."""
    faults: dict[str, list[str]] = {}
    if names.number is not None and not _LEAST_NUMBER <= names.number < _LEAST_NUMBER * 10**6:
        faults["number"] = ["must have from 13 to 18 digits"]
    if names.slug and (text_faults(names.slug, MAX_NAME) or set(names.slug) & _NOT_IN_SLUGS):
        faults["slug"] = [f"must be at most {MAX_NAME} characters without spaces, / ? # % and \\"]
    if faults:
        raise Invalid(faults)
