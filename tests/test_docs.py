"""The documents tell the truth about what is there."""

import re
from pathlib import Path

import pytest
import typer.main

from goalpost.cli import cli
from goalpost.core.conversion_goals import Trigger
from goalpost.core.events import Event, Hit
from goalpost.dialects.gainsight.options import Options
from goalpost.ingest.pipeline import STEPS
from goalpost.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"))]


SOURCE = ROOT / "src/goalpost"
FOLDERS = {path.name for path in SOURCE.iterdir() if path.is_dir()} | {"docs", "tests", "tracker", "bench"}
SOURCES = [path.read_text() for path in SOURCE.rglob("*.py")]
SETTINGS = {
    f"{settings.model_config['env_prefix']}{name.upper()}"
    for settings in (Settings, Options)
    for name in settings.model_fields
}


def test_every_setting_is_documented() -> None:
    operating = (ROOT / "docs/operating.md").read_text()
    assert [name for name in SETTINGS if f"`{name}`" not in operating] == []


def test_every_documented_setting_exists() -> None:
    text = "".join(page.read_text() for page in PAGES)
    assert set(re.findall(r"GOALPOST_[A-Z_]+[A-Z]", text)) <= SETTINGS


def test_every_metric_is_documented(server) -> None:  # type: ignore[no-untyped-def]
    import httpx

    names = set(re.findall(r"^# TYPE (\S+)", httpx.get(server.url + "/metrics", trust_env=False).text, re.MULTILINE))
    operating = (ROOT / "docs/operating.md").read_text()
    assert names
    assert [name for name in names if name not in operating] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert broken == []


def test_the_code_tour_names_files_that_exist() -> None:
    tour = (ROOT / "CONTRIBUTING.md").read_text()
    names = re.findall(r"`([a-z_]+/[a-z_/]+(?:\.py|/))`", tour)
    assert len(names) > 15
    assert [name for name in names if not (ROOT / "src/goalpost" / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_that_pages_name_is_there(page: Path) -> None:
    """Of `events/queries`, `dialects/gate.GatedRoute` and `EventReader.scope_counts` each part exists."""
    missing = []
    for name in re.findall(r"`([a-z_]+/[a-z_/]+(?:\.[A-Za-z_]+)?)`", page.read_text()):
        path, _, member = name.partition(".")
        found = [root / path for root in (SOURCE, ROOT, page.parent) if (root / path).with_suffix(".py").exists()]
        is_folder = any((root / name).exists() for root in (SOURCE, ROOT, page.parent))
        is_member = bool(found) and (member in ("", "py") or member in found[0].with_suffix(".py").read_text())
        if path.partition("/")[0] in FOLDERS and not (is_folder or is_member):
            missing.append(name)
    for owner, member in re.findall(r"`([A-Z][A-Za-z]+)\.([a-z_]+)`", page.read_text()):
        if not any(f"class {owner}" in text and f"def {member}(" in text for text in SOURCES):
            missing.append(f"{owner}.{member}")
    assert missing == []


def test_the_commands_that_pages_show_exist() -> None:
    known = {path for path, _ in _commands(typer.main.get_command(cli), "goalpost")}
    shown = set()
    for page in (ROOT / "README.md", ROOT / "docs/operating.md"):
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL):
            shown |= set(re.findall(r"\bgoalpost ((?:[a-z][a-z-]+ ?){1,3})", block))
    paths = {tuple(line.split()) for line in shown}
    wrong = [line for line in paths if not any(f"goalpost {' '.join(line[:n])}" in known for n in (1, 2, 3))]
    assert paths and wrong == []


def test_every_command_has_help_and_json() -> None:
    for path, command in _commands(typer.main.get_command(cli), "goalpost"):
        assert command.help, path
        options = {name for parameter in command.params for name in parameter.opts}
        assert "--json" in options or path in {"goalpost serve", "goalpost demo"}, path


def test_every_step_says_what_it_does() -> None:
    assert all(step.__doc__ for step in STEPS)
    assert {Hit.__doc__, Event.__doc__, Trigger.__doc__}.isdisjoint({None})


def _commands(group, path: str):  # type: ignore[no-untyped-def]
    context = group.make_context("goalpost", [], resilient_parsing=True)
    for name in group.list_commands(context):
        _, command, _ = group.resolve_command(context, [name])
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command
