"""Answers of `/api/event` to each kind of sender, and the conversions counted afterwards."""

import json
from typing import Any

import httpx
import pytest

from tests.support.server import BROWSER, RunningServer, Site, Workspace

BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def _dropped(answer: httpx.Response) -> str | None:
    assert answer.status_code == 202, answer.text
    assert answer.content == b""
    return answer.headers.get("x-goalpost-dropped")


def test_an_accepted_event_gets_an_empty_202(site: Site) -> None:
    answer = site.send({})

    assert (answer.status_code, answer.content) == (202, b"")
    assert not [name for name in answer.headers if name.startswith("x-goalpost-")]


DROPPED: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("bot", {}, {"user-agent": BOT}),
    ("bot", {}, {"user-agent": "curl/8.5.0"}),
    ("bot", {}, {"user-agent": ""}),
    ("unknown_site", {"domain": "nobody.example.com"}, {}),
    ("unknown_site", {"domain": "sk_0123456789abcdef"}, {}),
    ("unknown_site", {"domain": "\0"}, {}),
    ("unknown_site", {"domain": "x" * 10_000}, {}),
    ("malformed_url", {"url": "javascript:alert(1)"}, {}),
    ("malformed_url", {"url": "about:blank"}, {}),
    ("malformed_url", {"url": "?only=a&query"}, {}),
    ("malformed_url", {"url": "https://"}, {}),
    ("do_not_track", {}, {"dnt": "1"}),
    ("do_not_track", {}, {"sec-gpc": "1"}),
    ("engagement", {"name": "engagement", "url": "https://example.com/"}, {}),
]


@pytest.mark.parametrize(("reason", "event", "headers"), DROPPED)
def test_why_an_event_is_dropped(site: Site, reason: str, event: dict[str, Any], headers: dict[str, str]) -> None:
    assert _dropped(site.send(event, **headers)) == reason
    assert _dropped(site.send([event], **headers)) == reason
    assert _dropped(site.send([event, event], **headers)) == f"{reason};n=2"


# Events that need no page: whatever their URL is, and whether they have one.
URLS_OF_ALL_KINDS = [
    "app://localhost/login",  # https://plausible.io/docs/events-api
    *("/blog", "blog", "example.com/path", "//host/path", "localhost:3000/x", "https://example.com:8443/x"),
    *("file:///C:/index.html", "about:blank", "chrome-extension://abcdef/popup.html", "capacitor://localhost/tabs"),
    *("https://user:secret@example.com/", "http://[::1]:8000/x", "http://[::1/x", "https://exa mple.com/a b"),
    *(
        "https:\\\\example.com\\a",
        "https://example.com/%zz%E8%",
        "https://example.com/a\0b",
        "https://",
        "?x=1",
        "#x",
        " ",
    ),
    *("javascript:alert(1)", "data:text/html,x", "mailto:a@example.com", "", "\u202e", "😀"),
    *("https://example.com/" + "x" * 5000, "https://example.com/?" + "x" * 5000, "https://" + "x" * 5000 + "/"),
    "https://example.com/x?" + "utm_content=%20" * 200,  # a query of 3,000 characters: harvard-lil/munin#809
]


def test_no_event_is_dropped_for_its_url(site: Site) -> None:
    goals = [site.goal("custom", "exact", "purchase"), site.goal("event", "exact", "purchase")]

    for url in URLS_OF_ALL_KINDS:
        assert _dropped(site.send({"name": "purchase", "kind": "goal", "url": url})) is None, url
        assert _dropped(site.send({"name": "purchase", "kind": "event", "url": url})) is None, url

    count = len(URLS_OF_ALL_KINDS)
    assert [site.counted(goal, count)["conversions"] for goal in goals] == [count, count]


PAGES = {
    "app://localhost/login": "/login",
    "/blog": "/blog",
    "//host/path": "/path",
    "example.com/shop": "/shop",
    "capacitor://localhost/tabs/home": "/tabs/home",
    "https://exa mple.com/a b": "/a b",
    "https://example.com\\back\\slash": "/back/slash",
    "https://example.com/%zz": "/%zz",
    "https://example.com/%e8": "/%E8",
    "https://example.com/n\0ul": "/n%00ul",
    "https://example.com/long?" + "x" * 3000: "/long",
    "https://example.com/cafe\u0301": "/caf%C3%A9",
    "https://example.com/session;jsessionid=1": "/session",
    "https://example.com/far#" + "x" * 3000: "/far",
}


def test_a_page_view_counts_wherever_it_has_a_path(site: Site) -> None:
    goals = [site.goal("pageview", "exact", path) for path in PAGES.values()]

    answers = [_dropped(site.send({"url": url})) for url in PAGES]

    assert answers == [None] * len(PAGES)
    assert [site.counted(goal, 1)["conversions"] for goal in goals] == [1] * len(PAGES)


