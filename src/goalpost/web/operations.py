"""The endpoints of an OpenAPI document, as pages and tables show them: fields, scopes, examples, a command line."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from goalpost.web.openapi import Schema

CREDENTIAL = "Authorization: Bearer YOUR_API_KEY"
_FAILURE = re.compile("[45]..")
_PLACEHOLDERS: dict[str, Any] = {"string": "…", "integer": 0, "number": 0, "boolean": True, "object": {}}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a request or a response; `name` is its path: `data[].id` is the id of every item of data."""

    name: str
    type: str
    required: bool
    description: str
    example: Any = None
    default: Any = None

    @property
    def sent(self) -> str | list[str] | None:
        """Return an example's query: examples of what is required, else the defaults."""
        value = self.example if self.required else self.default
        if isinstance(value, list):
            return [spelled(part) for part in value]
        return None if value is None else spelled(value)


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint, as the page shows it."""

    name: str
    group: str
    method: str
    path: str
    title: str
    description: str
    scopes: list[str]
    path_fields: list[Field]
    query: list[Field]
    request: list[Field]
    request_example: Any
    status: int
    response: list[Field]
    response_example: Any
    failures: list[tuple[int, str]]

    def curl(self, base: str, credential: str = CREDENTIAL) -> str:
        """A command line for a POSIX shell that sends this request to the server at `base`, with that header."""
        path = self.path
        for field in self.path_fields:
            path = path.replace(f"{{{field.name}}}", quote(str(field.example), safe=""))
        sent = {field.name: field.sent for field in self.query if field.sent is not None}
        url = f'"{base}{path}?{urlencode(sent, doseq=True, safe=",")}"' if sent else base + path
        lines = [f"curl {url}" if self.method == "GET" else f"curl -X {self.method} {url}"]
        lines.append(f'-H "{credential}"')
        if self.request:
            body = json.dumps(self.request_example, indent=2, ensure_ascii=False).replace("\n", "\n  ")
            lines += ['-H "Content-Type: application/json"', "-d '{}'".format(body.replace("'", r"'\''"))]
        return " \\\n  ".join(lines)


def spelled(value: Any) -> str:
    """A value as it stands in a URL and in prose: `true`, not `True`."""
    return value if isinstance(value, str) else json.dumps(value)


def operations(document: Schema) -> list[Operation]:
    """Every endpoint of an OpenAPI document, in its order."""
    return [
        _operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _operation(document: Schema, path: str, method: str, found: Schema) -> Operation:
    status, success = next((code, answer) for code, answer in found["responses"].items() if code.startswith("2"))
    body, answer = _json_content(found.get("requestBody", {})), _json_content(success)
    request, response = body.get("schema", {}), answer.get("schema", {})
    parameters = [(parameter["in"], _parameter(document, parameter)) for parameter in found.get("parameters", [])]
    return Operation(
        name=found["operationId"],
        group=found["tags"][0],
        method=method.upper(),
        path=path,
        title=found["summary"].capitalize(),
        description=found.get("description", ""),
        scopes=sorted({scope for need in found.get("security", []) for scopes in need.values() for scope in scopes}),
        path_fields=[field for place, field in parameters if place == "path"],
        query=[field for place, field in parameters if place == "query"],
        request=list(_fields(document, request)),
        request_example=body.get("example") or _request_example(document, request),
        status=int(status),
        response=list(_fields(document, response)),
        response_example=_response_example(document, response) if response else None,
        failures=[
            (int(code), text["description"]) for code, text in found["responses"].items() if _FAILURE.match(code)
        ],
    )


def _json_content(message: Schema) -> Schema:
    content: Schema = message.get("content", {}).get("application/json", {})
    return content


def _parameter(document: Schema, parameter: Schema) -> Field:
    schema = {**parameter["schema"], "description": parameter.get("description", "")}
    if "example" in parameter:
        schema["examples"] = [parameter["example"]]
    return _field(document, parameter["name"], schema, required=parameter.get("required", False))


def _fields(document: Schema, schema: Schema, path: str = "") -> Iterator[Field]:
    """The values within a schema, those of objects and lists within it by their path."""
    schema = _resolved(document, schema)
    for name, inner in schema.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        below = list(_fields(document, inner, place))
        yield from below or [_field(document, place, inner, required=name in schema.get("required", []))]
    if "items" in schema:
        yield from _fields(document, schema["items"], path + "[]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _fields(document, schema["additionalProperties"], path + ".*")


def _field(document: Schema, name: str, schema: Schema, *, required: bool) -> Field:
    example = _response_example(document, schema)
    default = schema.get("default") or None
    return Field(name, _type(document, schema), required, schema.get("description", ""), example, default)


def _type(document: Schema, schema: Schema) -> str:
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return " or ".join(_type(document, choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(choice) for choice in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(document, schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(document, schema['additionalProperties'])}"
    longest = f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""
    return str(schema.get("type", "any")) + longest


def _request_example(document: Schema, schema: Schema) -> Any:
    """A value to send: what is required, and of the rest what has an example."""
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "properties" in schema:
        needed = schema.get("required", ())
        return {
            name: _request_example(document, inner)
            for name, inner in schema["properties"].items()
            if name in needed or _has_example(document, inner)
        }
    if schema.get("type") == "array":
        return [_request_example(document, schema["items"])]
    return _response_example(document, schema)


def _has_example(document: Schema, schema: Schema) -> bool:
    schema = _resolved(document, schema)
    inside = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else ())]
    return bool(schema.get("examples")) or any(_has_example(document, inner) for inner in inside)


def _response_example(document: Schema, schema: Schema) -> Any:
    """A value that the schema allows, with every property, made of the examples in it."""
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        is_nullable = any(choice.get("type") == "null" for choice in schema["anyOf"])
        return None if is_nullable else _response_example(document, schema["anyOf"][0])
    if "properties" in schema:
        return {name: _response_example(document, inner) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_response_example(document, schema["items"])]
    return _PLACEHOLDERS.get(schema.get("type", ""))


def _resolved(document: Schema, schema: Schema) -> Schema:
    """Follow references; of what may also be null return the rest when it is an object or a list."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    has_parts = len(choices) == 1 and ("$ref" in choices[0] or choices[0].get("type") in ("object", "array"))
    return _resolved(document, {**choices[0], **_told(schema)}) if has_parts else schema


def _told(schema: Schema) -> Schema:
    """The description and the examples that stand beside `anyOf`."""
    return {key: schema[key] for key in ("description", "examples") if key in schema}
