"""The documents tell the truth about what is there."""

import ast
import inspect
import re
from pathlib import Path

import msgspec
import pytest
import typer.main

from goalpost.cli import cli
from goalpost.conversions.ingest import collect
from goalpost.conversions.ingest import fields as event_fields
from goalpost.conversions.ingest.catalog import MAX_SITES
from goalpost.conversions.ingest.collect import MAX_EVENTS
from goalpost.conversions.ingest.cors import readable_by
from goalpost.conversions.ingest.pipeline import STEPS
from goalpost.conversions.ingest.wire import MAX_NAME, TRUSTED, WireEvent
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Event, Hit
from goalpost.dialects.gainsight.protocol.options import Options
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


def test_every_field_of_an_event_is_documented() -> None:
    events = (ROOT / "docs/events.md").read_text()
    fields = msgspec.structs.fields(WireEvent)
    assert [field.encode_name for field in fields if f"`{field.encode_name}`" not in events] == []
    assert [name for name in TRUSTED if f"| `{name}` |" not in events] == []


def test_every_bound_of_an_event_is_documented() -> None:
    events = (ROOT / "docs/events.md").read_text()
    bounds = {MAX_NAME, MAX_SITES, *(bound for name, bound in vars(event_fields).items() if name.startswith("MAX_"))}
    assert [bound for bound in bounds if f" {bound} " not in events and f" {bound:,} " not in events] == []
    assert f"{MAX_EVENTS:,}" in events


def test_every_reason_to_drop_an_event_is_documented() -> None:
    """The reasons are what the steps return, and what the collector gives to `drop`."""
    events = (ROOT / "docs/events.md").read_text()
    reasons = {reason for step in STEPS for reason in _texts(ast.parse(inspect.getsource(step)), step.__globals__)}
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(collect))) if isinstance(node, ast.Call)]
    reasons |= {
        call.args[0].value for call in calls if getattr(call.func, "attr", "") == "drop" and _is_text(call.args[0])
    }
    assert {"bot", "engagement", "unknown_site", "duplicate", "do_not_track"} <= reasons
    assert [reason for reason in reasons if f"| `{reason}` |" not in events] == []


def test_every_header_of_an_answer_is_documented() -> None:
    events = (ROOT / "docs/events.md").read_text()
    names = dict(readable_by(None))[b"access-control-expose-headers"].decode().split(", ")
    assert [name for name in names if f"`{name}`" not in events] == []


def _texts(tree: ast.AST, names: dict[str, object]) -> set[str]:
    """The texts that a function returns, as constants or by the name of one."""
    returned = [node for found in ast.walk(tree) if isinstance(found, ast.Return) for node in _outcomes(found.value)]
    texts = {node.value for node in returned if _is_text(node)}
    return texts | {str(names[node.id]) for node in returned if isinstance(node, ast.Name) and node.id in names}


def _outcomes(node: ast.expr | None) -> list[ast.expr]:
    return [] if node is None else [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


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
    """Every part exists of `conversions/events/reader`, `web/gate.GatedRoute` and `EventReader.scope_counts`."""
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
