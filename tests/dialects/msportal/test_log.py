"""Requests that are served leave nothing in the server's log."""

from collections.abc import Callable

from tests.dialects.msportal.support import REFERENCES, ROUTES, make_portal
from tests.support.server import RunningServer


def test_nothing_is_logged_for_what_is_served(own_server: Callable[..., RunningServer]) -> None:
    server = own_server(PYTHONWARNINGS="always::UserWarning").start()
    logged = len(server.log())
    portal = make_portal(server)
    references = {field: portal.choice(picklist) for field, picklist in REFERENCES.items()}
    full = {"dueDate": "2026-03-31T17:00:00Z", "progressPercentage": 12.5, "year": 2026, "quarter": "Q1"}
    goal = portal.goal(**references, **full)["id"]
    ids = {"goal": goal, "task": portal.task(goal, dueDate=full["dueDate"])["id"], "company": portal.company}
    portal.update(goal, progressPercentage=50)
    for route in ROUTES:
        assert route.call(portal.api, ids, headers={"idempotency-key": str(route)}).status_code == route.success
    for status, answer in [
        (400, portal.api.post("/goals", json={})),
        (401, server.client("gp_unknown", "/api/public/v1").get("/goals")),
        (404, portal.api.get(f"/goals/{goal}")),
        (405, portal.api.put("/goals")),
    ]:
        assert answer.status_code == status
    assert server.log()[logged:] == ""
