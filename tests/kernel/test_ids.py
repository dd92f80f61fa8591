"""Identities: the UUIDv7 layout, its order in time, and which spellings are an id."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goalpost.kernel.ids import new_id, new_site_key, parse_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
microseconds = st.integers(0, 16_000_000_000_000_000)  # until the year 2477
moments = st.one_of(microseconds, microseconds.map(lambda n: n // 1000 * 1000)).map(
    lambda n: EPOCH + timedelta(microseconds=n)
)


def milliseconds_of(id_: UUID) -> int:
    return id_.int >> 80


@given(moments)
def test_an_id_is_a_uuid_of_version_7(now: datetime) -> None:
    made = new_id(now)
    assert (made.version, made.variant) == (7, RFC_4122)


@given(moments)
@example(datetime(1987, 4, 16, 0, 18, 17, 759000, tzinfo=UTC))  # as a float of seconds, a millisecond less
def test_an_id_holds_the_millisecond_it_was_made_in(now: datetime) -> None:
    assert milliseconds_of(new_id(now)) == (now - EPOCH) // timedelta(milliseconds=1)


def test_the_moments_zone_does_not_matter() -> None:
    now = datetime(2026, 3, 1, 12, 0, 0, 1000, tzinfo=UTC)
    elsewhere = now.astimezone(timezone(timedelta(hours=-11, minutes=-30)))
    assert milliseconds_of(new_id(now)) == milliseconds_of(new_id(elsewhere))


@given(st.lists(moments, min_size=2, unique_by=lambda now: now.replace(microsecond=now.microsecond // 1000)))
def test_ids_sort_by_the_millisecond_they_were_made_in(times: list[datetime]) -> None:
    ids = [new_id(now) for now in sorted(times)]
    assert ids == sorted(ids)
    assert [str(id_) for id_ in ids] == sorted(str(id_) for id_ in ids)


def test_ids_of_one_moment_differ_and_rise() -> None:
    """RFC 9562, section 6.2: rows that are created together are listed as they came."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ids = [new_id(now) for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {(made.version, made.variant, milliseconds_of(made)) for made in ids} == {
        (7, RFC_4122, milliseconds_of(ids[0]))
    }


def test_ids_of_different_moments_differ_in_all_their_random_bits() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ever_set = ever_clear = 0
    for number in range(2000):
        value = new_id(start + timedelta(milliseconds=number)).int
        ever_set |= value
        ever_clear |= ~value
    # But for the first of them, which leaves room to rise.
    random_bits = (1 << 11) - 1 << 64 | (1 << 62) - 1
    assert ever_set & random_bits == random_bits
    assert ever_clear & random_bits == random_bits


@given(st.uuids())
def test_an_id_is_read_back_in_either_case(id_: UUID) -> None:
    assert parse_id(str(id_)) == id_
    assert parse_id(str(id_).upper()) == id_


HEX = "0198f3a1c2d47e5f8a9b0c1d2e3f4a5b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "not-an-id",
        HEX,
        f"{{{HEX}}}",
        f"{{{UUID(HEX)}}}",
        f"urn:{HEX}",
        f"{{{{{HEX}}}}}",
        f"----{HEX}",
        f"{HEX}----",
        f"{HEX[:4]}-{HEX[4:8]}-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:]}",
        f"{HEX[:8]}-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:20]}-{HEX[20:31]}_",
        f"+{HEX[1:8]}-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:20]}-{HEX[20:]}",
        f"{HEX[:7]}\0-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:20]}-{HEX[20:]}",
        f"{HEX[:3]}_{HEX[4:8]}-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:20]}-{HEX[20:]}",
        f" {UUID(HEX)}"[:36],
        str(UUID(HEX)) + "\n",
        "\uff10" + str(UUID(HEX))[1:],  # a full-width digit
        "\ud800" + str(UUID(HEX))[1:],
    ],
)
def test_any_other_spelling_is_not_an_id(text: str) -> None:
    assert parse_id(text) is None


@given(st.text(max_size=40))
def test_an_id_is_read_from_its_canonical_spelling_alone(text: str) -> None:
    found = parse_id(text)
    assert found is None or str(found) == text.lower()


def test_site_keys_are_public_and_hard_to_guess() -> None:
    keys = {new_site_key() for _ in range(1000)}
    assert len(keys) == 1000
    for key in keys:
        start, _, rest = key.partition("_")
        assert start == "sk" and len(rest) == 16 and rest.isascii() and rest.isalnum() and rest == rest.lower()
