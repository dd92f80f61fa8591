"""The table of the dialect's routes: each with a body that it takes, and every spelling of its path."""

from typing import Any

from tests.dialects.gainsight.paths import CREATE, DELETE, FETCH, METRIC, METRICS, PICKLIST, TEMPLATE, UPDATE
from tests.dialects.gainsight.support import FOREIGN

READ, WRITE = "goals.read", "goals.write"
GOAL = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL"}
IDS = {"recordIds": [FOREIGN]}
# (name, method, paths without /v1, scope, body)
ROUTES: list[tuple[str, str, list[str], str, Any]] = [
    ("create", "POST", [CREATE], WRITE, {"requests": [{"record": GOAL}]}),
    ("update", "PUT", [UPDATE], WRITE, {"requests": [{"record": {"Gsid": "<goal>", "Name": "y"}}]}),
    ("fetch", "POST", [FETCH], READ, {}),
    ("delete", "DELETE", [DELETE], WRITE, IDS),
    ("delete by POST", "POST", [DELETE], WRITE, IDS),
    ("template", "POST", [TEMPLATE], WRITE, {"requests": [{"record": {"Name": "x", "StatusName": "New"}}]}),
    ("template update", "PUT", [TEMPLATE], WRITE, {"requests": [{"record": {"Gsid": "<template>", "Name": "y"}}]}),
    ("template delete", "DELETE", [TEMPLATE, f"{TEMPLATE}/delete"], WRITE, IDS),
    ("template delete by POST", "POST", [f"{TEMPLATE}/delete"], WRITE, IDS),
    ("template fetch", "POST", [f"{TEMPLATE}/fetch"], READ, {}),
    ("metric", "POST", [METRIC], WRITE, {"requests": [{"record": {"name": "x", "unitOfMeasure": "DECIMAL"}}]}),
    ("metric update", "PUT", [METRIC], WRITE, {"requests": [{"record": {"gsid": "<metric>", "name": "y"}}]}),
    ("metric delete", "DELETE", [METRICS, METRIC], WRITE, {"recordIds": ["<unused>"]}),
    ("metric delete by POST", "POST", [METRICS], WRITE, {"recordIds": ["<unused>"]}),
    ("picklist", "POST", [PICKLIST], READ, {}),
    ("picklist by GET", "GET", [PICKLIST], READ, {}),
]
NAMES = [route[0] for route in ROUTES]


def spellings(path: str) -> list[str]:
    """A path with and without its version, and with and without a slash at its end."""
    bare = path.removeprefix("/v1").rstrip("/")
    return [prefix + bare + end for prefix in ("/v1", "") for end in ("", "/")]


def body_of(body: Any, org: Any) -> Any:
    """A body with the ids of what is there."""
    if isinstance(body, dict):
        return {name: body_of(one, org) for name, one in body.items()}
    if isinstance(body, list):
        return [body_of(one, org) for one in body]
    if body == "<goal>":
        return org.create()["Gsid"]
    if body == "<template>":
        return org.template()["Gsid"]
    if body in ("<metric>", "<unused>"):
        record = {"name": "x", "unitOfMeasure": "DECIMAL"}
        return org.data("POST", METRIC, {"requests": [{"record": record}]})["successList"][0]["gsid"]
    return body
