"""What every command starts from: the settings, with the data directory of the command line before the environment's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from goalpost.core.errors import GoalpostError
from goalpost.settings import Settings
from goalpost.stores import Stores


@dataclass
class _Options:
    data: Path | None = None


options = _Options()

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table for people.")]


class BadSettings(GoalpostError):
    """A GOALPOST_* variable has a value that cannot be used."""


def read_settings(**chosen: object) -> Settings:
    """The settings; `chosen` values go before the environment, None leaves a choice open. Raises BadSettings."""
    values = {name: value for name, value in {"data": options.data, **chosen}.items() if value is not None}
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        raise BadSettings(f"GOALPOST_{str(found['loc'][0]).upper()}: {found['msg']}") from None


@contextmanager
def open_stores() -> Iterator[Stores]:
    """The stores of the data directory, whether or not a server is running on it."""
    stores = Stores(read_settings())
    try:
        yield stores
    finally:
        stores.close()
