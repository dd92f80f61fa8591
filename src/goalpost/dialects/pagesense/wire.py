"""PageSense's JSON: https://www.zoho.com/pagesense/apidocs/creategoals.html and its sibling pages."""

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

DisplayName = Annotated[
    str, Field(max_length=255, description="Name of the goal, for people.", examples=["Engaged Reader"])
]
_AROUND = "".join(map(chr, (*range(0x21), 0xA0, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)))
"""Characters that addresses have around them when they were copied."""


def _trimmed(value: Any) -> Any:
    return value.strip(_AROUND) if isinstance(value, str) else value


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


Address = Annotated[str, BeforeValidator(_trimmed)]
ProjectLinkname = Annotated[
    str,
    BeforeValidator(_number_as_text),
    Field(description="The project's linkname, as in the path.", examples=["website-performance-project"]),
]
Count = Annotated[int, Field(description="How many objects there are.", examples=[1])]
Success = Annotated[bool, Field(description="Whether this object was processed.", examples=[True])]
StatusCode = Annotated[str, Field(description="Always 10000.", examples=["10000"])]
StatusString = Annotated[
    str, Field(description="What happened, in words.", examples=["All resource were processed successfully."])
]
Took = Annotated[str, Field(description="How long it took.", examples=["97 ms"])]
MAX_URLS = 100


class Wire(BaseModel):
    """Strict: a number is not a string, true is not a number. Keys that PageSense does not know are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Sent(Wire):
    """A part of a body. Null means that a field was not sent: clients write all that they know of."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


def _without_null_parts(value: Any) -> Any:
    return [part for part in value if part is not None] if isinstance(value, list) else value


WithoutNulls = BeforeValidator(_without_null_parts)
"""Validator of a list: null among its parts says nothing, as a null field does; the vendor's sample has such a list."""


class UrlRule(Wire):
    """Ways to compare the goal's addresses."""

    match_type: int = Field(
        description="1 simple, 2 exact, 3 contains, 4 starts with, 5 ends with, 6 wildcard, 7 regex.", examples=[1]
    )


class UrlEntry(Sent):
    """A rule as it is sent: other keys are looked at, because one that named an address would narrow the goal."""

    model_config = ConfigDict(strict=True, extra="allow", json_schema_extra={"additionalProperties": False})
    match_type: int = Field(
        1,
        description="1 simple (the default), 2 exact, 3 contains, 4 starts with, 5 ends with, 6 wildcard, 7 regex.",
        examples=[1],
    )


class GoalFields(Sent):
    """The fields of a goal."""

    display_name: DisplayName
    goal_type: int = Field(
        description="1 page visit, 2 link click, 3 form submit, 4 element click, 5 custom event, 6 revenue, "
        "7 engagement, 8 time spent.",
        examples=[8],
    )
    project_linkname: ProjectLinkname
    goal_url: Address = Field(
        "",
        description="The page that the goal is tied to; for link clicks the address that the link leads to.",
        examples=["https://example-blog.com/articles/performance-optimization"],
    )
    include_urls: Annotated[list[Address], WithoutNulls] = Field(
        [], max_length=MAX_URLS, description="Pages on which the goal counts too.", examples=[[]]
    )
    exclude_urls: Annotated[list[Address], WithoutNulls] = Field(
        [], max_length=MAX_URLS, description="Pages on which it does not count.", examples=[[]]
    )
    url: Annotated[list[UrlEntry], WithoutNulls] = Field(
        [], max_length=MAX_URLS, description="How those addresses are compared, all in the same way."
    )
    time_threshold: int | None = Field(
        None, ge=1, le=86_400, description="Seconds; required for time spent.", examples=[30]
    )
    element_css_selector: str = Field("", description="The element that is clicked, or the form that is sent.")
    custom_event_name: str = Field(
        "",
        validation_alias=AliasChoices("custom_event_name", "event_name", "custom_event"),
        description="The event that reaches the goal; announced where it was not.",
    )
    currency: str | None = Field(None, description="ISO 4217 code of a revenue goal's amounts; goalpost's addition.")


