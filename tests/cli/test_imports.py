"""`import access-log` and `import events`: what comes in, what is left out and said, and what a bad file does."""

import bz2
import gzip
import json
import lzma
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from backports import zstd

from tests.support.server import BROWSER, Site, eventually

BOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
DAY = {"period": "custom", "from": "2024-05-17", "to": "2024-05-17"}


def combined(path: str, method: str = "GET", status: int = 200, agent: str = BROWSER, ip: str = "192.0.2.1") -> str:
    return f'{ip} - - [17/May/2024:10:05:03 +0000] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"\n'


def imported(report: dict) -> tuple[int, int, int, dict[str, int], int]:
    return tuple(report[name] for name in ("lines", "imported", "repeated", "skipped", "malformed"))


LOG = "".join(
    [
        combined("/a?x=1"),
        combined("/a", ip="192.0.2.2"),
        combined("/a", status=304),
        combined("/a", status=404),
        combined("/a", method="POST"),
        combined("/a.png"),
        combined("/a", agent=BOT),
        "rubbish\n",
        "\n",
    ]
)
SKIPPED = {"status": 1, "method": 1, "asset": 1, "bot": 1}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_text(LOG)
    return path


def test_page_views_are_counted_by_the_running_server(beside, site: Site, log: Path) -> None:
    goal = site.goal("pageview", "exact", "/a")

    report = beside("import", "access-log", str(log), "--site", site.key, "--json").json

    assert report == {
        "lines": 9,
        "imported": 3,
        "repeated": 0,
        "skipped": SKIPPED,
        "malformed": 1,
        "blank": 1,
        "ignored": {},
        "hosts": {},
        "sites": {},
        "shared": {},
        "format": "combined",
        "examples": [{"line": 8, "text": "rubbish"}],
    }
    # What the command has ended with is stored: no waiting here.
    assert site.stats(goal, **DAY) == {"conversions": 3, "unique_conversions": 2, "revenue": None}


def test_people_get_a_sentence_and_the_malformed_lines(beside, site: Site, log: Path) -> None:
    done = beside("import", "access-log", str(log), "--site", site.key)
    assert done.code == 0
    assert "3 of 9 lines imported" in done.out
    assert "1 malformed" in done.out
    assert done.err == "goalpost: line 8 is malformed: 'rubbish'\n"


@pytest.mark.parametrize(
    ("flag", "rule"), [("--any-method", "method"), ("--any-status", "status"), ("--assets", "asset"), ("--bots", "bot")]
)
def test_each_rule_has_a_flag(beside, site: Site, log: Path, flag: str, rule: str) -> None:
    report = beside("import", "access-log", str(log), "--site", site.key, flag, "--json").json
    assert report["imported"] == 4
    assert report["skipped"] == {name: count for name, count in SKIPPED.items() if name != rule}


def test_a_longer_copy_of_a_file_adds_what_is_new(beside, site: Site, log: Path) -> None:
    arguments = ("import", "access-log", str(log), "--site", site.key, "--json")
    assert beside(*arguments).json["imported"] == 3

    assert imported(beside(*arguments).json) == (9, 0, 3, SKIPPED, 1)
    log.write_text(LOG + combined("/b") + combined("/a?x=1"))
    # The line that equals the first is another request, since the file holds it twice.
    assert imported(beside(*arguments).json) == (11, 2, 3, SKIPPED, 1)


def test_the_common_format(beside, site: Site) -> None:
    line = b'192.0.2.1 - frank [17/May/2024:10:05:03 +0200] "GET /a HTTP/1.0" 200 -\n'
    arguments = ("import", "access-log", "-", "--site", site.key, "--json")
    # A log without user agents cannot tell bots. Where it has a place for them, who has none is a bot.
    assert beside(*arguments, stdin=line).json["imported"] == 1
    silent = combined("/a", agent="-").encode()
    assert beside(*arguments, stdin=silent).json["skipped"] == {"bot": 1}
    assert beside(*arguments, "--bots", stdin=silent).json["imported"] == 1


@pytest.mark.parametrize("name", ["access.log.gz", "access.log", "-"])
def test_gzip_is_unpacked_whatever_it_is_called(beside, site: Site, tmp_path: Path, name: str) -> None:
    packed = gzip.compress(LOG.encode())
    (tmp_path / "access.log.gz").write_bytes(packed)
    (tmp_path / "access.log").write_bytes(packed)
    file = name if name == "-" else str(tmp_path / name)
    report = beside("import", "access-log", file, "--site", site.key, "--json", stdin=packed).json
    assert report["imported"] == 3


