"""Known differences from Krafter: a test for each line of the contract's list, by name."""

from collections.abc import Callable

import httpx

from goalpost.dialects.krafter.contract import DIFFERENCES
from goalpost.web.gate import MAX_BODY
from tests.dialects.krafter.support import (
    GOAL,
    NOT_FOUND,
    SITE_ROUTES,
    UNAUTHENTICATED,
    goal_call,
    record,
    seen,
    settle,
)
from tests.dialects.krafter.support import track as track_
from tests.support.server import RunningServer, Site, free_port


def test_every_known_difference_is_tested() -> None:
    assert {name.removeprefix("test_") for name in globals() if name.startswith("test_")} - {
        "every_known_difference_is_tested"
    } == set(DIFFERENCES)


def test_mcp_is_not_there(site: Site) -> None:
    url, headers = site.workspace.server.url, site.api.headers
    assert httpx.post(f"{url}/mcp", headers=headers, json={}, trust_env=False).status_code == 404


def test_keys_have_their_own_prefix(site: Site) -> None:
    assert site.workspace.key.startswith("gp_")
    vendors = site.workspace.server.client("kr_live_" + site.workspace.key.removeprefix("gp_"))
    assert seen(vendors.get("/sites")) == UNAUTHENTICATED


def test_events_have_their_own_door(site: Site) -> None:
    assert site.send({"name": "signup"}).status_code == 202
    assert seen(site.api.post("/collect", json={"site": site.key, "type": "event", "name": "signup"})) == NOT_FOUND


def test_a_method_that_a_path_does_not_take_is_405(site: Site) -> None:
    answer = site.api.put(f"/sites/{site.key}")
    assert seen(answer) == (405, {"error": "Method not allowed"})
    assert answer.headers["allow"] == "GET, HEAD, PATCH, DELETE"


def test_a_large_body_is_413(site: Site) -> None:
    answer = site.api.post("/sites", content=b" " * (MAX_BODY + 1))
    assert seen(answer) == (413, {"error": f"a body may have {MAX_BODY} bytes"})


def test_a_store_that_does_not_answer_is_503(own_server: Callable[..., RunningServer]) -> None:
    site = own_server(GOALPOST_EVENTS_URL=f"clickhouse://127.0.0.1:{free_port()}/default").start().make_site()
    goal = site.goal()
    for path in (f"goals/{goal}/stats", "stats", "realtime", "events"):
        answer = site.api.get(f"/sites/{site.key}/{path}")
        assert seen(answer) == (503, {"error": "Temporarily unavailable"})
        assert answer.headers["retry-after"].isdigit()
        assert "x-ratelimit-limit" in answer.headers
    assert site.api.get(f"/sites/{site.key}/goals").status_code == 200


def test_regexes_are_re2(site: Site) -> None:
    for pattern in ("(?=a)", r"(a)\1"):
        body = {**GOAL, "match_type": "regex", "match_value": pattern}
        assert site.api.post(f"/sites/{site.key}/goals", json=body).status_code == 422


def test_what_never_matches_is_refused(site: Site) -> None:
    for match_type, value, instead in [
        ("exact", "https://x.example/thanks", "write /thanks"),
        ("exact", "thanks", "write /thanks"),
        ("exact", "/thanks?order=1", "write /thanks"),
        ("exact", "/thanks#x", "write /thanks"),
        ("contains", "thanks?order", "write /thanks"),
        ("regex", "^https?://", "begins with a slash"),
        ("regex", "/a|", "empty alternative"),
    ]:
        body = {**GOAL, "type": "pageview", "match_type": match_type, "match_value": value}
        status, found = seen(site.api.post(f"/sites/{site.key}/goals", json=body))
        assert (status, found["error"]) == (422, "Validation failed")
        (text,) = found["details"]["match_value"]
        assert instead in text
    goal = site.goal("pageview", "exact", "/thanks")
    answer = site.api.patch(f"/sites/{site.key}/goals/{goal}", json={"match_value": "thanks"})
    assert answer.status_code == 422
    assert "write /thanks" in answer.json()["details"]["match_value"][0]


def test_spellings_are_one(site: Site) -> None:
    goals = [site.goal("pageview", "exact", path) for path in ("/caf%C3%A9", "/café", "/cafe\u0301")]
    record(site, {"url": f"https://{site.domain}/caf%c3%a9"})
    assert [site.counted(goal, 1)["conversions"] for goal in goals] == [1, 1, 1]