class GoalCreate(Sent):
    """The body of POST …/projectgoals/{linkname}."""

    projectgoal: GoalFields


class GoalChanges(Sent):
    """Fields of a goal to set."""

    display_name: DisplayName
    project_linkname: Annotated[str | None, BeforeValidator(_number_as_text)] = Field(
        None, description="The goal's project; told to be checked."
    )


class GoalUpdate(Sent):
    """The body of PUT …/projectgoals/{linkname}."""

    projectgoal: GoalChanges


class LiveGoal(Wire):
    """A goal. What does not apply to its type is left out."""

    created_time: int = Field(description="When it was made, Unix milliseconds.", examples=[1761732418306])
    time_spent_seconds: str | None = Field(None, description="The measured time in words.", examples=["0s"])
    goal_type: int = Field(description="As when it was made.", examples=[8])
    unique_visitor_count: int = Field(description="Visitors on the goal's pages since it was made.", examples=[0])
    time_threshold: int | None = Field(None, description="Seconds, for time spent.", examples=[30])
    display_name: DisplayName
    goal_id_string: str = Field(description="The id as text, for those whose numbers end at 2^53.")
    time_spent: int | None = Field(None, description="Milliseconds that visitors were active.", examples=[0])
    goal_id: int = Field(description="The goal's id: 17 digits.", examples=[93969000000011017])
    project_id: int = Field(description="The project's id: 17 digits.", examples=[93969000000007437])
    project_linkname: ProjectLinkname
    success: Success = True
    goal_status: int = Field(description="1 active, 2 deleted.", examples=[1])
    is_data_tracked: bool = Field(description="Live, and somebody was seen on its pages.", examples=[False])
    created_date: str = Field(description="The day it was made (UTC), in words.", examples=["Oct 29, 2025"])
    linkname: str = Field(description="The goal's linkname, which renaming does not change.", examples=["time-spent"])
    unique_goal_achieved_count: int = Field(description="Visitors who reached the goal.", examples=[0])
    goal_url: str | None = Field(None, description="As given.")
    include_urls: list[str] = Field(description="As given.")
    exclude_urls: list[str] = Field(description="As given.")
    url: list[UrlRule] = Field(description="As given.")
    element_css_selector: str | None = Field(None, description="As given.")
    custom_event_name: str | None = Field(None, description="As given.")
    currency: str | None = Field(None, description="As given.")


class Goal(LiveGoal):
    """A goal that may be deleted."""

    actual_end_time: int | None = Field(None, description="When it was deleted, Unix milliseconds.")


class Envelope(Wire):
    """The envelope of answers with goals."""

    status_code: StatusCode = "10000"
    status_string: StatusString = "All resource were processed successfully."
    timeTakenToProcessTheRequest: Took


class LiveGoals(Envelope):
    """A goal that was created or changed, in its envelope."""

    projectgoals: list[LiveGoal]
    count: Count


class Goals(Envelope):
    """The envelope around goals."""

    projectgoals: list[Goal]
    count: Count


class EventFields(Sent):
    """The fields of a custom event."""

    event_name: str = Field(max_length=255, description="The name that pages send.", examples=["PremiumSignupCTA"])
    project_linkname: ProjectLinkname


class EventCreate(Sent):
    """The body of POST …/customevents."""

    customevent: EventFields


class Event(Wire):
    """A custom event."""

    event_id: int = Field(description="The event's id.", examples=[20000000270870001])
    event_name: str = Field(description="The name that pages send.", examples=["PremiumSignupCTA"])
    linkname: str = Field(description="The event's linkname.", examples=["premiumsignupcta"])
    success: Success = True


class Events(Wire):
    """The envelope around custom events."""

    status_code: StatusCode = "10000"
    status_string: StatusString = "All resource were processed successfully."
    timeTakenToProcessTheRequest: Took
    customevents: list[Event]
    count: Count


class Error(Wire):
    """The body of every failure."""

    status_code: int = Field(description="What went wrong: a code of five digits.", examples=[10001])
    message: str = Field(description="What went wrong, for people.", examples=["display_name can't be blank"])