def test_events_are_imported_as_a_trusted_sender_sends_them(beside, site: Site) -> None:
    goal = site.goal("custom", "exact", "purchase", currency="EUR")
    event = {"name": "purchase", "kind": "goal", "domain": site.domain, "timestamp": "2024-05-17T12:00:00Z"}
    events = [
        {**event, "id": "1", "visitor": "v1", "revenue": {"amount": "10.50"}},
        {**event, "id": "1", "visitor": "v1", "revenue": {"amount": "10.50"}},
        {**event, "id": "2", "visitor": "v1", "revenue": {"amount": -1}},
        {**event, "id": "2", "visitor": "v1", "revenue": {"amount": -1}},  # what is repeated is ignored once
        {**event, "id": "3", "ip": "192.0.2.1", "user_agent": BROWSER},
        {**event, "id": "4", "user_agent": BOT},
    ]
    lines = "".join(json.dumps(event) + "\n" for event in events) + '{"name": [1]}\n[]\nnull\n\xff\n'

    report = beside("import", "events", "-", "--site", site.key, "--json", stdin=lines.encode("latin-1")).json

    assert (imported(report), report["ignored"]) == ((10, 3, 2, {"bot": 1}, 4), {"revenue": 1})
    assert [example["line"] for example in report["examples"]] == [7, 8, 9, 10]
    assert site.stats(goal, **DAY) == {"conversions": 3, "unique_conversions": 2, "revenue": 10.5}


