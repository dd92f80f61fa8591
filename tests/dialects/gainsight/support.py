"""Shared by tests of the dialect: a tenant with companies, goal types and metrics, and readers of its answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from goalpost.customers.model import gsids
from goalpost.customers.model.audit import Author
from goalpost.customers.model.picklists import Picklist, item_prefix
from goalpost.customers.model.records import PREFIXES, RecordKind
from goalpost.customers.services import picklists, records
from tests.dialects.gainsight.paths import CREATE, FETCH, METRIC, PICKLIST, TEMPLATE, UPDATE
from tests.support.server import RunningServer, Workspace

ENVELOPE = [
    *("result", "errorCode", "errorDesc", "localizedErrorDesc", "requestId", "data", "message", "localizedMessage"),
]
NAME_TO_COMPANY = {
    "CompanyId": {
        "fields": {"CompanyName": "Name"},
        "lookupField": "Gsid",
        "objectName": "company",
        "multiMatchOption": "FIRSTMATCH",
        "onNoMatch": "ERROR",
    }
}
FOREIGN = "1P02GZA9BI8FRI07JF95E331G0FA4RHW6LUB"
"""A GSID as the vendor makes them: of no row here."""
BY = Author(name="test")


@dataclass
class Org:
    """A workspace of its own with the companies IBM, NEW and Meta, and a client that may do everything."""

    workspace: Workspace
    api: httpx.Client
    gsids: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> RunningServer:
        return self.workspace.server

    @property
    def id(self) -> UUID:
        found: UUID = self.workspace.id
        return found

    def client(self, *scopes: str) -> httpx.Client:
        return self.server.client(self.workspace.make_key(*scopes), "")

    def record(self, kind: RecordKind, name: str, **more: Any) -> str:
        """Make a record in the store; its GSID."""
        with self.server.stores.writing() as db:
            made = records.create_record(
                db, workspace_id=self.id, kind=kind, name=name, author=BY, now=datetime.now(UTC), **more
            )
        return gsids.to_gsid(PREFIXES[kind], made.id)

    def item(self, picklist: Picklist, name: str, **more: Any) -> str:
        """Make a picklist item in the store; its GSID."""
        with self.server.stores.writing() as db:
            made = picklists.add_item(
                db, workspace_id=self.id, picklist=picklist, name=name, author=BY, now=datetime.now(UTC), **more
            )
        return gsids.to_gsid(item_prefix(picklist), made.id)

    def choices(self, category: str = "GOAL_STATUS") -> dict[str, str]:
        """GSIDs of what can be chosen, by name."""
        found = self.data("POST", PICKLIST, {"picklistCategory": category, "active": True})["picklists"]
        return {item["name"]: item["gsid"] for item in found}

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """Return the data of a request that succeeds; its envelope is checked."""
        answer = self.api.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        assert list(answer.json())[: len(ENVELOPE)] == ENVELOPE
        assert answer.json()["result"] is True
        assert answer.json()["requestId"] == answer.headers["x-gs-request-id"]
        return answer.json()["data"]

    def create(self, *, association: Any = None, lookups: Any = None, **record: Any) -> dict[str, Any]:
        """Make a goal of the company IBM."""
        full = {"Name": "Grow", "StatusName": "New", "EntityType": "COMPANY", "CompanyId": self.gsids["IBM"], **record}
        request = {"record": {name: value for name, value in full.items() if value is not None}}
        if association is not None:
            request["association"] = association
        return self.data("POST", CREATE, {"requests": [request], "lookups": lookups or {}})["goal"]

    def update(self, gsid: str, *, lookups: Any = None, parts: Any = None, **record: Any) -> dict[str, Any]:
        request = {"record": {"Gsid": gsid, **record}, **(parts or {})}
        return self.data("PUT", UPDATE, {"requests": [request], "lookups": lookups or {}})["record"]

    def fetch(self, *select: str, path: str = FETCH, **more: Any) -> list[dict[str, Any]]:
        """The rows of a fetch."""
        return self.data("POST", path, {"select": list(select), **more})["recordList"]

    def one(self, gsid: str, *select: str) -> dict[str, Any]:
        """A goal as it is fetched."""
        rows = self.fetch(*select, where=equals("Gsid", gsid))
        assert len(rows) == 1
        return rows[0]

    def template(self, **record: Any) -> dict[str, Any]:
        full = {"Name": "Playbook", "StatusName": "New", "GoalTypeName": "Default", **record}
        return self.data("POST", TEMPLATE, {"requests": [{"record": full}]})["successList"][0]

    def metric(self, name: str = "Seats", *types: str, unit: str = "DECIMAL") -> str:
        """Make a metric for goals of these types, by name; its GSID."""
        request = {
            "record": {"name": name, "unitOfMeasure": unit},
            "associateGoalTypeNames": list(types or ("Default",)),
        }
        return str(self.data("POST", METRIC, {"requests": [request]})["successList"][0]["gsid"])


def equals(name: str, *values: Any) -> dict[str, Any]:
    """A where of one condition."""
    return {
        "conditions": [{"fieldName": name, "value": list(values), "alias": "A", "operator": "EQ"}],
        "expression": "A",
    }


def make_org(server: RunningServer) -> Org:
    workspace = server.make_workspace()
    api = server.client(workspace.key, "")
    del api.headers["authorization"]
    api.headers["accesskey"] = workspace.key
    org = Org(workspace, api)
    org.gsids = {name: org.record(RecordKind.COMPANY, name) for name in ("IBM", "NEW", "Meta")}
    return org


def failure(answer: httpx.Response, status: int = 400) -> tuple[str, str]:
    """Code and message of a request that is refused, its body being checked."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert list(body)[:9] == [*ENVELOPE, "errorInfo"]
    assert (body["result"], body["data"]) == (False, None)
    assert body["requestId"] == answer.headers["x-gs-request-id"]
    return body["errorCode"], body["message"]


def plain(body: Any) -> dict[str, Any]:
    """A failure's body without what differs from one request to the next."""
    return {name: value for name, value in body.items() if name not in ("requestId", "timestamp")}


def requested(*records: dict[str, Any], lookups: Any = None, **parts: Any) -> dict[str, Any]:
    """A body with `requests`; the parts are of each."""
    body: dict[str, Any] = {"requests": [{"record": record, **parts} for record in records]}
    return body if lookups is None else {**body, "lookups": lookups}


def where(field: str, operator: str, *values: Any) -> dict[str, Any]:
    """A where of one condition."""
    condition = {"fieldName": field, "value": list(values), "alias": "A", "operator": operator}
    return {"conditions": [condition], "expression": "A"}


@contextmanager
def broken_metrics(org: Org) -> Iterator[None]:
    """Make the tenant's metrics unreadable for a while: reading them fails in a way that nobody has thought of."""
    _set_units(org, "furlong")
    yield
    _set_units(org, "decimal")


def _set_units(org: Org, unit: str) -> None:
    with org.server.relational.writing() as db:
        db.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        db.exec_driver_sql("UPDATE metrics SET unit = ? WHERE workspace_id = ?", (unit, org.id.hex))
        db.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
