"""Stores of this process without a server, and spools on files of their own."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from goalpost.conversions.ingest.spool import Spool
from goalpost.settings import Settings
from goalpost.stores import Stores

MB = 1024 * 1024


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with closing(Stores(Settings(data=tmp_path / "data"))) as stores:
        yield stores


@pytest.fixture
def spool_file(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


@pytest.fixture
def open_spool(spool_file: Path) -> Iterator[Callable[..., Spool]]:
    """Opens the file, again and again."""
    opened: list[Spool] = []

    def open_(max_bytes: int = 64 * MB) -> Spool:
        opened.append(Spool(spool_file, max_bytes))
        return opened[-1]

    yield open_
    for spool in opened:
        spool.close()
