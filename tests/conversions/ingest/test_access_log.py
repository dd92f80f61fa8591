"""Access logs: each format's lines, as the servers' own documentation shows them, become the same request."""

import json
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.ingest.access_log import (
    READERS,
    LogFormat,
    PageViewRules,
    host_pattern,
    hosts_of,
    new_reader,
    page_url,
    recognised,
    sent_to,
)
from goalpost.conversions.ingest.log_values import LogLine, Other, client_of

AT = datetime(2024, 5, 17, 10, 5, 3, tzinfo=UTC)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0"
REQUEST = '[17/May/2024:12:05:03 +0200] "GET /thanks?a=1 HTTP/1.1" 200 512'
ISO_REQUEST = '[2024-05-17T12:05:03+02:00] "GET /thanks?a=1 HTTP/1.1" 200 512'
AFTER = f'"https://search.example/" "{AGENT}"'


def read(text: str) -> LogLine | Other | None:
    """The last line of a text, in the format that is recognised."""
    lines = text.splitlines(keepends=True)
    log_format = recognised(lines)
    assert log_format is not None, "no format is recognised"
    reader = new_reader(log_format)
    return [reader.read(line) for line in lines][-1]


class Case(NamedTuple):
    """A text, and who and which host its last line means."""

    name: str
    text: str
    ip: str = "198.51.100.1"
    host: str = ""
    has_headers: bool = True


AT_THE_END = {
    "www.x.example": "www.x.example",
    "WWW.X.example.": "www.x.example",
    '"-" www.x.example': "www.x.example",
    "- www.x.example": "www.x.example",
    "www.x.example 0.123": "www.x.example",
    '0.123 "-" www.x.example:443 1021': "www.x.example",
    "shop.x.example:443": "shop.x.example",
    '"shop.x.example:443"': "shop.x.example",
    "xn--mnchen-3ya.de": "xn--mnchen-3ya.de",
    "host=www.x.example": "www.x.example",
    'rt=0.1 vhost="www.x.example:443"': "www.x.example",
    "host=intranet rt=0.1": "intranet",
    '"intranet"': "intranet",
    '"intranet:8080"': "intranet",
    "intranet": "intranet",
    '"-" localhost': "localhost",
    "203.0.113.9": "203.0.113.9",
    '"-" 203.0.113.9:443': "203.0.113.9",
    # None of these is a host.
    "198.51.100.1": "",
    "10.0.0.5": "",
    "10.0.0.5:8080": "",
    '"HIT"': "",
    "miss": "",
    "https": "",
    '"TLSv1.3" "ECDHE-RSA-AES128-GCM-SHA256"': "",
    "b7e23ec29af22b0b4e41da31e868d572": "",
    "1021 4522 0.120 .": "",
    '17 "shop" "http://10.0.0.2:80" 3ms': "",
    "unix:/run/app.sock": "",
    "-": "",
}
"""Hosts that nginx and Apache are told to write at the end of a combined line ($host, %V)."""

