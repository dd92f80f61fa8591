"""Rows of a CSV file, which may be damaged, hostile, without an end, or no CSV at all."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import NoReturn

import typer

from goalpost.cli.lines import Lines
from goalpost.cli.output import complain
from goalpost.kernel.errors import GoalpostError
from goalpost.kernel.texts import is_encodable

NOTHING = "nothing is imported"
_MAX_ROW = 1 << 20  # bytes; no more of the file is ever held for one row
_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r'"?sep=(.)"?\r?\n?')  # a first line that one spreadsheet writes for itself


class BadFile(GoalpostError):
    """The file cannot be imported; the message says why, and at which line."""


class FileEncoding(StrEnum):
    """The encoding of a file's text."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1252 = "windows-1252"
    WINDOWS_1250 = "windows-1250"
    LATIN_1 = "iso-8859-1"
    LATIN_9 = "iso-8859-15"
    MAC_ROMAN = "mac-roman"


class CsvFile:
    """The rows with something in them, to be read once; `line` is where the last one began. Raises BadFile.

    Without an encoding the file is UTF-8, or UTF-16 where it looks like it. Without a delimiter it is the one
    by which the first row is a header, as `is_header` says.
    """

    def __init__(
        self,
        file: str,
        lines: Lines,
        is_header: Callable[[list[str]], bool],
        *,
        delimiter: str | None = None,
        encoding: FileEncoding | None = None,
    ) -> None:
        self.line = 1
        self.delimiter = delimiter or ","
        self._file = file
        self._lines = lines
        self._is_header = is_header
        self._delimiter = delimiter
        self._encoding = encoding
        self._read = 0  # lines
        self._bytes = 0  # of the row that is being read

    def __iter__(self) -> Iterator[list[str]]:
        text = self._text()
        head = self._head(text)
        self.delimiter = self._delimiter or self._delimiter_of(head)
        reader = csv.reader(chain(head, text), strict=True, delimiter=self.delimiter)
        self.line = max(self._read - len(head), 0) + 1
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                reason = "it ends with CR alone" if "new-line" in str(error) else str(error)
                self.fail(f"is not CSV: {reason}")
            if row is None:
                return
            if any(row):
                yield row
            self.line, self._bytes = self._read + 1, 0

    def fail(self, reason: str, line: int | None = None) -> NoReturn:
        """Raise BadFile with the line, else that of the row that is being read."""
        raise BadFile(f"{self._file}: line {line or self.line} {reason}; {NOTHING}")

    def _head(self, text: Iterator[str]) -> list[str]:
        """The lines of the first row with something in it; a quoted cell may have several."""
        head: list[str] = []
        quotes = 0
        for line in text:
            if self._read == 1 and (separator := _SEPARATOR.fullmatch(line)):
                self._delimiter = self._delimiter or separator[1]
                continue
            if not head and not line.strip(f'{_DELIMITERS}"\r\n'):
                self.line, self._bytes = self._read + 1, 0
                continue
            head.append(line)
            quotes += line.count('"')
            if quotes % 2 == 0:
                break
        return head

    def _delimiter_of(self, head: Sequence[str]) -> str:
        """The delimiter that makes the head a header of the most cells; else the one that makes the most cells."""
        rows = {delimiter: _row_of(head, delimiter) for delimiter in _DELIMITERS}
        headers = {delimiter: row for delimiter, row in rows.items() if self._is_header(row)}
        return max(headers or rows, key=lambda delimiter: len(rows[delimiter]))

    def _text(self) -> Iterator[str]:
        """The lines as the CSV reader may have them."""
        plain = self._encoding in (None, FileEncoding.UTF_8)
        for line in self._lines if plain else self._lines.decoded(str(self._encoding)):
            self._read += 1
            self._bytes += len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))
            if self._bytes >= _MAX_ROW:
                self.fail(f"begins a row of more than {_MAX_ROW:,} bytes; is a quote open?")
            if "\0" in line:
                self.fail("has a NUL character; for UTF-16 there is --encoding utf-16-le or utf-16-be", self._read)
            if not is_encodable(line):
                self.fail("is not UTF-8 text; what Windows wrote may need --encoding windows-1252", self._read)
            yield line
        self._check_end()

    def _check_end(self) -> None:
        if self._lines.fault is not None:
            raise BadFile(f"{self._file} cannot be read to its end, {NOTHING}: {self._lines.fault}")
        if self._lines.interrupted:
            complain(f"interrupted; {NOTHING}")
            raise typer.Exit(130)


def _row_of(head: Sequence[str], delimiter: str) -> list[str]:
    try:
        return next(csv.reader(head, strict=True, delimiter=delimiter), [])
    except csv.Error:
        return []
