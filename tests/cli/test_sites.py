"""`goalpost site`: sites created, listed, changed and put into pages."""

from uuid import uuid4

from tests.support.server import RunningServer


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
