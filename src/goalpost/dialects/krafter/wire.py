"""Krafter's JSON: goals (https://docs.krafter.dev/analytics/api/goals.html), and from its sibling pages the rest."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

T = TypeVar("T")

Id = Annotated[str, Field(description="Unique identifier (UUID).", examples=["550e8400-e29b-41d4-a716-446655440000"])]
GoalName = Annotated[str, Field(max_length=255, description="Display name of the goal.", examples=["Purchase"])]
GoalType = Annotated[
    Literal["pageview", "event", "custom"],
    Field(description="What triggers the goal: a page view, `ka.track()` or `ka.goal()`.", examples=["custom"]),
]
GoalMatchType = Annotated[
    Literal["exact", "contains", "regex"],
    Field(description="How the match value is held against what is observed, case-sensitively.", examples=["exact"]),
]
GoalMatchValue = Annotated[
    str,
    Field(
        description="Path of the page, name of the event or name of the goal call: at most 255 characters, 2,048 for "
        "a regex (RE2 syntax).",
        examples=["purchase"],
    ),
]
SiteName = Annotated[str, Field(max_length=255, description="Display name of the site.", examples=["Example shop"])]
Domain = Annotated[str, Field(description="Host name, without scheme and path.", examples=["shop.example.com"])]
PublicStats = Annotated[bool, Field(description="Whether the site's numbers are meant for everyone.", examples=[False])]
Pageviews = Annotated[int, Field(description="Page views.", examples=[1204])]
Visitors = Annotated[int, Field(description="Unique visitors.", examples=[298])]
Visits = Annotated[int, Field(description="Visits; 30 minutes without an event end one.", examples=[342])]
OptionalText = str | SkipJsonSchema[None]


class Wire(BaseModel):
    """Strict: a number is not a string. Keys that Krafter does not know are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class Patch(Wire):
    """A body of which only what was sent counts, so that its fields' defaults mean nothing and are not shown."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class Data(Wire, Generic[T]):
    """The envelope of every success."""

    data: T


class Goal(Wire):
    """A goal, exactly as documented: six keys."""

    id: Id
    name: GoalName
    type: GoalType
    match_type: GoalMatchType
    match_value: GoalMatchValue
    currency: str | None = Field(
        description="ISO 4217 code; null when the goal does not track revenue.", examples=["USD"]
    )


class GoalCreate(Wire):
    """The body of POST …/goals."""

    name: GoalName
    type: GoalType
    match_type: GoalMatchType
    match_value: GoalMatchValue
    currency: str | None = Field(None, description="ISO 4217 code, in any case.", examples=["USD"])


class GoalPatch(Patch):
    """The body of PATCH …/goals/{id}."""

    name: GoalName = ""
    type: GoalType = "pageview"
    match_type: GoalMatchType = "exact"
    match_value: GoalMatchValue = ""
    currency: str | None = Field(None, description="ISO 4217 code; null ends revenue tracking.", examples=["EUR"])


class Deleted(Wire):
    """The answer to DELETE."""

    deleted: Annotated[Literal[True], Field(description="Always true.")] = True


class GoalStats(Wire):
    """A goal's numbers in a period."""

    conversions: int = Field(description="How often the goal was triggered.", examples=[342])
    unique_conversions: int = Field(description="Unique visitors who triggered the goal.", examples=[298])
    revenue: float | None = Field(
        description="Revenue of every conversion together; null when the goal has no currency.", examples=[16758.0]
    )


class Site(Wire):
    """A site."""

    id: Id
    domain: Domain
    name: SiteName
    site_key: str = Field(
        description="The public key by which pages and this API's paths name the site.", examples=["sk_abc123def456"]
    )
    public_stats: PublicStats
    created_at: str = Field(description="ISO 8601, UTC, to the second.", examples=["2025-01-15T10:00:00Z"])


class SiteCreate(Wire):
    """The body of POST /sites."""

    domain: Domain
    name: SiteName
    public_stats: PublicStats = False


class SitePatch(Patch):
    """The body of PATCH /sites/{key}."""

    domain: Domain = ""
    name: SiteName = ""
    public_stats: PublicStats = False


class PeriodQuery(BaseModel):
    """The query parameters that choose a period. They are plain texts here: the model decides what can be read."""

    period: str = Field(
        "30d",
        description="The days up to today (UTC), or `custom` for any others.",
        json_schema_extra={"enum": ["7d", "30d", "12mo", "custom"]},
    )
    from_: OptionalText = Field(
        None,
        alias="from",
        description="First day; required when period is custom, and ignored when it is not.",
        examples=["2025-02-01"],
    )
    to: OptionalText = Field(
        None,
        description="Last day, itself included; required when period is custom, and ignored when it is not.",
        examples=["2025-02-28"],
    )


class SiteStatsQuery(PeriodQuery):
    """The query parameters of a site's statistics."""

    dimensions: str = Field(
        "",
        description="Breakdowns to add, separated by commas: path, referrer, country, device, browser, os, utm_source, "
        "utm_medium, utm_campaign.",
        examples=["path,country"],
    )


class Period(Wire):
    """Days in UTC, both included."""

    from_: str = Field(serialization_alias="from", description="First day.", examples=["2025-02-11"])
    to: str = Field(description="Last day.", examples=["2025-02-18"])


class Totals(Wire):
    """A site's numbers in the period."""

    pageviews: Pageviews
    visitors: Visitors
    visits: Visits


@dataclass(slots=True)
class Day:  # made in a moment, in contrast to a model: a long period has thousands
    """A site's numbers on one day."""

    date: Annotated[str, Field(description="The day, UTC.", examples=["2025-02-11"])]
    pageviews: Pageviews
    visitors: Visitors
    visits: Visits


class BreakdownRow(Wire):
    """One value of a dimension."""

    value: str = Field(description="The dimension's value.", examples=["/pricing"])
    pageviews: Pageviews
    visitors: Visitors


class SiteStats(Wire):
    """A site's statistics."""

    period: Period
    totals: Totals
    timeseries: list[Day] = Field(description="Every day of the period, in order.")
    breakdowns: dict[str, list[BreakdownRow]] = Field(
        description="For every dimension asked for, its hundred values with most visitors.",
        examples=[{"path": [{"value": "/pricing", "pageviews": 1204, "visitors": 298}]}],
    )


class Realtime(Wire):
    """The visitors who are there now."""

    visitors: int = Field(description="Unique visitors within the last five minutes.", examples=[12])


class EventCount(Wire):
    """A custom event in the period."""

    name: str = Field(description="The event's name.", examples=["signup"])
    count: int = Field(description="How often it was sent.", examples=[342])
    visitors: Visitors


class Error(Wire):
    """The body of every failure; what does not apply is left out."""

    error: str = Field(description="What went wrong, for people.")
    details: dict[str, list[str]] | None = Field(None, description="With 422: what is wrong, by field.")
    retry_after: int | None = Field(None, description="With 429: seconds to wait.")
