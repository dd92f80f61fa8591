"""What tests of imports need: files with answers of a vendor, the command, and clients that send stored ids."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from tests.support.server import Workspace


@dataclass
class Importing:
    """A workspace of its own, and a folder for files."""

    workspace: Workspace
    folder: Path

    @property
    def id(self) -> UUID:
        found: UUID = self.workspace.id
        return found

    @property
    def name(self) -> str:
        return self.workspace.name

    def file(self, name: str, content: Any) -> str:
        """Write a file; what is not text as JSON. Its path."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def as_json(self, content: Any) -> str:
        return json.dumps(content)

    def run(self, vendor: str, *files: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.workspace.server.cli("import", vendor, *files, "--workspace", self.name, check=check)

    def rows(self, vendor: str, *files: str, options: tuple[str, ...] = ()) -> dict[str, dict[str, int]]:
        """What became of the rows, by kind, without the zeroes; the sums are checked."""
        found = json.loads(self.run(vendor, *files, "--json", *options).stdout)["rows"]
        for counts in found.values():
            assert counts["read"] == sum(count for name, count in counts.items() if name != "read")
        return {kind: {name: count for name, count in counts.items() if count} for kind, counts in found.items()}

    def refused(self, vendor: str, *files: str) -> str:
        """What a refused import says."""
        done = self.run(vendor, *files, check=False)
        assert done.returncode == 1, done.stdout
        assert "nothing is imported" in done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def client(self, base: str) -> httpx.Client:
        return self.workspace.server.client(self.workspace.key, base)

    def cli(self, *arguments: str) -> Any:
        return json.loads(self.workspace.server.cli(*arguments, "--workspace", self.name, "--json").stdout)


def data(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]
