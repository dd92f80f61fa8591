"""One result of an examination."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Severity: a problem keeps the server from working, or lets others in."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing, its state, and what to do; '' where nothing is to be done."""

    about: str
    state: State
    text: str
    remedy: str = ""
