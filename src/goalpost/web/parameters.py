"""Query parameters of a route: which it knows, what is told of others, and what one sent twice means.

A parameter that means one thing and is sent twice is refused: whichever of them were taken, the caller would not know.
One that a route does not know changes nothing, and its answer says so in `warnings`, beside what the vendor has there.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from fastapi._compat import ModelField
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import PydanticCustomError, to_json
from starlette.datastructures import QueryParams

from goalpost.web.faults import WRONG

MOST_WARNINGS = 20
_LONGEST_NAME = 60


def several_of(fields: Iterable[ModelField]) -> dict[str, bool]:
    """The names of a route's query parameters, and whether each may be sent several times."""
    return {name: _is_list(annotation) for field in fields for name, annotation in _parameters(field)}


def repeated(known: dict[str, bool], sent: QueryParams) -> list[dict[str, Any]]:
    """Faults, as pydantic has them, of parameters that were sent twice and mean one thing."""
    names = [name for name, _ in sent.multi_items()]
    twice = [name for name in dict.fromkeys(names) if not known.get(name, True) and names.count(name) > 1]
    error = PydanticCustomError(WRONG, "is given more than once")
    return [
        {"type": WRONG, "loc": ("query", name), "msg": error.message(), "input": sent.getlist(name)} for name in twice
    ]


def unknown(known: Collection[str], sent: QueryParams) -> list[str]:
    """A sentence for each parameter that the route does not know, as far as there is room."""
    names = [name for name in dict.fromkeys(sent) if name not in known]
    return [f"unknown query parameter {name[:_LONGEST_NAME]!a} was ignored" for name in names[:MOST_WARNINGS]]


def with_warnings(answer: Response, warnings: Sequence[str]) -> Response:
    """The answer with `warnings` as the last key of its JSON object; one without an object stays as it is."""
    if not warnings:
        return answer
    body = bytes(answer.body)
    if not body.startswith(b"{") or body == b"{}":
        return answer
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(body[:-1] + b',"warnings":' + to_json(list(warnings)) + b"}", answer.status_code, headers)


def _parameters(field: ModelField) -> Iterator[tuple[str, Any]]:
    annotation = field.field_info.annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, info in annotation.model_fields.items():
            yield info.alias or name, info.annotation
    else:
        yield field.alias, annotation


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation) or annotation
    if origin in (Union, UnionType):
        return any(_is_list(choice) for choice in get_args(annotation))
    return origin is list
