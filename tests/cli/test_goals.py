"""`goal list`, `goal backfill` and `stats`: asked of the running server, or done here when none runs."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from goalpost.customers.model.gsids import to_gsid
from tests.support.server import RunningServer, Site

MISSING = str(UUID(int=7))


def today(days_ago: int = 0) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).date().isoformat()


def test_goals_are_listed_with_their_rules(beside, site: Site) -> None:
    first = site.goal("pageview", "contains", "/blog")
    second = site.goal("custom", "exact", "purchase", currency="EUR")

    rows = beside("goal", "list", "--site", site.key, "--json").json

    assert all(re.fullmatch("[0-9]{17}", row.pop("number")) for row in rows)
    assert rows == [
        {"id": first, "site": site.domain, "name": "/blog", "trigger": "pageview", "match_type": "contains",
         "match_value": "/blog", "slug": "blog", "pages": "all", "currency": None, "deleted_at": None},
        {"id": second, "site": site.domain, "name": "purchase", "trigger": "goal", "match_type": "exact",
         "match_value": "purchase", "slug": "purchase", "pages": "all", "currency": "EUR", "deleted_at": None},
    ]  # fmt: skip
    assert {first, second} <= {row["id"] for row in beside("goal", "list", "--json").json}
    lines = beside("goal", "list", "--site", site.key).out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", first, second]


def test_goals_of_an_unknown_site(cli) -> None:
    done = cli("goal", "list", "--site", "sk_missing")
    assert done.code == 1
    assert done.err == "goalpost: there is no site 'sk_missing'; give a key that `goalpost site list` shows\n"


def test_stats_of_the_running_server(beside, site: Site) -> None:
    goal = site.goal("custom", "exact", "purchase", currency="EUR", name="Sold")
    for amount in (49.99, 0.02):
        assert site.send({"name": "purchase", "kind": "goal", "revenue": {"amount": amount}}).status_code == 202
    site.counted(goal, 2)

    found = beside("stats", goal, "--json").json

    days = found.pop("days")
    assert re.fullmatch("[0-9]{17}", found.pop("number"))
    assert found == {
        "goal": goal,
        "name": "Sold",
        "slug": "sold",
        "deleted_at": None,
        "site": site.domain,
        "from": today(30),
        "to": today(),
        "conversions": 2,
        "unique_conversions": 1,
        "revenue": "50.01",
        "currency": "EUR",
    }
    assert (len(days), days[-1]) == (31, {"date": today(), "conversions": 2})
    text = beside("stats", goal, "--period", "7d").out
    assert f"Sold on {site.domain}, {today(7)} to {today()} (UTC)" in text
    assert "50.01 EUR" in text
    assert "       █  a day each, at most 2" in text
    assert "a week each" in beside("stats", goal, "--period", "12mo").out


def test_stats_without_a_currency_have_no_revenue(beside, site: Site) -> None:
    goal = site.goal()
    assert beside("stats", goal, "--json").json["revenue"] is None
    assert "REVENUE" not in beside("stats", goal).out


def test_stats_over_days_of_ones_own(beside, site: Site) -> None:
    options = ("--period", "custom", "--from", "2024-02-28", "--to", "2024-03-01", "--json")
    for given in (options, options[2:]):
        found = beside("stats", site.goal(), *given).json
        assert [day["date"] for day in found["days"]] == ["2024-02-28", "2024-02-29", "2024-03-01"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--period", "1y"), "period must be one of: 7d, 30d, 12mo, custom"),
        (("--period", "custom", "--from", "2024-01-01"), "from and to are required"),
        (("--period", "custom", "--from", "2024-01-02", "--to", "2024-01-01"), "from must not be after to"),
        (("--period", "custom", "--from", "yesterday", "--to", "2024-01-01"), "from must be a date"),
        (("--from", "2024-01-01"), "from and to are required"),
        (("--from", "2024-01-01T10:00:00", "--to", "2024-01-02"), "from must be a date"),
        (("--period", "7d", "--from", "2024-01-01", "--to", "2024-01-02"), "give one or the other"),
    ],
)
def test_a_period_that_cannot_be_understood(cli, options: tuple[str, ...], reason: str) -> None:
    done = cli("stats", MISSING, *options)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err


@pytest.mark.parametrize("command", [("stats",), ("goal", "backfill")])
def test_an_unknown_goal_beside_the_server(beside, command: tuple[str, ...]) -> None:
    done = beside(*command, MISSING)
    reason = f"there is no goal {MISSING!r}; give an id that `goalpost goal list` shows"
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {reason}\n")


def spellings(site: Site, goal: str) -> list[str]:
    row = next(row for row in site.workspace.server.command("goal", "list", "--json").json if row["id"] == goal)
    return [goal, goal.upper(), to_gsid("1CG0", UUID(goal)), row["number"], row["slug"]]


def test_every_spelling_of_a_goals_id_is_taken(beside, site: Site) -> None:
    """The UUID, the GSID of it, PageSense's goal_id and its linkname."""
    goal = site.goal("pageview", "exact", "/spelled", name=f"Spelled {uuid4()}")
    given = spellings(site, goal)
    assert {beside("stats", text, "--json").json["goal"] for text in given} == {goal}
    assert {beside("goal", "backfill", text, "--json").json["goal"] for text in given} == {goal}


