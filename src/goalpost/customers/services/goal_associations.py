"""Associations of customer goals with calls to action and success plans, which may be kept elsewhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Change
from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.records import PREFIXES, Record
from goalpost.customers.rows import goal_associations, records


def put(
    db: Connection, *, goal: CustomerGoal, dropped: Collection[str], associated: Iterable[str], is_new: bool = False
) -> list[Change]:
    """End associations of a goal that is locked, then make others; what changed. What is so already stays so."""
    if not dropped and not associated:
        return []
    before = set() if is_new else set(goal_associations.list_associations(db, [goal.id]).get(goal.id, ()))
    after = (before - set(dropped)) | set(associated)
    goal_associations.delete_associations(db, goal.id, before - after)
    goal_associations.insert_associations(db, goal.id, sorted(after - before))
    return [
        *(Change("association", goal.id, gsid, gsid, None) for gsid in sorted(before - after)),
        *(Change("association", goal.id, gsid, None, gsid) for gsid in sorted(after - before)),
    ]


def list_associations(
    db: Connection, *, workspace_id: UUID, goals: Sequence[CustomerGoal]
) -> tuple[Mapping[UUID, Sequence[str]], Mapping[str, Record]]:
    """The GSIDs that goals are associated with, by goal; and the records of the workspace among them, by GSID."""
    by_goal = goal_associations.list_associations(db, [goal.id for goal in goals])
    spelled = {gsid: found[1] for gsids in by_goal.values() for gsid in gsids if (found := parse_gsid(gsid))}
    kept = records.get_records(db, workspace_id, set(spelled.values()))
    return by_goal, {
        gsid: kept[identity]
        for gsid, identity in spelled.items()
        if identity in kept and gsid.startswith(PREFIXES[kept[identity].kind])
    }
