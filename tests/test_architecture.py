"""The rules of docs/architecture.md that no other tool executes."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "goalpost"
MODULES = sorted(SOURCE.rglob("*.py"))
VENDORS = sorted(path.name for path in (SOURCE / "dialects").iterdir() if (path / "routes.py").exists())
EVERY_VENDOR = re.compile("|".join(VENDORS), re.IGNORECASE)

# Who puts the dialects together may name them: the list of them, and of the readers of their vendors' lists; and the
# app its doors beside them.
NAMES_VENDORS = {"app.py", "listings.py", "vendors.py"}
NAMING = re.compile(r"^from goalpost\.dialects\.\w+(\.routes)? import |^DIALECTS: |^    .\w+.: \w+_listing\.read,$")

LONGEST_FILE = 300

# Memos without a bound in bytes may only hold what the program itself has: nothing of a request is a key of theirs.
MEMOS = {
    "web/application.py": "the OpenAPI documents, by the prefixes at which they are mounted",
    "web/docs_page.py": "the pages about them, by the same prefixes, and static files by the names in the code",
    "web/gate.py": "the names of a route's query parameters",
    "web/foreign_ids.py": "a route's spelling of ids",
    "dialects/gainsight/protocol/options.py": "the settings, once",
    "web/scripts.py": "scripts, by their content, which has the keys of sites in it",
}


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every line with where it is, as `file:number`."""
    name = path.relative_to(SOURCE).as_posix()
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        yield f"{name}:{number}", line


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 50
    assert "krafter" in VENDORS


def test_arrows_point_one_way() -> None:
    assert lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True, no_logo=True) == 0


VIOLATIONS = {
    "customers/model/metrics.py": ("goalpost.conversions.model.sites", "The wings do not know each other"),
    "conversions/model/goals_of_another.py": ("sqlalchemy", "A model is pure"),
    "web/paths.py": ("goalpost.dialects.krafter.wire", "Arrows point down only"),
    "dialects/krafter/wire.py": ("goalpost.dialects.msportal.wire", "No dialect knows another"),
}
"""File → what it must not import, and the contract that says so."""


def test_an_arrow_in_the_wrong_direction_is_caught(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "goalpost", ignore=shutil.ignore_patterns("__pycache__", "static"))
    for name, (imported, _) in VIOLATIONS.items():
        with (tmp_path / "goalpost" / name).open("a") as file:
            file.write(f"\nimport {imported}\n")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    options = ["--config", str(ROOT / ".importlinter"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "300"}
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    broken = [line for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert [why for _, why in VIOLATIONS.values() if not any(line.startswith(why) for line in broken)] == []


def test_every_module_says_in_a_sentence_why_it_is() -> None:
    first_lines = {
        path.relative_to(SOURCE).as_posix(): (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        for path in MODULES
    }
    assert {name: line for name, line in first_lines.items() if not line.endswith((".", "?"))} == {}


def test_a_vendors_word_stays_in_its_folder() -> None:
    strays = []
    for path in sorted(SOURCE.rglob("*")):
        name = path.relative_to(SOURCE).as_posix()
        own = next((vendor for vendor in VENDORS if name.startswith(f"dialects/{vendor}/")), None)
        if not path.is_file() or path.suffix == ".pyc":
            continue
        for where, line in lines_of(path):
            words = {word.lower() for word in EVERY_VENDOR.findall(line)} - {own}
            if words and not (name in NAMES_VENDORS and NAMING.search(line)):
                strays.append(f"{where}: {line.strip()}")
    assert strays == []


def test_every_dialect_has_the_same_files() -> None:
    for vendor in VENDORS:
        assert {"routes.py", "wire.py", "translate.py", "errors.py"} <= {
            path.name for path in (SOURCE / "dialects" / vendor).iterdir()
        }, vendor


def test_no_ignored_type_error_without_its_code() -> None:
    bare = re.compile(r"#\s*type:\s*ignore(?!\[[a-z-]+)")
    assert [where for path in MODULES for where, line in lines_of(path) if bare.search(line)] == []


def test_no_rule_is_switched_off_without_its_name() -> None:
    bare = re.compile(r"#\s*(noqa(?!: [A-Z])|ruff: noqa\s*$|mypy: ignore-errors)")
    assert [where for path in MODULES for where, line in lines_of(path) if bare.search(line)] == []


def test_docstrings_begin_with_a_verb_or_a_noun() -> None:
    words = "What Whether Which That How Who Whose When Where Why Those Of By As For Nothing"
    question = re.compile(rf"({'|'.join(words.split())}|End that)\b")
    files = [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
    found = [(path.relative_to(ROOT).as_posix(), text) for path in files for text in _docstrings(path)]
    assert [f"{name}: {text.partition(chr(10))[0]}" for name, text in found if question.match(text)] == []


def test_what_is_not_something_is_said_plainly() -> None:
    """'is not a GSID', never 'is no GSID'."""
    odd = re.compile(r"(?<!here )\b(is|are|was|were) no (?!longer\b|more\b)", re.IGNORECASE)
    assert [f"{where}: {line.strip()}" for path in MODULES for where, line in lines_of(path) if odd.search(line)] == []


def _docstrings(path: Path) -> Iterator[str]:
    """The docstrings of a module and of what is in it, and the texts below names that explain them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in node.body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    yield str(statement.value.value)


def test_no_file_grows_beyond_a_sitting() -> None:
    lengths = {path.relative_to(SOURCE).as_posix(): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_what_senders_send_is_remembered_in_bounded_caches_alone() -> None:
    """`lru_cache` bounds entries and not bytes, `cache` neither: ten thousand texts may be ten gigabytes."""
    memo = re.compile(r"\b(lru_cache|functools\.cache|import cache|, cache\b|@cache\b)")
    found = {where.partition(":")[0] for path in MODULES for where, line in lines_of(path) if memo.search(line)}
    assert found == MEMOS.keys()
