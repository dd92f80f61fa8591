"""Migrations of the relational tables: which there are, and whether a database has had them."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

_VERSIONS = Path(__file__).parent / "versions"


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Bring the database to this version's tables, in one transaction; raises NewerDatabase when it is ahead of us.

    `to` names an older revision where what leads on from it is tried.
    """
    with engine.execution_options(read_only=True).begin() as connection:
        if to == "head" and is_up_to_date(connection):
            return
    from goalpost.migrations.upgrade import upgrade  # noqa: PLC0415 - Alembic takes a quarter of a second to import

    upgrade(engine, to)


def is_up_to_date(connection: Connection) -> bool:
    """Return whether the database has this version's tables."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest_revision()


def newest_revision() -> str:
    """Return the revision of this version's tables; files of revisions begin with their names."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))
