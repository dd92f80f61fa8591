"""The run of Alembic that brings a database to this version's tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from goalpost.conversions.rows import tables as conversion_tables
from goalpost.customers.rows import library_tables
from goalpost.imports.rows import tables as import_tables
from goalpost.kernel.errors import GoalpostError
from goalpost.storage.tables import metadata

__all__ = ["NewerDatabase", "metadata", "upgrade"]

_TABLES = conversion_tables, library_tables, import_tables  # importing them fills the metadata
_PLACE = Path(__file__).parent


class NewerDatabase(GoalpostError):
    """The database was made by a newer goalpost."""


def upgrade(engine: Engine, to: str) -> None:
    """Bring the database to the revision `to`, or `head`, in one transaction; raises NewerDatabase."""
    with engine.begin() as connection:
        _lock(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory(str(_PLACE))
        if current == script.get_current_head():
            return
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise NewerDatabase(
                f"the database is at revision {current}, which this goalpost does not know: upgrade goalpost"
            )
        config = Config()
        config.set_main_option("script_location", str(_PLACE))
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _lock(connection: Connection) -> None:
    # Two servers that start at once on one PostgreSQL must not both migrate; SQLite's write lock is already held.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7061717011)")
