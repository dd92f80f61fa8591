"""No address and no user agent is kept: not in a store, not in the spool, not in a log, not in a file of any kind."""

import ipaddress
from collections.abc import Callable
from pathlib import Path

import httpx

from goalpost.conversions.model.conversion_goals import PageScope, Trigger
from goalpost.conversions.model.match_types import MatchType
from tests.support.clickhouse import ClickHouse
from tests.support.load import is_drained
from tests.support.page_goals import Goals
from tests.support.ready import start_ready
from tests.support.server import RunningServer, Site, eventually, free_port

MARK = "b7Qz40wY"  # what no file holds by chance
AGENT = f"Mozilla/5.0 (X11; Linux x86_64; {MARK}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
IP4, IP6 = "203.0.113.177", "2001:db8:5a17:9c3e:77f1:3b2d:91ac:6e04"
VISITOR = f"customer-{MARK}"
SECRETS = {
    "the user agent": MARK.encode(),
    "the address": IP4.encode(),
    "the long address": IP6.encode(),
    "the long address, packed": ipaddress.ip_address(IP6).packed,
}


# What a site without goals on the query keeps nothing of, and any site nothing that is private.
PUBLIC_QUERY = f"https://example.com/a?order={MARK}#x={MARK}"
PRIVATE_QUERY = (
    f"https://{MARK}:{MARK}@example.com/a;jsessionid={MARK}?email={MARK}%40example.com&reset={MARK}"
    f"&q=Ann%20{MARK}@example.com&next=%2Freset%3Ftoken%3D{MARK}#access_token={MARK}"
)


def _send_urls(site: Site, *urls: str) -> int:
    """Page views, goal calls and link clicks with these URLs, and page views that came from there."""
    for url in urls:
        site.send([{"url": url}, {"url": url, "h": 1}, {"name": "buy", "kind": "goal", "url": url}])
        site.send([{"name": url, "kind": "link_click", "url": url}, {"referrer": url}])
    return 5 * len(urls)


def _send_everything(site: Site) -> int:
    """Page views, custom events, pixels, dropped and refused ones, from the client of these tests; how many count."""
    server = site.workspace.server
    key = {"authorization": f"Bearer {site.workspace.make_key('events:write')}"}
    for ip in (IP4, IP6):
        client = {"x-forwarded-for": ip, "user-agent": AGENT}
        site.send({}, **client)
        site.send([{}, {"name": "Signup"}, {"domain": "nobody.example.com"}, {"url": "about:blank"}], **client)
        site.send([{"name": ""}, {}], **client)
        server.post_event("{", **client)
        url = f"{server.url}/api/event?domain={site.key}"
        httpx.get(url, headers={**client, "referer": f"https://{site.domain}/"}, trust_env=False)
        site.send({"ip": ip, "user_agent": AGENT, "visitor": VISITOR, "id": VISITOR + ip}, **key)
    return 12


def _check_nothing_is_left(server: RunningServer) -> None:
    files = [path for path in server.data.parent.rglob("*") if path.is_file()]
    assert len(files) > 3
    left = [
        f"{what} in {path.relative_to(server.data.parent)}"
        for path in files
        for what, secret in SECRETS.items()
        if secret in path.read_bytes()
    ]
    assert left == []


def test_nothing_is_left_of_who_it_was(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server(GOALPOST_TRUSTED_PROXIES="127.0.0.1", GOALPOST_LOG_LEVEL="debug"))
    site = server.make_site()
    count = _send_everything(site) + _send_urls(site, PUBLIC_QUERY, PRIVATE_QUERY)
    looking = server.make_site(site.workspace)
    goals = Goals(server, looking)
    goal = goals.put(Trigger.GOAL, MatchType.ANY, scope=PageScope(MatchType.URL_CONTAINS, "?email=&reset="))
    link = goals.put(Trigger.LINK_CLICK, MatchType.URL_ENDS_WITH, "#access_token=")
    count += _send_urls(looking, PRIVATE_QUERY)
    goals.counted(goal, 1)
    goals.counted(link, 1)
    eventually(lambda: is_drained(server), what="an empty spool")
    _check_nothing_is_left(server)

    server.stop()

    _check_nothing_is_left(server)
    # The store compresses its files; read plainly, they hold nothing either.
    rows = _plain_text(server.data / "events")
    assert len(rows.splitlines()) == count
    assert site.id in rows
    assert [what for what, secret in SECRETS.items() if secret in rows.encode()] == []


def _plain_text(directory: Path) -> str:
    store = ClickHouse(directory).start()
    try:
        return "\n".join(str(row) for row in store.rows("SELECT * FROM events"))
    finally:
        store.close()


def test_nothing_waits_in_the_spool_either(own_server: Callable[..., RunningServer]) -> None:
    """While the event store is away, and when a server is killed then."""
    away = f"clickhouse://127.0.0.1:{free_port()}/default"
    server = own_server(GOALPOST_TRUSTED_PROXIES="127.0.0.1", GOALPOST_EVENTS_URL=away, GOALPOST_LOG_FORMAT="json")
    site = server.start().make_site()

    count = _send_everything(site)

    assert server.stores.spool.waiting() == count
    _check_nothing_is_left(server)
    server.kill()
    _check_nothing_is_left(server)
