"""A goal's counters come from events that were really sent: who was seen on its pages, who reached it, how long."""

import random
from typing import Any

import pytest

from goalpost.dialects.pagesense.translate import in_minutes
from tests.dialects.pagesense.support import SELECTOR, Project
from tests.support.server import eventually

THANKS, ARTICLES = "https://example.com/thanks", "https://example.com/articles"


def happen(project: Project, *events: dict[str, Any]) -> None:
    """Send events as a server that says for whom each happened; by default each of a visitor of its own."""
    numbered = [{"ip": f"198.51.{n // 250}.{n % 250}", "user_agent": "", **event} for n, event in enumerate(events)]
    answer = project.site.send(numbered, authorization=f"Bearer {project.site.workspace.key}")
    assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None), answer.text


def counters(goal: dict[str, Any]) -> tuple[int, int, bool]:
    return goal["unique_visitor_count"], goal["unique_goal_achieved_count"], goal["is_data_tracked"]


def shows(project: Project, linkname: str, expected: tuple[int, int, bool]) -> None:
    """The goal's counters come to be these: conversions can be seen a moment before their events."""
    eventually(
        lambda: counters(project.goal(linkname)) == expected,
        what=f"{expected}, not {counters(project.goal(linkname))}",
    )


def view(url: str, **more: Any) -> dict[str, Any]:
    return {"name": "pageview", "url": url, **more}


@pytest.mark.parametrize("given", [{}, {"goal_url": ""}, {"include_urls": [], "exclude_urls": []}])
def test_page_visits_without_an_address_are_those_of_the_entire_project(
    project: Project, given: dict[str, Any]
) -> None:
    """Source: the seed. `goal_url` is optional, and two empty lists mean the entire project."""
    body = {"display_name": "All", "goal_type": 1, "project_linkname": project.linkname, **given}
    answer = project.api.post(project.goals_path(), json={"projectgoal": body})
    assert answer.status_code == 200, answer.text
    happen(project, view(THANKS), view(ARTICLES), {"kind": "engagement", "name": "engagement", "url": THANKS})
    shows(project, answer.json()["projectgoals"][0]["linkname"], (2, 2, True))


@pytest.mark.parametrize("entries", [[{}], [{"match_type": None}], [{"match_type": 1}, {}], [None]])
def test_addresses_are_compared_simply_where_no_way_is_named(project: Project, entries: list[Any]) -> None:
    """`url` and its fields are optional, null is absent, and simple is the default."""
    goal = project.create(1, goal_url=THANKS, url=entries)
    assert goal["url"] == [{"match_type": 1}]


REACHING: dict[int, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # goal type → (the goal, an event that reaches it, one that nearly does)
    1: ({}, view(THANKS + "?a=1"), view(THANKS + "/x")),
    2: (
        {"goal_url": "https://partner.example.org/*", "include_urls": [THANKS], "url": [{"match_type": 6}]},
        {"kind": "link_click", "name": "http://www.partner.example.org/a?b", "url": THANKS},
        {"kind": "link_click", "name": "https://partner.example.org/a", "url": ARTICLES},
    ),
    3: (
        {"goal_url": THANKS},
        {"kind": "form_submit", "name": "form#signup", "url": THANKS},
        {"kind": "form_submit", "name": "form", "url": THANKS},
    ),
    4: (
        {"goal_url": THANKS},
        {"kind": "element_click", "name": SELECTOR, "url": THANKS},
        {"kind": "element_click", "name": SELECTOR, "url": ARTICLES},
    ),
    5: (
        {"goal_url": THANKS},
        {"kind": "event", "name": "Signed up", "url": THANKS},
        {"kind": "event", "name": "signed up", "url": THANKS},
    ),
    6: (
        {"goal_url": THANKS},
        {"kind": "revenue", "name": "revenue", "revenue": {"amount": 9.99, "currency": "EUR"}, "url": THANKS},
        {"kind": "revenue", "name": "revenue", "revenue": {"amount": 9.99}, "url": ARTICLES},
    ),
    7: (
        {"include_urls": [THANKS], "url": [{"match_type": 1}]},
        {"kind": "engagement", "name": "engagement", "url": THANKS},
        {"kind": "engagement", "name": "engagement", "url": ARTICLES},
    ),
    8: (
        {"goal_url": THANKS},
        {"kind": "time_spent", "name": "30", "url": THANKS},
        {"kind": "time_spent", "name": "leave", "props": {"ms": "1"}, "url": THANKS},
    ),
}


