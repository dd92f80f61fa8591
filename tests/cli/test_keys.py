"""`goalpost key`: API keys created, listed and revoked."""

from uuid import UUID

import httpx

from tests.support.server import API, RunningServer

MISSING = str(UUID(int=7))


def test_a_key_is_shown_once(cli, workspace_name: str) -> None:
    scopes = ("--scope", "events:write", "--scope", "analytics:read")
    made = cli("key", "create", "--workspace", workspace_name, "--name", "shop", *scopes, "--json").json
    assert made["key"].startswith("gp_")
    assert made["scopes"] == ["analytics:read", "events:write"]
    assert (made["prefix"], made["expires_at"], made["revoked_at"]) == (made["key"][:12], None, None)

    listed = cli("key", "list", "--workspace", workspace_name, "--json")
    assert listed.json == [{name: value for name, value in made.items() if name != "key"}]
    assert made["key"] not in listed.out
    table = cli("key", "list", "--workspace", workspace_name).out
    assert made["id"] in table
    assert made["key"] not in table


def test_a_key_is_printed_bare_for_shell_variables(cli, workspace_name: str) -> None:
    done = cli("key", "create", "--workspace", workspace_name, "--name", "shop", "--scope", "*")
    assert done.out.startswith("gp_")
    assert done.out == done.out.strip() + "\n"


def test_a_key_may_expire(cli, workspace_name: str) -> None:
    arguments = ("--workspace", workspace_name, "--name", "n", "--scope", "*", "--expires-in-days")
    made = cli("key", "create", *arguments, "2", "--json").json
    assert made["expires_at"] > made["created_at"]
    assert cli("key", "create", *arguments, "0").code == 2


def test_an_unknown_scope_is_refused_with_the_known_ones(cli, workspace_name: str) -> None:
    done = cli("key", "create", "--workspace", workspace_name, "--name", "n", "--scope", "events:wirte")
    assert done.code == 1
    assert "'events:wirte'" in done.err
    for scope in ("analytics:read", "analytics:write", "events:write", "*"):
        assert scope in done.err


def test_a_key_for_an_unknown_workspace_is_refused(cli) -> None:
    done = cli("key", "create", "--workspace", "nobody", "--name", "n", "--scope", "*")
    assert (done.code, done.err) == (1, "goalpost: there is no workspace named 'nobody'\n")
    assert cli("key", "list", "--workspace", "nobody").code == 1


def test_a_missing_option_is_named(cli) -> None:
    done = cli("key", "create", "--name", "n", "--scope", "*")
    assert done.code == 2
    assert "--workspace" in done.err


def test_a_key_is_revoked_once(cli, workspace_name: str) -> None:
    made = cli("key", "create", "--workspace", workspace_name, "--name", "n", "--scope", "*", "--json").json

    assert cli("key", "revoke", made["id"], "--json").json == {"id": made["id"], "revoked": True}

    assert cli("key", "list", "--workspace", workspace_name, "--json").json[0]["revoked_at"] is not None
    for key in (made["id"], MISSING, "gp_abc"):
        done = cli("key", "revoke", key)
        assert done.code == 1
        assert key in done.err


def test_the_running_server_knows_a_key_made_and_revoked_by_command(beside, server: RunningServer, workspace) -> None:
    arguments = ("--workspace", workspace.name, "--name", "n", "--scope", "analytics:read", "--json")
    made = beside("key", "create", *arguments).json
    headers = {"authorization": f"Bearer {made['key']}"}
    assert httpx.get(f"{server.url}{API}/sites", headers=headers, trust_env=False).status_code == 200

    beside("key", "revoke", made["id"])

    assert httpx.get(f"{server.url}{API}/sites", headers=headers, trust_env=False).status_code == 401
