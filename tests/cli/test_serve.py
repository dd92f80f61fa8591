"""`goalpost serve`: the first key, and ports that prevent a start."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.support.server import API, RunningServer, free_port


def test_the_first_start_writes_a_key_for_everything_into_a_file(own_server: Callable[..., RunningServer]) -> None:
    """It was printed, so that a service's journal kept it for whoever reads logs."""
    server = own_server().start()
    file = server.data / "first-key"
    assert file.stat().st_mode & 0o777 == 0o600
    key = file.read_text().strip()
    assert f"goalpost listens on {server.url} (API pages: {server.url}/)" in server.log()
    assert f"\n    {file}\n" in server.log()
    created = server.client(key).post("/sites", json={"domain": "a.example.com", "name": "A"})
    assert created.status_code == 201, created.text

    assert server.stop() == 0
    file.unlink()
    server.start()

    assert "gp_" not in server.log()
    assert not file.exists()
    assert [site["domain"] for site in server.client(key).get("/sites").json()["data"]] == ["a.example.com"]


def test_a_program_gets_the_keys_file_and_the_address_as_json(tmp_path: Path, server: RunningServer) -> None:
    port = str(free_port())
    command = [sys.executable, "-m", "goalpost", "serve", "--data", str(tmp_path / "d"), "--port", port, "--json"]
    process = subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        found = read_json(process)
        assert found == {"url": f"http://127.0.0.1:{port}", "key_file": str(tmp_path / "d" / "first-key")}
        headers = {"authorization": f"Bearer {Path(found['key_file']).read_text().strip()}"}
        assert httpx.get(f"{found['url']}{API}/sites", headers=headers, trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_something_else_has_is_refused(server: RunningServer, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused_on(taken.getsockname()[1], server.environment, tmp_path)


def test_a_port_that_another_goalpost_has_is_refused(server: RunningServer, tmp_path: Path) -> None:
    # The kernel would let two servers share a port, and each would get some of the events.
    refused_on(server.port, server.environment, tmp_path)


def refused_on(port: int, environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "goalpost", "serve", "--data", str(tmp_path / "other"), "--port", str(port)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"goalpost: cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def read_json(process: subprocess.Popen) -> dict:
    """The JSON object that a process prints over several lines."""
    lines = []
    while lines[-1:] != [b"}\n"]:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        lines.append(line)
    return json.loads(b"".join(lines))
