"""Rows of another system, made rows of a workspace under the ids that they bring: all of them, or none."""

from collections.abc import Sequence

from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.model.foreign_rows import ForeignRow, Report
from goalpost.imports.services.conversions import import_conversions
from goalpost.imports.services.customers import import_customers
from goalpost.imports.services.rows import Import

__all__ = ["Import", "import_all"]

_CONVERSIONS = frozenset({RowKind.SITE, RowKind.CONVERSION_GOAL, RowKind.EVENT})


def import_all(work: Import, rows: Sequence[ForeignRow]) -> Report:
    """Import rows of any kinds, in any order, and say what became of them.

    Rows that are there already, by their ids, are changed where they differ. Raises RowsRefused with every fault: who
    owns the transaction must then end it without a commit.
    """
    import_conversions(work, [row for row in rows if row.kind in _CONVERSIONS])
    import_customers(work, [row for row in rows if row.kind not in _CONVERSIONS])
    return work.report
