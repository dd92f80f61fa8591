"""Krafter's JSON: goals (https://docs.krafter.dev/analytics/api/goals.html), sites and statistics (its sibling pages)."""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

GoalType = Literal["pageview", "event", "custom"]
GoalMatchType = Literal["exact", "contains", "regex"]


class Wire(BaseModel):
    """Strict: a number is no string. Keys that Krafter does not know are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Data(Wire, Generic[T]):
    """The envelope of every success."""

    data: T


class Goal(Wire):
    """A goal, exactly as documented: six keys."""

    id: str = Field(description="Unique identifier (UUID).")
    name: str
    type: GoalType
    match_type: GoalMatchType
    match_value: str
    currency: str | None = Field(description="ISO 4217; null when the goal does not track revenue.")


class GoalCreate(Wire):
    """The body of POST …/goals."""

    name: str = Field(max_length=255)
    type: GoalType
    match_type: GoalMatchType
    match_value: str = Field(
        description="Page path, event name or goal name; at most 255 characters, 2048 for a regex (RE2)."
    )
    currency: str | None = Field(None, description="ISO 4217, any case.")


class GoalPatch(Wire):
    """The body of PATCH …/goals/{id}: only what is to change. A currency of null ends revenue tracking."""

    name: str = Field("", max_length=255)
    type: GoalType = "pageview"
    match_type: GoalMatchType = "exact"
    match_value: str = ""
    currency: str | None = None


class Deleted(Wire):
    """The answer to DELETE."""

    deleted: Literal[True] = True


class GoalStats(Wire):
    """A goal's numbers in a period."""

    conversions: int
    unique_conversions: int
    revenue: float | None = Field(description="null when the goal has no currency.")


class Site(Wire):
    """A site; `site_key` is what pages and these paths bear."""

    id: str
    domain: str
    name: str
    site_key: str
    public_stats: bool
    created_at: str = Field(description="ISO 8601, UTC, seconds.")


class SiteCreate(Wire):
    """The body of POST /sites."""

    domain: str
    name: str = Field(max_length=255)
    public_stats: bool = False


class SitePatch(Wire):
    """The body of PATCH /sites/{key}: only what is to change."""

    domain: str = ""
    name: str = Field("", max_length=255)
    public_stats: bool = False


class Period(Wire):
    """Days in UTC, both included."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    first_on: str = Field(alias="from")
    last_on: str = Field(alias="to")


class Totals(Wire):
    """A site's numbers in the period."""

    pageviews: int
    visitors: int
    visits: int


class Day(Totals):
    """A site's numbers on one day."""

    date: str


class BreakdownRow(Wire):
    """One value of a dimension."""

    value: str
    pageviews: int
    visitors: int


class SiteStats(Wire):
    """A site's statistics; `breakdowns` has a list for every dimension asked for."""

    period: Period
    totals: Totals
    timeseries: list[Day]
    breakdowns: dict[str, list[BreakdownRow]]


class Realtime(Wire):
    """Visitors seen within the last five minutes."""

    visitors: int


class EventCount(Wire):
    """A custom event in the period."""

    name: str
    count: int
    visitors: int


class Error(Wire):
    """The body of every failure."""

    error: str
    details: dict[str, list[str]] | None = Field(None, description="With 422: what is wrong, by field.")
    retry_after: int | None = Field(None, description="With 429: seconds to wait.")
