"""docs/migrating.md, followed to the letter: every command, on a server of its own, with the files that it names."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.imports import test_gainsight as gainsight
from tests.imports import test_pagesense as pagesense
from tests.support.scripts import run_script
from tests.support.server import RunningServer

GUIDE = Path(__file__).parents[2] / "docs/migrating.md"
_GOAL = {"id": "550e8400-e29b-41d4-a716-446655440000", "name": "Purchase", "type": "custom", "match_type": "exact"}
_SITE = {"id": _GOAL["id"], "domain": "shop.example.com", "name": "Shop", "site_key": "sk_abc123def456"}
_COMPANY = {"id": "2b7a4f0e-8f51-4a39-8a63-5f6f3f0f9d11", "name": "Acme", "createdAt": "2026-01-05T09:00:00.000Z"}
_SAMPLE = {**pagesense.SAMPLE, "project_linkname": "my-project", "linkname": "time-spent"}
FILES: dict[str, Any] = {
    "sites.json": {
        "data": [{"id": _GOAL["id"], "domain": "shop.example.com", "name": "S", "site_key": "sk_abc123def456"}]
    },
    "goals.json": {"data": [{**_GOAL, "match_value": "purchase", "currency": "USD"}]},
    "projectgoals.json": pagesense.listed(_SAMPLE),
    "customevents.json": {"customevents": [{"event_name": "Signup", "linkname": "signup", "event_id": 2000000027087}]},
    "companies.json": gainsight.envelope(gainsight.COMPANIES),
    "picklists.json": gainsight.envelope(gainsight.PICKLISTS),
    "statuses.json": {"data": [{"id": "7d3c0f8a-1d2b-4c5e-8f90-a1b2c3d4e5f6", "name": "Parked"}]},
}
OF_PART: dict[str, dict[str, Any]] = {
    "Gainsight Customer Goals": {"goals.json": gainsight.envelope(gainsight.GOALS)},
    "MSPortal": {
        "goals.json": {
            "data": [
                {
                    "id": "6f1c2a52-3b0e-4d7c-9a55-0d4c7f6a1b20",
                    "title": "Move to MFA",
                    "progressPercentage": 10,
                    "company": {"id": _COMPANY["id"], "name": "Acme"},
                }
            ]
        },
        "companies.json": {"data": [_COMPANY]},
    },
}


def test_the_guide_works_as_it_is_printed(own_server: Callable[..., RunningServer], tmp_path: Path) -> None:
    server = own_server().start()
    folder = tmp_path / "files"
    folder.mkdir()
    program = folder / "goalpost"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m goalpost "$@"\n')
    program.chmod(0o755)
    environment = {**server.environment, "PATH": f"{folder}:{os.environ['PATH']}", "NO_PROXY": "*"}
    script = ["set -e"]
    for part, commands in parts():
        for name, content in {**FILES, **OF_PART.get(part, {})}.items():
            (folder / f"{part}-{name}").write_text(json.dumps(content))
            script.append(f"cp './{part}-{name}' {name}")
        # Each request must succeed.
        requests = commands.replace("curl ", "curl --fail-with-body -sS -w '\\n' ")
        script.append(requests.replace("http://127.0.0.1:8300", server.url))
    printed = run_script("sh", "\n".join(script), folder, environment)
    assert '"name":"Completed Purchase"' in printed
    assert '"goal_id":93969000000011017' in printed
    assert f'"CompanyId":"{gainsight.IBM}"' in printed
    assert f'"company":{{"id":"{_COMPANY["id"]}","name":"Acme"}}' in printed


def parts() -> list[tuple[str, str]]:
    """The commands of the guide by its parts."""
    found = re.split(r"^## (.+)$", GUIDE.read_text(), flags=re.MULTILINE)
    texts = [("", found[0]), *zip(found[1::2], found[2::2], strict=True)]
    return [(part, "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))) for part, text in texts]