CASES = [
    Case("common", f"198.51.100.1 - - {REQUEST}", has_headers=False),
    Case("common with a user of two words", f"198.51.100.1 - John Smith {REQUEST}", has_headers=False),
    Case("combined", f"198.51.100.1 - - {REQUEST} {AFTER}"),
    Case("combinedio", f"198.51.100.1 - - {REQUEST} {AFTER} 1021 4522"),
    Case("looked-up host name", f"client.isp.example - - {REQUEST} {AFTER}", ip="client.isp.example"),
    Case("IPv6", f"2001:db8::7 - - {REQUEST} {AFTER}", ip="2001:db8::7"),
    Case("vhost_combined", f"www.x.example:443 198.51.100.1 - - {REQUEST} {AFTER}", host="www.x.example"),
    Case("vhost_common", f"x.example 198.51.100.1 - frank {REQUEST}", host="x.example", has_headers=False),
    Case("vhost of one label", f"intranet:80 198.51.100.1 - - {REQUEST} {AFTER}", host="intranet"),
    Case("vhost is an address", f"127.0.0.1:80 198.51.100.1 - - {REQUEST} {AFTER}", host="127.0.0.1"),
    Case("vhost is [IPv6]", f"[::1]:443 198.51.100.1 - - {REQUEST} {AFTER}", host="[::1]"),
    Case("vhost and IPv6", f"x.example:443 2001:db8::7 - - {REQUEST} {AFTER}", ip="2001:db8::7", host="x.example"),
    Case("vhost unknown", f"_ 198.51.100.1 - - {REQUEST} {AFTER}"),
    Case(
        "vhost and looked-up name",
        f"x.example client.isp.example - - {REQUEST} {AFTER}",
        ip="client.isp.example",
        host="x.example",
    ),
    Case("vhost and forwarded-for", f"x.example:80 198.51.100.1 10.0.0.1 - - {REQUEST} {AFTER}", host="x.example"),
    Case("lighttpd", f"198.51.100.1 www.x.example - {REQUEST} {AFTER}", host="www.x.example"),
    Case(
        "vhost behind the time",
        f"198.51.100.1 - - {REQUEST.replace('] ', '] www.x.example ')} {AFTER}",
        host="www.x.example",
    ),
    Case("vhost at the end", f'198.51.100.1 - - {REQUEST} {AFTER} "www.x.example:443"', host="www.x.example"),
    *(
        Case(f"host at the end, {text}", f"198.51.100.1 - - {REQUEST} {AFTER} {text}", host=host)
        for text, host in AT_THE_END.items()
    ),
    Case("common, host at the end", f"198.51.100.1 - - {REQUEST} x.example", host="x.example", has_headers=False),
    Case("forwarded-for at the end without quotes", f"10.0.0.1 - - {REQUEST} {AFTER} 198.51.100.1"),
    Case("nginx main", f'10.0.0.1 - - {REQUEST} {AFTER} "198.51.100.1"'),
    Case("nginx main, several proxies", f'10.0.0.1 - - {REQUEST} {AFTER} "198.51.100.1, 203.0.113.7"'),
    Case("nginx main without", f'198.51.100.1 - - {REQUEST} {AFTER} "-"'),
    Case("nginx with times", f'198.51.100.1 - - {REQUEST} {AFTER} rt=0.1 uct="0.00" uht="0.10" "10.0.0.5:8080"'),
    Case("nginx, both", f'10.0.0.1 - - {REQUEST} {AFTER} "x.example" "198.51.100.1"', host="x.example"),
    Case("nginx, address of the server", f'8.8.8.8 - - {REQUEST} {AFTER} "10.0.0.5"', ip="8.8.8.8"),
    Case("nginx, name of a script", f'198.51.100.1 - - {REQUEST} {AFTER} "index.php"'),
    Case("nginx, ISO time", f"198.51.100.1 - - {ISO_REQUEST} {AFTER}"),
    Case("forwarded-for leads", f"198.51.100.1 10.0.0.1 - - {REQUEST} {AFTER}"),
    Case("forwarded-for leads, several", f"198.51.100.1, 203.0.113.7 10.0.0.1 - - {REQUEST} {AFTER}"),
    Case("forwarded-for leads, none", f"- 198.51.100.1 - - {REQUEST} {AFTER}"),
    Case("forwarded-for instead", f"198.51.100.1, 203.0.113.7 - - {REQUEST} {AFTER}"),
    Case("forwarded-for begins unknown", f"unknown, 198.51.100.1 10.0.0.1 - - {REQUEST} {AFTER}"),
    Case("address with port", f"198.51.100.1:51022 - - {REQUEST} {AFTER}"),
    Case("Traefik", f'198.51.100.1 - - {REQUEST} {AFTER} 17 "shop@docker" "http://10.0.0.2:80" 3ms'),
    Case(
        "IIS",
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-05-17 10:00:00\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
        "sc-status sc-substatus sc-win32-status time-taken\n"
        f"2024-05-17 10:05:03 10.0.0.1 GET /thanks a=1 443 - 198.51.100.1 {AGENT.replace(' ', '+')} "
        "https://search.example/ 200 0 0 15",
    ),
    Case(
        "IIS with host, forwarded-for and other fields from the middle on",
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2024-05-17 10:05:00 198.51.100.9 GET / 200\n"
        "#Fields: date time cs-host cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(Referer) sc-status "
        f"X-Forwarded-For\n2024-05-17 10:05:03 www.x.example GET /thanks a=1 10.0.0.1 {AGENT.replace(' ', '+')} "
        "https://search.example/ 200 198.51.100.1,+203.0.113.7",
        host="www.x.example",
    ),
    Case(
        "W3C with the day in a directive",
        "#Date: 2024-05-17 00:00:00\n#Fields: time c-ip cs-method cs-uri-stem cs-uri-query sc-status\n"
        "10:05:03 198.51.100.1 GET /thanks a=1 200",
        has_headers=False,
    ),
    Case(
        "CloudFront",
        "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
        "cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header\n"
        "2024-05-17\t10:05:03\tFRA2\t392\t198.51.100.1\tGET\td111.cloudfront.net\t/thanks\t200\t"
        "https://search.example/\tMozilla/5.0%20(X11;%2520Linux%20x86_64)%20Chrome/131.0\ta=1\t-\tHit\tSOX4==\twww.x.example",
        host="www.x.example",
    ),
    Case(
        "Caddy",
        json.dumps(
            {
                "level": "info", "ts": 1715940303.5, "logger": "http.log.access", "msg": "handled request",
                "status": 200,
                "request": {
                    "remote_ip": "10.0.0.1", "remote_port": "41342", "client_ip": "198.51.100.1", "proto": "HTTP/2.0",
                    "method": "GET", "host": "www.x.example:8443", "uri": "/thanks?a=1",
                    "headers": {"User-Agent": [AGENT], "Referer": ["https://search.example/"]},
                },
            }
        ),
        host="www.x.example",
    ),
    Case(
        "Traefik JSON",
        json.dumps(
            {
                "ClientAddr": "198.51.100.1:51022", "ClientHost": "198.51.100.1", "DownstreamStatus": 200,
                "RequestHost": "www.x.example", "RequestMethod": "GET", "RequestPath": "/thanks?a=1",
                "StartUTC": "2024-05-17T10:05:03.123456789Z", "request_Referer": "https://search.example/",
                "request_User-Agent": AGENT, "time": "2024-05-17T10:05:04Z",
            }
        ),
        host="www.x.example",
    ),
    Case(
        "nginx JSON",
        json.dumps(
            {
                "time_local": "17/May/2024:12:05:03 +0200", "remote_addr": "10.0.0.1", "status": "200",
                "request": "GET /thanks?a=1 HTTP/1.1", "http_referer": "https://search.example/",
                "http_user_agent": AGENT, "http_x_forwarded_for": "198.51.100.1", "host": "web-01",
            }
        ),
    ),
    Case(
        "Cloudflare",
        json.dumps(
            {
                "ClientIP": "198.51.100.1", "ClientRequestHost": "x.example", "ClientRequestMethod": "GET",
                "ClientRequestURI": "/thanks?a=1", "ClientRequestUserAgent": AGENT, "EdgeResponseStatus": 200,
                "ClientRequestReferer": "https://search.example/", "EdgeStartTimestamp": 1715940303123456789,
            }
        ),
        host="x.example",
    ),
]  # fmt: skip


