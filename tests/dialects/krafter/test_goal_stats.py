"""Numbers of a goal: revenue, visitors, and their fate when the goal is changed or deleted."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.dialects.krafter.support import goal_call, record, settle, track, view
from tests.support.server import RunningServer, Site, eventually

# Reads the stored conversions of a goal that no API shows any more, in a process of its own.
READ_CONVERSIONS = """
import sys
from uuid import UUID
from goalpost.settings import Settings
from goalpost.stores import EventStore, Stores

stores = Stores(Settings())
events = EventStore(stores)
with events._connections.reader() as client:
    query = "SELECT count() FROM conversions WHERE goal_id = {goal:UUID}"
    print(client.query(query, parameters={"goal": UUID(sys.argv[1])}).result_rows[0][0])
events.close()
stores.close()
"""


def stored_conversions(server: RunningServer, goal: str) -> int:
    """The conversions in the event store of a server that has stopped."""
    command = [sys.executable, "-c", READ_CONVERSIONS, goal]
    done = subprocess.run(command, env=server.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_a_goal_without_a_currency_has_no_revenue(site: Site) -> None:
    goal = site.goal("custom", "exact", "done")
    record(site, goal_call("done", 5))
    assert site.counted(goal, 1)["revenue"] is None


def test_a_goal_with_a_currency_and_no_conversions_has_earned_nothing(site: Site) -> None:
    goal = site.goal("custom", "exact", "done", currency="USD")
    answer = site.api.get(f"/sites/{site.key}/goals/{goal}/stats")
    assert answer.text == '{"data":{"conversions":0,"unique_conversions":0,"revenue":0.0}}'


def test_revenue_sums_every_conversion_to_the_cent(site: Site) -> None:
    goal = site.goal("custom", "exact", "done", currency="USD")
    amounts = ["0.1", "0.2", "19.99", "1e2", "1234567.89", "0", None]
    record(site, *(goal_call("done", amount, ip="198.51.100.1") for amount in amounts))
    assert site.counted(goal, 7) == {"conversions": 7, "unique_conversions": 1, "revenue": 1234688.18}


@pytest.mark.parametrize("amount", ["-1", "-0.01", "1e15", "NaN", "Infinity"])
def test_an_amount_that_is_none_is_left_out_and_the_conversion_counts(amount: str, site: Site) -> None:
    goal = site.goal("custom", "exact", "done", currency="USD")
    answer = site.send(goal_call("done", amount))
    assert (answer.status_code, answer.headers.get("x-goalpost-ignored")) == (202, "revenue")
    assert site.counted(goal, 1) == {"conversions": 1, "unique_conversions": 1, "revenue": 0.0}


def test_an_events_revenue_is_its_property(site: Site) -> None:
    paid, free = (site.goal("event", "exact", "order", currency=currency) for currency in ("EUR", None))
    properties = [{"revenue": 9.5}, {"revenue": "0.5"}, {"revenue": "much"}, {"revenue": -3}, {"price": 7}, {}]
    record(site, *(track("order", props=found) for found in properties))
    assert site.counted(paid, 6)["revenue"] == 10.0
    assert site.stats(free) == {"conversions": 6, "unique_conversions": 6, "revenue": None}


def test_a_page_view_earns_nothing(site: Site) -> None:
    goal = site.goal("pageview", "exact", "/done", currency="EUR")
    record(site, view(site, "/done", revenue={"amount": 5}, props={"revenue": 5}))
    assert site.counted(goal, 1)["revenue"] == 0.0


def test_without_a_currency_revenue_is_kept_and_not_shown(site: Site) -> None:
    goal = site.goal("custom", "exact", "done", currency="USD")
    path = f"/sites/{site.key}/goals/{goal}"
    record(site, goal_call("done", 5))
    assert site.counted(goal, 1)["revenue"] == 5.0

    assert site.api.patch(path, json={"currency": None}).json()["data"]["currency"] is None
    assert site.stats(goal)["revenue"] is None
    record(site, goal_call("done", 7))
    assert site.counted(goal, 2)["revenue"] is None

    assert site.api.patch(path, json={"currency": "JPY"}).json()["data"]["currency"] == "JPY"
    assert site.stats(goal)["revenue"] == 7.0, "what was sent in USD stays that; what had no currency is in the goal's"


def test_a_visitor_counts_once_a_day(site: Site) -> None:
    goal = site.goal("custom", "exact", "done")
    one, other = "198.51.100.1", "198.51.100.2"
    moments = [
        (one, "2025-03-01"),
        (one, "2025-03-01"),
        (other, "2025-03-01"),
        (one, "2025-03-02"),
        (one, "2025-03-03"),
    ]
    record(site, *(goal_call("done", ip=ip, timestamp=f"{day}T10:00:00Z") for ip, day in moments))
    settle(site)
    period = {"period": "custom", "from": "2025-03-01", "to": "2025-03-03"}
    assert site.stats(goal, **period) == {"conversions": 5, "unique_conversions": 4, "revenue": None}
    period["to"] = "2025-03-01"
    assert site.stats(goal, **period) == {"conversions": 3, "unique_conversions": 2, "revenue": None}


def test_a_new_rule_counts_from_now_on_and_leaves_history(site: Site) -> None:
    goal = site.goal("event", "exact", "old")
    record(site, track("old"), track("old"), track("new"))
    assert site.counted(goal, 2)["conversions"] == 2

    site.api.patch(f"/sites/{site.key}/goals/{goal}", json={"match_value": "new", "type": "custom"})
    record(site, track("old"), track("new"), goal_call("old"), goal_call("new"))
    settle(site)
    assert site.stats(goal)["conversions"] == 3


def test_a_new_goal_is_in_force_for_the_very_next_event(site: Site) -> None:
    for number in range(5):
        name = f"made just now {number}"
        goal = site.goal("event", "exact", name)
        record(site, track(name))
        assert site.counted(goal, 1)["conversions"] == 1
        site.api.patch(f"/sites/{site.key}/goals/{goal}", json={"match_value": f"{name}!"})
        record(site, track(name), track(f"{name}!"))
        settle(site)
        assert site.stats(goal)["conversions"] == 2


def test_a_new_goal_counts_nothing_of_before(site: Site) -> None:
    first = site.goal("event", "exact", "signup")
    record(site, track("signup"))
    assert site.counted(first, 1)["conversions"] == 1
    second = site.goal("event", "exact", "signup")
    record(site, track("signup"))
    assert site.counted(second, 1)["conversions"] == 1
    assert site.stats(first)["conversions"] == 2


def test_one_event_may_reach_many_goals(site: Site) -> None:
    goals = [site.goal("event", *rule) for rule in [("exact", "signup"), ("contains", "sign"), ("regex", "^s")]]
    twice = site.goal("event", "exact", "signup")
    record(site, track("signup"))
    settle(site)
    assert [site.stats(goal)["conversions"] for goal in [*goals, twice]] == [1, 1, 1, 1]


def test_a_goal_call_without_a_goal_is_an_event_and_no_conversion(site: Site) -> None:
    goal = site.goal("custom", "exact", "another")
    record(site, goal_call("unheard of", 5))
    settle(site)
    assert site.stats(goal)["conversions"] == 0
    # Conversions are stored before the events they come from.
    eventually(lambda: site.api.get(f"/sites/{site.key}/realtime").json() == {"data": {"visitors": 1}})


def test_deleting_a_goal_keeps_its_conversions_and_ends_them(own_server: Callable[..., RunningServer]) -> None:
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("event", "exact", "signup")
    record(site, track("signup"), track("signup"))
    assert site.counted(goal, 2)["conversions"] == 2

    assert site.api.delete(f"/sites/{site.key}/goals/{goal}").json() == {"data": {"deleted": True}}
    record(site, track("signup"))
    settle(site)
    server.stop()
    assert stored_conversions(server, goal) == 2
