"""Companies in a CSV file: which column means what, and each row as what is said of a company."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from goalpost.cli.cells import undefused
from goalpost.cli.csv_file import NOTHING, BadFile, CsvFile, FileEncoding
from goalpost.cli.lines import Lines
from goalpost.customers.model import gsids
from goalpost.customers.model.free_fields import MOST_FIELDS, name_faults, spelling_of
from goalpost.customers.model.records import MAX_NAME
from goalpost.customers.services.record_imports import EMAIL, NAME, Row
from goalpost.kernel.texts import folded, text_faults

MAX_CELL = 65_536
GSID = "gsid"
_KNOWN = (NAME, EMAIL, GSID)
"""Columns, in any case, that mean what every company has; the others are its own fields."""


class CompanyFile:
    """The companies as rows, to be read once; `count` is how many were read. Raises BadFile.

    `names` gives columns other names, before anything is made of them; an empty one leaves its column out. Rows are
    found by the column `key`: without a name, where that is another column. `own_gsid` gives the GSID as it is stored
    for one that a row has brought, and any other text as it is.
    """

    def __init__(
        self,
        file: str,
        lines: Lines,
        *,
        key: str = NAME,
        names: Mapping[str, str] | None = None,
        delimiter: str | None = None,
        encoding: FileEncoding | None = None,
        own_gsid: Callable[[str], str] = str,
    ) -> None:
        self.count = 0
        self.key = key
        self._file = file
        self._names = names or {}
        self._own_gsid = own_gsid
        self._csv = CsvFile(file, lines, self._has_key, delimiter=delimiter, encoding=encoding)

    @property
    def delimiter(self) -> str:
        """Return the character between cells, once the first row was read."""
        return self._csv.delimiter

    def __iter__(self) -> Iterator[Row]:
        rows = iter(self._csv)
        first = next(rows, None)
        if first is None:
            raise BadFile(f"{self._file} is empty, {NOTHING}")
        header = self._header(first)
        for cells in rows:
            if len(cells) != len(header):
                self._csv.fail(f"has {len(cells)} cells, and the header {len(header)}")
            self.count += 1
            yield self._row(self._values(header, cells))

    def _header(self, cells: list[str]) -> list[str | None]:
        """The columns by their names; None for one that is left out."""
        header = self._renamed(cells)
        counts = Counter(header)
        if sum(1 for column in header if column and column not in _KNOWN) > MOST_FIELDS:
            self._csv.fail(f"has more than {MOST_FIELDS} columns besides those that every company has")
        seen: dict[str, str] = {}
        for column in filter(None, header):
            first = seen.setdefault(folded(column), column)
            if first != column:
                self._csv.fail(f"has the columns {first[:40]!a} and {column[:40]!a}, which differ in case only")
            if counts[column] > 1:
                self._csv.fail(f"has the column {column[:40]!a} twice")
            if column not in _KNOWN and (faults := name_faults(column)):
                hint = f"--rename {column[:40]!a}=..., or leave it out: --rename {column[:40]!a}="
                self._csv.fail(f"has the column {column[:40]!a}, which {faults[0]}; give it another: {hint}")
        self.key = self._key_in(header)
        return header

    def _key_in(self, header: list[str | None]) -> str:
        columns = [column for column in header if column]
        key = spelling_of(columns, self.key)
        if key is None:
            told = f"has no column {_said(self.key)}, but {', '.join(columns)[:80]!a}"
            self._csv.fail(f"{told}; say which one it is: --rename COLUMN={self.key[:40]}")
        return key

    def _renamed(self, cells: list[str]) -> list[str | None]:
        names = {}
        columns = [undefused(cell.strip()) for cell in cells]
        for old, new in self._names.items():
            spelled = spelling_of(columns, old)
            if spelled is None:
                self._csv.fail(f"has no column {_said(old)}, but {', '.join(columns)[:80]!a}")
            names[spelled] = new
        renamed = [names.get(column, column) for column in columns]
        known = [spelling_of(_KNOWN, column) or column for column in renamed]
        return [None if column and not name else name for column, name in zip(columns, known, strict=True)]

    def _has_key(self, cells: list[str]) -> bool:
        """Return whether cells of a first row would be a header."""
        folds = {folded(undefused(cell.strip())) for cell in cells}
        keys = {self.key, *(old for old, new in self._names.items() if folded(new) == folded(self.key))}
        return not folds.isdisjoint(map(folded, keys))

    def _values(self, header: list[str | None], cells: list[str]) -> dict[str, str]:
        """The cells that are not empty, by their columns."""
        found = {}
        for column, cell in zip(header, cells, strict=True):
            if not cell or column is None:
                continue
            if not column:
                self._csv.fail("has a cell in a column without a name")
            if len(cell) > MAX_CELL:
                self._csv.fail(f"has a cell in {column[:40]!a} that should be at most {MAX_CELL} character(s)")
            found[column] = undefused(cell)
        return found

    def _row(self, values: dict[str, str]) -> Row:
        name = values.pop(NAME, "" if self.key == NAME else None)
        if name is not None and (faults := text_faults(name, MAX_NAME)):
            self._csv.fail(f"has a name that {faults[0]}")
        gsid, email = values.pop(GSID, None), values.pop(EMAIL, None)
        values = {column: self._own_gsid(value) for column, value in values.items()}
        return Row(self._csv.line, name, email, values, self._id(gsid) if gsid else None)

    def _id(self, gsid: str) -> UUID:
        spelled = gsids.parse_gsid(self._own_gsid(gsid.strip()))
        if spelled is None or spelled[0] != gsids.COMPANY:
            hint = "keep it under another name: --rename gsid='External ID', or leave it out: --rename gsid="
            self._csv.fail(f"has a gsid that is not a company's here, {gsid[:40]!a}; {hint}")
        return spelled[1]


def _said(name: str) -> str:
    return f"`{name}`" if name == NAME else f"{name[:40]!a}"
