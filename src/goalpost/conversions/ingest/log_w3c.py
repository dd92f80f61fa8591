"""Reads access logs in W3C's extended format, whose directives name the columns: IIS's, and CloudFront's with tabs.

Sources: https://www.w3.org/TR/WD-logfile.html, https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from goalpost.conversions.ingest.log_values import LogLine, Other, client_of, header_text, host_of, parse_iso

_FIELDS = "#fields:"
_DATE = "#date:"


class W3cLog:
    """Reads lines by the last `#Fields:` above them."""

    def __init__(self) -> None:
        self._fields: list[str] = []
        self._day = ""

    def read(self, line: str) -> LogLine | Other | None:
        """Return the request of a line; None for what cannot be read, such as lines without `#Fields:` above."""
        text = line.strip("\r\n")
        if text.startswith("#"):
            self._note(text)
            return Other.COMMENT
        cells = text.split("\t") if "\t" in text else text.split()
        if not self._fields or len(cells) != len(self._fields):
            return None
        found = {name: "" if cell == "-" else cell for name, cell in zip(self._fields, cells, strict=True)}
        return self._line(found, encoded="\t" in text)

    def _note(self, directive: str) -> None:
        name = directive.partition(":")[0].lower() + ":"
        rest = directive.partition(":")[2].split()
        if name == _FIELDS:
            self._fields = [field.lower() for field in rest]
        elif name == _DATE and rest:
            self._day = rest[0]

    def _line(self, found: dict[str, str], *, encoded: bool) -> LogLine | Other | None:
        at = parse_iso(f"{found.get('date') or self._day} {found.get('time', '')}")
        peer, status = found.get("c-ip", ""), found.get("sc-status", "")
        if at is None or not peer or not status.isdecimal():
            return None
        method, path = found.get("cs-method", ""), found.get("cs-uri-stem") or found.get("cs-uri", "")
        if not method or not path:
            return Other.NO_REQUEST
        query = found.get("cs-uri-query", "")
        target = path + (f"?{query}" if query else "")
        host = found.get("x-host-header") or found.get("cs-host") or found.get("cs(host)", "")
        referrer = header_text(found.get("cs(referer)", ""), encoded)
        agent = header_text(found["cs(user-agent)"], encoded) if "cs(user-agent)" in found else None
        client = client_of(peer, found.get("x-forwarded-for", ""))
        return LogLine(client, at, method, target, int(status), referrer, agent, host_of(host))
