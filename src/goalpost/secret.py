"""The server's secret, and its fingerprint in the relational store by which the right one is known."""

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, Engine

from goalpost.kernel.errors import GoalpostError
from goalpost.kernel.private_files import write_private
from goalpost.settings import Settings
from goalpost.storage.locks import lock_catalog
from goalpost.tenancy.rows.secret_fingerprint import find_fingerprint, is_new, put_fingerprint

SHORTEST = 32
_REMEDY = (
    "Put the secret back from a backup, or set GOALPOST_SECRET to it. If it is lost for good, `goalpost secret accept`"
    " goes on with another one: keys and tokens that exist then open nothing any more and have to be created anew"
)


class WrongSecret(GoalpostError):
    """The secret is missing, unusable, or not the one with which the database's keys were hashed."""


def open_secret(settings: Settings, engine: Engine) -> bytes:
    """Return the secret; create one for a new database where none is configured.

    The first secret that a database meets is the one it stays with. Raises WrongSecret for any other.
    """
    secret = _read(settings)
    with engine.execution_options(read_only=True).begin() as db:
        known = find_fingerprint(db)
    if secret is not None and known == fingerprint(secret):
        return secret
    with engine.begin() as db:
        lock_catalog(db)  # a process that starts at the same time waits here, and finds what this one has stored
        return _claim(db, settings)


def accept_secret(settings: Settings, engine: Engine) -> None:
    """Make the present secret the database's, or a new one where there is none; keys made with another open nothing."""
    with engine.begin() as db:
        lock_catalog(db)
        secret = _read(settings)
        if secret is None or len(secret) < SHORTEST:
            secret = _create(settings)
        put_fingerprint(db, fingerprint(secret))


def fault_of(settings: Settings, db: Connection) -> str | None:
    """Return in words why the server would not start with its secret; None when it would."""
    known = find_fingerprint(db)
    try:
        secret = _read(settings)
        if secret is None:
            return None if known is None and is_new(db) else _missing(settings)
        _check(settings, secret, known)
    except WrongSecret as error:
        return str(error)
    return None


def fingerprint(secret: bytes) -> str:
    """Return what tells one secret from another and does not tell the secret: 64 hexadecimal digits."""
    return hmac.new(secret, b"goalpost: fingerprint of the secret", hashlib.sha256).hexdigest()


def _claim(db: Connection, settings: Settings) -> bytes:
    secret, known = _read(settings), find_fingerprint(db)
    if secret is None:
        if known is not None or not is_new(db):
            raise WrongSecret(_missing(settings))
        secret = _create(settings)
    _check(settings, secret, known)
    if known is None:
        put_fingerprint(db, fingerprint(secret))
    return secret


def _check(settings: Settings, secret: bytes, known: str | None) -> None:
    if known is None and len(secret) < SHORTEST:
        raise WrongSecret(f"the secret in {_place(settings)} has fewer than {SHORTEST} characters. {_REMEDY}")
    if known is not None and known != fingerprint(secret):
        raise WrongSecret(
            f"the secret in {_place(settings)} is not the one that this database's keys were hashed with. {_REMEDY}"
        )


def _missing(settings: Settings) -> str:
    state = "is empty" if (settings.data / "secret").exists() else "does not exist"
    return f"the secret of this database is missing: {_place(settings)} {state}. {_REMEDY}"


def _place(settings: Settings) -> str:
    return "GOALPOST_SECRET" if settings.secret is not None else str(settings.data / "secret")


def _read(settings: Settings) -> bytes | None:
    """Return the configured secret, else the data directory's; None where the file is missing or empty.

    After a power failure a file may hold nothing but NULs.
    """
    if settings.secret is not None:
        return settings.secret.encode()
    try:
        text = (settings.data / "secret").read_text()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise WrongSecret(f"the secret in {_place(settings)} is not text. {_REMEDY}") from None
    return text.strip().strip("\0").encode() or None


def _create(settings: Settings) -> bytes:
    """Create the secret; it is on the disk when this returns, before anything is hashed with it."""
    text = secrets.token_urlsafe(32)
    write_private(settings.data / "secret", text)
    return text.encode()
