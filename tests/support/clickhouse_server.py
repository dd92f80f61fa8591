"""ClickHouse's HTTP interface in front of a chDB engine: as much of it as clickhouse-connect speaks.

Run as a process of its own: `python clickhouse_server.py PORT DIRECTORY`. What is stored outlives the process.
See https://clickhouse.com/docs/interfaces/http.
"""

import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb

# What of a request's query is the interface's own; the rest are `param_*` bindings and settings.
_OWN = frozenset(
    {"query", "database", "user", "password", "query_id", "session_id", "wait_end_of_query", "compress"}
    | {"client_protocol_version", "enable_http_compression", "send_progress_in_http_headers"}
    | {"http_headers_progress_interval_ms", "cancel_http_readonly_queries_on_client_close"}
)
_INSERT = re.compile(rb"\s*(INSERT\s+INTO\s[^\n]*?)\sFORMAT\s+(\w+)[ \t]*(?:\n|\Z)", re.IGNORECASE)
_ERROR = re.compile(r"Code: (\d+)\. .*", re.DOTALL)


class Engine:
    """One chDB connection: a statement at a time, with the settings that came with it."""

    def __init__(self, directory: str) -> None:
        self._connection = chdb.connect(directory)
        self._lock = threading.Lock()

    def run(self, query: bytes, body: bytes, settings: dict[str, str], bindings: dict[str, str]) -> bytes:
        """The result of a statement; `body` is an insert's data where the statement came in the URL."""
        with self._lock:
            self._set({name: _quoted(value) for name, value in settings.items()})
            try:
                if insert := _INSERT.match(query):
                    data = body or query[insert.end() :]
                    return self._insert(insert[1].decode(), insert[2].decode(), data)
                return self._query(query.decode(), bindings)
            finally:
                self._set(dict.fromkeys(settings, "DEFAULT"))

    def _insert(self, statement: str, fmt: str, data: bytes) -> bytes:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return self._query(f"{statement} FROM INFILE {_quoted(file.name)} FORMAT {fmt}", {})

    def _query(self, statement: str, bindings: dict[str, str]) -> bytes:
        return bytes(self._connection.query(statement, "TabSeparated", params=bindings).bytes() or b"")

    def _set(self, settings: dict[str, str]) -> None:
        if settings:
            self._query("SET " + ", ".join(f"{name} = {value}" for name, value in settings.items()), {})


class Handler(BaseHTTPRequestHandler):
    """One request: `/ping`, or a statement in the URL or the body."""

    protocol_version = "HTTP/1.1"
    engine: Engine

    def do_GET(self) -> None:
        if self.path == "/ping":
            self._answer(200, b"Ok.\n", {})
        else:
            self.do_POST()

    def do_POST(self) -> None:
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        query, data = (parameters["query"].encode(), body) if "query" in parameters else (body, b"")
        bindings = {name[6:]: value for name, value in parameters.items() if name.startswith("param_")}
        settings = {n: v for n, v in parameters.items() if n not in _OWN and not n.startswith("param_")}
        try:
            self._answer(200, self.engine.run(query, data, settings, bindings), {"X-ClickHouse-Timezone": "UTC"})
        except Exception as error:
            found = _ERROR.search(str(error))
            self._answer(
                500,
                (found[0] if found else str(error)).encode(),
                {"X-ClickHouse-Exception-Code": found[1] if found else "1002"},
            )

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main(port: int, directory: str) -> None:
    Handler.engine = Engine(directory)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
