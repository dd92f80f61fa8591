"""Output for people and for programs."""

import json

import pytest

from goalpost.cli.output import plot, show


def test_a_table_leaves_out_columns_without_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"id": 1, "ended_at": None, "created_at": "x"}, {"id": 2, "ended_at": None, "created_at": None}], **PEOPLE)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["ID", "CREATED", "AT"],
        ["1", "x"],
        ["2"],
    ]


def test_stored_text_cannot_move_the_cursor_or_break_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": "a\x1b[2Jb\nc\u202ed"}], **PEOPLE)
    assert capsys.readouterr().out.splitlines()[1].rstrip() == "a\ufffd[2Jb\ufffdc\ufffdd"


def test_stored_text_is_not_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": "[red]^/a[0-9]$[/red]"}], **PEOPLE)
    assert "[red]^/a[0-9]$[/red]" in capsys.readouterr().out


def test_programs_get_every_column_and_everything_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": "a\x1b\n", "ended_at": None}]
    show(rows, as_json=True, empty="")
    assert json.loads(capsys.readouterr().out) == rows


def test_the_plot_has_a_bar_for_each_value() -> None:
    assert plot([0, 1, 4, 8]) == " ▁▄█"
    # The least is seen beside the greatest.
    assert plot([0, 1, 1_000_000]) == " ▁█"
    assert plot([0, 0]) == "  "
    assert plot([]) == ""


PEOPLE = {"as_json": False, "empty": ""}
