"""Lists: pages, orders, and values that are refused."""

from typing import Any

import pytest

from tests.dialects.msportal.support import REFERENCES, Portal, data_of, faulty_fields

SPELLINGS = {
    "title": "title",
    "due_date": "dueDate",
    "progress_percentage": "progressPercentage",
    "year": "year",
    "quarter": "quarter",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}


def page(number: int, limit: int, total: int, pages: int, *, has_next: bool, has_previous: bool) -> dict[str, Any]:
    return {
        "page": number,
        "limit": limit,
        "totalCount": total,
        "totalPages": pages,
        "hasNextPage": has_next,
        "hasPrevPage": has_previous,
    }


def test_pages(portal: Portal) -> None:
    made = [portal.goal(title=f"goal {number}")["title"] for number in range(5)]
    seen: list[str] = []
    for number, has_next in ((1, True), (2, True), (3, False)):
        body = portal.api.get("/goals", params={"page": number, "limit": 2, "sortDesc": "false"}).json()
        expected = page(number, 2, 5, 3, has_next=has_next, has_previous=number > 1)
        assert body["pagination"] == expected
        assert list(body["pagination"]) == list(expected)
        seen += [goal["title"] for goal in body["data"]]
    assert seen == made
    beyond = portal.api.get("/goals", params={"page": 4, "limit": 2})
    assert (beyond.status_code, beyond.json()["data"]) == (200, [])
    assert beyond.json()["pagination"] == page(4, 2, 5, 3, has_next=False, has_previous=True)
    far = portal.api.get("/goals", params={"page": 2**31 - 1, "limit": 100})
    assert (far.status_code, far.json()["data"]) == (200, [])