@pytest.mark.parametrize("kind", ["access-log", "events"])
def test_binary_junk_is_malformed_and_never_fatal(beside, site: Site, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "junk"
    file.write_bytes(bytes(range(256)) * 40 + b"\n" + b"\x00" * 3_000_000 + b"\x1b[2J\n")
    done = beside("import", kind, str(file), "--site", site.key)
    assert done.code == 1
    assert "0 of 44 lines imported" in done.out or "0 of" in done.out
    # What it shows of them is bounded, and cannot move the terminal's cursor.
    assert 0 < len(done.err) < 2000
    assert done.err.replace("\n", "").isprintable()


CADDY = {
    "ts": 1715940303.5,
    "status": 200,
    "request": {"client_ip": "192.0.2.1", "method": "GET", "uri": "/a", "headers": {"User-Agent": [BROWSER]}},
}
W3C = (
    "#Fields: date time c-ip cs-method cs-uri-stem cs(User-Agent) sc-status\r\n"
    f"2024-05-17 10:05:03 192.0.2.1 GET /a {BROWSER.replace(' ', '+')} 200\r\n"
)


def adds_up(report: dict) -> bool:
    counted = sum(report[name] for name in ("imported", "repeated", "malformed", "blank"))
    return report["lines"] == counted + sum(report["skipped"].values())


@pytest.mark.parametrize(
    ("text", "log_format", "blank"),
    [
        (combined("/a"), "combined", 0),
        (W3C, "w3c", 1),
        (json.dumps({"level": "info"}) + "\n\n" + json.dumps(CADDY) + "\n", "json", 1),
    ],
)
def test_the_format_is_recognised_or_named(beside, site: Site, text: str, log_format: str, blank: int) -> None:
    arguments = ("import", "access-log", "-", "--site", site.key, "--json")
    report = beside(*arguments, stdin=text.encode()).json
    assert (report["format"], report["imported"], report["malformed"], report["blank"]) == (log_format, 1, 0, blank)
    assert adds_up(report)
    assert beside(*arguments, "--format", log_format, stdin=text.encode()).json["repeated"] == 1
    other = "w3c" if log_format != "w3c" else "json"
    assert beside(*arguments, "--format", other, stdin=text.encode()).code == 1


@pytest.mark.parametrize("kind", ["access-log", "events"])
def test_a_file_of_which_no_line_can_be_read_fails_and_tells_the_formats(cli, site_key: str, kind: str) -> None:
    done = cli("import", kind, "-", "--site", site_key, stdin=b"rubbish\n\n" * 500)
    assert done.code == 1
    assert "0 of 1000 lines imported" in done.out
    assert "500 malformed; 500 blank" in done.out
    told = {"access-log": ("combined", "w3c", "json", "alb", "IIS", "Caddy", "--format"), "events": ("JSON object",)}
    last = done.err.splitlines()[-1]
    assert all(word in last for word in told[kind])


@pytest.mark.parametrize("kind", ["access-log", "events"])
@pytest.mark.parametrize("text", [b"", b"\n\r\n", b"# nothing yet\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_not_a_failure(cli, site_key: str, kind: str, text: bytes) -> None:
    """Logs are rotated when nothing has happened, too."""
    done = cli("import", kind, "-", "--site", site_key, "--json", stdin=text)
    assert done.code == 0, done.err


def test_requests_of_other_hosts_are_not_this_sites(beside, site: Site) -> None:
    """Apache's vhost_combined: three people, of whom one asked for another host, and a probe of a proxy."""
    goal = site.goal("pageview", "exact", "/thanks")
    lines = [
        f"{site.domain}:443 {combined('/thanks', ip='192.0.2.1')}",
        f"www.{site.domain}:443 {combined('/thanks', ip='192.0.2.2')}",
        f"other.example:443 {combined('/thanks', ip='192.0.2.3')}",
        f"{site.domain}:443 {combined('http://evil.example/thanks', ip='192.0.2.4')}",
    ]
    arguments = ("import", "access-log", "-", "--site", site.key)
    stdin = "".join(lines).encode()

    done = beside(*arguments, stdin=stdin)
    assert done.code == 0
    assert "2 of 4 lines imported; skipped: 2 host" in done.out
    assert "--host" in done.err and "'other.example' (1)" in done.err and "'evil.example' (1)" in done.err
    assert site.stats(goal, **DAY) == {"conversions": 2, "unique_conversions": 2, "revenue": None}

    report = beside(*arguments, "--host", "other.example", "--json", stdin=stdin).json
    assert (report["imported"], report["skipped"]) == (1, {"host": 3})
    assert report["hosts"] == {site.domain: 1, f"www.{site.domain}": 1, "evil.example": 1}
    report = beside(*arguments, "--host", "*", "--json", stdin=stdin).json
    assert (report["imported"], report["repeated"], report["skipped"]) == (1, 3, {})


def test_escaped_bytes_are_the_path_that_a_browser_shows(beside, site: Site) -> None:
    """nginx and Apache write each byte beyond ASCII as a backslash, x and two digits."""
    goal = site.goal("pageview", "exact", "/café")
    lines = "".join(combined(path) for path in (r"/caf\xC3\xA9", r"/caf\xc3\xa9", "/caf%C3%A9"))
    beside("import", "access-log", "-", "--site", site.key, stdin=lines.encode())
    assert site.stats(goal, **DAY)["conversions"] == 3


def test_a_moment_that_cannot_be_is_skipped(beside, site: Site) -> None:
    lines = "".join(combined("/a").replace("2024", year) for year in ("0001", "1999", "2024", "9999"))
    report = beside("import", "access-log", "-", "--site", site.key, "--json", stdin=lines.encode()).json
    assert (report["imported"], report["skipped"]) == (1, {"time": 3})


PACKED = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("is_named", [True, False])
def test_packed_files_are_recognised(beside, site: Site, tmp_path: Path, kind: str, is_named: bool) -> None:
    lines = "".join(combined(f"/{kind}-{is_named}-{n}") for n in range(2000))
    packed = PACKED[kind](lines[: len(lines) // 2].encode()) + PACKED[kind](lines[len(lines) // 2 :].encode())
    file = tmp_path / (f"access.log.{kind}" if is_named else "access.log")
    file.write_bytes(packed)
    arguments = ("import", "access-log", str(file), "--site", site.key, "--json")
    assert beside(*arguments).json["imported"] == 2000
    file.write_bytes(packed[: len(packed) - 40])
    done = beside(*arguments)
    assert done.code == 1
    assert "cannot be read to its end" in done.err


@pytest.mark.parametrize("name", ["junk.gz", "junk.bz2", "junk.xz", "junk.zst"])
def test_a_name_that_promises_too_much_is_told(cli, site_key: str, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not packed at all\n" * 10)
    done = cli("import", "access-log", str(tmp_path / name), "--site", site_key)
    assert done.code == 1
    assert f"{name} cannot be read to its end" in done.err
    (tmp_path / "log.zip").write_bytes(b"PK\x03\x04" + b"\0" * 30)
    done = cli("import", "access-log", str(tmp_path / "log.zip"), "--site", site_key)
    assert (done.code, done.out) == (1, "")
    assert "is a ZIP archive: unpack it" in done.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-le-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_no_order_is_lost_to_the_encoding(beside, site: Site, encoding: str, end: str) -> None:
    """Files as Windows writes them: a byte order mark, CRLF, UTF-16."""
    goal = site.goal("custom", "exact", "käufe")
    orders = [{"name": "käufe", "kind": "goal", "id": f"{n}", "timestamp": "2024-05-17T12:00:00Z"} for n in range(3)]
    lines = [json.dumps(order, ensure_ascii=False) for order in orders]
    text = end.join([lines[0], "", "# two more", *lines[1:], ""])
    if encoding == "utf-16-le-sig":
        text, encoding = "\ufeff" + text, "utf-16-le"
    stdin = text.encode(encoding)
    report = beside("import", "events", "-", "--site", site.key, "--json", stdin=stdin).json
    assert (report["lines"], report["imported"], report["malformed"], report["blank"]) == (5, 3, 0, 2)
    assert site.stats(goal, **DAY)["conversions"] == 3


def test_a_byte_order_mark_where_files_were_put_together(beside, site: Site) -> None:
    line = "\ufeff" + json.dumps({"name": "x", "kind": "event", "timestamp": "2024-05-17T12:00:00Z"}) + "\n"
    report = beside("import", "events", "-", "--site", site.key, "--json", stdin=(2 * line).encode()).json
    assert (report["imported"], report["malformed"]) == (2, 0)


def test_lines_that_cannot_be_read_among_others_are_told(beside, site: Site) -> None:
    lines = combined("/a") + "rubbish\n" * 9
    done = beside("import", "access-log", "-", "--site", site.key, stdin=lines.encode())
    assert (done.code, "1 of 10 lines imported" in done.out, "9 malformed" in done.out) == (0, True, True)
    assert done.err.count("is malformed: 'rubbish'") == 5
    assert "and 4 more lines" in done.err


def test_a_gzip_file_that_is_cut_off_is_imported_as_far_as_it_goes(beside, site: Site, tmp_path: Path) -> None:
    lines = [combined(f"/{number}-{os.urandom(20).hex()}") for number in range(300)]
    packed = gzip.compress("".join(lines).encode())
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "whole.gz").write_bytes(packed)

    done = beside("import", "access-log", str(tmp_path / "cut.gz"), "--site", site.key)

    assert done.code == 1
    assert "cannot be read to its end, what was read is imported: Compressed file ended" in done.err
    first = int(done.out.split()[0])
    assert 0 < first < 300
    whole = beside("import", "access-log", str(tmp_path / "whole.gz"), "--site", site.key, "--json").json
    assert (whole["imported"], whole["repeated"]) == (300 - first, first)


def test_a_file_called_gz_that_is_not_packed(cli, site_key: str, tmp_path: Path) -> None:
    file = tmp_path / "junk.gz"
    file.write_bytes(b"no gzip at all")
    done = cli("import", "access-log", str(file), "--site", site_key)
    assert done.code == 1
    assert "Not a gzipped file" in done.err
    file.write_bytes(gzip.compress(LOG.encode())[:-12] + b"\xff" * 12)
    done = cli("import", "events", str(file), "--site", site_key)
    assert done.code == 1
    assert "cannot be read to its end" in done.err


@pytest.mark.parametrize("kind", ["access-log", "events"])
def test_a_file_that_cannot_be_opened(cli, site_key: str, tmp_path: Path, kind: str) -> None:
    missing = tmp_path / "missing.log"
    done = cli("import", kind, str(missing), "--site", site_key)
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {missing}: No such file or directory\n")
    done = cli("import", kind, str(tmp_path), "--site", site_key)
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {tmp_path}: Is a directory\n")


NO_SITE = "there is no site 'sk_missing'; give a key that `goalpost site list` shows"


@pytest.mark.parametrize("kind", ["access-log", "events"])
def test_a_wrong_site_key(cli, log: Path, kind: str) -> None:
    done = cli("import", kind, str(log), "--site", "sk_missing")
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {NO_SITE}\n")
    assert cli("import", kind, str(log)).code == 2


def test_an_import_succeeds_while_the_event_store_is_away(run, tmp_path: Path) -> None:
    environment = {"GOALPOST_DATA": str(tmp_path), "GOALPOST_EVENTS_URL": "clickhouse://127.0.0.1:1/default"}
    run(environment, "workspace", "create", "w")
    made = run(environment, "site", "create", "--workspace", "w", "--domain", "a.example.com", "--name", "A", "--json")

    arguments = ("import", "access-log", "-", "--site", made.json["site_key"])
    done = run(environment, *arguments, stdin=LOG.encode())

    assert done.code == 0
    assert "3 of 9 lines imported" in done.out
    assert "goalpost: kept, and stored when the event store answers" in done.err
    assert "3 imported before" in run(environment, *arguments, stdin=LOG.encode()).out


def test_ctrl_c_keeps_what_was_read_and_a_second_run_adds_the_rest(site: Site) -> None:
    server = site.workspace.server
    lines = [json.dumps({"name": f"event-{number}", "kind": "event"}) + "\n" for number in range(2500)]
    command = [sys.executable, "-m", "goalpost", "import", "events", "-", "--site", site.key, "--json"]
    process = subprocess.Popen(
        command, env=server.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        process.stdin.write("".join(lines[:1500]).encode())
        process.stdin.flush()
        # A portion is kept, so the rest of what it was given is being read, or waited for.
        eventually(lambda: site.api.get(f"/sites/{site.key}/events").json()["data"], seconds=60, what="a first portion")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 130
    assert b"interrupted" in err
    first = json.loads(out)["imported"]
    assert first in (1000, 1500)  # the input may have come in two pieces

    again = json.loads(server.cli("import", "events", "-", "--site", site.key, "--json", stdin="".join(lines)).stdout)
    assert (again["imported"], again["repeated"]) == (2500 - first, first)
