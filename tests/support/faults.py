"""Faults of fields, as a call raises them."""

from collections.abc import Callable

import pytest

from goalpost.kernel.errors import Invalid


def faults_of(call: Callable[..., object], *arguments: object, **more: object) -> dict[str, list[str]]:
    """The texts by field with which the call is rejected."""
    with pytest.raises(Invalid) as caught:
        call(*arguments, **more)
    return {field: list(texts) for field, texts in caught.value.faults.items()}