CLOUDFRONT = {
    "c-ip": "198.51.100.1", "cs-method": "GET", "cs-uri-stem": "/thanks", "cs-uri-query": "a=1", "sc-status": "200",
    "cs(User-Agent)": "Mozilla/5.0%20(X11;%2520Linux%20x86_64)%20Chrome/131.0", "cs(Host)": "d111.cloudfront.net",
    "cs(Referer)": "https://search.example/", "x-host-header": "www.x.example",
}  # fmt: skip
CASES += [
    Case("CloudFront JSON", json.dumps(CLOUDFRONT | {"date": "2024-05-17", "time": "10:05:03"}), host="www.x.example"),
    Case("CloudFront JSON, seconds", json.dumps(CLOUDFRONT | {"timestamp": "1715940303"}), host="www.x.example"),
]

PLAIN = f"198.51.100.1 - - {REQUEST} {AFTER}"
PREFIXED = {
    "Docker's json-file": json.dumps({"log": PLAIN + "\n", "stream": "stdout", "time": "2024-05-17T10:05:03.1Z"}),
    "docker compose": f"web_1  | {PLAIN}",
    "docker compose, in colour": f"\x1b[36mshop-web-1  | \x1b[0m{PLAIN}",
    "docker compose --timestamps": f"web-1 | 2024-05-17T10:05:03.123456789Z {PLAIN}",
    "docker logs --timestamps": f"2024-05-17T10:05:03.123456789Z {PLAIN}",
    "CRI": f"2024-05-17T10:05:03.123456789Z stdout F {PLAIN}",
    "kubectl logs --prefix": f"[pod/web-5d9/nginx] {PLAIN}",
    "syslog": f"May 17 10:05:03 web1 nginx: {PLAIN}",
    "syslog, a day of one digit": f"<190>May  7 10:05:03 web1 nginx[12]: {PLAIN}",
    "nginx's syslog without host": f"<190>May 17 10:05:03 nginx: {PLAIN}",
    "rsyslog": f"2024-05-17T10:05:03.123456+02:00 web1 nginx: {PLAIN}",
    "RFC 5424": f'<190>1 2024-05-17T10:05:03Z web1 nginx 12 - [a@1 b="c"] {PLAIN}',
    "journalctl -o json": json.dumps({"MESSAGE": PLAIN, "_HOSTNAME": "web1"}),
}


