"""Cost of a sender, bounded: requests, events and bytes of an address, rows and bytes of a site and a workspace."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from goalpost.conversions.ingest import group_commit
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.group_commit import GroupCommit
from goalpost.conversions.ingest.peers import network_of
from goalpost.conversions.ingest.row_quotas import RowQuotas
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import RateLimited, TooLarge, Unavailable
from goalpost.settings import Settings
from goalpost.tenancy.guesses import Guesses
from goalpost.tenancy.rate_limit import Cost, IngestLimiter, RateLimiter
from tests.support.server import API, BROWSER, RunningServer

MB = 1 << 20
_TAKES = 20.0  # seconds that a test of a server's quotas takes at most


def wait_for_a_window() -> None:
    """Begin while enough of a minute is left: the server's windows are minutes of the system's monotonic clock."""
    left = 60 - time.monotonic() % 60
    if left < _TAKES:
        time.sleep(left)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no:address" * 100, ("no:address" * 100)[:64]),
    ],
)
def test_whom_an_address_is_counted_for(address: str, network: str) -> None:
    """A subscriber of IPv6 has a /64 at least: RFC 6177."""
    assert network_of(address) == network


def test_an_address_is_held_to_each_of_requests_events_and_bytes() -> None:
    limiter = IngestLimiter(Cost(10, 100, 1000), 60)
    limiter.spend("a", (1, 90, 100), 0.0)

    with pytest.raises(RateLimited) as refused:
        limiter.spend("a", (1, 11, 0), 15.0)
    assert refused.value.retry_after == 45
    with pytest.raises(RateLimited):
        limiter.spend("a", (1, 0, 901), 15.0)
    quota = limiter.spend("a", (1, 10, 900), 15.0)  # what was refused has taken nothing
    assert quota is not None and (quota.limit, quota.remaining) == (10, 8)
    limiter.spend("b", (1, 100, 1000), 15.0)
    limiter.spend("a", (10, 100, 1000), 60.0)
    with pytest.raises(TooLarge):
        limiter.spend("c", (1, 101, 0), 60.0)


def test_the_memory_of_limits_is_bounded() -> None:
    """Many addresses are cheap to have: a /48 has 65,536 times a /64."""
    limiter, windows = IngestLimiter(Cost(5), 60, most_keys=100), RateLimiter(5, 60, most_keys=100)
    for number in range(10_000):
        limiter.spend(number, (1, 1, 1), 1.0)
        windows.spend(str(number))

    assert len(limiter._spent) <= 101 and len(windows._windows) <= 100


def test_a_clock_that_is_set_back_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows were counted by the time of day: an hour back, and they ended an hour later."""
    limiter = RateLimiter(1, 1)
    limiter.spend("a")
    with pytest.raises(RateLimited):
        limiter.spend("a")
    monkeypatch.setattr("time.time", lambda: 0.0)
    now = __import__("time").monotonic() + 1.1
    monkeypatch.setattr("time.monotonic", lambda: now)

    assert limiter.spend("a").remaining == 0
    with pytest.raises(RateLimited) as refused:
        limiter.spend("a")
    assert refused.value.retry_after == 1


def test_wrong_keys_are_refused_before_any_store_is_asked_and_good_ones_go_on() -> None:
    guesses = Guesses(3)
    guesses.note_good("known")
    for number in range(3):
        guesses.check("a", f"guess {number}")
        guesses.note_wrong("a", f"guess {number}")

    for secret in ("guess 4", "good, and not known yet"):
        with pytest.raises(RateLimited):
            guesses.check("a", secret)
    guesses.check("a", "known")
    guesses.check("b", "good, and not known yet")
    with pytest.raises(RateLimited):
        guesses.note_wrong("a", "known")  # revoked since
    with pytest.raises(RateLimited):
        guesses.check("a", "known")


