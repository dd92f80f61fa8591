"""The rule for short texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.kernel.texts import text_faults


@given(st.text(max_size=12), st.integers(0, 10))
def test_a_text_without_faults_can_be_stored_anywhere(text: str, longest: int) -> None:
    if not text_faults(text, longest):
        assert 0 < len(text) <= longest and text.strip() and "\0" not in text
        assert text.encode().decode() == text


@pytest.mark.parametrize("text", ["x", "  x", "😀", "\u202e", "\ufffd", "\r\n.", "\ue000", "\U0010ffff"])
def test_texts_that_people_type_pass(text: str) -> None:
    assert text_faults(text, 3) == []


@pytest.mark.parametrize("text", ["\ud800", "\udbff", "\udc00", "\udfff", "\0", "ab\0"])
def test_texts_that_a_store_cannot_keep_do_not_pass(text: str) -> None:
    assert text_faults(text, 3) == ["has invalid characters"]


def test_length_is_in_characters() -> None:
    assert text_faults("😀" * 5, 5) == []
    assert text_faults("😀" * 6, 5) == ["should be at most 5 character(s)"]
