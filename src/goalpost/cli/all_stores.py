"""Opens all stores, for commands that handle events; the others need the relational one alone, and start faster."""

from collections.abc import Iterator
from contextlib import contextmanager

from goalpost.cli.context import opened
from goalpost.settings import Settings
from goalpost.stores import Stores


@contextmanager
def open_stores(settings: Settings | None = None) -> Iterator[Stores]:
    """Open the relational store and the spool, whether or not a server is running on them. Raises StoreFailed."""
    with opened(Stores, settings) as stores:
        yield stores