@pytest.mark.parametrize(
    ("count", "limit", "pages"), [(0, 2, 0), (1, 2, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (4, 100, 1), (4, 1, 4)]
)
def test_how_many_pages_there_are(count: int, limit: int, pages: int, portal: Portal) -> None:
    for _ in range(count):
        portal.goal()
    found = portal.api.get("/goals", params={"limit": limit}).json()["pagination"]
    assert found == page(1, limit, count, pages, has_next=pages > 1, has_previous=False)
    filtered = portal.api.get("/goals", params={"limit": limit, "year": 2026}).json()["pagination"]
    assert filtered == page(1, limit, 0, 0, has_next=False, has_previous=False), "the total is that of the filter"


def test_pages_and_order_without_parameters(portal: Portal) -> None:
    made = [portal.goal(title=str(number))["title"] for number in range(26)]
    body = portal.api.get("/goals").json()
    assert body["pagination"] == page(1, 25, 26, 2, has_next=True, has_previous=False)
    assert [goal["title"] for goal in body["data"]] == made[:0:-1], "the newest first"


def test_rows_are_goals_without_their_tasks_and_updates(portal: Portal) -> None:
    goal = portal.goal(description="All.")
    portal.task(goal["id"])
    (row,) = portal.list()
    assert list(row) == [name for name in goal if name not in ("tasks", "updates")]
    assert row == {**{name: goal[name] for name in row}, "updatedAt": row["updatedAt"]}


def sorted_goals(portal: Portal) -> list[dict[str, Any]]:
    """Goals that differ in everything, in no order, and one that has nothing."""
    values = [
        ("bravo", "2026-02-01T00:00:00Z", 20, "Q2", 2027),
        ("alpha", "2026-03-01T00:00:00Z", 9.5, "Q3", 2026),
        ("charlie", "2026-01-01T00:00:00Z", 100, "Q1", 2025),
    ]
    for title, due, progress, quarter, year in values:
        portal.goal(title=title, dueDate=due, progressPercentage=progress, quarter=quarter, year=year)
    bare = portal.goal(title="delta", progressPercentage=50)
    portal.patch(portal.list(search="bravo")[0]["id"], description="changed last")
    return [*portal.list(), bare]


@pytest.mark.parametrize("column", SPELLINGS)
@pytest.mark.parametrize("descending", [False, True])
def test_orders(column: str, descending: bool, portal: Portal) -> None:
    sorted_goals(portal)
    field, flag = SPELLINGS[column], str(descending).lower()
    found = portal.list(sortColumn=column, sortDesc=flag)
    assert (
        found == portal.list(sortColumn=field, sortDesc=flag) == portal.list(sortColumn=field, sortDesc=int(descending))
    )
    values = [goal[field] for goal in found]
    there = [value for value in values if value is not None]
    assert there == sorted(there, reverse=descending)
    assert values == [*there, *[None] * (len(values) - len(there))], "those without a value come last"
    pages = [portal.list(sortColumn=column, sortDesc=flag, limit=1, page=number + 1)[0] for number in range(len(found))]
    assert pages == found


@pytest.mark.parametrize("column", ["year", "dueDate", "quarter", "title", "progressPercentage"])
@pytest.mark.parametrize("descending", ["true", "false"])
@pytest.mark.parametrize("fields", [{"year": 2026, "quarter": "Q1", "dueDate": "2026-01-01T00:00:00Z"}, {}], ids=str)
def test_ties_are_broken_by_the_id(column: str, descending: str, fields: dict[str, Any], portal: Portal) -> None:
    ids = [portal.goal(**fields)["id"] for _ in range(7)]
    found = [
        goal["id"]
        for number in (1, 2, 3)
        for goal in portal.list(sortColumn=column, sortDesc=descending, limit=3, page=number)
    ]
    assert found in (sorted(ids), sorted(ids, reverse=True))


BAD_QUERIES = [
    *(("page", value) for value in ("0", "-1", "x", "1.5", "", "1e3", str(2**31))),
    *(("limit", value) for value in ("0", "-1", "101", "x", "", "2.5", "1e1")),
    *(("sortColumn", value) for value in ("", "id", "Title", "due-date", "title;", "description", "createdat")),
    *(("sortDesc", value) for value in ("", "yes", "TRUE", "2", "on", "null")),
    *((name, value) for name in ("companyId", *REFERENCES) for value in ("", "abc", "null", "1", "' OR 1=1 --")),
    *(("year", value) for value in ("", "x", "1999", "2101", "2025.5", "Q1")),
    *(("quarter", value) for value in ("Q10", "abc", "\0")),
    *((name, value) for name in ("dueDateFrom", "dueDateTo") for value in ("", "x", "2026-13-01T00:00:00Z", "2026")),
    *(("search", value) for value in ("x" * 256, "\0", "a\0b")),
]


@pytest.mark.parametrize(("name", "value"), BAD_QUERIES, ids=lambda value: repr(value)[:24])
def test_a_value_that_is_wrong(name: str, value: str, portal: Portal) -> None:
    assert faulty_fields(portal.api.get("/goals", params={name: value})) == [name]


def test_every_wrong_value_is_told_at_once(portal: Portal) -> None:
    wrong = {"page": 0, "limit": 0, "sortColumn": "x", "sortDesc": "x", "year": 1, "companyId": "x"}
    assert sorted(faulty_fields(portal.api.get("/goals", params=wrong))) == sorted(wrong)


def test_companies(portal: Portal) -> None:
    for name in ("Zeta", "Ärger & Co", "acme labs"):
        portal.new_company(name)
    names = [company["name"] for company in data_of(portal.api.get("/companies", params={"search": "ACME"}))]
    assert sorted(names) == ["Acme", "acme labs"]
    assert [found["name"] for found in data_of(portal.api.get("/companies?search=ärger"))] == ["Ärger & Co"]
    newest = data_of(portal.api.get("/companies?sortColumn=createdAt&sortDesc=true&limit=1"))
    assert [found["name"] for found in newest] == ["acme labs"]
    for bad in ("page=0", "limit=101", "sortColumn=title", "sortDesc=maybe", "search=%00"):
        assert faulty_fields(portal.api.get(f"/companies?{bad}")) == [bad.partition("=")[0]]


@pytest.mark.parametrize("things", ["tasks", "updates"])
def test_tasks_oldest_first_and_updates_newest_first(things: str, portal: Portal) -> None:
    goal = portal.goal()["id"]
    make = portal.task if things == "tasks" else portal.update
    ids = [make(goal)["id"] for _ in range(5)]
    expected = ids if things == "tasks" else ids[::-1]
    assert [found["id"] for found in portal.get(goal)[things]] == expected
    assert [found["id"] for found in data_of(portal.api.get(f"/goals/{goal}/{things}?limit=100"))] == expected
    body = portal.api.get(f"/goals/{goal}/{things}?page=2&limit=2").json()
    assert [found["id"] for found in body["data"]] == expected[2:4]
    assert body["pagination"] == page(2, 2, 5, 3, has_next=True, has_previous=True)
    assert faulty_fields(portal.api.get(f"/goals/{goal}/{things}?limit=0")) == ["limit"]
