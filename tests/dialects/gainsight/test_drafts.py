"""Goals of create requests, decided from its record and the facts alone: no server, no store."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model.custom_fields import CustomField, CustomType
from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.field_schema import FieldSchema
from goalpost.customers.model.gsids import COMPANY, to_gsid
from goalpost.customers.model.picklists import Picklist, PicklistItem
from goalpost.customers.model.templates import GoalTemplate
from goalpost.dialects.gainsight.errors import refused
from goalpost.dialects.gainsight.goals.choices import Choices
from goalpost.dialects.gainsight.goals.drafts import Creation, decide_creation
from goalpost.dialects.gainsight.goals.facts import Facts
from goalpost.dialects.gainsight.protocol import requests
from goalpost.kernel.errors import GoalpostError

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
OWNER, STATUS, GOAL_TYPE, ACCOUNT = uuid4(), uuid4(), uuid4(), uuid4()
GSID = to_gsid(COMPANY, ACCOUNT)
NUMBER = CustomField(uuid4(), OWNER, "number", CustomType.NUMBER, NOW)
TEMPLATE = GoalTemplate(
    id=uuid4(),
    workspace_id=OWNER,
    name="Adopt",
    goal_type_id=GOAL_TYPE,
    status_id=STATUS,
    created_at=NOW,
    updated_at=NOW,
)
RIGHT = {"Name": "Adopt", "EntityType": "COMPANY", "CompanyId": GSID, "StatusName": "New"}

# In the order in which they are told: the code, and the record's fields that have the fault.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("VC_8014", {"TemplateId": to_gsid(COMPANY, uuid4())}),
    ("VC_8012", {"Name": None}),
    ("VC_8013", {"EntityType": "X"}),
    ("VC_8015", {"GoalTypeName": "X"}),
    ("VC_8010", {"StatusName": "X"}),
    ("VC_8019", {"number__gc": "not a number"}),
]


def item(picklist: Picklist, row_id: UUID, name: str) -> PicklistItem:
    return PicklistItem(row_id, OWNER, picklist, name, 0, NOW)


def facts(template: GoalTemplate | None = None, *, is_open: bool = True) -> Facts:
    items = [item(Picklist.STATUS, STATUS, "New"), item(Picklist.GOAL_TYPE, GOAL_TYPE, "Default")]
    schema = FieldSchema(known={"number": NUMBER}, is_open=is_open, kinds={})
    return Facts(choices=Choices(items), schema=schema, template=template)


def decided(record: dict[str, Any], found: Facts | None = None, **sent: Any) -> Creation:
    model = requests.GoalRecord.model_validate(record)
    return decide_creation(model, requests.Sent(record=record, **sent), None, found or facts(), now=NOW)


def code_of(record: dict[str, Any], **sent: Any) -> str:
    with pytest.raises(GoalpostError) as error:
        decided(record, **sent)
    told = refused(error.value)
    assert told is not None
    return told.code.value


@given(st.sets(st.integers(0, len(FAULTS) - 1), min_size=1), st.booleans())
def test_of_several_faults_the_first_in_order_is_told(chosen: set[int], has_empty: bool) -> None:
    record = dict(RIGHT)
    for number in chosen:
        record |= FAULTS[number][1]
    assert code_of(record, association={"CTA": []} if has_empty else None) == FAULTS[min(chosen)][0]


def test_a_set_of_nothing_is_told_where_all_else_is_right() -> None:
    assert code_of(RIGHT, association={"CTA": []}) == "VC_8001"
    assert code_of(RIGHT, dissociation={"SP": []}) == "VC_8002"


def test_a_right_record_is_a_goal_of_the_default_type() -> None:
    draft = decided(RIGHT).draft
    assert (draft.title, draft.entity, draft.company_id) == ("Adopt", Entity.COMPANY, ACCOUNT)
    assert (draft.status_id, draft.goal_type_id) == (STATUS, GOAL_TYPE)


def test_a_template_gives_what_the_record_does_not_say() -> None:
    record = {"TemplateId": to_gsid(COMPANY, TEMPLATE.id), "EntityType": "COMPANY", "CompanyId": GSID}
    draft = decided(record, facts(TEMPLATE)).draft
    assert (draft.title, draft.status_id, draft.template_id) == ("Adopt", STATUS, TEMPLATE.id)


def test_a_field_that_nobody_has_described_is_to_be_added() -> None:
    creation = decided({**RIGHT, "Colour__gc": "red", "number__gc": 5, "Nothing__gc": None})
    assert creation.draft.fields == {"Colour": "red", "number": 5}
    assert [(field.name, field.type) for field in creation.new_fields] == [("Colour", CustomType.STRING)]


def test_a_closed_schema_takes_no_other_fields() -> None:
    with pytest.raises(GoalpostError, match="not a field"):
        decided({**RIGHT, "Colour__gc": "red"}, facts(is_open=False))
