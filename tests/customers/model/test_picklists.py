"""Picklist items: what belongs to which list, and what their GSIDs begin with."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from goalpost.customers.model.gsids import ITEM, RELATIONSHIP_TYPE
from goalpost.customers.model.picklists import Picklist, PicklistItem, check_item, item_prefix
from goalpost.kernel.errors import Invalid

ID = UUID(int=1)


def item(picklist: Picklist, name: str = "x", **more: Any) -> PicklistItem:
    return PicklistItem(ID, ID, picklist, name, 0, datetime(2026, 1, 1, tzinfo=UTC), **more)


def test_only_a_relationship_types_gsid_has_a_prefix_of_its_own() -> None:
    prefixes = {picklist: item_prefix(picklist) for picklist in Picklist}
    assert prefixes.pop(Picklist.RELATIONSHIP_TYPE) == RELATIONSHIP_TYPE
    assert set(prefixes.values()) == {ITEM}


@pytest.mark.parametrize("picklist", Picklist)
def test_items_belong_to_their_lists(picklist: Picklist) -> None:
    fitting = {Picklist.ASSOCIATED_WORK: {"parent_id": ID}, Picklist.GOAL_TYPE: {"entities": ("GLOBAL",)}}
    assert check_item(item(picklist, **fitting.get(picklist, {})))
    faults = {"goal_type": "parent_id", "entities": "entities"}
    expected = {fault for fault, field in faults.items() if field not in fitting.get(picklist, {})}
    with pytest.raises(Invalid) as error:
        check_item(item(picklist, "" if expected else "x", parent_id=ID, entities=("GLOBAL",)))
    assert set(error.value.faults) == {"name", *expected}


def test_a_goal_type_is_for_something() -> None:
    with pytest.raises(Invalid, match="at least one"):
        check_item(item(Picklist.GOAL_TYPE, entities=()))
