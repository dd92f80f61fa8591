"""schemathesis over the dialect's own OpenAPI document: no fault, no undocumented answer, whatever is sent."""

import httpx
import pytest
import schemathesis

from goalpost.dialects.pagesense.routes import PAGESENSE, PREFIX
from goalpost.web.application import make_app
from tests.dialects.pagesense.support import Project
from tests.support.documents import bounded, check_answer, sampled
from tests.support.server import RunningServer

document = make_app(PAGESENSE).openapi()
schema = schemathesis.openapi.from_dict(document)


def call(case: schemathesis.Case, project: Project) -> None:
    headers = {"Authorization": f"Zoho-oauthtoken {project.site.workspace.key}"}
    check_answer(case, project.site.workspace.server.url + PREFIX, headers)


@sampled(document).parametrize()
@bounded(15)
def test_anything_sent_gets_a_documented_answer(case: schemathesis.Case, project: Project) -> None:
    call(case, project)


@schema.parametrize()
@bounded(15)
def test_anything_sent_to_a_real_project_gets_a_documented_answer(case: schemathesis.Case, project: Project) -> None:
    real = {"portal_name": project.portal, "linkname": project.linkname}
    case.path_parameters = {name: real[name] for name in case.path_parameters}
    if isinstance(case.body, dict):
        for part in ("projectgoal", "customevent"):
            if isinstance(case.body.get(part), dict):
                case.body[part]["project_linkname"] = project.linkname
    call(case, project)


def test_the_server_shows_this_document_and_a_page(server: RunningServer) -> None:
    shown = httpx.get(f"{server.url}{PREFIX}/openapi.json", trust_env=False).json()
    paths = {PREFIX + path: operations for path, operations in document["paths"].items()}
    assert shown == {**document, "paths": paths}
    page = httpx.get(f"{server.url}{PREFIX}/docs", trust_env=False)
    assert (page.status_code, "projectgoals" in page.text) == (200, True)


@pytest.mark.parametrize("status", ["401", "404", "413", "429", "500", "503"])
def test_every_operation_names_the_failures_that_any_can_have(status: str) -> None:
    assert all(status in operation["responses"] for path in document["paths"].values() for operation in path.values())
