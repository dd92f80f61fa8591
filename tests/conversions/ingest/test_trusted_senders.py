"""Fields of events that a sender with a key may set, and nobody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from goalpost.tenancy import workspaces
from tests.support.domains import add_contender
from tests.support.ready import start_ready
from tests.support.server import RunningServer, Site, Workspace, eventually

TODAY = datetime.now(UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture
def keyed(site: Site) -> Callable[..., httpx.Response]:
    """Sends events to the site with a key that may write them and nothing else."""
    key = site.workspace.make_key("events:write")
    return lambda body: site.send(body, authorization=f"Bearer {key}")


def _accepted(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.content) == (202, b"")
    assert "x-goalpost-dropped" not in answer.headers


def _day(days_ago: int) -> dict[str, str]:
    day = (TODAY - timedelta(days=days_ago)).date().isoformat()
    return {"period": "custom", "from": day, "to": day}


TEN_DAYS_AGO = (TODAY - timedelta(days=10)).replace(hour=12, minute=0, second=0, microsecond=0)


TIMESTAMPS: list[str | float] = [
    TEN_DAYS_AGO.isoformat(),
    TEN_DAYS_AGO.strftime("%Y-%m-%dT%H:%M:%SZ"),
    TEN_DAYS_AGO.strftime("%Y-%m-%dt%H:%M:%Sz"),  # RFC 3339, section 5.6
    TEN_DAYS_AGO.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
    TEN_DAYS_AGO.strftime("%Y-%m-%dT%H:%M:%S"),  # UTC where it has no zone
    TEN_DAYS_AGO.strftime("%Y-%m-%d 12:00"),
    TEN_DAYS_AGO.strftime("%Y%m%dT120000Z"),
    (TEN_DAYS_AGO + timedelta(hours=16)).strftime("%Y-%m-%dT%H:%M:%S+09:00"),  # tomorrow there, that day here
    int(TEN_DAYS_AGO.timestamp() * 1000),
    TEN_DAYS_AGO.timestamp() * 1000 + 0.25,
]


def test_timestamps(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()

    for timestamp in TIMESTAMPS:
        _accepted(keyed({"timestamp": timestamp}))

    assert site.counted(goal, len(TIMESTAMPS), **_day(10))["conversions"] == len(TIMESTAMPS)
    assert site.stats(goal)["conversions"] == len(TIMESTAMPS)


def test_a_timestamp_that_cannot_be_used_is_now(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()

    for timestamp in ("yesterday", "1999-12-31", 1_700_000_000, (TODAY + timedelta(days=2)).isoformat(), True, 10**400):
        answer = keyed({"timestamp": timestamp})
        _accepted(answer)
        assert answer.headers["x-goalpost-ignored"] == "timestamp"

    assert site.counted(goal, 6, **_day(0))["conversions"] == 6


def test_an_id_counts_once(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()

    _accepted(keyed({"id": "order-1"}))
    _accepted(keyed({"id": "order-2"}))
    again = [keyed({"id": "order-1"}), keyed([{"id": "order-1"}, {"id": "order-3"}, {"id": "order-3"}, {"id": 4}])]

    assert [answer.headers["x-goalpost-dropped"] for answer in again] == ["duplicate", "duplicate;n=2"]
    assert keyed({"id": "4"}).headers["x-goalpost-dropped"] == "duplicate"
    _accepted(keyed({}))
    assert site.counted(goal, 5)["conversions"] == 5


def test_an_id_counts_once_however_many_send_it_at_once(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()

    def send(number: int) -> list[str | None]:
        answers = [keyed({"id": f"order-{order}"}) for order in range(10)]
        return [answer.headers.get("x-goalpost-dropped") for answer in answers]

    with ThreadPoolExecutor(8) as threads:
        dropped = [reason for reasons in threads.map(send, range(8)) for reason in reasons]

    assert sorted(dropped, key=str) == [None] * 10 + ["duplicate"] * 70
    keyed({"id": "last"})
    assert site.counted(goal, 11)["conversions"] == 11


def test_an_id_is_the_site_s_own(workspace: Workspace) -> None:
    key = workspace.make_key("events:write")
    sites = [workspace.server.make_site(workspace) for _ in range(2)]

    for site in sites:
        _accepted(site.send({"id": "order-1"}, authorization=f"Bearer {key}"))


def test_kind_and_name_belong_to_an_id(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    """A refund has the number of its order."""
    goals = [
        site.goal("event", "exact", "purchase"),
        site.goal("event", "exact", "refund"),
        site.goal("custom", "exact", "purchase"),
    ]
    events = [{"name": "purchase"}, {"name": "refund"}, {"name": "purchase", "kind": "goal"}, {"name": "pageview"}]

    for event in events:
        _accepted(keyed({**event, "id": "order-1001"}))
    again = [keyed({**event, "id": "order-1001"}).headers["x-goalpost-dropped"] for event in events]

    assert again == ["duplicate"] * 4
    assert [site.counted(goal, 1)["conversions"] for goal in goals] == [1, 1, 1]


def test_an_id_that_cannot_be_used_counts_each_time(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()

    for _ in range(2):
        answer = keyed({"id": "x" * 256, "visitor": [1]})
        _accepted(answer)
        assert answer.headers["x-goalpost-ignored"] == "id, visitor"

    assert site.counted(goal, 2)["conversions"] == 2


def test_the_longest_id_and_the_oddest(keyed: Callable[..., httpx.Response]) -> None:
    for value in ("x" * 255, "\0", "é🎯", -1, 2**63, 0):
        _accepted(keyed({"id": value, "visitor": value}))


def test_a_visitor_is_counted_once_over_all_days(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()
    for days_ago in (3, 2, 1, 0):
        for visitor in ("u-1", "u-2"):
            moment = (TODAY - timedelta(days=days_ago)).isoformat()
            _accepted(keyed({"visitor": visitor, "timestamp": moment, "ip": f"203.0.113.{days_ago}"}))

    assert site.counted(goal, 8) == {"conversions": 8, "unique_conversions": 2, "revenue": None}
    assert site.counted(goal, 2, **_day(2))["unique_conversions"] == 2


def test_without_a_visitor_every_day_has_visitors_of_its_own(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()
    for days_ago in (2, 1, 0):
        moment = (TODAY - timedelta(days=days_ago)).isoformat()
        _accepted(keyed({"timestamp": moment, "ip": "203.0.113.1", "user_agent": FIREFOX}))

    assert site.counted(goal, 3)["unique_conversions"] == 3


def test_ip_and_user_agent_tell_visitors_apart(site: Site, keyed: Callable[..., httpx.Response]) -> None:
    goal = site.goal()
    for ip in ("203.0.113.1", "203.0.113.2", "2001:db8::1"):
        for _ in range(2):
            _accepted(keyed({"ip": ip, "user_agent": FIREFOX}))
    _accepted(keyed({"ip": "203.0.113.1", "user_agent": FIREFOX.replace("132", "133")}))

    assert site.counted(goal, 7)["unique_conversions"] == 4
    # Events are stored after their conversions.
    expected = [{"value": "Firefox", "pageviews": 7, "visitors": 4}]
    eventually(lambda: _browsers(site) == expected, what=f"{expected}")


def _browsers(site: Site) -> list[dict[str, Any]]:
    return site.api.get(f"/sites/{site.key}/stats?dimensions=browser").json()["data"]["breakdowns"]["browser"]


def test_a_trusted_sender_may_leave_the_user_agent_out(keyed: Callable[..., httpx.Response]) -> None:
    _accepted(keyed({}))
    assert keyed({"user_agent": "Googlebot/2.1"}).headers["x-goalpost-dropped"] == "bot"


def test_without_a_key_the_five_are_ignored(site: Site) -> None:
    goal = site.goal()
    said = {
        "timestamp": (TODAY - timedelta(days=3)).isoformat(),
        "id": "order-1",
        "ip": "203.0.113.1",
        "user_agent": "Googlebot/2.1",
        "visitor": "u-1",
    }
    others = [{**said, "ip": "203.0.113.2", "visitor": "u-2", "user_agent": FIREFOX, "timestamp": "never", "id": ""}]

    for event in [said, said, *others]:
        _accepted(site.send(event))

    assert site.counted(goal, 3, **_day(0)) == {"conversions": 3, "unique_conversions": 1, "revenue": None}


@pytest.mark.parametrize("authorization", ["Bearer gp_nobody", "Bearer", "Basic Z3A6Z3A=", "gp_x", "Bearer é\x80"])
def test_a_bad_key_is_refused(site: Site, authorization: str) -> None:
    answer = site.send({}, authorization=authorization.encode("latin-1"))  # type: ignore[arg-type]

    assert answer.status_code == 401
    assert answer.json()["error"]


def test_an_expired_key_is_refused(site: Site) -> None:
    expired = site.workspace.make_key("events:write", expires_at=datetime.now(UTC) - timedelta(seconds=1))

    assert site.send({}, authorization=f"Bearer {expired}").status_code == 401


def test_a_revoked_key_is_refused_within_seconds(site: Site) -> None:
    key, stores = site.workspace.make_key("events:write"), site.workspace.server.stores
    _accepted(site.send({}, authorization=f"Bearer {key}"))

    with stores.writing() as db:
        keys = workspaces.list_keys(db, workspace_id=site.workspace.id)
        (known,) = [key for key in keys if "*" not in key.scopes]
        workspaces.revoke_key(db, key_id=known.id, now=datetime.now(UTC))

    eventually(lambda: site.send({}, authorization=f"Bearer {key}").status_code == 401, what="the key's end")


@pytest.mark.parametrize("scopes", [["analytics:read"], ["analytics:write"], ["analytics:read", "analytics:write"]])
def test_a_key_without_the_scope_is_refused(site: Site, scopes: list[str]) -> None:
    key = site.workspace.make_key(*scopes)

    answer = site.send({}, authorization=f"Bearer {key}")

    assert answer.status_code == 403
    assert "events:write" in answer.json()["error"]


@pytest.mark.parametrize("scopes", [["*"], ["events:write"], ["analytics:read", "events:write"]])
def test_a_key_with_the_scope_is_good(site: Site, scopes: list[str]) -> None:
    key = site.workspace.make_key(*scopes)

    _accepted(site.send({"id": "1"}, authorization=f"bearer  {key}"))


def test_another_workspace_s_site_looks_like_a_missing_one(make_site: Callable[..., Site]) -> None:
    mine, theirs = make_site(), make_site()
    goal = theirs.goal()
    key = mine.workspace.make_key("events:write")

    for name in (theirs.key, theirs.domain, "nobody.example.com"):
        answer = mine.send({"domain": name}, authorization=f"Bearer {key}")
        assert (answer.status_code, answer.headers["x-goalpost-dropped"]) == (202, "unknown_site")

    theirs.send({})
    assert theirs.counted(goal, 1)["conversions"] == 1


def test_a_domain_is_the_sender_s_own_where_two_workspaces_have_it(
    server: RunningServer, make_site: Callable[..., Site]
) -> None:
    theirs, other = make_site(), make_site()
    with server.stores.writing() as db:
        site = add_contender(db, other.workspace.id, theirs.domain)
    mine = replace(other, key=site.key, id=str(site.id))
    goal = mine.goal()
    key = mine.workspace.make_key("events:write")

    answer = mine.send({"domain": theirs.domain}, authorization=f"Bearer {key}")

    assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None)
    assert mine.counted(goal, 1)["conversions"] == 1


def test_the_limit_of_an_address(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server(GOALPOST_INGEST_LIMIT="5", GOALPOST_TRUSTED_PROXIES="127.0.0.1"))
    site = server.make_site()
    goal = site.goal()
    key = site.workspace.make_key("events:write")
    client = {"x-forwarded-for": "203.0.113.1"}

    answers = [site.send({}, **client) for _ in range(8)]
    statuses = [answer.status_code for answer in answers]

    # The window may have ended in between, once.
    assert statuses.count(202) in range(5, 9), statuses
    refused = [answer for answer in answers if answer.status_code == 429] or [_refused(site, client)]
    for answer in refused:
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert answer.json()["error"]
    assert site.send({}, **{"x-forwarded-for": "203.0.113.2"}).status_code == 202
    for _ in range(10):
        _accepted(site.send({}, authorization=f"Bearer {key}", **client))
    counted = statuses.count(202) + 11
    assert site.counted(goal, counted)["conversions"] >= counted


def _refused(site: Site, client: dict[str, str]) -> httpx.Response:
    return next(answer for _ in range(12) if (answer := site.send({}, **client)).status_code == 429)


@pytest.mark.parametrize("credential", ["Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Bearer x", "Basic dTpw", "Token 1", "gp"])
def test_a_page_may_send_a_credential_of_another_service(site: Site, credential: str) -> None:
    """An interceptor of the page puts its API's header on every request, as tracing does with its own."""
    answer = site.send({"url": f"https://{site.domain}/"}, authorization=credential, origin=f"https://{site.domain}")

    assert answer.status_code == 202
    assert answer.headers["x-goalpost-ignored"] == "authorization"


@pytest.mark.parametrize("credential", ["Bearer gp_nobody", "Bearer 1000.nobody"])
def test_a_page_may_not_send_a_bad_key_of_ours(site: Site, credential: str) -> None:
    assert site.send({}, authorization=credential, origin=f"https://{site.domain}").status_code == 401
