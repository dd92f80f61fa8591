"""Reads access logs of JSON lines: Caddy's, Traefik's, Cloudflare's, CloudFront's, and nginx's, of its variables.

Sources: https://caddyserver.com/docs/caddyfile/directives/log,
https://doc.traefik.io/traefik/observability/access-logs/,
https://developers.cloudflare.com/logs/reference/log-fields/zone/http_requests/,
https://nginx.org/en/docs/http/ngx_http_core_module.html#variables,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from goalpost.conversions.ingest.log_values import (
    LogLine,
    Other,
    client_of,
    header_text,
    host_of,
    is_domain,
    parse_address,
    parse_time,
)

_PEER = (
    *("request.client_ip", "request.remote_ip", "request.remote_addr"),
    *("ClientHost", "ClientIP", "remote_addr", "remote_ip", "client_ip", "c-ip", "client"),
)
_FORWARDED = ("http_x_forwarded_for", "x_forwarded_for", "request_X-Forwarded-For", "x-forwarded-for")
_TIME = (
    *("ts", "StartUTC", "StartLocal", "EdgeStartTimestamp", "time_iso8601", "time_local", "@timestamp", "timestamp"),
    *("msec", "time"),
)
_METHOD = ("request.method", "RequestMethod", "ClientRequestMethod", "request_method", "cs-method", "method")
_TARGET = ("request.uri", "RequestPath", "ClientRequestURI", "request_uri", "cs-uri-stem", "uri", "path")
_STATUS = ("status", "DownstreamStatus", "EdgeResponseStatus", "sc-status")
_HOST = ("request.host", "RequestHost", "ClientRequestHost", "http_host", "x-host-header", "cs(Host)")
_MAYBE_HOST = ("host", "server_name", "vhost")
"""Log shippers write the name of a machine there."""
_REFERRER = (
    *("request.headers.Referer", "request_Referer", "ClientRequestReferer", "http_referer", "http_referrer"),
    *("cs(Referer)", "referer", "referrer"),
)
_AGENT = (
    *("request.headers.User-Agent", "request_User-Agent", "ClientRequestUserAgent", "http_user_agent"),
    *("cs(User-Agent)", "user_agent", "agent"),
)
_SECONDS, _MILLISECONDS, _MICROSECONDS = 10**11, 10**14, 10**17  # a later moment is counted in the next smaller unit

# nginx's default escaping, which JSON does not know: `\\x` and the two digits of a byte.
_BYTE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_LEAST_PRINTABLE = 0x20

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class JsonLog:
    """Reads lines of JSON."""

    def read(self, line: str) -> LogLine | Other | None:
        """Return the request of a line; None for what cannot be read."""
        found = _object(line)
        if found is None:
            return None
        peer, at, status = _first(found, _PEER), _moment(_time(found)), _first(found, _STATUS)
        method, target = _request(found)
        if not peer or not method or not status:
            return Other.NO_REQUEST  # what else a server logs
        if at is None or not status.isdecimal() or parse_address(peer) is None:
            return None
        client = client_of(peer, _first(found, _FORWARDED))
        referrer, agent = _first(found, _REFERRER), _agent(found)
        if "cs-uri-stem" in found:  # CloudFront
            query = _first(found, ("cs-uri-query",))
            target += f"?{query}" if query else ""
            referrer, agent = header_text(referrer, encoded=True), agent and header_text(agent, encoded=True)
        return LogLine(client, at, method, target, int(status[:3]), referrer, agent, _host(found))


def _object(line: str) -> dict[str, Any] | None:
    try:
        return _decode(line.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        if "\\x" not in line:
            return None
    try:
        text = _BYTE.sub(_json_byte, line.encode("utf-8", "replace")).decode("utf-8", "replace")
        return _decode(text.encode())
    except (msgspec.MsgspecError, RecursionError):
        return None


def _json_byte(escape: re.Match[bytes]) -> bytes:
    """A byte as JSON has it; other escapes stay."""
    if escape[1] is None:
        return escape[0]
    byte = bytes.fromhex(escape[1].decode())
    return b"\\u%04x" % byte[0] if byte in b'"\\' or byte[0] < _LEAST_PRINTABLE else byte


def _time(found: dict[str, Any]) -> str:
    """Return when the request was made; W3C's names have its day and its time of day apart."""
    day, time = found.get("date"), found.get("time")
    if isinstance(day, str) and isinstance(time, str) and "cs-method" in found:
        return f"{day} {time}"
    return _first(found, _TIME)


def _agent(found: dict[str, Any]) -> str | None:
    """The user agent; None where the log has no place for it, as Traefik's unless it is told to keep headers."""
    request = found.get("request")
    has_place = (isinstance(request, dict) and "headers" in request) or any(name in found for name in _AGENT)
    return _first(found, _AGENT) if has_place else None


def _host(found: dict[str, Any]) -> str:
    other = _first(found, _MAYBE_HOST)
    return host_of(_first(found, _HOST) or (other if is_domain(other) else ""))


def _request(found: dict[str, Any]) -> tuple[str, str]:
    """Method and target, which nginx may have in one text."""
    method, target = _first(found, _METHOD), _first(found, _TARGET)
    if method and target:
        return method, target
    parts = _first(found, ("request",)).split(" ")
    return (parts[0], parts[1]) if len(parts) > 1 else ("", "")


def _first(found: dict[str, Any], names: Iterable[str]) -> str:
    """Return the first value there is under one of the names, of which a dot leads into an object; '' for none."""
    for name in names:
        value: Any = found
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, (str, int, float)) and value not in ("", "-"):
            return str(value)
    return ""


def _moment(text: str) -> datetime | None:
    try:
        number = float(text)
    except ValueError:
        return parse_time(text.replace("/", "-", 2) if text[4:5] == "/" else text)
    for unit, largest in ((1, _SECONDS), (1e3, _MILLISECONDS), (1e6, _MICROSECONDS), (1e9, float("inf"))):
        if number < largest:
            try:
                return datetime.fromtimestamp(number / unit, UTC)
            except (ValueError, OverflowError, OSError):
                return None
    return None
