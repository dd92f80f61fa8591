"""Whatever is sent, the memory stays where it was; a minute of it is in tests/torture."""

from collections.abc import Callable

from tests.support.ready import start_ready
from tests.support.server import RunningServer
from tests.support.storm import Storm, resident_mb

SECONDS = 5
MOST_MB = 200


def test_a_storm_of_distinct_input_leaves_the_memory_where_it_was(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server(GOALPOST_RATE_LIMIT="off"))
    site = server.make_site()
    for pattern in ("^/1", "x$"):
        site.goal("pageview", "regex", pattern)
    with Storm(site) as warm_up:
        warm_up.last(2)
    before = resident_mb(server)

    with Storm(site) as storm:
        storm.last(SECONDS)

    assert storm.sent > 100 and storm.statuses == {202}
    assert resident_mb(server) - before < MOST_MB


def test_a_gigabyte_of_referrers_without_a_key(own_server: Callable[..., RunningServer]) -> None:
    """A hundred events with referrers of 10 MB kept a gigabyte of memory."""
    server = start_ready(own_server(GOALPOST_RATE_LIMIT="off"))
    site = server.make_site()
    site.send({"referrer": "http://0" + "A" * 9_000_000})
    before = resident_mb(server)

    for number in range(40):
        assert site.send({"referrer": f"http://{number}" + "A" * 9_000_000}).status_code == 202

    assert resident_mb(server) - before < 100
