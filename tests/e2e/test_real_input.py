"""Real input: what goalpost counts is what a few independent lines over the raw files say.

They are `../shared/data/access.log.gz` and `../shared/data/purchases-2010-12-01.csv.gz`; see the README beside them.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from goalpost.conversions.ingest.robots import is_bot
from goalpost.conversions.model.conversion_goals import GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.services import conversion_goals, sites
from tests.conftest import REAL_DATA
from tests.support.server import RunningServer, Site

LOG = REAL_DATA / "access.log.gz"
ORDERS = REAL_DATA / "purchases-2010-12-01.csv.gz"
DAYS = {"period": "custom", "from": "2015-05-17", "to": "2015-05-20"}
EVERYTHING = ("--any-method", "--any-status", "--assets", "--bots")

# Paths of the log, and what each rule means in plain Python.
GOALS: dict[tuple[str, str], Callable[[str], bool]] = {
    ("exact", "/projects/xdotool/"): lambda path: path == "/projects/xdotool/",
    ("contains", "/blog/tags/"): lambda path: "/blog/tags/" in path,
    ("regex", "^/presentations/[^/]+/$"): lambda path: (
        path.split("/")[1] == "presentations"
        and len(path.split("/")) == 4
        and path.split("/")[2] != ""
        and path.endswith("/")
    ),
}

ASSET = re.compile(
    r"\.(css|js|ico|png|jpg|jpeg|gif|svg|ttf|woff|swf|pdf|zip|gz|tgz|bz2|jar|rpm|deb|exe|xml|txt|json|rss|atom)$", re.I
)


@dataclass(frozen=True)
class Request:
    """One line of the log, as this test reads it."""

    ip: str
    day: str
    method: str
    path: str
    status: int
    agent: str


@pytest.fixture(scope="module")
def requests(access_log_lines: list[str]) -> list[Request]:
    return [read_line(line) for line in access_log_lines]


@pytest.fixture(scope="module")
def orders() -> list[dict[str, str]]:
    if not ORDERS.exists():
        pytest.skip("the real orders are not beside this checkout (../shared/data/purchases-2010-12-01.csv.gz)")
    return list(csv.DictReader(io.StringIO(gzip.decompress(ORDERS.read_bytes()).decode("utf-8"))))


def read_line(line: str) -> Request:
    """A line of the combined format; one line of the file is cut off within its user agent, which then is none."""
    head, request, answer, *rest = line.split('"')
    ip, day = re.match(r"(\S+) .*\[(\d\d)/May/2015", head).groups()
    method, target = request.split(" ")[:2]
    return Request(ip, f"2015-05-{day}", method, target.partition("?")[0], int(answer.split()[0]), _agent(rest))


def _agent(rest: list[str]) -> str:
    # referrer, space, agent, nothing: what lies between the quotes of a whole line; some agents hold quotes themselves.
    return '"'.join(rest[2:-1]) if len(rest) >= 4 else ""


def is_page_view(request: Request) -> bool:
    """The rules that `import access-log` has by default."""
    return (
        request.method == "GET"
        and request.status in (200, 304)
        and not ASSET.search(request.path)
        and not is_bot(request.agent)
    )


def counts(requests: Iterable[Request]) -> tuple[int, int]:
    """Conversions and unique ones: a visitor is an address with a user agent on one UTC day."""
    found = list(requests)
    return len(found), len({(request.day, request.ip, request.agent) for request in found})


def expected_by_goal(requests: list[Request]) -> dict[tuple[str, str], tuple[int, int]]:
    return {rule: counts(request for request in requests if holds(request.path)) for rule, holds in GOALS.items()}


def make_goals(site: Site) -> dict[tuple[str, str], str]:
    return {rule: site.goal("pageview", *rule) for rule in GOALS}


def read_goals(site: Site, goals: dict[tuple[str, str], str]) -> dict[tuple[str, str], tuple[int, int]]:
    found = {rule: site.stats(goal, **DAYS) for rule, goal in goals.items()}
    return {rule: (stats["conversions"], stats["unique_conversions"]) for rule, stats in found.items()}


def import_log(server: RunningServer, site_key: str, *flags: str) -> dict[str, Any]:
    return dict(json.loads(server.cli("import", "access-log", str(LOG), "--site", site_key, "--json", *flags).stdout))


def test_every_request_of_the_log_while_the_server_is_running(site: Site, requests: list[Request]) -> None:
    server = site.workspace.server
    goals = make_goals(site)

    report = import_log(server, site.key, *EVERYTHING)

    assert report == {
        "lines": 10_000, "imported": 10_000, "repeated": 0, "skipped": {},
        "malformed": 0, "blank": 0, "ignored": {}, "hosts": {}, "sites": {}, "shared": {}, "format": "combined",
        "examples": [],
    }  # fmt: skip
    expected = expected_by_goal(requests)
    assert all(conversions > unique > 0 for conversions, unique in expected.values())
    assert read_goals(site, goals) == expected
    totals = site.api.get(f"/sites/{site.key}/stats", params={**DAYS, "dimensions": "path"}).json()["data"]
    by_day = [counts(request for request in requests if request.day == day) for day in days()]
    assert [(day["pageviews"], day["visitors"]) for day in totals["timeseries"]] == by_day
    assert (totals["totals"]["pageviews"], totals["totals"]["visitors"]) == counts(requests)
    top = {row["value"]: (row["pageviews"], row["visitors"]) for row in totals["breakdowns"]["path"]}
    assert top["/projects/xdotool/"] == expected["exact", "/projects/xdotool/"]

    again = import_log(server, site.key, *EVERYTHING)

    assert (again["imported"], again["repeated"]) == (0, 10_000)
    assert read_goals(site, goals) == expected


def test_page_views_of_the_log_while_no_server_is_running(
    own_server: Callable[..., RunningServer], requests: list[Request]
) -> None:
    server = own_server()
    site, goals = make_site_and_goals(server)
    page_views = [request for request in requests if is_page_view(request)]
    expected = expected_by_goal(page_views)

    report = import_log(server, site.key)

    assert (report["lines"], report["imported"], report["malformed"]) == (10_000, len(page_views), 0)
    assert report["imported"] + sum(report["skipped"].values()) == 10_000
    again = import_log(server, site.key)
    assert (again["imported"], again["repeated"]) == (0, len(page_views))
    rule = ("contains", "/blog/tags/")
    by_command = json.loads(
        server.cli("stats", goals[rule], *(f"--{name}={value}" for name, value in DAYS.items()), "--json").stdout
    )
    assert (by_command["conversions"], by_command["unique_conversions"]) == expected[rule]

    server.start()
    assert read_goals(site, goals) == expected
    assert import_log(server, site.key)["imported"] == 0


def test_a_goal_made_afterwards_is_counted_by_back_fill(site: Site, requests: list[Request]) -> None:
    server = site.workspace.server
    import_log(server, site.key)
    expected = expected_by_goal([request for request in requests if is_page_view(request)])
    goals = make_goals(site)
    assert read_goals(site, goals) == dict.fromkeys(GOALS, (0, 0))

    for rule, goal in goals.items():
        found = server.command("goal", "backfill", goal, "--json").json
        assert found == {"goal": goal, "counted": expected[rule][0]}

    assert read_goals(site, goals) == expected


def test_orders_as_goal_calls_with_revenue(site: Site, orders: list[dict[str, str]]) -> None:
    goal = site.goal("custom", "exact", "purchase", currency="GBP")
    key = site.workspace.make_key("events:write")
    calls = [order_to_call(number, order, site) for number, order in enumerate(orders)]
    # A return has a negative amount: the call counts, its revenue is ignored, and the answer says so.
    ignored = [Decimal(call["revenue"]["amount"]) < 0 for call in calls]

    for at in range(0, len(calls), 500):
        answer = site.workspace.server.post_event(calls[at : at + 500], authorization=f"Bearer {key}")
        assert (answer.status_code, answer.content) == (202, b"")
        assert ("x-goalpost-ignored" in answer.headers) == any(ignored[at : at + 500])

    amounts = [int(order["Quantity"]) * Decimal(order["UnitPrice"]) for order in orders]
    customers = {order["CustomerID"] for order in orders}
    found = site.counted(goal, len(orders), period="custom", **{"from": "2010-12-01", "to": "2010-12-01"})
    assert found["conversions"] == len(orders) == 3108
    # Lines without a customer come from one sender, who names none: one visitor.
    assert "" in customers
    assert found["unique_conversions"] == len(customers)
    assert Decimal(str(found["revenue"])) == sum(amount for amount in amounts if amount > 0)

    answer = site.workspace.server.post_event(calls[:500], authorization=f"Bearer {key}")
    assert (answer.status_code, answer.headers["x-goalpost-dropped"]) == (202, "duplicate;n=500")
    days_of = {"period": "custom", "from": "2010-12-01", "to": "2010-12-01"}
    assert site.stats(goal, **days_of) == found


def order_to_call(number: int, order: dict[str, str], site: Site) -> dict[str, Any]:
    amount = int(order["Quantity"]) * Decimal(order["UnitPrice"])
    call = {
        "domain": site.key,
        "name": "purchase",
        "kind": "goal",
        "timestamp": order["InvoiceDate"],
        "id": f"{order['InvoiceNo']}-{number}",
        "revenue": {"currency": "GBP", "amount": str(amount)},
    }
    return {**call, "visitor": order["CustomerID"]} if order["CustomerID"] else call


def days() -> list[str]:
    return [f"2015-05-{day}" for day in range(17, 21)]


def make_site_and_goals(server: RunningServer) -> tuple[Site, dict[tuple[str, str], str]]:
    """Without a server there is no API: the same services, in this process."""
    now = datetime.now(UTC)
    workspace = server.make_workspace()
    with server.stores.writing() as db:
        made = sites.create_site(db, workspace_id=workspace.id, domain="log.example.com", name="Log", now=now)
        drafts = {
            (kind, value): GoalDraft(value, Rule(Trigger.PAGEVIEW, MatchType(kind), value)) for kind, value in GOALS
        }
        goals = {
            rule: str(conversion_goals.create_goal(db, site=made, draft=draft, now=now).id)
            for rule, draft in drafts.items()
        }
    return Site(workspace, made.key, str(made.id), made.domain, workspace.api), goals
