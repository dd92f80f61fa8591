"""`goalpost oauth`, with and without a server on the data directory."""

import httpx


def test_a_client_is_made_listed_granted_and_revoked(cli, workspace_name: str) -> None:
    made = cli("oauth", "client", "create", "--workspace", workspace_name, "--name", "Relay", "--json").json
    assert {"client_id", "client_secret", "name", "redirect_uri", "created_at", "revoked_at"} == set(made)
    listed = cli("oauth", "client", "list", "--workspace", workspace_name, "--json").json
    assert listed == [{name: value for name, value in made.items() if name != "client_secret"}]
    assert made["client_secret"] not in cli("oauth", "client", "list").out

    assert cli("oauth", "client", "grant", made["client_id"], "--scope", "PageSense.goals.READ", "--json").json["code"]
    done = cli("oauth", "grant", made["client_id"], "--scope", "PageSense.goals.READ")
    code = done.out.split()[0]
    assert code.startswith("1000.")
    assert f"grant_type=authorization_code&client_id={made['client_id']}&client_secret=SECRET&code={code}" in done.out

    assert "Revoked" in cli("oauth", "client", "revoke", made["client_id"]).out
    assert cli("oauth", "client", "list", "--workspace", workspace_name, "--json").json[0]["revoked_at"]
    assert cli("oauth", "grant", made["client_id"], "--scope", "PageSense.goals.READ").code == 1
    assert cli("oauth", "client", "revoke", made["client_id"]).code == 1


def test_a_client_needs_a_workspace_that_is_there(cli) -> None:
    done = cli("oauth", "client", "create", "--workspace", "nobody", "--name", "Relay")
    assert (done.code, done.err) == (1, "goalpost: there is no workspace named 'nobody'\n")


def test_a_grant_names_known_scopes(cli, workspace_name: str) -> None:
    made = cli("oauth", "client", "create", "--workspace", workspace_name, "--name", "Relay", "--json").json
    done = cli("oauth", "grant", made["client_id"], "--scope", "PageSense.goals.WRITE")
    assert done.code == 1
    assert "'PageSense.goals.WRITE' is not known" in done.err


def test_a_client_of_its_own_has_the_scopes_it_is_created_with(beside, workspace) -> None:
    create = ("oauth", "client", "create", "--workspace", workspace.name, "--name", "machine", "--json")
    wrong = beside(*create, "--scope", "goals.nothing")
    assert wrong.code == 1 and "'goals.nothing' is not known" in wrong.err
    made = beside(*create, "--scope", "companies.read").json
    url = f"{workspace.server.url}/v1/users/m2m/oauth/token"
    granted = httpx.post(url, auth=(made["client_id"], made["client_secret"]), trust_env=False).json()
    assert granted["scope"] == "companies.read"


def test_the_line_that_is_printed_exchanges_the_code(beside, workspace) -> None:
    uri = "https://relay.example.com/back?from=a&to='b'"
    arguments = ("--workspace", workspace.name, "--name", "Relay", "--redirect-uri", uri)
    made = beside("oauth", "client", "create", *arguments, "--json").json
    line = beside("oauth", "grant", made["client_id"], "--scope", "analytics:read", "--json").json["exchange"]
    _, url, rest = line.split("'")
    assert rest == ""
    answer = httpx.post(url.replace("SECRET", made["client_secret"]), trust_env=False)
    assert answer.json().get("scope") == "analytics:read", answer.text


def test_clients_that_are_not_there_are_named(cli) -> None:
    for command in (("client", "revoke"), ("grant", "--scope", "analytics:read")):
        done = cli("oauth", *command, "1000.NOBODY")
        assert (done.code, done.err) == (1, "goalpost: there is no live client '1000.NOBODY'\n")


def test_a_code_lasts_minutes(cli) -> None:
    for minutes in ("0", "61", "x"):
        done = cli("oauth", "grant", "1000.NOBODY", "--scope", "analytics:read", "--expires-in-minutes", minutes)
        assert done.code == 2