@pytest.mark.parametrize(
    ("chosen", "address", "array", "guesses"),
    [
        ({}, Cost(200, 2000, 20 * MB), 100, 20),
        ({"ingest_limit": 0}, Cost(), 0, 20),
        ({"ingest_limit": 1}, Cost(1, 10, MB), 100, 20),
        ({"api_limit": 0}, Cost(200, 2000, 20 * MB), 100, 0),
        (
            {"ingest_limit": 0, "ingest_events": 7, "ingest_array": 3, "api_limit": 0, "key_guesses": 5},
            Cost(0, 7),
            3,
            5,
        ),
        ({"rate_limit": "off", "ingest_events": 7, "site_rows": 1, "key_guesses": 5}, Cost(), 0, 0),
    ],
)
def test_what_an_operator_chooses(chosen: dict[str, object], address: Cost, array: int, guesses: int) -> None:
    settings = Settings(**chosen)

    assert (settings.of_address(), settings.keyless_array(), settings.allowed_guesses()) == (address, array, guesses)
    assert settings.of_site() == (Cost() if settings.rate_limit == "off" else Cost(0, 600_000, 300 * MB))


def _sized(size: int) -> list[Accepted]:
    return [Accepted(b"x" * size, [], None)]


def test_commits_and_what_waits_for_them_are_bounded_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_BYTES", 2000)
    monkeypatch.setattr(group_commit, "MOST_WAITING", 10_000)
    spool = Spool(tmp_path / "spool.sqlite", 64 * MB)
    commits: list[int] = []
    keep = spool.keep
    monkeypatch.setattr(
        spool, "keep", lambda accepted, _: commits.append(sum(a.size for a in accepted)) or keep(accepted)
    )

    async def post() -> tuple[list[object], set[int]]:
        commit = GroupCommit(spool)
        try:
            waiting = [commit.keep(_sized(1000)) for _ in range(20)]
            results = await asyncio.gather(*waiting, return_exceptions=True)
            return list(results), await commit.keep(_sized(50_000))  # alone it may be as large as it is
        finally:
            commit.close()

    results, after = asyncio.run(post())
    spool.close()

    assert results[:10] == [set()] * 10 and after == set()
    assert {type(result) for result in results[10:]} == {Unavailable}
    assert sum(commits) == 60_000 and max(commits[:-1]) <= 3000


def tracked(site: int, workspace: int = 0) -> Any:
    """A site of a workspace, as far as quotas look at it."""
    return SimpleNamespace(row_id=bytes([site]), site=SimpleNamespace(workspace_id=UUID(int=workspace)))


def room(quotas: RowQuotas, site: int, *, keyed: bool, size: int = 0) -> int:
    """Count the rows of a size that a site may still take."""
    for count in range(10_000):
        try:
            quotas.spend(tracked(site), 1, size, keyed=keyed)
        except RateLimited as error:
            assert 1 <= error.retry_after <= 60
            return count
    raise AssertionError("there is no end to it")


def test_half_of_a_sites_quota_is_kept_for_senders_with_a_key() -> None:
    quotas = RowQuotas(Cost(0, 101), Cost(), 60)
    assert room(quotas, 1, keyed=False) == 51
    assert room(quotas, 1, keyed=True) == 50
    # Others have what senders with a key leave them, and half at most.
    assert room(quotas, 2, keyed=True) == 101
    assert room(quotas, 2, keyed=False) == 0
    quotas.spend(tracked(3), 80, 0, keyed=True)
    assert room(quotas, 3, keyed=False) == 21
    quotas.spend(tracked(4), 20, 0, keyed=True)
    assert room(quotas, 4, keyed=False) == 51
    assert room(quotas, 4, keyed=True) == 30


