"""Shared by tests of the dialect: a workspace with a company, the table of routes, and readers of failures."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from goalpost.dialects.msportal.routes import PREFIX
from tests.support.server import RunningServer, Workspace

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "003_99aafc1b4e091cce.txt"
UNUSED_UUID = "550e8400-e29b-41d4-a716-446655440000"
READ, WRITE = "goals.read", "goals.write"
READ_COMPANIES, WRITE_COMPANIES = "companies.read", "companies.write"
SCOPES = (READ, WRITE, READ_COMPANIES, WRITE_COMPANIES)
COMPANY = "<company>"
REFERENCES = {"statusId": "statuses", "priorityId": "priorities", "categoryId": "categories"}


def seed_document() -> dict[str, Any]:
    """The OpenAPI document that the seed quotes."""
    if not SEED.exists():
        pytest.skip(f"the seed is not beside this checkout ({SEED})", allow_module_level=True)
    text = SEED.read_text("utf-8").partition("````yaml")[2].partition("\n")[2].partition("````")[0]
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@dataclass(frozen=True)
class Portal:
    """A workspace of its own with a company, and a client that may do everything."""

    workspace: Workspace
    api: httpx.Client
    company: str

    @property
    def server(self) -> RunningServer:
        return self.workspace.server

    @property
    def url(self) -> str:
        return self.server.url + PREFIX

    def client(self, *scopes: str) -> httpx.Client:
        return self.server.client(self.workspace.make_key(*scopes), PREFIX)

    def body(self, **fields: Any) -> dict[str, Any]:
        """A body that POST /goals takes."""
        return {"title": "Move to MFA", "companyId": self.company, **fields}

    def post(self, path: str, body: Any) -> dict[str, Any]:
        return data_of(self.api.post(path, json=body), 201)

    def goal(self, **fields: Any) -> dict[str, Any]:
        return self.post("/goals", self.body(**fields))

    def task(self, goal: str, **fields: Any) -> dict[str, Any]:
        return self.post(f"/goals/{goal}/tasks", {"title": "Enrol", **fields})

    def update(self, goal: str, **fields: Any) -> dict[str, Any]:
        return self.post(f"/goals/{goal}/updates", {"updateText": "Half.", **fields})

    def new_company(self, name: str) -> str:
        return str(self.post("/companies", {"name": name})["id"])

    def get(self, goal: str) -> dict[str, Any]:
        return data_of(self.api.get(f"/goals/{goal}"))

    def patch(self, goal: str, **fields: Any) -> dict[str, Any]:
        return data_of(self.api.patch(f"/goals/{goal}", json=fields))

    def list(self, **query: Any) -> list[dict[str, Any]]:
        return data_of(self.api.get("/goals", params=query))

    def choices(self, picklist: str) -> dict[str, str]:
        """The ids of /goals/statuses, priorities or categories by their names."""
        return {item["name"]: item["id"] for item in data_of(self.api.get(f"/goals/{picklist}"))}

    def choice(self, picklist: str) -> str:
        return next(iter(self.choices(picklist).values()))

    def ids(self) -> dict[str, str]:
        """New things for the routes' paths."""
        goal = self.goal()["id"]
        return {"goal": goal, "task": self.task(goal)["id"], "company": self.company}


def make_portal(server: RunningServer) -> Portal:
    workspace = server.make_workspace()
    api = server.client(workspace.key, PREFIX)
    return Portal(workspace, api, data_of(api.post("/companies", json={"name": "Acme"}), 201)["id"])


@dataclass(frozen=True)
class Route:
    """One endpoint with a body that it takes; `{goal}`, `{task}` and `{company}` stand for ids."""

    method: str
    path: str
    scope: str
    success: int = 200
    body: dict[str, Any] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def documented_path(self) -> str:
        return self.path.replace("{goal}", "{id}").replace("{company}", "{id}").replace("{task}", "{taskId}")

    def call(self, client: httpx.Client, ids: dict[str, str], **more: Any) -> httpx.Response:
        sent: dict[str, Any] = {}
        if self.body is not None and not more.keys() & {"json", "content"}:
            sent["json"] = {name: ids["company"] if value == COMPANY else value for name, value in self.body.items()}
        return client.request(self.method, self.path.format(**ids), **sent, **more)


_UPDATE = {"updateText": "Half.", "progressPercentage": 50}
ROUTES = [
    Route("POST", "/goals", WRITE, 201, {"title": "Move to MFA", "companyId": COMPANY}),
    Route("GET", "/goals", READ),
    Route("GET", "/goals/statuses", READ),
    Route("GET", "/goals/priorities", READ),
    Route("GET", "/goals/categories", READ),
    Route("GET", "/goals/{goal}", READ),
    Route("PATCH", "/goals/{goal}", WRITE, 200, {"title": "New"}),
    Route("GET", "/goals/{goal}/tasks", READ),
    Route("POST", "/goals/{goal}/tasks", WRITE, 201, {"title": "Enrol"}),
    Route("PATCH", "/goals/{goal}/tasks/{task}", WRITE, 200, {"isCompleted": True}),
    Route("GET", "/goals/{goal}/updates", READ),
    Route("POST", "/goals/{goal}/updates", WRITE, 201, _UPDATE),
    Route("DELETE", "/goals/{goal}/tasks/{task}", WRITE, 204),
    Route("DELETE", "/goals/{goal}", WRITE, 204),
    Route("GET", "/companies", READ_COMPANIES),
    Route("POST", "/companies", WRITE_COMPANIES, 201, {"name": "Acme"}),
    Route("GET", "/companies/{company}", READ_COMPANIES),
    Route("PATCH", "/companies/{company}", WRITE_COMPANIES, 200, {"name": "New"}),
]
GOAL_ROUTES = [route for route in ROUTES if "{goal}" in route.path]
TASK_ROUTES = [route for route in ROUTES if "{task}" in route.path]
COMPANY_ROUTES = [route for route in ROUTES if "{company}" in route.path]
BODY_ROUTES = [route for route in ROUTES if route.body is not None]


def data_of(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


def failure(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    """A failure as (status, body without the request id), the envelope being checked."""
    body = answer.json()
    assert list(body) == ["error", "requestId", "details", "code"], answer.text
    assert body["requestId"] == answer.headers["x-request-id"]
    assert isinstance(body["error"], str) and body["error"]
    return answer.status_code, {name: value for name, value in body.items() if name != "requestId"}


def faulty_fields(answer: httpx.Response, code: str = "VALIDATION_ERROR") -> list[str]:
    """The fields that a 400 names."""
    status, body = failure(answer)
    assert (status, body["code"]) == (400, code), answer.text
    assert all(list(fault) == ["field", "message"] for fault in body["details"])
    return [fault["field"] for fault in body["details"]]
