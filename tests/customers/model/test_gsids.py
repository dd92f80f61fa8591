"""GSIDs spell an id and can be read back; what is not a GSID of ours spells nothing."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model import gsids
from goalpost.customers.model.gsids import parse_gsid, to_gsid

ID = UUID("01a1fd47-9ba8-7d25-b82d-f5749bbf6d93")
PREFIXES = [gsids.COMPANY, gsids.PERSON, gsids.RELATIONSHIP, gsids.OPPORTUNITY, gsids.GOAL, gsids.ITEM]


@given(st.sampled_from(PREFIXES), st.uuids())
def test_there_and_back(prefix: str, identity: UUID) -> None:
    text = to_gsid(prefix, identity)
    assert re.fullmatch("1[0-9A-Z]{35}", text)
    assert parse_gsid(text) == (prefix, identity)


def test_the_smallest_and_the_largest_id_fit() -> None:
    for number in (0, 2**128 - 1):
        assert parse_gsid(to_gsid(gsids.GOAL, UUID(int=number))) == (gsids.GOAL, UUID(int=number))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1P02",
        str(ID),
        to_gsid(gsids.GOAL, ID).lower(),
        to_gsid(gsids.GOAL, ID) + "0",
        to_gsid(gsids.GOAL, ID) + "\n",
        "2" + to_gsid(gsids.GOAL, ID)[1:],
        "1CG0GOALPST" + "Z" * 25,  # more than 128 bits
        "1CG01SX5ABCDEFGHIJKLMNOPQRSTUVWXYZ01",  # another tenant's of the vendor
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_gsid(text) is None
