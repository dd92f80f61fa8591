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


@pytest.mark.parametrize("name", ["a.js", "p.js", "queue.js"])
def test_a_served_script_is_a_fresh_build(builder: ModuleType, name: str) -> None:
    assert builder.ARTEFACTS[name].read_bytes() == builder.build(name), "run: python tracker/build.py"


@pytest.mark.parametrize(("name", "budget"), [("a.js", 1024), ("p.js", 2048), ("queue.js", 1024)])
def test_a_served_script_is_within_its_budget(builder: ModuleType, name: str, budget: int) -> None:
    assert builder.BUDGETS[name] == budget
    assert builder.gzipped_size(builder.ARTEFACTS[name].read_bytes()) <= budget


@pytest.mark.parametrize("name", ["a.js", "p.js", "queue.js"])
def test_only_the_visitor_id_is_ever_stored(builder: ModuleType, name: str) -> None:
    script = builder.ARTEFACTS[name].read_text(encoding="utf-8")
    for storage in ("cookie", "sessionStorage", "indexedDB", "caches", "setItem"):
        assert storage not in script
    # The first part reads and forgets the id; p.js is the one that writes it.
    assert ("localStorage.ka=" in script) is (name == "p.js")
    assert script.count("localStorage") == script.count("localStorage.ka")
