"""Companies in a CSV file, which may be damaged, hostile, without an end, or no CSV at all."""

import csv
from collections.abc import Iterator
from typing import NoReturn

import typer

from goalpost.cli.lines import Lines
from goalpost.cli.output import complain
from goalpost.core.errors import GoalpostError
from goalpost.core.records import MAX_NAME
from goalpost.core.texts import prose_faults, text_faults

MAX_CELL = 65_536
_MAX_ROW = 1 << 20  # bytes; no more of the file is ever held for one row
_NOTHING = "nothing is imported"


class BadFile(GoalpostError):
    """The file cannot be imported; the message says why, and at which line."""


class CompanyFile:
    """The companies as names and fields, to be read once; `count` is how many were read. Raises BadFile."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.count = 0
        self._file = file
        self._lines = lines
        self._read = 0  # lines
        self._first = 1  # line of the row that is being read
        self._bytes = 0  # of that row so far

    def __iter__(self) -> Iterator[tuple[str, dict[str, str]]]:
        rows = self._rows()
        header = self._header(next(rows, None))
        name_at = header.index("name")
        for row in rows:
            if len(row) != len(header):
                self._fail(f"has {len(row)} cells, and the header {len(header)}")
            self._check(row, header, name_at)
            fields = {column: cell for at, (column, cell) in enumerate(zip(header, row, strict=True)) if at != name_at}
            self.count += 1
            yield row[name_at], {column: cell for column, cell in fields.items() if cell}

    def _header(self, row: list[str] | None) -> list[str]:
        if row is None:
            raise BadFile(f"{self._file} is empty, {_NOTHING}")
        header = [cell.strip() for cell in row]
        header = ["name" if cell.casefold() == "name" else cell for cell in header]
        seen: set[str] = set()
        for column in header:
            if column in seen:
                self._fail(f"has the column {column[:40]!a} twice")
            seen |= {column} if column else set()
            if faults := prose_faults(column, MAX_NAME):
                self._fail(f"has the column {column[:40]!a}, which {faults[0]}")
        if "name" not in header:
            self._fail(f"has no column `name`, but {', '.join(header)[:80]!a}")
        return header

    def _check(self, row: list[str], header: list[str], name_at: int) -> None:
        if faults := text_faults(row[name_at], MAX_NAME):
            self._fail(f"has a name that {faults[0]}")
        for column, cell in zip(header, row, strict=True):
            if cell and not column:
                self._fail("has a cell in a column without a name")
            if len(cell) > MAX_CELL:
                self._fail(f"has a cell in {column[:40]!a} that should be at most {MAX_CELL} character(s)")

    def _rows(self) -> Iterator[list[str]]:
        """The rows with something in them."""
        reader = csv.reader(self._text(), strict=True)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                reason = "it ends with CR alone" if "new-line" in str(error) else str(error)
                self._fail(f"is no CSV: {reason}")
            if row is None:
                return
            if any(row):
                yield row
            self._first, self._bytes = self._read + 1, 0

    def _text(self) -> Iterator[str]:
        """The lines as the CSV reader may have them."""
        for line in self._lines:
            text = line.removeprefix("\ufeff") if self._read == 0 else line
            self._read += 1
            self._bytes += len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))
            if self._bytes >= _MAX_ROW:
                self._fail(f"begins a row of more than {_MAX_ROW:,} bytes; is a quote open?")
            if "\0" in line:
                self._fail("has a NUL character", self._read)
            if not _is_utf8(line):
                self._fail("is no UTF-8 text", self._read)
            yield text
        self._check_end()

    def _check_end(self) -> None:
        if self._lines.fault is not None:
            raise BadFile(f"{self._file} cannot be read to its end, {_NOTHING}: {self._lines.fault}")
        if self._lines.interrupted:
            complain(f"interrupted; {_NOTHING}")
            raise typer.Exit(130)

    def _fail(self, reason: str, line: int | None = None) -> NoReturn:
        raise BadFile(f"{self._file}: line {line or self._first} {reason}; {_NOTHING}")


def _is_utf8(text: str) -> bool:
    """Whether no byte had to be carried over undecoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
