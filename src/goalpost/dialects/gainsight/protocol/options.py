"""Settings of this dialect, read from `GOALPOST_GAINSIGHT_*` as the server's own settings are."""

from functools import cache
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from goalpost.kernel.errors import GoalpostError


class Options(BaseSettings):
    """The dialect's own settings; every default works."""

    model_config = SettingsConfigDict(env_prefix="GOALPOST_GAINSIGHT_", extra="ignore")

    error_style: Literal["sample", "table"] = Field(
        default="sample",
        description="Status of failures that are documented twice: 500 as in samples, 400 as in the table.",
    )
    open_schema: bool = Field(default=True, description="Whether a custom field that nobody has described may be sent.")
    bare_templates: bool = Field(default=False, description="Whether templates are fetched without an envelope.")


@cache
def chosen() -> Options:
    """The settings, read once; raises GoalpostError for a value that cannot be used."""
    try:
        return Options()
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        raise GoalpostError(f"GOALPOST_GAINSIGHT_{str(found['loc'][0]).upper()}: {found['msg']}") from None
