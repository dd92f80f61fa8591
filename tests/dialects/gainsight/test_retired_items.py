"""Rows from before an item was retired stay usable; fetched rows can be sent back."""

from datetime import UTC, datetime

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import picklists
from goalpost.dialects.gainsight.wire import identity
from tests.dialects.gainsight.support import BY, Org


def test_a_template_with_work_that_was_retired(org: Org) -> None:
    kept, retired = (org.item(Picklist.ASSOCIATED_WORK, name) for name in ("Kept", "Retired"))
    template = org.template(AssociatedWork=[retired, kept])["Gsid"]
    with org.server.stores.writing() as db:
        picklists.retire_item(db, workspace_id=org.id, item_id=identity(retired), author=BY, now=datetime.now(UTC))
    goal = org.create(TemplateId=template, Name=None, StatusName=None)
    assert goal["Name"] == "Playbook"
    assert org.one(goal["Gsid"], "AssociatedWork")["dataList"]["AssociatedWork"] == [kept]


def test_a_row_with_names_of_what_it_points_at(org: Org) -> None:
    goal = org.create()["Gsid"]
    row = org.one(goal, "StatusId__gr.Name", "CompanyId__gr.Name", "CreatedById__gr.Name", "MetricValues")["dataList"]
    assert row["StatusId__gr.Name"] == "New"
    row.pop("Gsid")
    assert org.update(goal, **row)["Gsid"] == goal
