"""Completes the OpenAPI documents: valid 3.1, and such that client generators make every operation of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]
MODELS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Example:
    """A request of one operation to show: values of its path and query by their names, and its body."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


def body_of(model: type[BaseModel]) -> Schema:
    """Return the request body of a handler that reads `model` itself; `complete` moves its models to their place."""
    schema = model.model_json_schema(ref_template=MODELS + "{model}")
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def complete(document: Schema, examples: Mapping[str, Example]) -> None:
    """Change a document of FastAPI in place; `examples` are by the names of their operations.

    Raises ValueError when two different models share a name, and KeyError for an example of nothing.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for operation in operations_of(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            _name_models(content, schemas)
        _drop_fastapis_own_failure(operation)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for schema in schemas.values():
        _simplify(schema)
    for operation in operations_of(document):
        for parameter in operation.get("parameters", ()):
            parameter["schema"].pop("title", None)
            _simplify(parameter["schema"])
    by_name = {operation["operationId"]: operation for operation in operations_of(document)}
    for name, example in examples.items():
        _show(by_name[name], example)


def operations_of(document: Schema) -> Iterator[Schema]:
    """Every operation of a document, in its order."""
    return (operation for path in document["paths"].values() for operation in path.values())


def _name_models(content: Schema, schemas: dict[str, Schema]) -> None:
    """Move a body and the models within it among the document's models, under their own names."""
    body = content["schema"]
    if "title" not in body:
        return
    models = {**body.get("$defs", {}), body["title"]: {key: part for key, part in body.items() if key != "$defs"}}
    for name, model in models.items():
        if schemas.setdefault(name, model) != model:
            raise ValueError(f"two different models are called {name}")
    content["schema"] = {"$ref": MODELS + body["title"]}


def _drop_fastapis_own_failure(operation: Schema) -> None:
    # FastAPI documents a 422 of its own for every parameter; here every failure is the dialect's.
    if "HTTPValidationError" in str(operation["responses"].get("422")):
        del operation["responses"]["422"]


def _simplify(schema: Any) -> None:
    """Say the same in words that generators know.

    They have no type for a value that is always null, and make a class of every property that has a title.
    """
    if isinstance(schema, list):
        for part in schema:
            _simplify(part)
    if not isinstance(schema, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        inner.pop("title", None)
        if inner.get("type") == "null":
            schema["properties"][name] = _always_null(inner)
    for key in ("properties", "items", "additionalProperties", "anyOf", "oneOf", "allOf"):
        inside = schema.get(key)
        _simplify(list(inside.values()) if key == "properties" and inside else inside)


def _show(operation: Schema, example: Example) -> None:
    """Put an example where the document has room for it."""
    given = {"path": example.path, "query": example.query}
    for parameter in operation.get("parameters", ()):
        if (value := given[parameter["in"]].get(parameter["name"])) is not None:
            parameter["example"] = value
    if example.body is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example.body


def _always_null(schema: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if key not in ("type", "default")}
    described = {"description": schema.get("description", "Always null here.")}
    return {**kept, **described, "anyOf": [{"type": "string"}, {"type": "null"}]}
