"""OAuth as Zoho's clients do it: a code, tokens that expire and are refreshed, and what is refused."""

from typing import Any

import httpx
import pytest

from tests.dialects.pagesense.support import UNAUTHENTICATED, Project, make_project, seen
from tests.support.server import RunningServer

Fields = dict[str, Any]


def made(server: RunningServer, *arguments: str) -> Fields:
    return server.command("oauth", *arguments, "--json").json


@pytest.fixture
def client(project: Project) -> Fields:
    """Id and secret of a client."""
    found = made(project.site.workspace.server, "client", "create", "--workspace", project.portal, "--name", "Relay")
    return {name: found[name] for name in ("client_id", "client_secret")}


def code_for(project: Project, client: Fields, scope: str = "PageSense.goals.ALL") -> str:
    return made(project.site.workspace.server, "grant", client["client_id"], "--scope", scope)["code"]


def post(project: Project, path: str = "/oauth/v2/token", **sent: Any) -> httpx.Response:
    answer = httpx.post(project.site.workspace.server.url + path, trust_env=False, timeout=30, **sent)
    assert answer.headers["cache-control"] == "no-store"
    return answer


def granted(project: Project, client: Fields, **more: Any) -> Fields:
    code = more.pop("code", None) or code_for(project, client)
    answer = post(project, params={"grant_type": "authorization_code", "code": code, **client, **more})
    assert answer.status_code == 200
    return answer.json()


def refreshed(project: Project, client: Fields, token: str) -> Fields:
    return post(project, data={"grant_type": "refresh_token", "refresh_token": token, **client}).json()


def opens(project: Project, token: str) -> bool:
    answer = project.client(token).get(project.goals_path())
    assert answer.status_code == 200 or seen(answer) == UNAUTHENTICATED
    return answer.status_code == 200


def test_from_a_code_to_a_goal(project: Project, client: Fields) -> None:
    tokens = granted(project, client)
    assert set(tokens) == {"access_token", "refresh_token", "scope", "api_domain", "token_type", "expires_in"}
    assert (tokens["scope"], tokens["token_type"], tokens["expires_in"]) == ("PageSense.goals.ALL", "Bearer", 3600)
    assert tokens["api_domain"] == project.site.workspace.server.url
    assert tokens["access_token"].startswith("1000.")
    assert opens(project, tokens["access_token"])

    again = refreshed(project, client, tokens["refresh_token"])
    assert set(again) == set(tokens) - {"refresh_token"}
    assert opens(project, again["access_token"])
    assert not opens(project, tokens["refresh_token"]), "it is not an access token"


def test_a_token_has_the_scopes_of_its_grant(project: Project, client: Fields) -> None:
    token = granted(project, client, code=code_for(project, client, "PageSense.goals.READ"))["access_token"]
    api = project.client(token)
    assert api.get(project.goals_path()).status_code == 200
    assert seen(api.post(project.goals_path(), json=project.body())) == (401, 10006)


def test_a_token_opens_its_own_portal_alone(project: Project, client: Fields, server: RunningServer) -> None:
    other = make_project(server)
    api = project.client(granted(project, client)["access_token"])
    assert seen(api.get(other.goals_path())) == (404, 10004)


def test_a_code_is_good_once_and_a_second_use_ends_its_tokens(project: Project, client: Fields) -> None:
    code = code_for(project, client)
    tokens = granted(project, client, code=code)
    assert granted(project, client, code=code) == {"error": "invalid_code"}
    assert not opens(project, tokens["access_token"])
    assert refreshed(project, client, tokens["refresh_token"]) == {"error": "invalid_code"}


def test_each_wrong_field_has_its_error_and_uses_no_code_up(project: Project, client: Fields) -> None:
    code = code_for(project, client)
    for changed, error in [
        ({"client_id": "1000.NOBODY"}, "invalid_client"),
        ({"client_id": "\0"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"client_secret": "é\ud800".encode("utf-8", "replace").decode()}, "invalid_client_secret"),
        ({"code": "1000.x"}, "invalid_code"),
        ({"code": code[:-1]}, "invalid_code"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ]:
        sent = {"grant_type": "authorization_code", "code": code, **client, **changed}
        assert post(project, data=sent).json() == {"error": error}, changed
    assert opens(project, granted(project, client, code=code)["access_token"]), "the code was not used up by that"


def test_another_clients_code_and_refresh_token(project: Project, client: Fields) -> None:
    other = made(project.site.workspace.server, "client", "create", "--workspace", project.portal, "--name", "Other")
    other = {name: other[name] for name in client}
    assert granted(project, other, code=code_for(project, client)) == {"error": "invalid_code"}
    assert refreshed(project, other, granted(project, client)["refresh_token"]) == {"error": "invalid_code"}


def test_the_redirect_uri_is_compared_where_the_client_has_one(project: Project) -> None:
    server, uri = project.site.workspace.server, "https://relay.example.com/back"
    found = made(server, "client", "create", "--workspace", project.portal, "--name", "R", "--redirect-uri", uri)
    client = {name: found[name] for name in ("client_id", "client_secret")}
    assert granted(project, client, redirect_uri=uri + "/") == {"error": "invalid_redirect_uri"}
    assert granted(project, client) == {"error": "invalid_redirect_uri"}
    assert "access_token" in granted(project, client, redirect_uri=uri)


def test_revoking_ends_a_token_and_what_was_made_from_it(project: Project, client: Fields) -> None:
    tokens = granted(project, client)
    again = refreshed(project, client, tokens["refresh_token"])
    path = "/oauth/v2/token/revoke"
    assert post(project, path, params={"token": again["access_token"]}).json() == {"status": "success"}
    assert (opens(project, again["access_token"]), opens(project, tokens["access_token"])) == (False, True)
    assert post(project, path, data={"token": tokens["refresh_token"]}).json() == {"status": "success"}
    assert not opens(project, tokens["access_token"])
    assert post(project, path, data={"token": tokens["refresh_token"]}).json() == {"error": "invalid_code"}


def test_revoking_a_client_ends_everything(project: Project, client: Fields) -> None:
    tokens = granted(project, client)
    made(project.site.workspace.server, "client", "revoke", client["client_id"])
    assert not opens(project, tokens["access_token"])
    assert refreshed(project, client, tokens["refresh_token"]) == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"x" * 70_000}, 413),
        ({"content": b"\xff\xfe=1"}, 400),
        ({"content": b"&".join(b"a=%d" % n for n in range(100))}, 400),
        ({"content": b"[" * 10_000}, 200),
        ({"json": {"grant_type": "refresh_token"}}, 200),
        ({"params": {"grant_type": "%00"}}, 200),
    ],
)
def test_an_unreadable_request_is_an_error_of_oauth(project: Project, sent: Any, status: int) -> None:
    answer = post(project, **sent)
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
