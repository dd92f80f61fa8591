"""The page of a dialect's API, rendered on the server from its OpenAPI document: no script, nothing from elsewhere."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

Schema = dict[str, Any]
_FAILURE = re.compile("[45]..")
_CODE = re.compile("`([^`]+)`")
CREDENTIAL = "Authorization: Bearer YOUR_API_KEY"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a request or a response; `name` is its path: `data[].id` is the id of every item of data."""

    name: str
    type: str
    required: bool
    description: str
    example: Any = None
    default: Any = None


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
        """A command line that sends this request to the server at `base`, with the header `credential`."""
        path = self.path
        for field in self.path_fields:
            path = path.replace(f"{{{field.name}}}", str(field.example))
        query = "&".join(f"{field.name}={field.default}" for field in self.query if field.default is not None)
        url = f'"{base}{path}?{query}"' if query else base + path
        lines = [f"curl {url}" if self.method == "GET" else f"curl -X {self.method} {url}"]
        lines.append(f'-H "{credential}"')
        if self.request:
            body = json.dumps(self.request_example, indent=2).replace("\n", "\n  ")
            lines += ['-H "Content-Type: application/json"', f"-d '{body}'"]
        return " \\\n  ".join(lines)


def install(app: FastAPI, *, failure_field: str = "error", pages: str = "", credential: str = CREDENTIAL) -> None:
    """Give the application its page at /docs, and the page's style sheet beside it.

    `failure_field` is where a failure's text stands, `pages` what the pages' own paths begin with.
    """
    environment = Environment(
        loader=PackageLoader("goalpost.dialects"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["prose"] = _prose
    environment.filters["json"] = lambda value: json.dumps(value, indent=2)
    template = environment.get_template("docs.html")
    style = files("goalpost.dialects").joinpath("templates/docs.css").read_text()

    @app.get(f"{pages}/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        document, root = app.openapi(), request.scope["root_path"]
        base = str(request.base_url.replace(path=root))
        outline = _outline(operations(document))
        said = {"failure_field": failure_field, "pages": root + pages, "credential": credential}
        return HTMLResponse(template.render(info=document["info"], base=base, **said, **outline))

    @app.get(f"{pages}/docs.css", include_in_schema=False)
    def docs_style() -> Response:
        return Response(style, media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def operations(document: Schema) -> list[Operation]:
    """Every endpoint of an OpenAPI document, in its order."""
    return [
        _operation(document, path, method, found)
        for path, methods in document["paths"].items()
        for method, found in methods.items()
    ]


def _outline(found: list[Operation]) -> dict[str, Any]:
    """The endpoints by group and by scope, and the failures that all of them share."""
    scopes = sorted({scope for operation in found for scope in operation.scopes})
    shared = set.intersection(*(set(operation.failures) for operation in found))
    return {
        "groups": [(group, list(members)) for group, members in groupby(found, lambda operation: operation.group)],
        "scopes": {scope: [operation for operation in found if scope in operation.scopes] for scope in scopes},
        "common": sorted(shared),
    }


def _operation(document: Schema, path: str, method: str, found: Schema) -> Operation:
    status, success = next((code, answer) for code, answer in found["responses"].items() if code.startswith("2"))
    request, response = _json_schema(found.get("requestBody", {})), _json_schema(success)
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
        request_example=_example(document, request),
        status=int(status),
        response=list(_fields(document, response)),
        response_example=_example(document, response),
        failures=[
            (int(code), text["description"]) for code, text in found["responses"].items() if _FAILURE.match(code)
        ],
    )


def _json_schema(message: Schema) -> Schema:
    schema: Schema = message.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _parameter(document: Schema, parameter: Schema) -> Field:
    schema = {**parameter["schema"], "description": parameter.get("description", "")}
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
    example = _example(document, schema)
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


def _example(document: Schema, schema: Schema) -> Any:
    """A value that the schema allows, made of the examples in it."""
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: _example(document, inner) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_example(document, schema["items"])]
    return {} if schema.get("type") == "object" else None


def _resolved(document: Schema, schema: Schema) -> Schema:
    """What a reference leads to; of what may also be null, the rest when it is an object or list."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    has_parts = len(choices) == 1 and ("$ref" in choices[0] or choices[0].get("type") in ("object", "array"))
    return _resolved(document, choices[0]) if has_parts else schema


def _prose(text: str) -> Markup:
    """Paragraphs and `code` of a description as HTML."""
    paragraphs = (_CODE.sub(r"<code>\1</code>", str(escape(part))) for part in text.split("\n\n"))
    return Markup("").join(Markup(f"<p>{part}</p>") for part in paragraphs)
