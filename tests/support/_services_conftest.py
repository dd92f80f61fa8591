"""The services run on either relational store."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from tests.stores.databases import engine, postgres

__all__ = ["engine", "postgres"]


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    """One transaction, as a request has one; rolled back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
