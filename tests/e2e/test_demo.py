"""`goalpost demo`, as somebody sees it who has just typed `make run`."""

import json
import os
import re
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page

from goalpost.app import SCOPES
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Hit
from goalpost.demo.seed import DAYS, seed
from goalpost.demo.visitors import hits_of
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from tests.support.server import RunningServer, eventually, free_port

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)

# The demo's goals, in its order, in plain Python.
GOALS = {
    "Thank-you page": lambda hit: path_of(hit) == "/thank-you",
    "Read the blog": lambda hit: "/blog" in path_of(hit),
    "Looked at a product": lambda hit: re.fullmatch("/products/[0-9]+", path_of(hit)),
    "Signed up": lambda hit: (hit.kind, hit.name) == (Trigger.EVENT, "signup"),
    "Purchase": lambda hit: (hit.kind, hit.name) == (Trigger.GOAL, "purchase"),
}


@dataclass
class RunningDemo:
    """`goalpost demo` in a process of its own, and what it has printed."""

    data: Path
    process: subprocess.Popen
    text: str

    @property
    def url(self) -> str:
        return re.search(r"Demo page +(http://\S+)/demo/\n", self.text)[1]

    @property
    def key(self) -> str:
        return re.search(r"API key +(gp_\S+)\n", self.text)[1]

    def get(self, path: str) -> Any:
        answer = httpx.get(self.url + path, headers={"authorization": f"Bearer {self.key}"}, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def is_listening(self) -> bool:
        try:
            return httpx.get(self.url + "/healthz", trust_env=False).status_code == 200
        except httpx.ConnectError:
            return False

    def numbers(self) -> dict[str, dict[str, Any]]:
        return {goal["name"]: goal for goal in self.get("/demo/numbers")["goals"]}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def start_demo(data: Path, *arguments: str) -> RunningDemo:
    command = [sys.executable, "-m", "goalpost", "demo", "--port", str(free_port()), *arguments]
    process = subprocess.Popen(
        command, env=environment(GOALPOST_DATA=str(data)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    text = ""
    while "Ctrl-C stops the server." not in text:
        line = process.stdout.readline()
        assert line, text
        text += line
    running = RunningDemo(data, process, text)
    eventually(running.is_listening, what="a socket at the printed address")  # it is printed some milliseconds before
    return running


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GOALPOST_")} | more


def path_of(hit: Any) -> str:
    return urlsplit(hit.url).path if hit.kind is Trigger.PAGEVIEW else ""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    running = start_demo(tmp_path_factory.mktemp("demo") / "data")
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


@pytest.fixture
def page(demo: RunningDemo, browser: Browser) -> Iterator[Page]:
    """The demo's page in a real browser; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{demo.url}/demo/")
    page.wait_for_selector("#numbers tr")
    yield page
    page.context.close()
    assert complaints == []


def whole_days(data: Path) -> tuple[date, date]:
    """The days that the demo's visitors have filled, and that nobody adds to: the day of its start is left out."""
    last_on = datetime.fromtimestamp(memory(data)["until_ms"] / 1000, UTC).date() - timedelta(days=1)
    return last_on - timedelta(days=DAYS - 2), last_on


def memory(data: Path) -> dict[str, Any]:
    return json.loads((data / "demo.json").read_text())


def check_numbers(running: RunningDemo) -> None:
    """Every goal's numbers over whole days are what the visitors of these days did."""
    first_on, last_on = whole_days(running.data)
    hits = all_hits(first_on, last_on)
    site_key = running.get("/demo/numbers")["site_key"]
    for name, goal in running.numbers().items():
        query = f"period=custom&from={first_on}&to={last_on}"
        found = running.get(f"/api/v1/analytics/sites/{site_key}/goals/{goal['id']}/stats?{query}")["data"]
        conversions = [hit for hit in hits if GOALS[name](hit)]
        visitors = {(hit.timestamp_ms // 86_400_000, hit.client_ip, hit.user_agent) for hit in conversions}
        revenue = sum((hit.revenue for hit in conversions if hit.revenue), Decimal(0))
        assert len(conversions) > 30
        assert (found["conversions"], found["unique_conversions"]) == (len(conversions), len(visitors))
        assert Decimal(str(found["revenue"] or 0)) == revenue


def all_hits(first_on: date, last_on: date) -> list[Hit]:
    days = [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
    return [hit for day in days for hit in hits_of(day, site_key="", domain="demo.example.com")]


def hits_between(after: datetime, until: datetime) -> int:
    after_ms, until_ms = (int(moment.timestamp() * 1000) for moment in (after, until))
    return sum(after_ms < hit.timestamp_ms <= until_ms for hit in all_hits(after.date(), until.date()))


def test_it_counted_what_its_visitors_did(demo: RunningDemo) -> None:
    check_numbers(demo)


def test_the_page_shows_what_the_api_says(demo: RunningDemo) -> None:
    site_key = demo.get("/demo/numbers")["site_key"]
    for goal in demo.numbers().values():
        found = demo.get(f"/api/v1/analytics/sites/{site_key}/goals/{goal['id']}/stats?period=30d")["data"]
        assert (found["conversions"], found["unique_conversions"]) == (goal["conversions"], goal["unique_conversions"])
        assert found["revenue"] == (goal["revenue"] and float(goal["revenue"]))
        assert sum(goal["days"]) == goal["conversions"]


def test_the_printed_lines_can_be_pasted(demo: RunningDemo) -> None:
    before = demo.numbers()["Purchase"]

    answers = [run_curl(line) for line in demo.text.splitlines() if line.startswith("  curl ")]

    goals, stats, event = answers
    assert [goal["name"] for goal in goals.json()["data"]] == list(GOALS)
    assert stats.json()["data"]["conversions"] == before["conversions"]
    assert (event.status_code, event.headers.get("x-goalpost-dropped")) == (202, None)
    after = eventually(
        lambda: (now := demo.numbers()["Purchase"])["conversions"] > before["conversions"] and now, what="the purchase"
    )
    assert Decimal(after["revenue"]) - Decimal(before["revenue"]) == Decimal("49.99")


def run_curl(line: str) -> httpx.Response:
    """Ask as the curl of a printed line would."""
    _, _, header, url, *data = shlex.split(line)
    name, value = header.split(": ")
    headers = {name: value, "user-agent": "curl/8.5.0"}
    if data:
        return httpx.post(url, headers=headers, content=data[1], trust_env=False)
    return httpx.get(url, headers=headers, trust_env=False)


@pytest.mark.parametrize(
    ("button", "goal"),
    [
        ("Read the blog", "Read the blog"),
        ("Look at a product", "Looked at a product"),
        ("Sign up", "Signed up"),
        ("Buy it for", "Purchase"),
        ("Go to the thank-you page", "Thank-you page"),
    ],
)
def test_a_click_is_counted_before_ones_eyes(demo: RunningDemo, page: Page, button: str, goal: str) -> None:
    before = demo.numbers()
    shown = page.locator("tr", has_text=goal).locator(".conversions")
    assert shown.inner_text() == f"{before[goal]['conversions']:,}"

    page.get_by_role("button", name=button).click()

    wanted = f"{before[goal]['conversions'] + 1:,}"
    eventually(lambda: shown.inner_text() == wanted, what=f"{goal} at {wanted}")
    after = demo.numbers()
    changed = {name for name in before if after[name]["conversions"] != before[name]["conversions"]}
    assert changed == {goal}
    if goal == "Purchase":
        assert Decimal(after[goal]["revenue"]) - Decimal(before[goal]["revenue"]) == Decimal("49.99")


@pytest.mark.parametrize("path", ["/demo", "/demo/", "/thank-you", "/blog/how-we-count", "/products/111"])
def test_the_page_is_wherever_its_visitors_may_be(demo: RunningDemo, path: str) -> None:
    answer = httpx.get(demo.url + path, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_an_address_of_the_page_can_be_loaded_again(page: Page) -> None:
    page.get_by_role("button", name="Look at a product").click()
    page.reload()
    page.wait_for_selector("#numbers tr")
    assert urlsplit(page.url).path == "/products/111"
    assert page.inner_text("#address").startswith("/products/111")


def test_a_visitor_who_asks_not_to_be_tracked_is_told_so(demo: RunningDemo, page: Page) -> None:
    page.context.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})")
    assert page.locator("#silent").is_hidden()
    page.reload()
    assert page.locator("#silent").is_visible()


def test_an_ordinary_server_has_no_demo(server: RunningServer) -> None:
    for path in ("/demo/", "/demo/numbers", "/demo/demo.js", "/thank-you"):
        assert httpx.get(server.url + path, trust_env=False).status_code == 404


def test_a_second_start_finds_everything_there(tmp_path: Path) -> None:
    """Written without a server, in the demo's own directory; then started, twice."""
    command = [sys.executable, "-m", "goalpost", "demo", "--no-serve", "--json"]
    done = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)
    assert (written["data"], written["workspace"], written["url"]) == ("goalpost-demo", "demo", None)
    assert written["events_added"] > 3000
    data = tmp_path / "goalpost-demo"
    assert stat.S_IMODE((data / "demo.json").stat().st_mode) == 0o600

    for _ in range(2):
        running = start_demo(data)
        try:
            assert running.key == written["key"]
            assert [goal["id"] for goal in running.numbers().values()] == [goal["id"] for goal in written["goals"]]
            check_numbers(running)
            assert running.stop() == 0
        finally:
            running.process.kill()
            running.process.communicate()


# ---- seeding, with the clock in hand --------------------------------------------------------------


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    stores = Stores(Settings(data=tmp_path / "data"))
    yield stores
    stores.close()


def test_the_same_day_has_the_same_visitors_and_another_has_others() -> None:
    assert hits_of(NOW.date(), site_key="sk", domain="a.example.com") == hits_of(
        NOW.date(), site_key="sk", domain="a.example.com"
    )
    one, other = (hits_of(date(2026, 3, day), site_key="sk", domain="a.example.com") for day in (15, 16))
    assert [hit.client_ip for hit in one] != [hit.client_ip for hit in other]
    assert [hit.timestamp_ms for hit in one] == sorted(hit.timestamp_ms for hit in one)


def test_no_visitor_is_taken_for_a_bot(stores: Stores) -> None:
    found = seed(stores, scopes=SCOPES, now=NOW)
    assert found.added == hits_between(NOW - timedelta(days=DAYS), NOW) == kept_events(stores)


def test_a_later_start_adds_the_visitors_since(stores: Stores) -> None:
    before = NOW - timedelta(days=3)
    first = seed(stores, scopes=SCOPES, now=before)
    assert seed(stores, scopes=SCOPES, now=before).added == 0

    second = seed(stores, scopes=SCOPES, now=NOW)

    assert (second.key, second.site, second.goals) == (first.key, first.site, first.goals)
    assert second.added == hits_between(before, NOW) > 0


def test_seeding_that_was_interrupted_is_taken_up_again(stores: Stores) -> None:
    def interrupt(done: int, of: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(stores, scopes=SCOPES, now=NOW, on_day=interrupt)

    found = seed(stores, scopes=SCOPES, now=NOW)

    # Both runs together have sent each visitor's doings once.
    together = hits_between(NOW - timedelta(days=DAYS), NOW)
    assert 0 < found.added < together == kept_events(stores)


def test_a_revoked_key_is_replaced(stores: Stores) -> None:
    first = seed(stores, scopes=SCOPES, now=NOW)
    with stores.writing() as db:
        workspaces.revoke_key(db, key_id=workspaces.list_keys(db)[0].id, now=NOW)
    second = seed(stores, scopes=SCOPES, now=NOW)
    assert second.key != first.key
    assert seed(stores, scopes=SCOPES, now=NOW).key == second.key


def kept_events(stores: Stores) -> int:
    """Events in the spool, to be asked once: what is on its way stays as it is."""
    batch = stores.spool.next_batch(1_000_000)
    assert batch is not None
    return len(batch.events)