@pytest.mark.parametrize("goal_type", REACHING)
def test_a_goal_of_every_type_counts_what_reaches_it(project: Project, goal_type: int) -> None:
    fields, reaching, nearly = REACHING[goal_type]
    linkname = project.create(goal_type, **fields)["linkname"]
    happen(project, nearly, reaching, reaching | {"ip": "198.51.0.1"}, reaching)
    assert project.reached(linkname, 2)["unique_goal_achieved_count"] == 2


def test_visitors_are_those_on_the_goals_pages_since_it_was_made(project: Project) -> None:
    happen(project, view(ARTICLES), view(THANKS))
    settled = project.create(5, custom_event_name="settled")["linkname"]
    happen(project, {"kind": "event", "name": "settled", "url": ""})
    project.reached(settled, 1)
    goal = project.create(4, goal_url=THANKS, exclude_urls=["https://example.com/articles/old"])
    everywhere = project.create(4, goal_url=None)
    assert counters(goal) == counters(everywhere) == (0, 0, False)

    happen(
        project,
        view(THANKS),
        view(THANKS + "?again", ip="198.51.0.0"),
        view(ARTICLES),
        view("https://example.com/articles/old"),
        {"kind": "event", "name": "settled", "url": ""},
    )
    project.reached(settled, 2)
    shows(project, goal["linkname"], (1, 0, True))
    shows(project, everywhere["linkname"], (3, 0, True))


def test_time_is_summed_over_the_goals_pages(project: Project) -> None:
    goal = project.create(8, goal_url=THANKS, time_threshold=30)

    def left(ms: str, url: str = THANKS) -> dict[str, Any]:
        return {"kind": "time_spent", "name": "leave", "props": {"ms": ms}, "url": url}

    broken = [left("-5"), left("x"), left(str(2**64)), left("")]
    reached = {"kind": "time_spent", "name": "30", "url": THANKS}
    happen(project, left("30000"), left("427500"), left("99000", ARTICLES), *broken, reached)
    found = eventually(lambda: (shown := project.goal(goal["linkname"]))["time_spent"] and shown, what="time")
    assert (found["time_spent"], found["time_spent_seconds"]) == (457_500, "7m 37s")


TIMES = {0: "0s", 999: "0s", 15_000: "15s", 60_000: "1m", 457_999: "7m 37s", 3_661_000: "1h 1m 1s"}


@pytest.mark.parametrize(("milliseconds", "text"), TIMES.items())
def test_a_time_in_words(milliseconds: int, text: str) -> None:
    assert in_minutes(milliseconds) == text


def test_counters_stay_after_deletion_and_grow_no_more(project: Project) -> None:
    linkname = project.create(1, goal_url="/thanks")["linkname"]
    watched = project.create(1, goal_url=THANKS)["linkname"]
    happen(project, view(THANKS), view(THANKS))
    shows(project, linkname, (2, 2, True))

    (gone,) = project.api.delete(project.goals_path(linkname)).json()["projectgoals"]
    happen(project, view(THANKS, ip="203.0.113.9"))
    shows(project, watched, (3, 3, True))
    assert counters(gone) == counters(project.goal(linkname)) == (2, 2, False)


