"""Errors in words of meaning; each dialect chooses the number and the envelope.

GoalpostError
├── Malformed        the request cannot be read at all (bad JSON, bad query parameter)
├── Invalid          it was read, and fields of it are wrong: faults by field
│   └── InvalidReference  among them ids of what is not there, or another workspace's
├── Unauthenticated  no usable credential
├── Forbidden        a good credential without the needed scope
├── NotFound         not there, or another workspace's: never told apart
├── Conflict         it collides with what is stored
│   └── InUse        it cannot be taken away: says by what it is used
├── TooLarge         more than the door takes at once
├── RateLimited      a quota is used up; says when to come back
└── Unavailable      a store does not answer now; nothing is lost, try again
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID


class FaultKind(StrEnum):
    """Kinds of faults of a field, from which a dialect chooses its code."""

    BLANK = "blank"
    TOO_LONG = "too_long"
    NOT_AN_ID = "not_an_id"
    BAD_VALUE = "bad_value"


class Fault(str):
    """A sentence fragment that says what is wrong with a field ("can't be blank"), with its kind."""

    __slots__ = ("kind",)
    kind: FaultKind

    def __new__(cls, text: str, kind: FaultKind) -> "Fault":
        """Make a fault that reads as `text`."""
        fault = super().__new__(cls, text)
        fault.kind = kind
        return fault


BLANK = Fault("can't be blank", FaultKind.BLANK)

Faults = Mapping[str, Sequence[str]]
"""Field name → what is wrong with it, one sentence fragment each; a Fault where dialects have codes for its kind."""


def too_long(longest: int) -> Fault:
    """Return the fault of a text of more than `longest` characters."""
    return Fault(f"should be at most {longest} character(s)", FaultKind.TOO_LONG)


def fault_kind(fault: str) -> FaultKind:
    """Return the kind of a fault; BAD_VALUE for a plain text."""
    return fault.kind if isinstance(fault, Fault) else FaultKind.BAD_VALUE


class GoalpostError(Exception):
    """The root of every error goalpost raises on purpose."""


class Malformed(GoalpostError):
    """The request cannot be read; the message says where and why."""


class Invalid(GoalpostError):
    """The request was read and some of its fields are wrong."""

    def __init__(self, faults: Faults) -> None:
        super().__init__("; ".join(f"{field} {text}" for field, texts in faults.items() for text in texts))
        self.faults = faults


class InvalidReference(Invalid):
    """Fields name rows that are not there, or not the caller's to know of."""


class Unauthenticated(GoalpostError):
    """The credential is missing, malformed, unknown, expired or revoked."""


class Forbidden(GoalpostError):
    """The credential is good and lacks the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"the key lacks the scope {scope}")
        self.scope = scope


class NotFound(GoalpostError):
    """Not there, or not the caller's to know of."""


class Conflict(GoalpostError):
    """The change collides with what is stored."""


class InUse(Conflict):
    """It cannot be taken away: goal types, by their names, and goals or templates, by id and name, use it."""

    def __init__(self, message: str, goal_types: Sequence[str], goals: Sequence[tuple[UUID, str]]) -> None:
        super().__init__(message)
        self.goal_types = goal_types
        self.goals = goals


class TooLarge(GoalpostError):
    """More than this door takes at once."""


class RateLimited(GoalpostError):
    """A quota is used up."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"rate limit exceeded, retry after {retry_after} s")
        self.retry_after = retry_after


class Unavailable(GoalpostError):
    """A store does not answer; nothing acknowledged is lost."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
