"""Runs commands in this process: the real `main`, its exit code and what it printed.

What opens the event store runs in a process of its own (`RunningServer.cli`), because a process can have one chDB.
"""

import io
import json
import os
import sys
from collections.abc import Callable
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


Cli = Callable[..., Done]
"""Runs a command on some data directory."""


def run_command(environment: dict[str, str], *arguments: str, stdin: bytes = b"") -> Done:
    """Run a command with these settings and no others."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("GOALPOST_")}
    given = io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin)))
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    code = 0
    with (
        mock.patch.dict(os.environ, {**foreign, **environment}, clear=True),
        mock.patch.multiple(sys, argv=["goalpost", *arguments], stdin=given, stdout=out, stderr=err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Done(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
