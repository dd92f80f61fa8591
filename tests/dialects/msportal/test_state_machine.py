"""Any order of calls against a model in plain Python: what is shown is what was written, no more and no less."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.dialects.msportal.support import REFERENCES, Portal, data_of, make_portal
from tests.support.server import RunningServer

PICKLISTS = {field.removesuffix("Id"): picklist for field, picklist in REFERENCES.items()}
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
titles = texts.map(lambda text: f"t{text}")
days = st.dates().map(lambda day: f"{day.isoformat()}T12:30:00.250Z")
percents = st.integers(0, 10_000).map(lambda cents: cents // 100 if cents % 100 == 0 else cents / 100)
OPTIONAL = {
    "description": texts,
    "dueDate": days,
    "quarter": st.sampled_from(["Q1", "Q4", "", "x"]),
    "year": st.integers(2000, 2100),
    "status": st.integers(0, 2),
    "priority": st.integers(0, 2),
    "category": st.integers(0, 2),
}
drafts = st.fixed_dictionaries({"title": titles}, optional={**OPTIONAL, "progressPercentage": percents})
patches = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.none() | values for name, values in OPTIONAL.items()},
        "title": titles,
        "progressPercentage": percents,
        "company": st.integers(0, 1),
    },
)
task_fields: dict[str, Any] = {"description": texts, "dueDate": days}
tasks_drafts = st.fixed_dictionaries({"title": titles}, optional={**task_fields, "isCompleted": st.booleans()})
task_patches = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.none() | values for name, values in task_fields.items()},
        "title": titles,
        "isCompleted": st.booleans(),
    },
)
update_drafts = st.fixed_dictionaries({"updateText": titles}, optional={"progressPercentage": percents})


class Goals(RuleBasedStateMachine):
    """The model: every goal as it must be shown, by its id, in the order in which they were made."""

    server: RunningServer
    goals: Bundle[str] = Bundle("goals")
    tasks: Bundle[tuple[str, str]] = Bundle("tasks")

    @initialize()
    def begin(self) -> None:
        self.portal: Portal = make_portal(self.server)
        names = ["Acme", "Second"]
        ids = [self.portal.company, self.portal.new_company("Second")]
        self.refs = {"company": [{"id": id, "name": name} for id, name in zip(ids, names, strict=True)]}
        for field, picklist in PICKLISTS.items():
            self.refs[field] = [{"id": id, "name": name} for name, id in self.portal.choices(picklist).items()]
        self.model: dict[str, dict[str, Any]] = {}

    def shown(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Fields of a draft or a patch as the goal shows them."""
        refs = {
            name: self.refs[name][value] for name, value in fields.items() if name in self.refs and value is not None
        }
        return {**fields, **refs}

    def sent(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The same fields as a request has them."""
        shown = self.shown(fields)
        refs = {f"{name}Id": shown[name] and shown[name]["id"] for name in shown if name in self.refs}
        return {name: value for name, value in shown.items() if name not in self.refs} | refs

    def check(self, id: str, *, moved: bool) -> None:
        """The goal is as the model has it, and its moment moved when anything did."""
        expected, found = self.model[id], self.portal.get(id)
        assert {**found, "updatedAt": ""} == {**expected, "updatedAt": ""}
        assert (found["updatedAt"] > expected["updatedAt"]) == moved
        assert moved or found["updatedAt"] == expected["updatedAt"]
        expected["updatedAt"] = found["updatedAt"]

    @rule(target=goals, draft=drafts)
    def create(self, draft: dict[str, Any]) -> str:
        made = self.portal.post("/goals", self.sent({"company": 0, **draft}))
        empty = dict.fromkeys(OPTIONAL) | {"progressPercentage": 0, "tasks": [], "updates": []}
        own = {name: made[name] for name in ("id", "createdAt")} | {"updatedAt": made["createdAt"]}
        self.model[made["id"]] = {**empty, **self.shown({"company": 0, **draft}), **own}
        assert made == self.model[made["id"]]
        return str(made["id"])

    @rule(id=goals, patch=patches)
    def change(self, id: str, patch: dict[str, Any]) -> None:
        before, after = self.model[id], {**self.model[id], **self.shown(patch)}
        answered = self.portal.patch(id, **self.sent(patch))
        assert {**answered, "updatedAt": ""} == {**after, "updatedAt": ""}
        self.model[id] = after
        self.check(id, moved=before != after)

    @rule(target=tasks, id=goals, draft=tasks_drafts)
    def add_task(self, id: str, draft: dict[str, Any]) -> tuple[str, str]:
        made = self.portal.post(f"/goals/{id}/tasks", draft)
        empty = {"description": None, "isCompleted": False, "dueDate": None}
        assert made == {**empty, **draft, "id": made["id"], "createdAt": made["createdAt"]}
        self.model[id]["tasks"].append(made)
        self.check(id, moved=True)
        return id, str(made["id"])

    @rule(task=tasks, patch=task_patches)
    def change_task(self, task: tuple[str, str], patch: dict[str, Any]) -> None:
        answer = self.portal.api.patch("/goals/{}/tasks/{}".format(*task), json=patch)
        if not self.has(task):
            assert answer.status_code == 404
            return
        known = next(found for found in self.model[task[0]]["tasks"] if found["id"] == task[1])
        before = dict(known)
        known |= patch
        assert data_of(answer) == known
        self.check(task[0], moved=known != before)

    @rule(task=consumes(tasks))
    def delete_task(self, task: tuple[str, str]) -> None:
        path, was_there = "/goals/{}/tasks/{}".format(*task), self.has(task)
        assert self.portal.api.delete(path).status_code == (204 if was_there else 404)
        assert self.portal.api.delete(path).status_code == 404
        if was_there:
            goal = self.model[task[0]]
            goal["tasks"] = [found for found in goal["tasks"] if found["id"] != task[1]]
            self.check(task[0], moved=True)

    def has(self, task: tuple[str, str]) -> bool:
        return any(found["id"] == task[1] for found in self.model.get(task[0], {"tasks": []})["tasks"])

    @rule(id=goals, draft=update_drafts)
    def add_update(self, id: str, draft: dict[str, Any]) -> None:
        made = self.portal.post(f"/goals/{id}/updates", draft)
        assert made == {"progressPercentage": None, **draft, "id": made["id"], "createdAt": made["createdAt"]}
        self.model[id]["updates"].insert(0, made)
        self.model[id]["progressPercentage"] = draft.get("progressPercentage", self.model[id]["progressPercentage"])
        self.check(id, moved=True)

    @rule(target=goals, id=consumes(goals), goes=st.booleans())
    def delete(self, id: str, goes: bool) -> Any:
        if not goes:
            self.check(id, moved=False)
            return id
        del self.model[id]
        assert self.portal.api.delete(f"/goals/{id}").status_code == 204
        assert self.portal.api.delete(f"/goals/{id}").status_code == 404
        assert self.portal.api.get(f"/goals/{id}").status_code == 404
        return multiple()

    @precondition(lambda self: self.model)
    @rule(year=st.integers(2000, 2100), limit=st.integers(1, 3))
    def list_a_year(self, year: int, limit: int) -> None:
        expected = [id for id, goal in self.model.items() if (goal["year"] or 0) == year]
        found = self.portal.api.get("/goals", params={"year": year, "limit": limit, "sortDesc": "false"}).json()
        assert [goal["id"] for goal in found["data"]] == expected[:limit]
        assert found["pagination"]["totalCount"] == len(expected)

    @invariant()
    def the_list_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = self.portal.list(limit=100, sortDesc="false")
        details = ("tasks", "updates")
        expected = [{name: goal[name] for name in goal if name not in details} for goal in self.model.values()]
        assert rows == expected


def test_any_order_of_calls_shows_what_was_written(server: RunningServer) -> None:
    machine = type("GoalsOfThisServer", (Goals,), {"server": server})
    ignored = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    bounded = settings(
        max_examples=25, stateful_step_count=25, derandomize=True, deadline=None, suppress_health_check=ignored
    )
    run_state_machine_as_test(machine, settings=bounded)