def test_a_path_is_cut_and_not_refused(site: Site) -> None:
    goal = site.goal("pageview", "regex", "^/x{999}x{999}x$")

    assert _dropped(site.send({"url": "https://example.com/" + "x" * 5000})) is None

    assert site.counted(goal, 1)["conversions"] == 1


def test_a_page_of_a_hash_router_is_its_path_and_its_route(site: Site) -> None:
    """`h` is how Plausible's tracker says so: https://plausible.io/docs/hash-based-routing."""
    exact, part = site.goal("pageview", "exact", "/app#/thanks"), site.goal("pageview", "contains", "#/thanks")
    page = site.goal("pageview", "exact", "/app")
    base = f"https://{site.domain}/app"

    site.send([{"url": f"{base}#/thanks", "h": 1}, {"url": f"{base}?lang=de#/thanks?order=1", "hashMode": 1}])
    site.send([{"url": f"{base}#/cart", "h": 1}, {"url": f"{base}#/thanks"}, {"url": f"{base}#/thanks", "h": 0}])
    site.send([{"url": f"{base}#access_token=1", "h": 1}, {"url": base, "h": 1}, {"url": f"{base}#/x", "h": {"a": 1}}])

    assert [site.counted(goal, 2)["conversions"] for goal in (exact, part)] == [2, 2]
    assert site.counted(page, 5)["conversions"] == 5


def test_a_dropped_event_is_not_counted(site: Site) -> None:
    goals = [site.goal("pageview", "regex", "."), site.goal("event", "regex", ".")]

    for _, event, headers in DROPPED:
        site.send([event, event], **headers)
    site.send([{}, {"name": "Signup"}])

    assert [site.counted(goal, 1)["conversions"] for goal in goals] == [1, 1]


def test_do_not_track_is_what_the_visitor_says_and_not_a_server(site: Site) -> None:
    goal = site.goal()

    for headers in ({"dnt": "0"}, {"sec-gpc": "0"}, {"dnt": "1", "authorization": f"Bearer {site.workspace.key}"}):
        assert _dropped(site.send({}, **headers)) is None

    assert site.counted(goal, 3)["conversions"] == 3


def test_a_goal_named_engagement_counts(site: Site) -> None:
    goal = site.goal("custom", "exact", "engagement")

    assert _dropped(site.send({"name": "engagement", "kind": "goal"})) is None

    assert site.counted(goal, 1)["conversions"] == 1


def test_the_good_ones_of_an_array_are_kept(site: Site) -> None:
    goal = site.goal("pageview", "contains", "/")
    good = {"name": "pageview", "domain": site.key, "url": f"https://{site.domain}/"}
    bad = {1: 12, 2: None, 4: {}, 5: {**good, "name": []}, 6: [good], 8: {**good, "domain": {}}}
    events = [bad.get(index, good) for index in range(10)]

    answer = site.workspace.server.post_event(events)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert [entry["index"] for entry in body["rejected"]] == list(bad)
    assert all(entry["error"] for entry in body["rejected"])
    assert body["error"] == "6 of 10 events cannot be read"
    assert site.counted(goal, 4)["conversions"] == 4


def test_an_array_with_everything_in_it(site: Site) -> None:
    """Rejected, dropped for several reasons, with revenue that is ignored, and kept: each is told."""
    goal = site.goal("pageview", "contains", "/")
    site.goal("event", "exact", "buy", currency="EUR")

    answer = site.send(
        [
            {},
            {"url": "about:blank"},
            {"url": "about:blank"},
            {"domain": "nobody.example.com"},
            {"name": "buy", "revenue": {"amount": -1}, "props": {"cart": {}}},
            {"name": ""},
            {},
        ]
    )

    assert answer.status_code == 400
    assert [entry["index"] for entry in answer.json()["rejected"]] == [5]
    assert set(answer.headers["x-goalpost-dropped"].split(", ")) == {"malformed_url;n=2", "unknown_site;n=1"}
    assert answer.headers["x-goalpost-ignored"] == "revenue, props.cart"
    assert site.counted(goal, 2)["conversions"] == 2


def test_an_empty_array_is_nothing(site: Site) -> None:
    answer = site.workspace.server.post_event("[ ]")

    assert (answer.status_code, answer.content) == (202, b"")


def test_a_site_is_named_by_its_key_or_its_domain(make_site: Any) -> None:
    site = make_site()
    goal = site.goal()
    names = [site.key, site.domain, site.domain.upper(), f"www.{site.domain}", f"WWW.{site.domain.upper()}"]

    for name in names:
        assert _dropped(site.send({"domain": name})) is None, name

    assert site.counted(goal, len(names))["conversions"] == len(names)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/plain;charset=UTF-8", "", "x/y"])
