"""The script that is served is the source, built, and it is small."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TRACKER = Path(__file__).resolve().parents[2] / "tracker"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """Return `tracker/build.py`, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("tracker_build", TRACKER / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_served_script_is_a_fresh_build(builder: ModuleType) -> None:
    assert builder.ARTEFACT.read_bytes() == builder.build(), "run: python tracker/build.py"


def test_the_served_script_is_within_its_budget(builder: ModuleType) -> None:
    assert builder.BUDGET == 1024
    assert builder.gzipped_size(builder.ARTEFACT.read_bytes()) <= 1024


def test_the_served_script_touches_no_storage(builder: ModuleType) -> None:
    script = builder.ARTEFACT.read_text(encoding="utf-8")
    for storage in ("cookie", "localStorage", "sessionStorage", "indexedDB", "caches"):
        assert storage not in script
