"""Files that are damaged, hostile, or not what they are said to be: a plain error, and nothing imported."""

import gzip
import json
from pathlib import Path

import pytest

from goalpost.cli.listed_files import BadFile, documents, split_argument
from goalpost.imports.model.foreign_rows import RowFault
from goalpost.listings import LISTINGS


def read(tmp_path: Path, content: str | bytes) -> list[object]:
    path = tmp_path / "file.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [document for document, _ in documents(str(path))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"data": []}', [{"data": []}]),
        ('\ufeff{\n  "data": []\n}\n', [{"data": []}]),
        ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        ('{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        (gzip.compress(b'{"a": 1}', mtime=0), [{"a": 1}]),
    ],
)
def test_json_and_lines_of_json_are_read(tmp_path: Path, content: str | bytes, expected: list[object]) -> None:
    assert read(tmp_path, content) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("hello", "is not JSON"),
        ('{"a": 1}\n{"a": \n', "line 2"),
        ("[" * 100_000, "is not JSON"),
        ('{"a": NaN}', "is not JSON"),
        ('"text"', "is not a JSON object"),
        ("[1]", "file.json[0] is not a JSON object"),
        (b'{"a": "\xff"}', "is not UTF-8 text"),
        ('{"a": "\\ud800"}', "is not JSON"),
        (gzip.compress(b'{"a": 1}', mtime=0)[:-9], "cannot be read to its end"),
    ],
)
def test_an_unreadable_file_is_told(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(BadFile, match="nothing is imported") as refused:
        read(tmp_path, content)
    assert said in str(refused.value)


def test_what_a_file_lists_is_said_in_front_of_it(tmp_path: Path) -> None:
    odd = tmp_path / "a=b.json"
    odd.write_text("{}")
    assert split_argument("statuses=list.json") == ("statuses", "list.json")
    assert split_argument("list.json") == ("", "list.json")
    assert split_argument(str(odd)) == ("", str(odd))


ODD = [
    {},
    {"data": None},
    {"data": 5},
    {"data": "x"},
    {"data": [None]},
    {"data": [5, [], "x"]},
    {"data": {"records": 7}},
    {"data": {"records": [{"Gsid": 5, "Name": []}]}},
    {"data": {"recordList": [{"dataList": "x"}]}},
    {"data": {"recordList": [{"dataList": {"Gsid": "1CG0", "Name": {"a": 1}, "DueDate": 5}}]}},
    {"data": {"picklists": [{"picklistCategory": "GOAL_TYPE", "name": "x", "gsid": "y", "displayOrder": "z"}]}},
    {"data": {"metrics": [{"unitOfMeasure": "PARSEC"}]}},
    {"projectgoals": [{"goal_type": "x", "linkname": "y"}]},
    {"projectgoals": {"goal_type": 99, "linkname": "y", "display_name": "z"}},
    {"customevents": [{"event_name": 5}]},
    {"data": [{"site_key": 5}]},
    {"data": [{"match_value": {}}]},
    {"data": [{"title": "x", "company": 5}]},
    {"data": [{"title": "x", "company": {"id": 5}, "dueDate": "9999-12-31T23:59:59-14:00"}]},
    {"data": [{"title": "x", "progressPercentage": True}]},
]


@pytest.mark.parametrize("vendor", LISTINGS)
@pytest.mark.parametrize("document", ODD, ids=json.dumps)
def test_odd_answers_are_refused_and_break_nothing(vendor: str, document: dict[str, object]) -> None:
    try:
        list(LISTINGS[vendor](document, "file.json", ""))
    except RowFault as fault:
        assert str(fault).startswith("file.json")
