"""The README's first minute, typed as it is printed, beside a running demo."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from tests.support.scripts import run_script
from tests.support.server import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SECTIONS = ("From nothing to a counted conversion", "A goal for a customer")


def commands(section: str) -> str:
    text = README.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


STATS = "$URL/api/v1/analytics/sites/$SITE/goals/$GOAL/stats"
COUNTED = f'until curl -s "{STATS}" -H "Authorization: Bearer $KEY" | grep -q \'"conversions":1\'; do sleep 0.2; done\n'
"""Waits, as the `sleep 1` of the page does, until the conversion is counted."""


def test_the_first_minute_works_as_printed(tmp_path: Path) -> None:
    """With the port changed, so that tests can run side by side, and a wait for as long as a busy machine takes."""
    port = str(free_port())
    lines = "\n".join(commands(section) for section in SECTIONS)
    lines = lines.replace("8300", port).replace("sleep 1\n", COUNTED).replace("export PATH=$PWD/.venv/bin:$PATH\n", "")
    script = f"set -e\ntrap 'kill %1' EXIT\n{lines}"
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "NO_PROXY": "127.0.0.1",
        "GOALPOST_PORT": port,
    }
    printed = run_script("bash", script, tmp_path, environment)
    assert '{"data":{"conversions":1,"unique_conversions":1,"revenue":49.99}}' in printed
    assert '"title":"Move to MFA"' in printed
    assert '"progressPercentage":50' in printed


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("serve", "demo"):
            line = [
                sys.executable,
                "-m",
                "goalpost",
                "--data",
                str(tmp_path / command),
                command,
                "--port",
                str(port),
            ]
            done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode != 0
            assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
            assert f"--port {port + 1}" in done.stderr
