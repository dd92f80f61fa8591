"""A real Chromium and the pages it looks at, on an origin of their own, as on a real site."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.support.server import Site

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
STUB = (
    '<script>window.ka=window.ka||["track","goal","page","consent"].reduce('
    "(k,m)=>(k[m]=(...a)=>{k.q.push([m,a])},k),{q:[]})</script>"
)
A_JS = Path(__file__).resolve().parents[2] / "src" / "goalpost" / "conversions" / "ingest" / "static" / "a.js"


class Pages:
    """A web server of its own origin; `put` gives it a page.

    `headers` are sent with a page beside its own. A path that begins with a prefix of `behind` is asked of the server
    there.
    """

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.behind: dict[str, str] = {}
        self.prerendered: set[str] = set()
        handler = type("Handler", (_Handler,), {"pages": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def put(self, path: str, head: str, body: str = "") -> str:
        html = f"<!doctype html><meta charset=utf-8><title>page</title>{head}<body>{body}</body>"
        self.bodies[path] = html.encode()
        return self.url + path

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    pages: Pages

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if self.forward():
            return
        if "prerender" in self.headers.get("sec-purpose", ""):
            self.pages.prerendered.add(path)
        body = self.pages.bodies.get(path)
        self.send_response(204 if body is None else 200)
        if body is not None:
            script = path.endswith(".js") or path.startswith("/npm/")
            self.send_header("content-type", f"text/{'javascript' if script else 'html'}")
            self.send_header("content-length", str(len(body)))
            for name, value in self.pages.headers.get(path, {}).items():
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or b"")

    def do_POST(self) -> None:
        """Hang up without an answer, as a dying server does, where no server is behind the path."""
        self.forward()

    def forward(self) -> bool:
        """Do what a reverse proxy does for a prefix of the path; false where no prefix is meant."""
        behind = self.pages.behind
        prefix = next((prefix for prefix in behind if self.path.startswith(prefix + "/")), None)
        if prefix is None:
            return False
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        sent = {name: self.headers[name] for name in ("user-agent", "content-type") if self.headers[name]}
        url = behind[prefix] + self.path.removeprefix(prefix)
        answer = httpx.request(self.command, url, content=body, headers=sent, trust_env=False)
        self.send_response(answer.status_code)
        for name in ("content-type", "x-goalpost-page"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)
        return True

    def log_message(self, format: str, *args: object) -> None:
        pass


class Tab:
    """One browser tab: what its page sent to goalpost, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.errors: list[str] = []
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _on_request(self, request: Request) -> None:
        if request.url.endswith("/api/event"):
            self.requests.append(request)
            self.sent.append(json.loads(request.post_data or "null"))

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser's own lines about the network are nobody's to silence.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def wait_sent(self, count: int) -> list[dict[str, Any]]:
        """Wait for `count` events, and a little for one too many."""
        deadline = time.monotonic() + 5
        while len(self.sent) < count and time.monotonic() < deadline:
            self.page.wait_for_timeout(10)
        self.page.wait_for_timeout(100)
        assert len(self.sent) == count, self.sent
        return self.sent

    def paths(self) -> list[str]:
        """The addresses of the events sent, without the origin."""
        return ["/" + event["url"].split("/", 3)[3] for event in self.sent]


def page_views(site: Site) -> dict[str, int]:
    """Return path → page views."""
    answer = site.api.get(f"/sites/{site.key}/stats", params={"period": "7d", "dimensions": "path"})
    assert answer.status_code == 200, answer.text
    return {row["value"]: row["pageviews"] for row in answer.json()["data"]["breakdowns"]["path"]}


def eventually(read: Callable[[], Any], expected: object, within: float = 5.0) -> None:
    """Wait until `read()` gives what is expected; the last answer is in the failure."""
    deadline = time.monotonic() + within
    while (got := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert got == expected


def counted(site: Site, goal: str, conversions: int, revenue: float | None = None) -> None:
    """The goal has these conversions, all of one visitor, and this revenue."""
    eventually(
        lambda: site.stats(goal, period="7d"),
        {
            "conversions": conversions,
            "unique_conversions": min(conversions, 1),
            "revenue": revenue,
        },
    )
