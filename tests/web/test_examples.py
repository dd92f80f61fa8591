"""Every example of the API pages, run by a shell: with a real key and real ids it is answered as documented."""

import html
import shutil
import subprocess
from collections.abc import Callable

import httpx
import pytest

from goalpost.coverage import live_operations
from goalpost.customers.model.records import RecordKind
from goalpost.dialects.gainsight import examples as gainsight
from goalpost.dialects.gainsight.routes import PAGES
from goalpost.dialects.msportal import examples as msportal
from goalpost.dialects.pagesense.routes import PREFIX as PAGESENSE
from goalpost.vendors import DIALECTS
from goalpost.web.operations import Operation
from tests.dialects.gainsight.paths import METRIC
from tests.dialects.gainsight.support import Org, make_org, requested
from tests.dialects.msportal.support import PREFIX as MSPORTAL
from tests.dialects.msportal.support import make_portal
from tests.dialects.pagesense.support import make_project
from tests.support.server import API, RunningServer

Seeded = tuple[str, dict[str, str]]
"""A key, and the real ids in place of those of the examples."""

OPERATIONS = {dialect.name: list(live_operations(dialect).values()) for dialect in DIALECTS}
CREDENTIALS = {dialect.name: dialect.credential for dialect in DIALECTS}
ALL = [(name, operation) for name, found in OPERATIONS.items() for operation in found]


def _krafter(server: RunningServer) -> Seeded:
    site = server.make_site()
    return site.workspace.key, {
        "sk_abc123def456": site.key,
        "550e8400-e29b-41d4-a716-446655440000": site.goal(),
    }


def _pagesense(server: RunningServer) -> Seeded:
    project = make_project(server)
    linkname = project.create(8, display_name="Time spent")["linkname"]
    ids = {"my-portal": project.portal, "website-performance-project": project.linkname, "time-spent": linkname}
    return project.site.workspace.key, ids


def _msportal(server: RunningServer) -> Seeded:
    portal = make_portal(server)
    goal = portal.goal()["id"]
    ids = {msportal.A_GOAL: goal, msportal.A_TASK: portal.task(goal)["id"], msportal.A_COMPANY: portal.company}
    return portal.workspace.key, ids


def _gainsight(server: RunningServer) -> Seeded:
    org = make_org(server)
    org.record(RecordKind.COMPANY, "Example Ltd")
    record = {"Name": "Adopt", "StatusName": "New", "EntityType": "GLOBAL"}
    ids = {
        gainsight.A_GOAL: org.create(**record)["Gsid"],
        gainsight.A_TEMPLATE: org.template(Name="Adoption", StatusName="New", DueDate=90)["Gsid"],
        gainsight.A_METRIC: _metric(org),
        gainsight.A_COMPANY: org.record(RecordKind.COMPANY, "Another"),
        gainsight.A_CTA: org.record(RecordKind.CTA, "Call"),
        gainsight.A_PLAN: org.record(RecordKind.SUCCESS_PLAN, "Plan"),
    }
    return org.workspace.key, ids


def _metric(org: Org) -> str:
    """A metric that no goal type has yet, so that it may be deleted."""
    body = requested({"name": "Seats sold", "unitOfMeasure": "DECIMAL"})
    found: str = org.data("POST", METRIC, body)["successList"][0]["gsid"]
    return found


SEEDED: dict[str, tuple[str, Callable[[RunningServer], Seeded]]] = {
    "krafter": (API, _krafter),
    "pagesense": (PAGESENSE, _pagesense),
    "msportal": (MSPORTAL, _msportal),
    "gainsight": ("", _gainsight),
}


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
@pytest.mark.parametrize(("name", "operation"), ALL, ids=lambda part: getattr(part, "name", part))
def test_an_example_is_answered_as_documented(name: str, operation: Operation, server: RunningServer) -> None:
    prefix, seed = SEEDED[name]
    key, ids = seed(server)
    command = operation.curl(server.url + prefix, CREDENTIALS[name]).replace("YOUR_API_KEY", key)
    for example, real in ids.items():
        command = command.replace(example, real)
    script = f"{command} --silent --show-error --noproxy '*' --max-time 30 --write-out '\\n%{{http_code}}'"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    answer, _, status = done.stdout.rpartition("\n")
    assert (done.stderr, status) == ("", str(operation.status)), f"{command}\n{answer}"
    assert '"failureList":[{' not in answer and '"failure":[{' not in answer, answer


def test_no_example_is_left_out() -> None:
    assert {name: len(found) for name, found in OPERATIONS.items()} == {
        "krafter": 13,
        "pagesense": 6,
        "msportal": 18,
        "gainsight": 31,
    }


@pytest.mark.parametrize(("name", "operation"), ALL, ids=lambda part: getattr(part, "name", part))
def test_an_example_sends_nothing_that_means_nothing(name: str, operation: Operation) -> None:
    command = operation.curl("http://127.0.0.1:8300")
    assert not [word for word in ("None", "null", "True", "False", "…", "{objectName}") if word in command], name


@pytest.mark.parametrize("name", ["krafter", "pagesense", "msportal", "gainsight"])
def test_the_page_shows_these_examples(name: str, server: RunningServer) -> None:
    prefix, _ = SEEDED[name]
    page = html.unescape(httpx.get(f"{server.url}{prefix or PAGES}/docs", trust_env=False).text)
    credential = CREDENTIALS[name]
    assert [o.name for o in OPERATIONS[name] if o.curl(server.url + prefix, credential) not in page] == []