@pytest.mark.parametrize("kind", PREFIXED)
def test_lines_are_read_behind_the_prefix_of_a_log_collector(kind: str) -> None:
    assert read(PREFIXED[kind]) == read(PLAIN)


@pytest.mark.parametrize("prefix", ["web_1  | ", "2024-05-17T10:05:03Z stdout F ", "May 17 10:05:03 web1 caddy: "])
def test_every_format_is_read_behind_a_prefix(prefix: str) -> None:
    for case in CASES:
        if prefix == "web_1  | " or "\n" not in case.text:
            assert read("\n".join(prefix + line for line in case.text.split("\n"))) == read(case.text)


@pytest.mark.parametrize(
    ("escaped", "agent"),
    [
        (r"caf\xC3\xA9", "café"),
        (r"caf\xc3\xa9 \u00e9", "café é"),
        (r"a\x22b\x5Cc\x09d", 'a"b\\c\td'),
        (r"a\\x41\x41", r"a\x41A"),
        (r"caf\xE9", "caf\ufffd"),
    ],
)
def test_json_with_the_escapes_of_nginx(escaped: str, agent: str) -> None:
    """https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format: what `escape=default` makes."""
    line = read(
        '{"time_iso8601": "2024-05-17T10:05:03+00:00", "remote_addr": "198.51.100.1", "status": 200, '
        f'"request": "GET / HTTP/1.1", "http_user_agent": "{escaped}"}}'
    )
    assert isinstance(line, LogLine)
    assert line.user_agent == agent


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("shop.x.example", "shop.x.example"),
        ("SHOP.x.example.", "shop.x.example"),
        ("shop.x.example:8443", "shop.x.example"),
        ("https://shop.x.example", "shop.x.example"),
        ("https://user@shop.x.example:8443/a?b#c", "shop.x.example"),
        ("shop.münchen.de", "shop.xn--mnchen-3ya.de"),
        ("*.x.example", "*.x.example"),
        ("*.München.de:443", "*.xn--mnchen-3ya.de"),
        ("intranet", "intranet"),
        ("203.0.113.9", "203.0.113.9"),
        ("[2001:db8::1]:443", "[2001:db8::1]"),
        *((text, "") for text in ("", " ", "-", "a b", "*x.example", "x.*.example", "https://", "/a", "a..b", "*.")),
    ],
)
def test_the_hosts_that_can_be_chosen(text: str, pattern: str) -> None:
    assert host_pattern(text) == pattern


@pytest.mark.parametrize(
    ("host", "is_wanted"), [("a.x.example", True), ("a.b.x.example", True), ("x.example", False), ("ax.example", False)]
)
def test_a_pattern_is_for_subdomains(host: str, is_wanted: bool) -> None:
    line = read(f"{host}:443 {PLAIN}")
    assert isinstance(line, LogLine)
    rules = PageViewRules(hosts=frozenset({host_pattern("*.x.example")}))
    assert (rules.reason_to_skip(line) is None) is is_wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_request_is_the_same_in_every_format(case: Case) -> None:
    line = read(case.text)
    assert isinstance(line, LogLine)
    assert (line.ip, line.host) == (case.ip, case.host)
    assert (line.at.replace(microsecond=0), line.method, line.target, line.status) == (AT, "GET", "/thanks?a=1", 200)
    headers = ("https://search.example/", AGENT) if case.has_headers else ("", None)
    assert (line.referrer, line.user_agent) == headers


