"""`customer-goal` and `metric`: listed, shown, and where their progress comes from."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from goalpost.customers.model.audit import Author
from goalpost.customers.model.customer_goals import GoalDraft
from goalpost.customers.model.gsids import COMPANY, ITEM, to_gsid
from goalpost.customers.model.metrics import Direction, MetricValue, Unit
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.services import customer_goals, goal_metrics, goal_tasks, goal_updates, metrics
from tests.support.desk import gsid_of

MISSING = str(UUID(int=7))


@pytest.fixture
def metric(desk) -> str:
    """The id of a metric made by command."""
    return desk.owned("metric", "create", "--name", "Logins", "--unit", "decimal", "--json").json["id"]


def shown(desk, goal: str) -> dict:
    return desk.cli("customer-goal", "show", goal, "--json").json


def add_tasks(desk, goal: str, *completed: bool) -> None:
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goal))
        for number, one in enumerate(completed):
            fields = {"title": f"Step {number}", "is_completed": one}
            goal_tasks.create_task(db, goal=found, fields=fields, author=Author(), now=datetime.now(UTC))


def test_goals_are_listed_oldest_first_and_searched(desk) -> None:
    ids = [desk.goal(title) for title in ("Zeal", "Ärger weniger", "Ardour 100%")]
    rows = desk.owned("customer-goal", "list", "--json").json
    assert [row["id"] for row in rows] == ids
    assert [row["gsid"] for row in rows] == [gsid_of(goal) for goal in ids]
    assert {row["workspace"] for row in rows} == {"acme"}
    for search, found in (("ÄRG", ids[1:2]), ("ar", ids[2:]), ("0%", ids[2:]), ("_", [])):
        assert [row["id"] for row in desk.owned("customer-goal", "list", "--search", search, "--json").json] == found
    assert "Ardour 100%" in desk.cli("customer-goal", "list").out


def test_goals_of_every_workspace_or_one(desk) -> None:
    goal = desk.goal()
    desk.cli("workspace", "create", "other")
    assert [row["id"] for row in desk.cli("customer-goal", "list", "--json").json] == [goal]
    done = desk.cli("customer-goal", "list", "--workspace", "other")
    assert (done.code, done.out, done.err) == (0, "", "No customer goals yet.\n")
    assert desk.cli("customer-goal", "list", "--workspace", "nobody").code == 1


def test_all_pages_are_listed(desk) -> None:
    desk.goals(*(GoalDraft(f"Goal {number}") for number in range(2001)))
    rows = desk.owned("customer-goal", "list", "--json").json
    assert len({row["id"] for row in rows}) == len(rows) == 2001


def test_a_goal_is_shown_with_everything(desk) -> None:
    company = desk.owned("company", "create", "--name", "Söhne", "--json").json
    goal = desk.goal(
        "Grow",
        description="Line\nline",
        company_id=UUID(company["id"]),
        status_id=desk.item("status", "On Track"),
        due_at=datetime(2026, 12, 31, tzinfo=UTC),
        quarter="Q4",
        year=2026,
        progress=Decimal("12.50"),
        fields={"Color__gc": "blue", "n": [1, None]},
    )
    add_tasks(desk, goal, True, False)
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goal))
        said = {"text": "Half way", "progress": Decimal("50.00"), "author": Author(), "now": datetime.now(UTC)}
        goal_updates.create_update(db, goal=found, **said)

    for spelling in (goal, gsid_of(goal), goal.upper()):
        found = shown(desk, spelling)
        assert (found["id"], found["gsid"], found["title"]) == (goal, gsid_of(goal), "Grow")
    assert (found["company"], found["company_id"], found["entity"]) == ("Söhne", company["id"], "company")
    assert (found["status"], found["priority"], found["priority_id"]) == ("On Track", None, None)
    assert (found["due_at"], found["quarter"], found["year"]) == ("2026-12-31T00:00:00+00:00", "Q4", 2026)
    assert (found["description"], found["fields"]) == ("Line\nline", {"Color__gc": "blue", "n": [1, None]})
    assert (found["progress"], found["progress_mode"], found["progress_reason"]) == (50.0, "manual", "")
    assert (found["version"], found["workspace"]) == (4, "acme")
    assert [(task["title"], task["completed"]) for task in found["tasks"]] == [("Step 0", True), ("Step 1", False)]
    assert [(update["text"], update["progress"]) for update in found["updates"]] == [("Half way", 50.0)]
    assert [point["progress"] for point in found["history"]] == [12.5, 50.0]

    text = desk.cli("customer-goal", "show", goal).out
    for words in ("Söhne", "On Track", "tasks:", "Step 1", "updates:", "Half way", "history:", "Line\ufffdline"):
        assert words in text
    assert "metrics:" not in text


@pytest.mark.parametrize("goal", ["7", "../../healthz", "ü", to_gsid(COMPANY, UUID(int=7)), "1CG0GOALPST" + "Z" * 25])
@pytest.mark.parametrize("command", [("customer-goal", "show"), ("customer-goal", "progress-mode")])
def test_an_unknown_goal_id_is_rejected(desk, command: tuple[str, ...], goal: str) -> None:
    done = desk.cli(*command, goal, *(["tasks"] if command[1] == "progress-mode" else []))
    reason = f"there is no customer goal {goal!r}; give an id that `goalpost customer-goal list` shows"
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {reason}\n")


@pytest.mark.parametrize("goal", [MISSING, gsid_of(MISSING)])
def test_an_unknown_goal(cli, goal: str) -> None:
    for command in (("show", goal), ("progress-mode", goal, "tasks"), ("metric", goal, MISSING)):
        done = cli("customer-goal", *command)
        assert (done.code, done.out, done.err) == (1, "", "goalpost: there is no such goal\n")


def test_the_progress_is_computed_from_tasks_at_once_and_stays_when_manual(desk) -> None:
    goal = desk.goal(progress=Decimal("10.00"))
    add_tasks(desk, goal, True, False, False)

    done = desk.cli("customer-goal", "progress-mode", gsid_of(goal), "tasks")

    assert done.out == "The goal is at 33.33 %, by mode tasks (1 of 3 tasks completed).\n"
    found = shown(desk, goal)
    assert (found["progress"], found["progress_mode"]) == (33.33, "tasks")
    assert found["progress_reason"] == found["history"][-1]["reason"] == "1 of 3 tasks completed"
    add_tasks(desk, goal, True)
    assert shown(desk, goal)["progress"] == 50.0
    manual = desk.cli("customer-goal", "progress-mode", goal, "manual", "--json").json
    assert (manual["progress"], manual["progress_mode"], manual["progress_reason"]) == (50.0, "manual", "")
    assert desk.cli("customer-goal", "progress-mode", goal, "guess").code == 2


def test_metrics_are_created_and_listed(cli, workspace_name: str) -> None:
    options = ("--workspace", workspace_name, "--name", "Churn", "--unit", "percentage", "--direction", "down")
    made = cli("metric", "create", *options, "--json").json
    assert (made["name"], made["unit"], made["direction"]) == ("Churn", "percentage", "down")
    assert made["gsid"] == to_gsid(ITEM, UUID(made["id"]))
    assert cli("metric", "list", "--workspace", workspace_name, "--json").json == [made]
    assert cli("metric", "create", "--workspace", workspace_name, "--name", "x", "--unit", "miles").code == 2
    blank = cli("metric", "create", "--workspace", workspace_name, "--name", "", "--unit", "decimal")
    assert (blank.code, blank.err) == (1, "goalpost: name can't be blank\n")


def test_a_goal_wants_something_of_a_metric(desk, metric: str) -> None:
    goal = desk.goal()
    desk.cli("customer-goal", "progress-mode", goal, "metrics")
    command = ("customer-goal", "metric", gsid_of(goal), to_gsid(ITEM, UUID(metric)))

    made = desk.cli(
        *(*command, "--target", "110", "--baseline", "-10", "--weight", "2.5"),
        *("--value", "2026-01-31=20", "--value", "2026-02-28=50", "--json"),
    ).json

    assert (made["target"], made["baseline"], made["weight"]) == (110, -10, 2.5)
    assert (made["latest"], made["latest_on"], made["achieved"]) == (50, "2026-02-28", 50.0)
    assert made["goal"]["progress"] == 50.0
    assert made["goal"]["progress_reason"] == "Logins 50.00 % x 2.5"
    found = shown(desk, goal)
    assert found["progress"] == 50.0
    assert found["metrics"] == [{name: value for name, value in made.items() if name != "goal"}]
    assert "50.0" in desk.cli("customer-goal", "show", goal).out.partition("metrics:")[2]

    # What is not given stays; a day has one value.
    changed = desk.cli(*command, "--value", "2026-02-28=110", "--json").json
    assert (changed["target"], changed["baseline"], changed["weight"]) == (110, -10, 2.5)
    assert changed["values"] == {"2026-01-31": 20, "2026-02-28": 110}
    assert shown(desk, goal)["progress"] == 100.0

    dropped = desk.cli(*command, "--drop-value", "2026-02-28", "--target", "20")
    assert dropped.out.endswith("100 % achieved. The goal is at 100.00 %, by mode metrics.\n")
    assert shown(desk, goal)["metrics"][0]["values"] == {"2026-01-31": 20}

    assert desk.cli(*command, "--remove", "--json").json["removed"] is True
    assert (shown(desk, goal)["metrics"], shown(desk, goal)["progress"]) == ([], 0.0)


def test_a_metric_without_a_target_is_watched(desk, metric: str) -> None:
    goal = desk.goal()
    made = desk.cli("customer-goal", "metric", goal, metric, "--value", "2026-01-31=20", "--json").json
    assert (made["target"], made["achieved"], made["latest"]) == (None, None, 20)


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (("--target", "nan"), 1, "target must be a finite number"),
        (("--target", "1", "--weight", "0"), 1, "weight must be greater than 0"),
        (("--value", "2026-01-01=inf"), 1, "value must be a finite number"),
        (("--target", "many"), 2, "Invalid value for '--target'"),
        (("--value", "2026-01-01"), 2, "a value is DATE=NUMBER, such as 2026-03-31=12.5, not '2026-01-01'"),
        (("--value", "2026-01-01=x"), 2, "a value is DATE=NUMBER"),
        (("--value", "20260101=1"), 2, "a date is YYYY-MM-DD, not '20260101'"),
        (("--value", "2026-02-30=1"), 2, "a date is YYYY-MM-DD"),
        (("--value", "2026-01-01=1", "--value", "2026-01-01=2"), 2, "a day has one value"),
        (("--value", "2026-01-01=1", "--drop-value", "2026-01-01"), 2, "2026-01-01 has a value to keep and to drop"),
        (("--drop-value", "soon"), 2, "a date is YYYY-MM-DD, not 'soon'"),
        (("--drop-value", "2026-01-01"), 1, "the goal's metric has no value on 2026-01-01"),
        (("--remove", "--target", "1"), 2, "--remove goes alone"),
        (("--remove",), 1, "the goal does not have this metric"),
    ],
)
def test_an_invalid_target_is_rejected(desk, metric: str, options: tuple[str, ...], code: int, reason: str) -> None:
    goal = desk.goal()
    before = shown(desk, goal)
    done = desk.cli("customer-goal", "metric", goal, metric, *options)
    assert (done.code, done.out) == (code, "")
    assert reason in " ".join(done.err.split())
    assert shown(desk, goal) == before


def test_another_workspaces_metric_cannot_be_wanted(desk) -> None:
    desk.cli("workspace", "create", "other")
    options = ("--workspace", "other", "--name", "x", "--unit", "decimal", "--json")
    theirs = desk.cli("metric", "create", *options).json["id"]
    for unknown in (theirs, MISSING):
        done = desk.cli("customer-goal", "metric", desk.goal(), unknown, "--target", "1")
        assert (done.code, done.err) == (1, "goalpost: there is no such metric\n")
    done = desk.cli("customer-goal", "metric", desk.goal(), "Logins")
    assert "there is no metric 'Logins'; give an id that `goalpost metric list` shows" in done.err


def test_a_plan_of_today_counts_without_a_write(desk) -> None:
    """A value that was a plan when it was given, on its day, where no server runs."""
    goal, now = desk.goal("Planned"), datetime.now(UTC)
    yesterday = {"author": Author(name="x"), "now": now - timedelta(days=1)}
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goal))
        mode = ProgressMode.METRICS
        found = customer_goals.set_progress_mode(db, goal=found, mode=mode, **yesterday)
        metric = metrics.create_metric(
            db, workspace_id=found.workspace_id, name="Seats", unit=Unit.DECIMAL, direction=Direction.UP, **yesterday
        )
        values = [MetricValue(now.date() + timedelta(days=days), value) for days, value in ((0, 5), (900, 10))]
        goal_metrics.put_goal_metric(db, goal=found, metric=metric, baseline=0, target=10, values=values, **yesterday)
        assert customer_goals.find_goal(db, goal_id=UUID(goal)).progress == 0
    found = shown(desk, goal)
    assert found["progress"] == 50
    (row,) = found["metrics"]
    assert (row["latest"], row["latest_on"], row["achieved"]) == (5, now.date().isoformat(), 50)
    assert len(row["values"]) == 2
    assert desk.owned("customer-goal", "list", "--json").json[0]["progress"] == 50