def test_any_content_type(site: Site, content_type: str) -> None:
    """Browsers send text/plain, which needs no preflight; what counts is the body."""
    assert _dropped(site.send({}, **{"content-type": content_type})) is None


def test_a_new_goal_counts_from_its_answer_on(site: Site) -> None:
    for number in range(5):
        goal = site.goal("pageview", "exact", f"/{number}")
        site.send({"url": f"https://{site.domain}/{number}"})
        assert site.counted(goal, 1)["conversions"] == 1


def test_a_deleted_site_is_unknown_from_the_answer_on(site: Site) -> None:
    assert site.api.delete(f"/sites/{site.key}").status_code == 200

    assert _dropped(site.send({})) == "unknown_site"


def test_errors_can_be_read_by_scripts_of_any_page(workspace: Workspace, server: RunningServer) -> None:
    event = {"name": "pageview", "domain": "example.com", "url": "https://example.com/"}
    read_only = workspace.make_key("analytics:read")
    answers = {
        202: server.post_event(event),
        400: server.post_event("{"),
        401: server.post_event(event, authorization="Bearer gp_nobody"),
        403: server.post_event(event, authorization=f"Bearer {read_only}"),
        405: _request(server, "PUT"),
        413: server.post_event(json.dumps([event] * 10_001)),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers.get_list("access-control-allow-origin") == ["*"], status
        exposed = answer.headers["access-control-expose-headers"]
        assert {"x-goalpost-dropped", "x-goalpost-ignored", "retry-after"} <= set(exposed.split(", "))
        if status not in (202, 405):
            assert answer.json()["error"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "PROPFIND"])
def test_other_methods(server: RunningServer, method: str) -> None:
    answer = _request(server, method)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, GET, OPTIONS"


@pytest.mark.parametrize("path", ["/api/event/", "/api/events", "/api"])
def test_other_paths(server: RunningServer, path: str) -> None:
    assert _request(server, "POST", path).status_code == 404


def test_the_pixel(site: Site) -> None:
    pageview, signup = site.goal("pageview", "exact", "/thanks"), site.goal("event", "exact", "Signup")
    page = f"https://{site.domain}/thanks?utm_source=mail&x=%C3%A9"

    answers = [
        _pixel(site, {"domain": site.key}, referer=page),
        _pixel(site, {"domain": site.domain, "url": page}),
        _pixel(site, {"d": site.key, "u": page, "n": "pageview"}, referer="https://elsewhere.example.com/"),
        _pixel(site, {"domain": site.key, "name": "Signup", "url": page}),
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/gif"
        assert answer.content.startswith(b"GIF89a")
        assert len(answer.content) < 100
        assert "x-goalpost-dropped" not in answer.headers
    assert site.counted(pageview, 3)["conversions"] == 3
    assert site.counted(signup, 1)["conversions"] == 1


def test_the_pixel_is_asked_for_every_time(site: Site) -> None:
    assert "no-store" in _pixel(site, {"domain": site.key}).headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("query", "headers", "reason"),
    [
        ("domain=nobody.example.com&url=https://example.com/", {}, "unknown_site"),
        ("domain=SITE&url=https://example.com/", {"user-agent": BOT}, "bot"),
        ("domain=SITE&url=https://example.com/", {"dnt": "1"}, "do_not_track"),
        ("domain=SITE&url=about:blank", {}, "malformed_url"),
    ],
)
def test_a_pixel_that_is_not_counted_is_still_an_image(
    site: Site, query: str, headers: dict[str, str], reason: str
) -> None:
    answer = _request(site.workspace.server, "GET", "/api/event?" + query.replace("SITE", site.key), **headers)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.headers["x-goalpost-dropped"] == reason


@pytest.mark.parametrize("query", ["", "domain", "&&=&", "%", "domain=%ff%fe&name=%00", "domain=a;url=b", "x" * 5000])
def test_a_pixel_with_an_odd_query(server: RunningServer, query: str) -> None:
    answer = _request(server, "GET", "/api/event?" + query)

    assert answer.status_code in (200, 400)
    assert answer.headers["access-control-allow-origin"] == "*"


def _pixel(site: Site, query: dict[str, str], **headers: str) -> httpx.Response:
    url = f"{site.workspace.server.url}/api/event"
    return httpx.get(url, params=query, headers={"user-agent": BROWSER, **headers}, trust_env=False)


def _request(server: RunningServer, method: str, path: str = "/api/event", **headers: str) -> httpx.Response:
    return httpx.request(method, server.url + path, headers={"user-agent": BROWSER, **headers}, trust_env=False)
