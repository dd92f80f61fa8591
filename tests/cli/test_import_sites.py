"""Imports into one of several sites: what is another site's or another host's is skipped and told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REQUEST = '192.0.2.1 - - [17/May/2024:10:05:03 +0000] "GET /{} HTTP/1.1" 200 512 "-" "Mozilla/5.0 Chrome/131.0"'


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A data directory whose event store does not answer: what is imported is kept, and no server is needed."""
    return {"GOALPOST_DATA": str(tmp_path), "GOALPOST_EVENTS_URL": "clickhouse://127.0.0.1:1/default"}


@pytest.fixture
def keys(run: Callable[..., Any], environment: dict[str, str]) -> dict[str, str]:
    """The keys of two sites, by domain."""
    run(environment, "workspace", "create", "w")
    made = ("site", "create", "--workspace", "w", "--name", "A", "--json", "--domain")
    return {name: run(environment, *made, name).json["site_key"] for name in ("x.example", "t.example")}


def adds_up(report: dict[str, Any]) -> bool:
    counted = sum(report[name] for name in ("imported", "repeated", "malformed", "blank"))
    return bool(report["lines"] == counted + sum(report["skipped"].values()))


OURS = ["x.example", "X.Example", "www.x.example", " x.example ", "x.example.", "KEY", "", None]
OTHERS = ["t.example", "www.t.example", "unknown.example", "OTHER", "shop.x.example", "t.example,unknown.example"]
LISTS = ["x.example,t.example", "t.example, KEY", "unknown.example,www.x.example"]


@pytest.mark.parametrize("field", ["domain", "d"])
def test_an_event_of_another_site_is_not_this_ones(run, environment, keys: dict[str, str], field: str) -> None:
    def spelled(name: str | None) -> str | None:
        return name and name.replace("KEY", keys["x.example"]).replace("OTHER", keys["t.example"])

    events = [{"name": "n", field: spelled(name)} for name in [*OURS, *OTHERS, *LISTS]]
    events += [{"name": "none"}, {"name": "n", field: ["t.example"]}]
    stdin = "".join(json.dumps(event) + "\n" for event in events).encode()
    arguments = ("import", "events", "-", "--site", "x.example")

    report = run(environment, *arguments, "--json", stdin=stdin).json

    assert (report["imported"], report["skipped"]) == (len(OURS) + len(LISTS) + 1, {"site": len(OTHERS)})
    assert report["malformed"] == 1
    assert report["shared"] == {"t.example": 2, "unknown.example": 1}
    assert report["sites"]["t.example"] == 2
    assert adds_up(report)
    told = run(environment, *arguments, stdin=stdin)
    assert f"{len(OTHERS)} site" in told.out
    assert "events of other sites were skipped, which --site can choose: 't.example' (2)" in told.err
    assert "events that name other sites, too, count for this one alone: 't.example' (2)" in told.err


@pytest.mark.parametrize(
    ("hosts", "imported"),
    [
        ([], 2),
        (["https://shop.x.example"], 1),
        (["shop.x.example:8443"], 1),
        (["*.x.example"], 2),
        (["x.example", "*.x.example"], 3),
        (["shop.münchen.de"], 1),
        (["*"], 7),
    ],
)
def test_hosts_at_the_end_of_lines(run, environment, keys: dict[str, str], hosts: list[str], imported: int) -> None:
    ends = ["x.example", '"-" www.x.example', "shop.x.example:443", "t.example", "203.0.113.9", '"intranet"']
    ends.append("shop.xn--mnchen-3ya.de")
    stdin = "".join(f"{REQUEST.format(number)} {end}\n" for number, end in enumerate(ends)).encode()
    options = [option for host in hosts for option in ("--host", host)]
    report = run(
        environment, "import", "access-log", "-", "--site", "x.example", "--bots", "--json", *options, stdin=stdin
    ).json
    assert (report["imported"], report["skipped"].get("host", 0)) == (imported, len(ends) - imported)
    assert adds_up(report)


@pytest.mark.parametrize("host", ["", "a b", "https://", "*x.example", "/path"])
def test_an_impossible_host_is_rejected(run, environment, keys: dict[str, str], host: str) -> None:
    done = run(environment, "import", "access-log", "-", "--site", "x.example", "--host", host)
    assert (done.code, done.out) == (2, "")
    assert "cannot be a host" in done.err.replace("\n", " ")
