"""Files that each have a request and the response that it gets, with names in the place of what a test makes."""

import json
from pathlib import Path
from typing import Any


def pairs(folder: str) -> list[Path]:
    """The files beside a test."""
    return sorted((Path(folder).parent / "golden").glob("*.json"))


def unmasked(value: Any, names: dict[str, str]) -> Any:
    """A value of a file with the names replaced by what they stand for."""
    return json.loads(with_values(json.dumps(value), names))


def with_values(text: str, names: dict[str, str]) -> str:
    for name, meant in names.items():
        text = text.replace(name, meant)
    return text


def with_names(text: str, names: dict[str, str]) -> str:
    return with_values(text, {meant: name for name, meant in names.items()})
