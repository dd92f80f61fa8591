"""Workspaces, keys and sites by command."""

from uuid import UUID, uuid4

import httpx

from tests.support.server import API, RunningServer

MISSING = str(UUID(int=7))


def test_a_workspace_is_created_and_listed(cli) -> None:
    name = f"w-{uuid4()}"
    made = cli("workspace", "create", name, "--json").json
    assert set(made) == {"id", "name", "created_at"}
    assert (made["name"], str(UUID(made["id"]))) == (name, made["id"])

    assert made in cli("workspace", "list", "--json").json
    assert name in cli("workspace", "list").out


def test_a_workspace_may_be_named_by_an_option(cli) -> None:
    name = f"w-{uuid4()}"
    assert name in cli("workspace", "create", "--name", name).out


def test_a_workspace_name_is_taken_once(cli, workspace_name: str) -> None:
    done = cli("workspace", "create", workspace_name)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"goalpost: there is a workspace named {workspace_name!r} already\n"


def test_a_workspace_needs_a_name(cli) -> None:
    done = cli("workspace", "create")
    assert done.code == 2
    assert "a name is needed" in done.err


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


def test_a_site_is_created_and_listed(cli, workspace_name: str) -> None:
    domain = f"{uuid4().hex}.example.com"
    arguments = ("--workspace", workspace_name, "--domain", f"https://{domain.upper()}/", "--name", "My site")
    made = cli("site", "create", *arguments, "--json").json
    assert set(made) == {
        "site_key",
        "domain",
        "name",
        "slug",
        "id",
        "number",
        "created_at",
        "visitor_ids",
        "keyed_revenue",
    }
    assert (made["domain"], made["name"]) == (domain, "My site")
    assert made["site_key"].startswith("sk_")

    assert cli("site", "list", "--workspace", workspace_name, "--json").json == [{**made, "claim": "own"}]
    assert made["site_key"] in cli("site", "list").out


def test_a_site_needs_a_usable_domain_and_name(cli, workspace_name: str, site_key: str) -> None:
    taken = cli("site", "list", "--workspace", workspace_name, "--json").json[0]["domain"]
    for domain, name, reason in (
        ("not a domain", "n", "domain has invalid format"),
        (taken, "n", "domain has already been taken"),
        ("a.example.com", "", "name can't be blank"),
    ):
        done = cli("site", "create", "--workspace", workspace_name, "--domain", domain, "--name", name)
        assert (done.code, done.err) == (1, f"goalpost: {reason}\n")


def test_the_snippet_holds_key_and_host(cli, site_key: str) -> None:
    done = cli("site", "snippet", site_key, "--host", "https://goals.example.com/")
    assert done.out == f'<script defer data-site="{site_key}" src="https://goals.example.com/a.js"></script>\n'
    assert cli("site", "snippet", site_key, "--json").json["site_key"] == site_key
    assert cli("site", "snippet", "sk_missing").code == 1


def test_the_snippet_names_the_running_server(beside, server: RunningServer, site) -> None:
    assert f'src="{server.url}/a.js"' in beside("site", "snippet", site.key).out


def test_nothing_yet_is_an_empty_list_for_programs_and_a_word_for_people(alone) -> None:
    for command, words in (
        (("workspace", "list"), "No workspaces yet.\n"),
        (("key", "list"), "No keys yet.\n"),
        (("site", "list"), "No sites yet.\n"),
        (("goal", "list"), "No goals yet.\n"),
    ):
        assert alone(*command, "--json").json == []
        done = alone(*command)
        assert (done.code, done.out, done.err) == (0, "", words)


def test_a_row_is_one_line_however_long_it_is(cli, workspace_name: str) -> None:
    name = "x" * 200
    made = cli("site", "create", "--workspace", workspace_name, "--domain", "l.example.com", "--name", name, "--json")
    rows = cli("site", "list", "--workspace", workspace_name).out.splitlines()
    assert len(rows) == 2
    for value in (made.json["id"], made.json["site_key"], name):
        assert value in rows[1]


def test_a_site_says_whether_browsers_keep_an_id(cli, workspace_name: str, site_key: str) -> None:
    assert cli("site", "visitor-ids", site_key, "on", "--json").json["visitor_ids"] is True
    listed = cli("site", "list", "--workspace", workspace_name, "--json").json
    assert [site["visitor_ids"] for site in listed] == [True]
    assert cli("site", "visitor-ids", site_key, "off").out.rstrip().endswith("are off.")
    assert cli("site", "visitor-ids", site_key, "maybe").code == 2
    arguments = ("--workspace", workspace_name, "--domain", f"{uuid4().hex}.example.com", "--name", "x")
    assert cli("site", "create", *arguments, "--visitor-ids", "--json").json["visitor_ids"] is True
