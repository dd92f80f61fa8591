"""`metric create`, `link` and `unlink`: which goal types may have a metric."""

from uuid import UUID

import pytest

from goalpost.customers.model.gsids import ITEM, to_gsid

MISSING = str(UUID(int=7))


def create(desk, *options: str):
    return desk.owned("metric", "create", "--name", "Logins", "--unit", "decimal", *options)


def listed(desk) -> list[list[str]]:
    return [row["goal_types"] for row in desk.owned("metric", "list", "--json").json]


def test_a_metric_is_created_for_goal_types(desk) -> None:
    adoption = desk.added("goal_type", "Adoption")
    made = create(desk, "--goal-type", "default", "--goal-type", adoption["gsid"], "--json").json
    assert made["goal_types"] == ["Adoption", "Default"]
    assert desk.owned("metric", "list", "--json").json == [made]
    assert "Adoption Default" in desk.owned("metric", "list").out
    assert create(desk, "--json").json["goal_types"] == []


def test_a_metric_is_linked_and_unlinked(desk) -> None:
    desk.added("goal_type", "Adoption")
    metric = create(desk, "--json").json["id"]
    types = ("--goal-type", "Adoption", "--goal-type", "Default")
    linked = desk.owned("metric", "link", metric, *types)
    assert linked.out == f"Goals of Adoption, Default may have the metric {metric}.\n"
    assert desk.owned("metric", "link", metric, *types, "--json").json["goal_types"] == ["Adoption", "Default"]

    gsid = to_gsid(ITEM, UUID(metric))
    assert desk.owned("metric", "unlink", gsid, "--goal-type", "DEFAULT", "--json").json["goal_types"] == ["Adoption"]
    nothing = desk.owned("metric", "unlink", metric, *types)
    assert nothing.out == f"Goals of no type may have the metric {metric}.\n"
    assert listed(desk) == [[]]


def test_a_retired_type_is_unlinked_by_its_id(desk) -> None:
    adoption = desk.added("goal_type", "Adoption")["id"]
    metric = create(desk, "--goal-type", "Adoption", "--json").json["id"]
    desk.owned("picklist", "retire", adoption)
    assert desk.owned("metric", "unlink", metric, "--goal-type", adoption, "--json").json["goal_types"] == []


@pytest.mark.parametrize("command", ["create", "link", "unlink"])
def test_types_and_metrics_that_are_not_there(desk, command: str) -> None:
    desk.cli("workspace", "create", "other")
    items = desk.cli("picklist", "list", "--workspace", "other", "--list", "goal_type", "--json").json
    metric = create(desk, "--goal-type", "Default", "--json").json["id"]
    run = {"create": lambda *options: create(desk, *options)}.get(
        command, lambda *options: desk.owned("metric", command, metric, *options)
    )
    for missing in (items[0]["id"], MISSING):
        done = run("--goal-type", "Default", "--goal-type", missing)
        assert (done.code, done.err) == (1, f"goalpost: goal_types {missing} does not exist\n")
    for nonsense in ("Adoption", ""):
        done = run("--goal-type", nonsense)
        words = f"there is no goal type {nonsense!r}; give an id that `goalpost picklist list` shows"
        assert (done.code, done.err) == (1, f"goalpost: {words}\n")
    assert run("--goal-type", desk.item("status", "New").hex).code == 1
    assert listed(desk) == [["Default"]]


@pytest.mark.parametrize("command", ["link", "unlink"])
def test_another_workspaces_metric_is_not_there(desk, command: str) -> None:
    metric = create(desk, "--json").json["id"]
    desk.cli("workspace", "create", "other")
    for missing in (metric, MISSING):
        done = desk.cli("metric", command, missing, "--workspace", "other", "--goal-type", "Default")
        assert (done.code, done.err) == (1, "goalpost: there is no such metric\n")
    assert "there is no metric 'x'" in desk.owned("metric", command, "x", "--goal-type", "Default").err
    assert desk.owned("metric", command, metric).code == 2
