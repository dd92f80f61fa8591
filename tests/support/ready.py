"""A server that answers everything: not only listening, with its event store open too."""

import httpx

from tests.support.server import RunningServer, eventually


def start_ready(server: RunningServer) -> RunningServer:
    """Start it and wait until statistics are answered; on a busy machine it may listen before."""
    if server.process is None:
        server.start()
    eventually(lambda: is_ready(server), seconds=60, what="readiness")
    return server


def is_ready(server: RunningServer) -> bool:
    """Ask whether both stores answer."""
    return httpx.get(server.url + "/readyz", trust_env=False, timeout=30).status_code == 200
