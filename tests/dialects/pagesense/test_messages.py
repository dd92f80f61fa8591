"""Messages about wrong fields: the shape or the limit, in the words of the other dialects."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from goalpost.dialects.pagesense import wire
from goalpost.dialects.pagesense.translate import draft_from_wire, message_of
from goalpost.web.faults import PRECISE, faults_of
from tests.dialects.pagesense.support import Project, seen

GOAL = {"display_name": "n", "goal_type": 8, "project_linkname": "p", "time_threshold": 30}
WORDS = [
    ({"time_threshold": 0}, "time_threshold must be at least 1"),
    ({"time_threshold": 10**9}, "time_threshold must be at most 86400"),
    ({"time_threshold": "30"}, "time_threshold must be a whole number"),
    ({"goal_type": "8"}, "goal_type must be a whole number"),
    ({"display_name": ["n"]}, "display_name must be a string"),
    ({"include_urls": "x"}, "include_urls must be a list"),
    ({"include_urls": ["/x"] * 1200}, "include_urls should have at most 100 item(s)"),
    ({"exclude_urls": [7]}, "exclude_urls.0 must be a string"),
    ({"goal_url": 7}, "goal_url must be a string"),
    ({"url": "https://x/"}, "url must be a list"),
    ({"url": ["https://x/"]}, "url.0 must be an object"),
    ({"url": [{"match_type": "1"}]}, "url.0.match_type must be a whole number"),
]


def said(model: type[BaseModel], body: Any) -> str:
    with pytest.raises(ValidationError) as found:
        model.model_validate(body)
    return message_of(faults_of(found.value.errors(include_url=False), PRECISE))


@pytest.mark.parametrize(("fields", "words"), WORDS, ids=[words for _, words in WORDS])
def test_the_shape_or_the_limit_is_said(fields: dict[str, Any], words: str) -> None:
    """Each was "is invalid"."""
    assert said(wire.GoalCreate, {"projectgoal": {**GOAL, **fields}}) == words


def test_the_parts_of_a_body_are_objects() -> None:
    assert said(wire.GoalCreate, {"projectgoal": [1]}) == "projectgoal must be an object"
    assert said(wire.GoalUpdate, {"projectgoal": [1]}) == "projectgoal must be an object"
    assert said(wire.GoalUpdate, {"projectgoal": {"display_name": ["n"]}}) == "display_name must be a string"
    assert said(wire.EventCreate, {"customevent": "x"}) == "customevent must be an object"


@pytest.mark.parametrize("name", ["include_urls", "exclude_urls", "url"])
def test_null_in_a_list_is_as_if_it_were_not_there(name: str) -> None:
    """`"include_urls": [null]` is in an example that the page of the API once had."""
    for value in ([None], [None] * 200):
        fields = wire.GoalCreate.model_validate({"projectgoal": {**GOAL, name: value}}).projectgoal
        assert draft_from_wire(fields) == draft_from_wire(wire.GoalFields.model_validate(GOAL))


def test_the_door_says_it(project: Project) -> None:
    answer = project.api.post(project.goals_path(), json=project.body(8, time_threshold=10**9))
    assert (seen(answer), answer.json()["message"]) == ((400, 10002), "time_threshold must be at most 86400")
    linkname = project.create(8, include_urls=[None], url=[None])["linkname"]
    answer = project.api.put(project.goals_path(linkname), json={"projectgoal": [1]})
    assert (seen(answer), answer.json()["message"]) == ((400, 10002), "projectgoal must be an object")
