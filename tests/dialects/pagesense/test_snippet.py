"""The vendor's own script tag and calls, in a real Chromium, as a page has them that was made for the vendor."""

from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from goalpost.conversions.services import sites
from goalpost.workspaces import create_workspace
from tests.support.browser import Pages, Tab
from tests.support.server import RunningServer, Site

TAG = '<script>(d => {{ const s = d.createElement("script"); s.src = "{src}"; d.head.append(s) }})(document)</script>'
EARLY = "<script>window.pagesense = window.pagesense || []; pagesense.push(['trackEvent', 'Sign up now'])</script>"


@pytest.fixture
def src(server: RunningServer, site: Site) -> str:
    return f"{server.url}/js/{site.workspace.name}/{site.key}.js"


def test_calls_before_and_after_the_script_become_events(tab: Tab, pages: Pages, site: Site, src: str) -> None:
    goal = site.goal("event", value="Sign up now")
    tab.page.goto(pages.put("/", EARLY + TAG.format(src=src)))
    tab.page.wait_for_function("!Array.isArray(pagesense)")
    tab.run(
        "pagesense.push(['trackRevenue', '49.90', 'EUR'], ['trackRevenue', 5, 'nope'], ['trackRevenue', 'x']),"
        "pagesense.push(['trackActivity', 'read', {page: 3, deep: {a: 1}, no: null}], ['tagRecording', 'vip'])"
    )
    sent = tab.wait_sent(7)
    assert {event["domain"] for event in sent} == {site.key}
    found = [(event["name"], event["kind"], event.get("props"), event.get("revenue")) for event in sent[2:]]
    assert sorted(event["name"] for event in sent[:2]) == ["Sign up now", "pageview"]
    assert found == [
        ("revenue", "revenue", None, {"amount": "49.90", "currency": "EUR"}),
        ("revenue", "revenue", None, {"amount": 5}),
        ("revenue", "revenue", None, {"amount": "x"}),
        ("read", "event", {"page": 3}, None),
        ("tagRecording", "event", {"tag": "vip"}, None),
    ]
    assert site.counted(goal, 1)["conversions"] == 1


def test_calls_that_name_a_person_are_dropped_and_nonsense_is_harmless(tab: Tab, pages: Pages, src: str) -> None:
    tab.page.goto(pages.put("/", f"<script>window.pagesense = 'broken'</script>{TAG.format(src=src)}"))
    tab.page.wait_for_function("typeof pagesense == 'object'")
    tab.run(
        "pagesense.push(['trackUser', {mail: 'a@example.com'}], ['identifyUser', 'a', {}], null, 7, ['nope'], [],"
        "['constructor'], ['trackActivity'], ['tagRecording'])"
    )
    assert all("example.com" not in str(event) for event in tab.sent)


def test_the_script_twice_counts_once(tab: Tab, pages: Pages, src: str) -> None:
    tab.page.goto(pages.put("/", EARLY + TAG.format(src=src) * 2))
    tab.page.wait_for_timeout(200)
    tab.wait_sent(2)


def test_a_project_is_named_by_key_or_slug_and_a_portal_by_name_or_slug(server: RunningServer, site: Site) -> None:
    with server.stores.reading() as db:
        found = sites.get_site(db, key=site.key)
    for project in (site.key, found.slug):
        answer = httpx.get(f"{server.url}/js/{site.workspace.name}/{project}.js", trust_env=False)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert f'dataset.site="{site.key}"' in answer.text


def test_a_portal_that_two_workspaces_may_mean_gets_nobody_the_others_events(server: RunningServer) -> None:
    """Input: two workspaces whose names have one slug, each with a project of the same linkname."""
    name = f"portal-{uuid4().hex}"
    portals = []
    for spelling in (name.upper(), name.replace("-", " ").title()):
        with server.stores.writing() as db:
            workspace = create_workspace(db, name=spelling, now=datetime.now(UTC))
            domain = f"{uuid4().hex}.example.com"
            given = {"workspace_id": workspace.id, "domain": domain, "name": "Shop", "now": datetime.now(UTC)}
            portals.append((spelling, sites.create_site(db, **given)))

    def tag(portal: str, project: str) -> httpx.Response:
        return httpx.get(f"{server.url}/js/{quote(portal)}/{project}.js", trust_env=False)

    assert tag(name, "shop").status_code == 404
    for spelling, site in portals:
        for portal, project in ((spelling, "shop"), (spelling, site.key), (name, site.key)):
            assert f'dataset.site="{site.key}"' in tag(portal, project).text


def test_an_unknown_project_is_an_empty_script(server: RunningServer, site: Site) -> None:
    other = server.make_site()
    unknown = ("sk_nope", "no\udcff".encode("utf-8", "surrogateescape").hex(), other.key, "%00", "a" * 3000)
    for project in unknown:
        answer = httpx.get(f"{server.url}/js/{site.workspace.name}/{project}.js", trust_env=False)
        assert (answer.status_code, answer.content) == (404, b"")
        assert answer.headers["content-type"].startswith("text/javascript")
    assert httpx.get(f"{server.url}/js/nowhere/{site.key}.js", trust_env=False).status_code == 404
