"""Files with answers of an API: JSON, or a JSON text on each line; packed or not, whole or not at all."""

import os
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from goalpost.cli.lines import open_lines
from goalpost.kernel.errors import GoalpostError

_MOST = 256 << 20  # characters of a file
_NOTHING = "nothing is imported"


class BadFile(GoalpostError):
    """A file cannot be read; the message says why, and where."""


def split_argument(text: str) -> tuple[str, str]:
    """Split `WHAT=FILE` into the name of what the file lists, where one was given, and the file."""
    what, equals, file = text.partition("=")
    return (what, file) if equals and not os.path.exists(text) else ("", text)


def documents(file: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a file, each with its place; those of a list one by one. Raises BadFile and OSError."""
    text = _text(file)
    if not text.strip():
        raise BadFile(f"{file} is empty; {_NOTHING}")
    for document, place in _parsed(file, text):
        if isinstance(document, list):
            yield from (
                (_object(part, f"{place}[{number}]"), f"{place}[{number}]") for number, part in enumerate(document)
            )
        else:
            yield _object(document, place), place


def _parsed(file: str, text: str) -> Iterator[tuple[Any, str]]:
    try:
        yield from_json(text, allow_inf_nan=False), file
        return
    except ValueError as error:
        whole = str(error)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for number, line in lines:
        try:
            yield from_json(line, allow_inf_nan=False), f"{file} line {number}"
        except ValueError as error:
            # A first line that is not a JSON text by itself: the file was meant as a whole.
            reason = whole if number == lines[0][0] else f"line {number}: {error}"
            raise BadFile(f"{file} is not JSON: {reason}; {_NOTHING}") from None


def _object(document: Any, place: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise BadFile(f"{place} is not a JSON object; {_NOTHING}")
    return document


def _text(file: str) -> str:
    parts, size = [], 0
    with open_lines(file) as lines:
        for line in lines:
            parts.append(line)
            size += len(line)
            if size > _MOST:
                raise BadFile(f"{file} has more than {_MOST >> 20} MiB: give it in parts; {_NOTHING}")
    if lines.fault is not None or lines.interrupted:
        raise BadFile(f"{file} cannot be read to its end: {lines.fault or 'interrupted'}; {_NOTHING}")
    text = "".join(parts).removeprefix("\ufeff")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadFile(f"{file} is not UTF-8 text; {_NOTHING}") from None
    return text
