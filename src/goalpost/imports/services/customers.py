"""The order in which customer goals and what they refer to are imported.

Everything goes through the services that people's changes do.
"""

from collections.abc import Iterable

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.imports.model.foreign_ids import Kind, RowKind
from goalpost.imports.model.foreign_rows import ForeignRow
from goalpost.imports.services.goals import Goals, Tasks, Templates, Updates
from goalpost.imports.services.library import Items, Metrics, Records
from goalpost.imports.services.rows import Handler, Import, import_rows


def import_customers(work: Import, rows: Iterable[ForeignRow]) -> None:
    """Import records, goals and what they are chosen from, in the order in which one needs the other.

    Raises RowsRefused with every fault.
    """
    items = Items(work)
    kinds: dict[Kind, Handler] = {
        Picklist.RELATIONSHIP_TYPE: items,
        Picklist.GOAL_TYPE: items,
        **dict.fromkeys((Picklist.STATUS, Picklist.PRIORITY, Picklist.CATEGORY, Picklist.ASSOCIATED_WORK), items),
        RowKind.METRIC: Metrics(work),
        **dict.fromkeys((RecordKind.PERSON, RecordKind.COMPANY, RecordKind.RELATIONSHIP), Records(work)),
        **dict.fromkeys((RecordKind.OPPORTUNITY, RecordKind.CTA, RecordKind.SUCCESS_PLAN), Records(work)),
        RowKind.TEMPLATE: Templates(work),
        RowKind.GOAL: Goals(work),
        RowKind.TASK: Tasks(work),
        RowKind.UPDATE: Updates(work),
    }
    import_rows(work, rows, kinds)
    items.finish()