def test_routes_are_part_of_the_path(site: Site) -> None:
    goal = site.goal("pageview", "exact", "/app#/thanks")
    record(
        site, {"url": f"https://{site.domain}/app#/thanks", "h": 1}, {"url": f"https://{site.domain}/app#/cart", "h": 1}
    )
    assert site.counted(goal, 1)["conversions"] == 1
    settle(site)
    found = site.api.get(f"/sites/{site.key}/stats?dimensions=path").json()["data"]["breakdowns"]["path"]
    assert sorted(row["value"] for row in found) == ["/app#/cart", "/app#/thanks"]


def test_sites_answer_to_their_id(site: Site) -> None:
    for route in SITE_ROUTES:
        answer = route.call(site.api, site.id, site.goal())
        assert answer.status_code == route.success
    assert site.api.get("/sites").json()["data"] == []


def test_public_stats_opens_nothing(site: Site) -> None:
    assert site.api.patch(f"/sites/{site.key}", json={"public_stats": True}).json()["data"]["public_stats"] is True
    url = f"{site.api.base_url}sites/{site.key}/stats"
    assert seen(httpx.get(url, trust_env=False)) == UNAUTHENTICATED


def test_a_domain_is_taken_once(server: RunningServer, site: Site) -> None:
    taken = (422, {"error": "Validation failed", "details": {"domain": ["has already been taken"]}})
    body = {"domain": site.domain.upper(), "name": "Again"}
    assert seen(site.api.post("/sites", json=body)) == taken
    second = server.make_site(site.workspace)
    assert seen(second.api.patch(f"/sites/{second.key}", json={"domain": site.domain})) == taken

    assert site.api.patch(f"/sites/{site.key}", json={"domain": site.domain}).status_code == 200
    other = server.make_site()
    assert seen(other.api.post("/sites", json=body)) == taken
    assert seen(other.api.patch(f"/sites/{other.key}", json={"domain": f"www.{site.domain}:8080"})) == taken
    site.api.delete(f"/sites/{site.key}")
    assert site.api.post("/sites", json=body).status_code == 201


def test_breakdowns_end_at_a_hundred(site: Site) -> None:
    record(site, *(track_(f"event {number:03}") for number in range(101)))
    record(site, *({"url": f"https://{site.domain}/{number:03}"} for number in range(101)))
    marker = site.goal("custom", "exact", "last")
    record(site, goal_call("last"))
    site.counted(marker, 1)
    settle(site)
    names = [found["name"] for found in site.api.get(f"/sites/{site.key}/events").json()["data"]]
    assert names == [f"event {number:03}" for number in range(100)]
    found = site.api.get(f"/sites/{site.key}/stats?dimensions=path").json()["data"]
    assert found["totals"]["pageviews"] == 101
    assert [row["value"] for row in found["breakdowns"]["path"]] == [f"/{number:03}" for number in range(100)]


def test_a_named_visitor_lasts(site: Site) -> None:
    goal = site.goal("custom", "exact", "done")
    moments = [f"2025-03-0{day}T10:00:00Z" for day in (1, 2, 3)]
    record(site, *(goal_call("done", timestamp=moment, visitor="customer 5") for moment in moments))
    record(site, *(goal_call("done", timestamp=moment, ip="198.51.100.9") for moment in moments))
    settle(site)
    stats = site.stats(goal, period="custom", **{"from": "2025-03-01", "to": "2025-03-03"})
    assert (stats["conversions"], stats["unique_conversions"]) == (6, 1 + 3)


def test_foreign_revenue_is_not_counted(site: Site) -> None:
    goal = site.goal("custom", "exact", "done", currency="USD")
    for currency in ("USD", "EUR", None):
        record(site, {"name": "done", "kind": "goal", "revenue": {"amount": 10, "currency": currency}})
    assert site.counted(goal, 3)["revenue"] == 20.0


def test_parameters_are_sent_once(site: Site) -> None:
    path = f"/sites/{site.key}/stats"
    assert site.api.get(f"{path}?period=7d&period=30d").status_code == 400
    assert site.api.get(f"{path}?colour=red").json()["warnings"] == ["unknown query parameter 'colour' was ignored"]


def test_from_and_to_are_read_with_period_custom(site: Site) -> None:
    """Without it they changed nothing, and nothing said so."""
    said = ["from and to were ignored: they are read with period=custom"]
    for path in (
        f"/sites/{site.key}/stats",
        f"/sites/{site.key}/goals/{site.goal()}/stats",
        f"/sites/{site.key}/events",
    ):
        for query in ("from=2026-01-01&to=2026-01-31", "period=7d&to=garbage"):
            assert site.api.get(f"{path}?{query}").json()["warnings"] == said
        custom = site.api.get(f"{path}?period=custom&from=2026-01-01&to=2026-01-31").json()
        assert "warnings" not in custom