def test_every_spelling_of_a_sites_id_is_taken(beside, site: Site) -> None:
    goal = site.goal()
    row = next(row for row in beside("site", "list", "--json").json if row["site_key"] == site.key)
    texts = [site.key, row["id"], to_gsid("1CG0", UUID(row["id"])), row["number"], site.domain, f"WWW.{site.domain}"]
    texts.append(f"https://{site.domain}/")
    for text in texts:
        assert [found["id"] for found in beside("goal", "list", "--site", text, "--json").json] == [goal], text
        assert beside("site", "snippet", text, "--json").json["site_key"] == site.key
        assert beside("import", "events", "-", "--site", text, "--json", stdin=b"").json["lines"] == 0


def test_a_name_of_several_is_told(alone) -> None:
    keys = []
    for workspace, domain in (("a", "x.example"), ("b", "y.example")):
        made = alone("workspace", "create", workspace, "--json").json
        options = ("--domain", domain, "--name", "Shop", "--json")
        keys.append(alone("site", "create", "--workspace", made["id"], *options).json["site_key"])
    options = ("--domain", "www.x.example", "--name", "Other", "--json")
    other = alone("site", "create", "--workspace", "a", *options).json["site_key"]
    for text, named in (("shop", keys), ("x.example", [keys[0], other])):
        done = alone("site", "snippet", text)
        assert (done.code, done.out) == (1, "")
        assert done.err == f"goalpost: there are 2 sites that {text!r} names; give one of {', '.join(named)}\n"
    done = alone("site", "snippet", "\0")
    assert (done.code, done.err) == (
        1,
        "goalpost: there is no site '\\x00'; give a key that `goalpost site list` shows\n",
    )


def test_deleted_goals_are_listed_and_keep_their_numbers(beside, site: Site) -> None:
    kept, goal = site.goal("pageview", "exact", "/kept"), site.goal("pageview", "exact", "/gone", name="Gone")
    assert site.send([{"url": f"https://{site.domain}/gone"}] * 2).status_code == 202
    site.counted(goal, 2)
    given = spellings(site, goal)
    assert beside("goal", "list", "--site", site.key, "--deleted").err == "No deleted goals.\n"
    assert site.api.delete(f"/sites/{site.key}/goals/{goal}").status_code == 200

    assert [row["id"] for row in beside("goal", "list", "--site", site.key, "--json").json] == [kept]
    (row,) = beside("goal", "list", "--site", site.key, "--deleted", "--json").json
    assert (row["id"], row["deleted_at"][:10]) == (goal, today())
    for text in given:
        found = beside("stats", text, "--json").json
        assert (found["goal"], found["conversions"], found["deleted_at"]) == (goal, 2, row["deleted_at"])
    assert f"deleted {row['deleted_at']}" in beside("stats", goal).out
    assert beside("goal", "backfill", goal).code == 1

    again = site.goal("pageview", "exact", "/gone", name="Gone")
    assert beside("stats", row["slug"], "--json").json["goal"] == again
    assert beside("stats", goal, "--json").json["conversions"] == 2


@pytest.mark.parametrize("goal", ["7", "../../healthz", "ü", "purchase-of-nobody"])
@pytest.mark.parametrize("command", [("stats",), ("goal", "backfill")])
def test_an_unknown_goal_id_is_rejected(cli, command: tuple[str, ...], goal: str) -> None:
    done = cli(*command, goal)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"goalpost: there is no goal {goal!r}; give an id that `goalpost goal list` shows\n"


def test_back_fill_by_the_running_server(beside, site: Site) -> None:
    assert site.send([{"url": f"https://{site.domain}/old"}] * 3).status_code == 202
    site.counted(site.goal("pageview", "exact", "/other"), 0)
    goal = site.goal("pageview", "exact", "/old")

    assert beside("goal", "backfill", goal, "--json").json == {"goal": goal, "counted": 3}

    assert beside("stats", goal, "--json").json["conversions"] == 3
    assert beside("goal", "backfill", goal).out == "Added 0 conversions.\n"


def test_the_same_commands_without_a_server(own_server: Callable[..., RunningServer]) -> None:
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("pageview", "exact", "/old")
    assert site.send([{"url": f"https://{site.domain}/{path}"} for path in ("old", "old", "older")]).status_code == 202
    site.counted(goal, 2)
    late = site.goal("pageview", "contains", "/old")
    server.stop()

    by_command = json.loads(server.cli("stats", goal, "--json").stdout)
    assert (by_command["conversions"], by_command["days"][-1]["conversions"]) == (2, 2)
    assert json.loads(server.cli("goal", "backfill", late, "--json").stdout)["counted"] == 3
    missing = server.cli("stats", str(uuid4()), check=False)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "there is no goal" in missing.stderr

    server.start()
    assert site.stats(late)["conversions"] == 3
