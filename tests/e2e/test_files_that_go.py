"""Files of the stores that are moved away under a running server: nothing is acknowledged into nothing."""

from collections.abc import Callable
from pathlib import Path

import httpx

from tests.support.ready import is_ready, start_ready
from tests.support.server import RunningServer, eventually

SENT = {"name": "signup", "kind": "goal", "url": "https://example.com/"}


def state(server: RunningServer) -> dict[str, bool]:
    return httpx.get(server.url + "/readyz", trust_env=False).json()


def test_a_store_whose_files_are_gone_is_not_ready_and_takes_nothing(
    own_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    """Readiness stayed green, and events went into a file that no path led to."""
    server = start_ready(own_server())
    site = server.make_site()
    goal = site.goal("custom", "exact", "signup")
    assert site.send(SENT).status_code == 202
    site.counted(goal, 1)
    for names, part in ((("spool.sqlite*",), "spool"), (("goalpost.sqlite*",), "relational_store")):
        moved = [path.rename(tmp_path / path.name) for name in names for path in server.data.glob(name)]
        eventually(lambda part=part: not state(server)[part], what=f"{part} not ready")
        if part == "spool":
            refused = site.send(SENT)
            assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        else:
            assert site.api.get("/sites").status_code == 503
        for path in moved:
            path.rename(server.data / path.name)
        eventually(lambda: is_ready(server), seconds=30, what="readiness")
    (server.data / "events").rename(tmp_path / "events")
    eventually(lambda: not state(server)["event_store"], seconds=20, what="event store not ready")
    assert site.send(SENT).status_code == 202
    assert site.api.get(f"/sites/{site.key}/realtime").status_code == 503
    (tmp_path / "events").rename(server.data / "events")
    assert eventually(lambda: is_ready(server), seconds=30, what="readiness")
    assert site.counted(goal, 2)["conversions"] == 2