def test_a_load_balancer_of_aws() -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html"""
    line = read(
        "https 2024-05-17T10:05:03.186641Z app/lb/50dc 198.51.100.1:2817 10.0.0.1:80 0.086 0.048 0.037 200 "
        f'200 0 57 "GET https://www.x.example:443/thanks?a=1 HTTP/1.1" "{AGENT}" ECDHE TLSv1.2 arn:aws "Root=1" "-" 0'
    )
    assert isinstance(line, LogLine)
    assert (line.ip, line.status, line.user_agent, sent_to(line)) == ("198.51.100.1", 200, AGENT, "www.x.example")
    assert page_url(line, "x.example") == "https://www.x.example/thanks?a=1"


@pytest.mark.parametrize(
    ("target", "url"),
    [
        (r"/caf\xC3\xA9", "https://x.example/caf%C3%A9"),  # nginx
        (r"/caf\xc3\xa9?q=\xc3\xa9", "https://x.example/caf%c3%a9?q=%c3%a9"),  # Apache
        ("/café", "https://x.example/café"),
        ("/caf%C3%A9", "https://x.example/caf%C3%A9"),
        ("/caf\udce9", "https://x.example/caf%E9"),  # a byte that is not UTF-8
        (r"/a\"b\\c\tc", "https://x.example/a%22b%5Cc%09c"),
        (r"/a\x22b", "https://x.example/a%22b"),
        ("/100%", "https://x.example/100%"),
        ("http://www.x.example:80/thanks?a=1", "https://www.x.example/thanks?a=1"),
        ("http://x.example", "https://x.example"),
        ("//evil.example/thanks", "https://x.example//evil.example/thanks"),
    ],
)
def test_a_target_becomes_the_url_of_a_page(target: str, url: str) -> None:
    line = read(f'198.51.100.1 - - [17/May/2024:10:05:03 +0000] "GET {target} HTTP/1.1" 200 1 {AFTER}')
    assert isinstance(line, LogLine)
    assert page_url(line, "x.example") == url


def test_headers_are_unescaped() -> None:
    line = read(rf'198.51.100.1 - - {REQUEST} "https://a.example/\xC3\xA9" "\"caf\xc3\xa9\" 100%"')
    assert isinstance(line, LogLine)
    assert (line.referrer, line.user_agent) == ("https://a.example/é", '"café" 100%')


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"x.example:443 198.51.100.1 - - {REQUEST}", None),
        (f"www.x.example 198.51.100.1 - - {REQUEST}", None),
        (f"WWW.X.example. 198.51.100.1 - - {REQUEST}", None),
        (f"198.51.100.1 - - {REQUEST}", None),
        (f"shop.x.example 198.51.100.1 - - {REQUEST}", "host"),
        (f"other.example:443 198.51.100.1 - - {REQUEST}", "host"),
        (f"127.0.0.1:80 198.51.100.1 - - {REQUEST}", "host"),
        (f"198.51.100.1 - - {REQUEST.replace('/thanks', 'http://evil.example/thanks')}", "host"),
        (f"x.example 198.51.100.1 - - {REQUEST.replace('/thanks', 'http://evil.example/thanks')}", "host"),
        (f"198.51.100.1 - - {REQUEST.replace('/thanks', 'HTTP://x.example@evil.example/thanks')}", "host"),
        (f"198.51.100.1 - - {REQUEST.replace('/thanks', 'https://WWW.x.example:443/thanks')}", None),
        (f"198.51.100.1 - - {REQUEST.replace('/thanks?a=1', '*')}", "target"),
    ],
)
def test_requests_of_other_hosts_are_skipped(line: str, reason: str | None) -> None:
    found = read(line)
    assert isinstance(found, LogLine)
    assert PageViewRules(skip_bots=False, hosts=hosts_of("x.example:443")).reason_to_skip(found) == reason


@pytest.mark.parametrize(
    "request_",
    [r"-", r"\x16\x03\x01\x02", "", r"quit\n", "GET", r"\x00"],
)
def test_scanners_bytes_are_told_apart_from_malformed_lines(request_: str) -> None:
    """Lines that port scanners leave in the log of any public server."""
    line = f'198.51.100.1 - - [17/May/2024:10:05:03 +0000] "{request_}" 400 0 "-" "-"'
    assert READERS[LogFormat.COMBINED]().read(line) is Other.NO_REQUEST


@pytest.mark.parametrize(
    "line",
    [
        "",
        "rubbish",
        f"web_1  | nobody {REQUEST}",
        "2024-05-17T10:05:03Z " * 1000,
        "<1>" * 1000,
        '{"log": "{}"}',
        '{"log": 1}',
        f"a b c d {REQUEST}",
        REQUEST,
        f"198.51.100.1 - - {REQUEST.replace('17/May', '99/May')}",
        f"198.51.100.1 - - {REQUEST.replace('17/May', '17/Mai')}",
        "[" * 100_000,
        '[1aaaaaaaaaaaaaaa] "' * 20_000,
        "198.51.100.1 " * 20_000 + REQUEST,
        "[" * 100_000 + "{" * 100_000,
        '{"request":' * 50_000,
        '{"ts": 1e999, "remote_addr": "198.51.100.1", "status": 200, "request": "GET / HTTP/1.1"}',
        '{"ts": "soon", "remote_addr": "198.51.100.1", "status": 200, "request": "GET / HTTP/1.1"}',
        '{"ts": 1, "remote_addr": "nobody", "status": 200, "request": "GET / HTTP/1.1"}',
        "2024-05-17 10:05:03 GET / 200",  # W3C without #Fields
    ],
)
def test_an_unreadable_line_is_malformed(line: str) -> None:
    assert recognised([line]) is None
    for make_reader in READERS.values():
        assert not isinstance(make_reader().read(line), LogLine)


@given(st.text(max_size=60), st.sampled_from(list(LogFormat)))
def test_no_text_breaks_a_reader(text: str, log_format: LogFormat) -> None:
    reader = READERS[log_format]()
    reader.read("#Fields: date time c-ip cs-method cs-uri-stem sc-status")
    reader.read(text)
    reader.read(f"198.51.100.1 - - [17/May/2024:10:05:03 +0000] {text}")
    reader.read(f"2024-05-17 10:05:03 198.51.100.1 GET {text} 200")


def test_the_format_is_the_one_of_most_lines() -> None:
    combined = f"198.51.100.1 - - {REQUEST}"
    assert recognised(["rubbish", combined, '{"level": "info"}']) is LogFormat.COMBINED
    assert recognised(["rubbish", '{"level": "info"}', "#Fields: date"]) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"198.51.100.1 - - {REQUEST}", None),
        (f'198.51.100.1 - - {REQUEST} "-" "-"', "bot"),
        (f'198.51.100.1 - - {REQUEST} "-" "curl/8.5"', "bot"),
        ("#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2024-05-17 10:05:03 198.51.100.1 GET / 200", None),
        (
            "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n"
            "2024-05-17 10:05:03 198.51.100.1 GET / 200 -",
            "bot",
        ),
        (
            '{"ClientHost": "198.51.100.1", "DownstreamStatus": 200, "RequestMethod": "GET", "RequestPath": "/", '
            '"StartUTC": "2024-05-17T10:05:03Z"}',
            None,
        ),
        (
            '{"ts": 1, "status": 200, "request": {"client_ip": "198.51.100.1", "method": "GET", "uri": "/", '
            '"headers": {}}}',
            "bot",
        ),
        # Cut off within the user agent.
        (f'198.51.100.1 - - {REQUEST} "-" "', "bot"),
        (f'198.51.100.1 - - {REQUEST} "-" "{AGENT[:20]}', None),
        (f'198.51.100.1 - - {REQUEST} "-" "{AGENT[:20]} \\', None),
        (f'198.51.100.1 - - {REQUEST} "-" "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/', "bot"),
    ],
)
def test_only_a_log_that_has_user_agents_tells_bots(line: str, reason: str | None) -> None:
    found = read(line)
    assert isinstance(found, LogLine)
    assert PageViewRules().reason_to_skip(found) == reason


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "not an address", "10.0.0.1"),
        ("10.0.0.1", "192.168.1.5", "192.168.1.5"),
        ("8.8.8.8", "10.0.0.5", "8.8.8.8"),
        ("8.8.8.8", "[2001:db8::7]:443", "2001:db8::7"),
        ("client.isp.example", "", "client.isp.example"),
    ],
)
def test_the_client_behind_proxies(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, forwarded) == client