def test_half_of_a_workspaces_quota_and_of_bytes_is_kept_too() -> None:
    quotas = RowQuotas(Cost(), Cost(0, 100), 60)
    assert room(quotas, 1, keyed=False) == 50
    assert room(quotas, 2, keyed=False) == 0
    assert room(quotas, 2, keyed=True) == 50
    assert room(quotas, 1, keyed=True) == 0
    for of_site, of_workspace in ((Cost(0, 0, 1000), Cost()), (Cost(), Cost(0, 0, 1000))):
        sized = RowQuotas(of_site, of_workspace, 60)
        assert room(sized, 1, keyed=False, size=10) == 50
        assert room(sized, 1, keyed=True, size=10) == 50


def test_without_limits_nobody_is_refused() -> None:
    quotas = RowQuotas(Cost(), Cost(), 60)
    for keyed in (True, False):
        for _ in range(3):
            quotas.spend(tracked(1), 10**9, 10**12, keyed=keyed)


def test_strangers_do_not_use_up_what_a_server_sends(own_server: Callable[..., RunningServer]) -> None:
    server = own_server(GOALPOST_SITE_ROWS="100", GOALPOST_WORKSPACE_ROWS="150").start()
    site = server.make_site()
    second = server.make_site(site.workspace)
    key = {"authorization": f"Bearer {site.workspace.make_key('events:write')}"}
    wait_for_a_window()

    assert [site.send([{}] * 25).status_code for _ in range(3)] == [202, 202, 429]
    assert [second.send([{}] * 25).status_code for _ in range(2)] == [202, 429]  # 75 of the workspace
    assert [site.send([{}] * 25, **key).status_code for _ in range(3)] == [202, 202, 429]
    assert [second.send([{}] * 25, **key).status_code for _ in range(2)] == [202, 429]


def test_an_address_at_the_door(own_server: Callable[..., RunningServer]) -> None:
    server = own_server(
        **{"GOALPOST_INGEST_LIMIT": "1000", "GOALPOST_INGEST_EVENTS": "250", "GOALPOST_INGEST_MB": "3"},
        **{"GOALPOST_SITE_ROWS": "600", "GOALPOST_KEY_GUESSES": "3"},
    ).start()
    site = server.make_site()
    wait_for_a_window()

    # Arrays: a hundred without a key, and a megabyte.
    assert site.send([{}] * 101).status_code == 413
    assert "without a key" in site.send([{}] * 101).json()["error"]
    assert server.post_event(b" " * (MB + 1)).status_code == 413
    # Events: 250 a minute, of which 3 were taken by the requests above.
    assert [site.send([{}] * 100).status_code for _ in range(3)] == [202, 202, 429]
    assert int(site.send([{}] * 100).headers["retry-after"]) <= 60
    assert site.send([{}] * 40).status_code == 202
    # With a key none of this holds, but the site's quota does: 600 rows, of which 240 are taken.
    key = {"authorization": f"Bearer {site.workspace.make_key('events:write')}"}
    assert site.send([{}] * 400, **key).status_code == 429
    assert server.make_site().send([{}] * 200, **key).headers["x-goalpost-dropped"] == "unknown_site;n=200"

    # Wrong keys: three a minute, at all doors together.
    def ask(secret: str, path: str = f"{API}/sites") -> int:
        return server.client(secret, "").get(path).status_code

    assert ask(site.workspace.key) == 200
    assert [ask("gp_wrong"), ask("gp_wrong", "/api/public/v1/goals")] == [401, 401]
    assert site.send({}, authorization="Bearer gp_wrong").status_code == 401
    assert [ask("gp_wrong"), ask("gp_wrong", "/v1/csgoal/external/admin/picklist")] == [429, 429]
    assert site.send({}, authorization="Bearer gp_wrong").status_code == 429
    token = httpx.post(
        f"{server.url}/oauth/v2/token",
        params={"grant_type": "refresh_token", "client_id": "x", "client_secret": "y", "refresh_token": "z"},
        headers={"user-agent": BROWSER},
        trust_env=False,
    )
    assert (token.status_code, token.json()) == (429, {"error": "access_denied"})
    assert ask(site.workspace.key) == 200
