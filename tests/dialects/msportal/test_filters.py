"""Lists of goals: what a search and what each filter finds."""

from typing import Any
from uuid import uuid4

import pytest

from tests.dialects.msportal.support import REFERENCES, UNUSED_UUID, Portal


def titles(portal: Portal, **query: Any) -> list[str]:
    return [goal["title"] for goal in portal.list(**query)]


@pytest.mark.parametrize(
    ("title", "search"),
    [
        ("Move to MFA", "move"),
        ("Move to MFA", "TO mf"),
        ("Ärger im Büro", "ÄRGER"),
        ("ÄRGER", "ärg"),
        ("Größe", "GRÖSSE"),
        ("ΔΕΛΤΑ ΣΑΣ", "δελτα σας"),
        ("Ёлка", "ёЛКА"),
        ("cafe\u0301", "caf\u00e9"),
        ("100% of all", "0% O"),
        ("a_b", "A_B"),
        ("back\\slash", "K\\S"),
        ("a'b\"c", "'B\""),
        ("\N{GRINNING FACE} yes", "\N{GRINNING FACE}"),
        ("a/b", "/"),
        ("+1 & more?", "+1 & MORE?"),
    ],
)
def test_a_search_finds_in_any_case(title: str, search: str, portal: Portal) -> None:
    portal.goal(title=title)
    portal.goal(title="something else", description=title)
    assert titles(portal, search=search) == [title]


@pytest.mark.parametrize("search", ["%", "_", "a%b", "a_b", "\\", "/", "%%", "*", "?", "' OR 1=1 --", "nothing"])
def test_a_search_knows_no_wildcards(search: str, portal: Portal) -> None:
    portal.goal(title="axb")
    assert titles(portal, search=search) == []
    portal.goal(title=f"x{search}y")
    assert titles(portal, search=search) == [f"x{search}y"]


def test_an_empty_search_finds_everything(portal: Portal) -> None:
    portal.goal(title="x")
    assert titles(portal, search="") == ["x"]
    assert titles(portal, search="y" * 255) == []


def test_a_changed_title_is_found(portal: Portal) -> None:
    goal = portal.goal(title="before")
    portal.patch(goal["id"], title="AFTER")
    assert (titles(portal, search="before"), titles(portal, search="after")) == ([], ["AFTER"])


@pytest.mark.parametrize("field", ["companyId", *REFERENCES, "quarter", "year"])
def test_filters(field: str, portal: Portal) -> None:
    values: dict[str, Any] = {"companyId": portal.new_company("Other"), "quarter": "Q1", "year": 2026}
    values |= {name: portal.choice(picklist) for name, picklist in REFERENCES.items()}
    unused = {"quarter": "q1", "year": 2027}.get(field, str(uuid4()))
    bare = portal.goal(title="bare")
    with_it = portal.goal(title="with it", **{field: values[field]})

    assert titles(portal, **{field: values[field]}) == ["with it"]
    assert titles(portal, **{field: unused}) == []
    assert titles(portal, **{field: str(values[field]), "search": "bare"}) == []
    assert titles(portal, unknown=UNUSED_UUID) == ["with it", "bare"], "unknown keys are ignored"
    portal.patch(bare["id"], **{field: values[field]})
    assert sorted(titles(portal, **{field: values[field]})) == ["bare", "with it"]
    portal.api.delete(f"/goals/{with_it['id']}")
    assert titles(portal, **{field: values[field]}) == ["bare"]


def test_dates_from_and_to_are_inclusive(portal: Portal) -> None:
    for day in (1, 2, 3):
        portal.goal(title=str(day), dueDate=f"2026-03-0{day}T12:00:00.500Z")
    portal.goal(title="never")
    noon, ms = "2026-03-02T12:00:00.500Z", "2026-03-02T12:00:00.501Z"
    oldest = {"sortDesc": "false"}
    assert titles(portal, dueDateFrom=noon, **oldest) == ["2", "3"]
    assert titles(portal, dueDateTo=noon, **oldest) == ["1", "2"]
    assert titles(portal, dueDateFrom=noon, dueDateTo=noon) == ["2"]
    assert titles(portal, dueDateFrom=ms, **oldest) == ["3"]
    assert titles(portal, dueDateFrom="2026-03-02T14:00:00.500+02:00", **oldest) == ["2", "3"]
    assert titles(portal, dueDateFrom="2026-03-03T00:00:00Z", dueDateTo="2026-03-01T00:00:00Z") == []


def test_a_date_that_is_shown_finds_its_goal(portal: Portal) -> None:
    due = portal.goal(dueDate="2026-03-31T17:00:00.123456Z")["dueDate"]
    assert len(portal.list(dueDateFrom=due)) == 1
    assert len(portal.list(dueDateTo=due)) == 1
