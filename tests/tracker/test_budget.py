"""The script that is served is the source, built, and it is small."""

from __future__ import annotations

import importlib.util
import re
import sys
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
    # Dataclasses look their module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BUDGETS = {"a.js": 1024, "p.js": 2048, "h.js": 512, "queue.js": 1536, "plausible.js": 2816}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_served_script_is_a_fresh_build(builder: ModuleType, name: str) -> None:
    assert builder.SCRIPTS[name].artefact.read_bytes() == builder.build(name), "run: make tracker"


def test_every_script_has_a_budget(builder: ModuleType) -> None:
    assert {name: script.budget for name, script in builder.SCRIPTS.items()} == BUDGETS


@pytest.mark.parametrize(("name", "budget"), BUDGETS.items())
def test_a_served_script_is_within_its_budget(builder: ModuleType, name: str, budget: int) -> None:
    assert builder.gzipped_size(builder.SCRIPTS[name].artefact.read_bytes()) <= budget


@pytest.mark.parametrize("name", BUDGETS)
def test_only_the_visitor_id_is_ever_stored(builder: ModuleType, name: str) -> None:
    script = builder.SCRIPTS[name].artefact.read_text(encoding="utf-8")
    for storage in ("cookie", "sessionStorage", "indexedDB", "caches", "setItem"):
        assert storage not in script
    # The first part reads and forgets the id; p.js is the one that writes it. Plausible's flag is only read.
    assert ("localStorage.ka=" in script) is (name == "p.js")
    assert not re.findall(r"localStorage\.(?!ka\b|plausible_ignore\b)", script)
    assert "localStorage[" not in script
