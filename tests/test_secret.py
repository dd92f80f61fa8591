"""A database stays with the secret that its keys are hashed with: another one is refused in words."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goalpost.relational import accept_present_secret
from goalpost.secret import WrongSecret
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.workspaces import create_workspace
from tests.support.together import run_together

Open = Callable[..., Stores]


@pytest.fixture
def open_stores(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Opens the stores of a data directory, by default the same one."""
    opened: list[Stores] = []

    def open_(data: str = "data", **settings: str) -> Stores:
        opened.append(Stores(Settings(data=tmp_path / data, **settings)))
        return opened[-1]

    yield open_
    for stores in opened:
        stores.close()


def use(stores: Stores) -> None:
    """Store something that needs the secret."""
    with stores.writing() as db:
        create_workspace(db, name="acme", now=datetime.now(UTC))


def forget_fingerprint(stores: Stores) -> None:
    """Make the database as an older version left it."""
    with stores.engine.begin() as db:
        db.exec_driver_sql("DELETE FROM secret_fingerprint")


def test_the_first_secret_stays(open_stores: Open, tmp_path: Path) -> None:
    first = open_stores()
    secret = tmp_path / "data" / "secret"
    assert len(secret.read_text()) >= 32
    assert secret.stat().st_mode & 0o777 == 0o600
    use(first)
    assert open_stores().pepper == first.pepper == open_stores(secret=secret.read_text()).pepper


# An empty or missing secret beside a database: the server started, was ready, and answered 401 to every key.
SPOILT = {
    "missing": None,
    "empty": b"",
    "blank": b" \n",
    "NULs, as a power failure leaves": b"\0" * 43,
    "cut short": b"abc",
    "another": b"x" * 43,
    "no text": b"\xff\xfe" * 20,
}


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("upgraded", [True, False])
def test_a_spoilt_secret_is_refused_in_words(open_stores: Open, tmp_path: Path, spoilt: str, upgraded: bool) -> None:
    stores = open_stores()
    use(stores)
    if not upgraded:
        forget_fingerprint(stores)
    secret, content = tmp_path / "data" / "secret", SPOILT[spoilt]
    before = secret.read_text()
    secret.unlink() if content is None else secret.write_bytes(content)

    if spoilt == "another" and not upgraded:
        assert open_stores().pepper == content  # nothing tells that it is another one: it is the database's from now on
        return
    with pytest.raises(WrongSecret, match="Put the secret back from a backup") as refused:
        open_stores()

    assert str(secret) in str(refused.value)
    assert (secret.read_bytes() if secret.exists() else None) == content  # nothing was put in its place
    secret.write_text(before)
    assert open_stores().pepper == before.encode()


def test_a_configured_secret_that_is_another_one_is_refused(open_stores: Open) -> None:
    use(open_stores())
    with pytest.raises(WrongSecret, match="the secret in GOALPOST_SECRET is not the one"):
        open_stores(secret="y" * 32)


def test_nothing_is_lost_with_the_secret_of_an_unused_database(open_stores: Open, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret").touch()
    assert len(open_stores().pepper) == 43


def test_a_lost_secret_can_be_given_up(open_stores: Open, tmp_path: Path) -> None:
    use(open_stores())
    (tmp_path / "data" / "secret").unlink()
    accept_present_secret(Settings(data=tmp_path / "data"))
    assert open_stores().pepper == (tmp_path / "data" / "secret").read_bytes()


def test_two_nodes_with_different_secrets_on_one_database(open_stores: Open, postgres) -> None:  # type: ignore[no-untyped-def]
    url = postgres.empty_database()
    use(open_stores("first", database_url=url))
    with pytest.raises(WrongSecret, match=r"second/secret does not exist"):
        open_stores("second", database_url=url)
    with pytest.raises(WrongSecret, match="is not the one"):
        open_stores("third", database_url=url, secret="z" * 32)
    assert open_stores("second", database_url=url, secret=open_stores("first", database_url=url).pepper.decode())


def test_first_starts_at_once_agree_on_a_secret(open_stores: Open, tmp_path: Path) -> None:
    peppers: list[bytes] = []
    run_together(*[lambda: peppers.append(open_stores().pepper)] * 4)
    assert len(peppers) == 4
    assert set(peppers) == {(tmp_path / "data" / "secret").read_bytes()}


def test_a_secret_is_on_the_disk_before_it_is_used(open_stores: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, and the directory that has its name."""
    synced: list[str] = []
    sync = os.fsync

    def note(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    data = open_stores().settings.data
    first = [Path(name).name.split(".")[1:2] or name for name in synced[:3]]
    assert first == [str(data.parent), ["secret"], str(data)]
