"""Names of workspaces, and which keys are live."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from goalpost.tenancy.model.workspaces import MAX_NAME, ApiKey, check_name
from tests.support.faults import faults_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ["x", " padded ", "Straße 日本 😀", "x" * MAX_NAME])
def test_names_are_kept_as_typed(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "can't be blank"),
        (" \t\n", "can't be blank"),
        ("x" * (MAX_NAME + 1), "should be at most 255 character(s)"),
        ("a\0b", "has invalid characters"),
        ("a\ud800b", "has invalid characters"),
    ],
)
def test_names_that_cannot_be_stored_are_refused(name: str, fault: str) -> None:
    assert faults_of(check_name, name) == {"name": [fault]}


def key(*, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> ApiKey:
    return ApiKey(uuid4(), uuid4(), "k", "gp_", frozenset(), NOW, expires_at, revoked_at, None)


def test_a_key_lives_until_it_expires_or_is_revoked() -> None:
    second = timedelta(seconds=1)
    assert key().is_live(NOW)
    assert key(expires_at=NOW + second).is_live(NOW)
    assert not key(expires_at=NOW).is_live(NOW)
    assert not key(expires_at=NOW - second).is_live(NOW)
    assert not key(revoked_at=NOW - second).is_live(NOW)
    assert not key(revoked_at=NOW + second, expires_at=NOW + second).is_live(NOW)
