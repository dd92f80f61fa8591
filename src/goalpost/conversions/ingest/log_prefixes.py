"""Prefixes that other programs put before the lines of a log: containers, Kubernetes, syslog.

Sources: https://docs.docker.com/engine/logging/drivers/json-file/, https://docs.docker.com/reference/cli/docker/compose/logs/,
https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md,
https://www.rfc-editor.org/rfc/rfc3164, https://www.rfc-editor.org/rfc/rfc5424
"""

import re
from typing import Any

import msgspec

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
_TIME = rf"(?:[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d|{_ISO})"
_TAG = r"[^\s:\[\]]{1,64}(?:\[\d{1,10}\])?:"
_COLOUR = r"(?:\x1b\[[0-9;]{0,9}m)*"
_DATA = r"(?:-|(?:\[[^\]]{1,1000}\]){1,9})"
_PREFIXES = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_COLOUR}[\w.-]{{1,128}} *+\|{_COLOUR} ?{_COLOUR}",  # docker compose
        rf"{_ISO} (?:stdout|stderr) [FP] ",  # CRI
        r"\[pod/[^\]\s]{1,300}\] ",  # kubectl logs --prefix
        rf"(?:<\d{{1,3}}>)?{_TIME} (?:\S{{1,255}} )?{_TAG} ?",  # RFC 3164, journalctl
        rf"(?:<\d{{1,3}}>)?1 {_ISO} \S{{1,255}} \S{{1,48}} \S{{1,128}} \S{{1,32}} {_DATA} \ufeff?",  # RFC 5424
        rf"{_ISO} ",  # docker logs --timestamps
    )
]
_MOST = 3  # prefixes before one line
_LOG_TEXTS = ("log", "message", "MESSAGE")
"""The members of JSON objects in which Docker, log shippers and journald keep a line."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def without_prefix(line: str) -> str | None:
    """Return what stands behind the prefixes of a line; None where it has none."""
    text: str | None = line.lstrip(" \ufeff")
    found = None
    for _ in range(_MOST):
        text = _without_one(text or "")
        if text is None:
            break
        found = text
    return found


def _without_one(text: str) -> str | None:
    if text.startswith("{"):
        return _within_json(text)
    for prefix in _PREFIXES:
        if begins := prefix.match(text):
            return text[begins.end() :]
    return None


def _within_json(text: str) -> str | None:
    try:
        values = _decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        return None
    return next((value for name in _LOG_TEXTS if isinstance(value := values.get(name), str)), None)
