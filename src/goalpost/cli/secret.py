"""`goalpost secret`: the secret that keys are hashed with."""

from goalpost.cli.context import read_settings, store_errors
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show_one
from goalpost.kernel.errors import Conflict
from goalpost.owner import find_owner
from goalpost.relational import accept_present_secret

cli = new_commands()


@cli.callback()
def _secret() -> None:
    """The secret that keys are hashed with."""


@cli.command("accept")
def accept(as_json: AsJson = False) -> None:
    """Go on with the present secret, or with a new one where there is none.

    For when the secret is lost and cannot be brought back: keys and tokens that were made with it open nothing any
    more. Stop the server first.
    """
    settings = read_settings()
    if owner := find_owner(settings.data):
        raise Conflict(f"a server (process {owner.pid}) is running on {settings.data}: stop it first")
    with store_errors():
        accept_present_secret(settings)
    text = "Accepted. Keys and tokens made with another secret open nothing any more: create new ones."
    show_one({"accepted": True}, as_json=as_json, text=text)
