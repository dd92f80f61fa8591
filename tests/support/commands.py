"""Runs commands in this process: the real `main`, its exit code and what it printed.

What opens the event store runs in a process of its own (`RunningServer.cli`), because a process can have one chDB.
"""

import io
import json
import os
import sys
from dataclasses import dataclass
from typing import Any
from unittest import mock

from goalpost.cli import main


@dataclass(frozen=True)
class Done:
    """The end of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def run_command(environment: dict[str, str], *arguments: str, stdin: bytes = b"") -> Done:
    """Run a command with these settings and no others."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("GOALPOST_")}
    out, err = _stream(), _stream()
    code = 0
    with (
        mock.patch.dict(os.environ, {**foreign, **environment}, clear=True),
        mock.patch.multiple(sys, argv=["goalpost", *arguments], stdin=_stream(stdin), stdout=out, stderr=err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Done(code, _text(out), _text(err))


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedRandom(io.BytesIO(content)), encoding="utf-8")  # type: ignore[arg-type]


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
