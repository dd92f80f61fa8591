"""Clients generated from the documents that a running server publishes: complete, and they work against it.

Two generators, as people use them: https://github.com/openapi-generators/openapi-python-client and
https://openapi-generator.tech (a Java program; its tests are skipped where there is no `java`).
"""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from goalpost.conversions.services import sites
from goalpost.web.openapi import operations_of
from tests.dialects.gainsight.support import make_org
from tests.support.server import API, RunningServer, Workspace

PAGES = {
    "krafter": API,
    "pagesense": "/pagesense/rest/v1",
    "msportal": "/api/public/v1",
    "gainsight": "/v1/csgoal",
}
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="openapi-generator needs java, which is not here")


@dataclass
class Generated:
    """A generated client: its package, its folder, and what the generator complained about."""

    package: str
    folder: Path
    complaints: list[str]

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")

    def read(self, model: str, data: dict[str, Any]) -> Any:
        return getattr(self.module("models"), model).from_dict(data)


@pytest.fixture(scope="module")
def documents(server: RunningServer) -> dict[str, dict[str, Any]]:
    def published(pages: str) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{server.url}{pages}/openapi.json", trust_env=False).json()
        return found

    return {name: published(pages) for name, pages in PAGES.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder from which the generated packages are imported."""
    made = tmp_path_factory.mktemp("clients")
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))


@pytest.fixture(scope="module")
def generate(documents: dict[str, dict[str, Any]], folder: Path) -> Callable[[str], Generated]:
    """Generates the client of a dialect with openapi-python-client, once."""
    made: dict[str, Generated] = {}

    def once(name: str) -> Generated:
        if name not in made:
            made[name] = _python_client(name, documents[name], folder)
        return made[name]

    return once


def _python_client(name: str, document: dict[str, Any], folder: Path) -> Generated:
    from openapi_python_client import generate
    from openapi_python_client.config import Config, ConfigFile, MetaType

    source, package = folder / f"{name}.json", f"{name}_client"
    source.write_text(json.dumps(document))
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, source, "utf-8", overwrite=True, output_path=folder / package
    )
    complaints = [f"{fault.header}: {fault.detail}" for fault in generate(config=config)]
    return Generated(package, folder / package, complaints)


@pytest.mark.parametrize("name", PAGES)
def test_the_document_is_valid(name: str, documents: dict[str, dict[str, Any]]) -> None:
    document = documents[name]
    assert document["openapi"].startswith("3.1")
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
    names = [operation["operationId"] for operation in operations_of(document)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch("[a-z][a-z0-9_]*", name)] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_value_of_a_document_is_null_alone(name: str, documents: dict[str, dict[str, Any]]) -> None:
    """openapi-generator has no type for a value that can only be null, and gave up on the whole document."""
    alone = [
        f"{model}.{field}"
        for model, schema in documents[name]["components"]["schemas"].items()
        for field, inner in schema.get("properties", {}).items()
        if inner.get("type") == "null"
    ]
    assert alone == []


@pytest.mark.parametrize("name", PAGES)
def test_every_operation_is_generated(
    name: str, documents: dict[str, dict[str, Any]], generate: Callable[[str], Generated]
) -> None:
    client = generate(name)
    assert client.complaints == []
    made = {path.stem for path in (client.folder / "api").glob("*/*.py")} - {"__init__"}
    assert made == {operation["operationId"] for operation in operations_of(documents[name])}


def _client(client: Generated, workspace: Workspace, **how: str) -> Any:
    kind = client.module("client").AuthenticatedClient
    how = {"prefix": "Bearer", **how}
    return kind(
        base_url=workspace.server.url,
        token=workspace.key,
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},
        **how,
    )


def _project(workspace: Workspace) -> str:
    """Make a site; its linkname as a PageSense project."""
    workspace.server.make_site(workspace)
    with workspace.server.stores.reading() as db:
        (site,) = sites.list_sites(db, workspace_id=workspace.id)
    return site.slug


def test_a_client_of_krafters_api(generate: Callable[[str], Generated], workspace: Workspace) -> None:
    made, goals = generate("krafter"), "api.goals"
    with _client(made, workspace) as client:
        body = made.read("SiteCreate", {"domain": f"{workspace.name}.example", "name": "Shop"})
        key = made.module("api.sites.create_site").sync(client=client, body=body).data.site_key
        goal = {"name": "Purchase", "type": "custom", "match_type": "exact", "match_value": "purchase"}
        created = made.module(f"{goals}.create_goal").sync(key, client=client, body=made.read("GoalCreate", goal)).data
        assert (created.name, created.currency) == ("Purchase", None)
        changes = made.read("GoalPatch", {"name": "Order", "currency": "EUR"})
        changed = made.module(f"{goals}.update_goal").sync(key, created.id, client=client, body=changes).data
        assert (changed.name, changed.match_value, changed.currency) == ("Order", "purchase", "EUR")
        listed = made.module(f"{goals}.list_goals").sync(key, client=client).data
        assert [goal.id for goal in listed] == [created.id]
        assert made.module(f"{goals}.delete_goal").sync(key, created.id, client=client).data.deleted is True
        assert made.module(f"{goals}.list_goals").sync(key, client=client).data == []


def test_a_client_of_pagesenses_api(generate: Callable[[str], Generated], workspace: Workspace) -> None:
    made, goals = generate("pagesense"), "api.goals"
    portal, linkname = workspace.name, _project(workspace)
    with _client(made, workspace, prefix="Zoho-oauthtoken") as client:
        fields = {"display_name": "Time spent", "goal_type": 8, "time_threshold": 30, "project_linkname": linkname}
        body = made.read("GoalCreate", {"projectgoal": fields})
        (created,) = made.module(f"{goals}.create_goal").sync(portal, linkname, client=client, body=body).projectgoals
        assert (created.linkname, created.time_threshold) == ("time-spent", 30)
        body = made.read("GoalUpdate", {"projectgoal": {"display_name": "Readers"}})
        (changed,) = (
            made.module(f"{goals}.update_goal").sync(portal, "time-spent", client=client, body=body).projectgoals
        )
        assert (changed.display_name, changed.goal_id) == ("Readers", created.goal_id)
        listed = made.module(f"{goals}.get_goals").sync(portal, linkname, client=client)
        assert [goal.goal_id for goal in listed.projectgoals] == [created.goal_id]
        (deleted,) = made.module(f"{goals}.delete_goal").sync(portal, "time-spent", client=client).projectgoals
        assert deleted.goal_status == 2
        assert made.module(f"{goals}.get_goals").sync(portal, linkname, client=client).projectgoals == []


def test_a_client_of_msportals_api(generate: Callable[[str], Generated], workspace: Workspace) -> None:
    made, goals = generate("msportal"), "api.goals"
    with _client(made, workspace) as client:
        body = made.read("CreateCompanyRequest", {"name": "Example Ltd"})
        company = made.module("api.companies.create_company").sync(client=client, body=body).data.id
        body = made.read("CreateGoalRequest", {"title": "Move to MFA", "companyId": str(company)})
        created = made.module(f"{goals}.create_goal").sync(client=client, body=body).data
        assert (created.title, created.company.id) == ("Move to MFA", company)
        body = made.read("UpdateGoalRequest", {"progressPercentage": 50, "quarter": None})
        changed = made.module(f"{goals}.update_goal").sync(created.id, client=client, body=body).data
        assert (changed.title, changed.progress_percentage) == ("Move to MFA", 50)
        listed = made.module(f"{goals}.list_goals").sync(client=client, search="mfa", company_id=company)
        assert [goal.id for goal in listed.data] == [created.id]
        answer = made.module(f"{goals}.delete_goal").sync_detailed(created.id, client=client)
        assert answer.status_code == 204
        assert made.module(f"{goals}.list_goals").sync(client=client).data == []


def test_a_client_of_gainsights_api(generate: Callable[[str], Generated], server: RunningServer) -> None:
    made, goals, org = generate("gainsight"), "api.goals", make_org(server)
    with _client(made, org.workspace, prefix="", auth_header_name="accesskey") as client:
        record = {"Name": "Adopt", "StatusName": "New", "EntityType": "COMPANY", "CompanyName": "IBM"}
        lookups = {"CompanyId": {"fields": {"CompanyName": "Name"}, "lookupField": "Gsid", "objectName": "company"}}
        body = made.read("CreateGoalBody", {"requests": [{"record": record}], "lookups": lookups})
        created = made.module(f"{goals}.create_goal").sync(client=client, body=body).data.goal
        assert (created.name, created.company_id) == ("Adopt", org.gsids["IBM"])
        record = {"Gsid": created.gsid, "Name": "Adopt it", "DueDate": None}
        body = made.read("UpdateGoalBody", {"requests": [{"record": record, "association": None}]})
        assert made.module(f"{goals}.update_goal").sync(client=client, body=body).data.record.name == "Adopt it"
        body = made.read("Fetch", {"select": ["Name"], "orderBy": {"Name": "asc"}})
        fetched = made.module(f"{goals}.fetch_goals").sync(client=client, body=body).data
        assert [goal.data_list.name for goal in fetched.record_list] == ["Adopt it"]
        body = made.read("RecordIds", {"recordIds": [created.gsid]})
        deleted = made.module(f"{goals}.delete_goals").sync(client=client, body=body).data
        assert [goal.gsid for goal in deleted.success_list] == [created.gsid]
        body = made.read("Fetch", {"select": ["Name"]})
        assert made.module(f"{goals}.fetch_goals").sync(client=client, body=body).data.record_list == []


@needs_java
@pytest.mark.parametrize("name", PAGES)
def test_openapi_generator_makes_every_operation(
    name: str, documents: dict[str, dict[str, Any]], folder: Path, workspace: Workspace
) -> None:
    """Its client is asked for one list, too: what a list is answered with has nearly all of a document's forms."""
    source, package, made = folder / f"{name}.json", f"{name}_generated", folder / f"{name}-generated"
    source.write_text(json.dumps(documents[name]))
    jar = files("openapi_generator_cli").joinpath("openapi-generator.jar")
    line = ["java", "-jar", str(jar), "generate", "-g", "python", "-i", str(source), "-o", str(made)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = subprocess.run(
        [*line, f"--additional-properties=packageName={package}"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    code = "\n".join(path.read_text() for path in (made / package / "api").glob("*.py"))
    methods = set(re.findall(r"^    def ([a-z][a-z0-9_]*)\(", code, re.MULTILINE))
    assert {operation["operationId"] for operation in operations_of(documents[name])} <= methods
    shutil.copytree(made / package, folder / package, dirs_exist_ok=True)
    assert LISTS[name](importlib.import_module(package), workspace) == []


def _ask(package: ModuleType, workspace: Workspace, **settings: Any) -> Any:
    configuration = package.Configuration(host=workspace.server.url, access_token=workspace.key, **settings)
    return package.ApiClient(configuration)


def _krafters_sites(package: ModuleType, workspace: Workspace) -> object:
    return package.SitesApi(_ask(package, workspace)).list_sites().data


def _msportals_goals(package: ModuleType, workspace: Workspace) -> object:
    return package.GoalsApi(_ask(package, workspace)).list_goals().data


def _gainsights_goals(package: ModuleType, workspace: Workspace) -> object:
    client = _ask(package, workspace, api_key={"key": workspace.key})
    return package.GoalsApi(client).fetch_goals(package.Fetch(select=["Name"])).data.record_list


def _pagesenses_events(package: ModuleType, workspace: Workspace) -> object:
    answer = package.CustomEventsApi(_ask(package, workspace)).list_events(workspace.name, _project(workspace))
    return answer.customevents


LISTS: dict[str, Callable[[ModuleType, Workspace], object]] = {
    "krafter": _krafters_sites,
    "pagesense": _pagesenses_events,
    "msportal": _msportals_goals,
    "gainsight": _gainsights_goals,
}
