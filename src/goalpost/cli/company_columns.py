"""Reads numbers and days in the columns of a file of companies, and tells what was read and what stays a text."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from goalpost.customers.model.column_values import ColumnEvidence, Read
from goalpost.customers.model.free_fields import spelling_of
from goalpost.customers.services.record_imports import Row

ALL = "*"
_SHOWN = 40  # characters


class ColumnReading:
    """The columns of a file; its rows are first all seen and then read.

    Columns among `as_text` stay as they are written, `*` for all of them, and so does the one that rows are found by.
    """

    def __init__(self, as_text: Collection[str]) -> None:
        self.was_seen = False
        self._as_text = as_text
        self._evidence: dict[str, ColumnEvidence] = {}
        self._readers: dict[str, Callable[[str], Read]] = {}
        self._converted: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._first_kept: dict[str, str] = {}

    def see(self, rows: Iterable[Row], key: Callable[[], str]) -> None:
        """Take rows into account; the column that they are found by is known once the first was read."""
        self.was_seen = True
        if ALL in self._as_text:
            return
        for row in rows:
            for column, cell in row.fields.items():
                if column not in self._evidence:
                    self._evidence[column] = ColumnEvidence(column)
                self._evidence[column].see(cell)
        for column in [column for column in self._evidence if spelling_of([*self._as_text, key()], column)]:
            del self._evidence[column]

    def read(self, rows: Sequence[Row], delimiter: str) -> list[Row]:
        """Return rows with numbers and days as they are compared; to be called for each row once."""
        if not self._readers:
            self._readers = {column: seen.reader(delimiter) for column, seen in self._evidence.items()}
        return [
            replace(row, fields={column: self._read(row.line, column, cell) for column, cell in row.fields.items()})
            for row in rows
        ]

    def _read(self, line: int, column: str, cell: str) -> str:
        reader = self._readers.get(column)
        read = reader(cell) if reader else Read(cell)
        if read.is_kept:
            self._kept[column] += 1
            self._first_kept.setdefault(column, f"line {line} {cell[:_SHOWN]!a}")
        elif read.value != cell:
            self._converted[column] += 1
            self._examples.setdefault(column, f"{cell[:_SHOWN]!a} as {read.value}")
        return read.value

    def as_json(self) -> dict[str, dict[str, dict[str, object]]]:
        """Return what was read and what was kept, by columns."""
        return {
            "converted": {
                column: {"cells": count, "first": self._examples[column]} for column, count in self._converted.items()
            },
            "kept_as_text": {
                column: {"cells": count, "first": self._first_kept[column]} for column, count in self._kept.items()
            },
        }

    def sentences(self) -> list[str]:
        """Return the same in words."""
        found = [
            f"{column[:_SHOWN]}: {count} {_cells(count)} read as they are compared, such as {self._examples[column]}."
            for column, count in self._converted.items()
        ]
        kept = [
            f"{column[:_SHOWN]}: {count} {_cells(count)} kept as text, the first in {self._first_kept[column]}."
            for column, count in self._kept.items()
        ]
        return found + kept


def _cells(count: int) -> str:
    return "cell" if count == 1 else "cells"
