"""Shared by tests of imports: files with answers of a vendor, the command, and clients that send stored ids."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from goalpost.cli.listed_imports import read_rows
from goalpost.cli.things import AUTHOR
from goalpost.imports.services import Import, import_all
from goalpost.listings import LISTINGS
from tests.support.commands import Done
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

    def run(self, vendor: str, *files: str) -> Done:
        return self.command("import", vendor, *files)

    def command(self, *arguments: str) -> Done:
        """Run a command with `--workspace`."""
        return self.workspace.server.command(*arguments, "--workspace", self.name)

    def rows(self, vendor: str, *files: str) -> dict[str, dict[str, int]]:
        """Import as the command does. Counts of the rows by kind, without the zeroes; the sums are checked."""
        with self.workspace.server.stores.writing() as db:
            work = Import(db, self.id, AUTHOR, datetime.now(UTC))
            import_all(work, read_rows(list(files), LISTINGS[vendor]))
        return checked({kind: asdict(counts) for kind, counts in work.report.kinds.items()})

    def printed(self, vendor: str, *arguments: str) -> dict[str, Any]:
        """Output of the command for programs."""
        found: dict[str, Any] = self.run(vendor, *arguments, "--json").json
        return found

    def refused(self, vendor: str, *files: str) -> str:
        """Error of an import that is rejected."""
        done = self.run(vendor, *files)
        assert done.code == 1, done.out
        assert "nothing is imported" in done.err
        assert "Traceback" not in done.err
        return done.err

    def client(self, base: str) -> httpx.Client:
        return self.workspace.server.client(self.workspace.key, base)

    def cli(self, *arguments: str) -> Any:
        return self.command(*arguments, "--json").json


def checked(kinds: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Counts without the zeroes, when they add up."""
    for counts in kinds.values():
        assert counts["read"] == sum(count for name, count in counts.items() if name != "read")
    return {kind: {name: count for name, count in counts.items() if count} for kind, counts in kinds.items()}


def data(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]
