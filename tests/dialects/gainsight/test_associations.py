"""Associations and types that do not fit a goal are left out or rejected, also where the id is one of the workspace."""

from goalpost.customers.model import gsids
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.dialects.gainsight.wire import identity
from tests.dialects.gainsight.paths import UPDATE
from tests.dialects.gainsight.support import Org, failure


def test_another_records_id_as_that_of_a_call_to_action(org: Org) -> None:
    company, plan = (identity(one) for one in (org.gsids["IBM"], org.record(RecordKind.SUCCESS_PLAN, "Plan")))
    ctas = [gsids.to_gsid(gsids.CTA, one) for one in (company, plan)]
    own = org.record(RecordKind.CTA, "Call")
    goal = org.create(association={"CTA": [*ctas, own]})
    shown = {one["gsid"]: one["name"] for one in org.one(goal["Gsid"])["associatedCTAs"]}
    assert shown == {**dict.fromkeys(ctas), own: "Call"}


def test_a_goal_type_that_is_not_for_such_goals(org: Org) -> None:
    goal = org.create()
    narrow = org.item(Picklist.GOAL_TYPE, "Narrow", entities=("OPPORTUNITY",))
    for named in ({"GoalTypeId": narrow}, {"GoalTypeName": "narrow"}):
        body = {"requests": [{"record": {"Gsid": goal["Gsid"], **named}}]}
        assert failure(org.api.put(UPDATE, json=body)) == ("VC_8015", "The goal type is not for COMPANY")
    assert org.one(goal["Gsid"])["dataList"]["GoalTypeId"] == goal["GoalTypeId"]
    fitting = org.item(Picklist.GOAL_TYPE, "Fitting", entities=("COMPANY",))
    assert org.update(goal["Gsid"], GoalTypeId=fitting)["GoalTypeId"] == fitting
