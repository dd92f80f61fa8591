"""Commands of documents, run by a shell as somebody would who copies them."""

import subprocess
from pathlib import Path


def run_script(shell: str, script: str, folder: Path, environment: dict[str, str]) -> str:
    """Run it to its end; what it prints. It must succeed."""
    done = subprocess.run(
        [shell, "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