def test_a_thousand_visitors_counted_independently(project: Project) -> None:
    """Uniques and rate against sets of our own, half of the visitors known by name and half by the day's hash."""
    rng = random.Random(7)
    goals = {
        "/cart": project.create(1, goal_url="https://example.com/cart", display_name="Cart"),
        "buy": project.create(4, element_css_selector="#buy", goal_url="https://example.com/cart", display_name="Buy"),
        "done": project.create(5, custom_event_name="done", goal_url="*", display_name="Done"),
    }
    seen: dict[str, set[int]] = {name: set() for name in ("any", "/cart", "buy", "done")}
    events: list[dict[str, Any]] = []
    for number in range(1000):
        who = {"visitor": f"v{number}"} if number % 2 else {"ip": f"198.18.{number // 250}.{number % 250}"}
        for _ in range(rng.randint(1, 4)):
            path = rng.choice(["/", "/cart", "/cart?x=1", "/about"])
            events.append(view("https://www.example.com" + path, **who))
            seen["any"].add(number)
            if not path.startswith("/cart"):
                continue
            seen["/cart"].add(number)
            if rng.random() < 0.4:
                events += [{"kind": "element_click", "name": "#buy", "url": "https://example.com/cart", **who}] * 2
                seen["buy"].add(number)
            if rng.random() < 0.2:
                events.append({"kind": "event", "name": "done", "url": "https://example.com/", **who})
                seen["done"].add(number)
    for start in range(0, len(events), 1000):
        happen(project, *({"user_agent": "", "ip": "192.0.2.1", **event} for event in events[start : start + 1000]))

    def found() -> dict[str, tuple[int, int]]:
        listed = {goal["linkname"]: goal for goal in project.goals()}
        each = {name: listed[goal["linkname"]] for name, goal in goals.items()}
        return {name: (g["unique_visitor_count"], g["unique_goal_achieved_count"]) for name, g in each.items()}

    expected = {
        "/cart": (len(seen["/cart"]), len(seen["/cart"])),
        "buy": (len(seen["/cart"]), len(seen["buy"])),
        "done": (len(seen["any"]), len(seen["done"])),
    }
    eventually(lambda: found() == expected, what=f"{expected}, not {found()}")


def test_many_goals_on_many_pages_are_listed(project: Project) -> None:
    """More addresses than one question to the event store may hold."""
    pages = [f"https://example.com/{'x' * 150}/{n}" for n in range(100)]
    for number in range(12):
        project.create(
            4, goal_url="https://example.com/", include_urls=pages, exclude_urls=[p + str(number) for p in pages]
        )
    watched = project.create(1, goal_url="https://example.com/x")["linkname"]
    happen(project, view("https://example.com/"), view("https://example.com/x"))
    shows(project, watched, (1, 1, True))
    assert [goal["unique_visitor_count"] for goal in project.goals()] == [1] * 13


def test_other_dialects_show_what_they_have_words_for(project: Project) -> None:
    krafter = project.site
    for kind in range(1, 9):
        project.create(kind, display_name=f"Type {kind}")
    path = project.create(1, goal_url="/thank-you", display_name="Thanks")
    listed = krafter.api.get(f"/sites/{krafter.key}/goals").json()["data"]
    assert [(goal["name"], goal["type"], goal["match_type"], goal["match_value"]) for goal in listed] == [
        ("Type 5", "event", "exact", "Signed up"),
        ("Thanks", "pageview", "exact", "/thank-you"),
    ]

    exact = krafter.goal("pageview", "exact", "/pricing")
    krafter.goal("pageview", "contains", "/blog/")
    krafter.goal("event", "regex", "^sign")
    krafter.goal("custom", "exact", "purchase")
    signup = krafter.goal("event", "exact", "signup")
    mine = {goal["display_name"]: goal for goal in project.goals()}
    assert set(mine) == {*(f"Type {kind}" for kind in range(1, 9)), "Thanks", "/pricing", "signup"}
    assert (mine["/pricing"]["goal_type"], mine["/pricing"]["goal_url"]) == (1, "/pricing")
    assert (mine["signup"]["goal_type"], mine["signup"]["custom_event_name"]) == (5, "signup")

    happen(project, view("https://example.com/pricing"), view("https://example.com/thank-you"))
    assert krafter.counted(exact, 1)["unique_conversions"] == 1
    shows(project, mine["/pricing"]["linkname"], (1, 1, True))
    shows(project, path["linkname"], (1, 1, True))
    assert krafter.stats(signup)["conversions"] == 0
    hidden = next(goal for goal in project.goals() if goal["display_name"] == "Type 4")
    assert hidden["goal_type"] == 4
