"""Takes events from files: through the same pipeline and into the same spool as live ones.

Every line gets an idempotency key made of its text, so importing a file again within seven days, or a longer copy,
adds only what is new.
"""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from goalpost.conversions.ingest import fields, pipeline
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.access_log import (
    LogFormat,
    LogReader,
    PageViewRules,
    new_reader,
    page_url,
    recognised,
    sent_to,
)
from goalpost.conversions.ingest.catalog import names_site
from goalpost.conversions.ingest.log_values import LogLine, Other
from goalpost.conversions.ingest.spool import Spool
from goalpost.conversions.ingest.wire import Sender, WireEvent, read_event, to_hit
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import PAGEVIEW, Hit
from goalpost.conversions.model.sites import Site
from goalpost.kernel.errors import Malformed

PORTION = 1000
_SHOWN = 5
_MOST_NAMES = 1000  # of hosts and of sites that are counted one by one
_MOST_SITES = 1000  # names of a line that are looked at
_EARLIEST_MS = 946_684_800_000  # 2000-01-01
_DAY_MS = 86_400_000
_Read = Callable[[str], Hit | None]


@dataclass(slots=True)
class ImportReport:
    """The result of importing a file's lines: each is imported, repeated, skipped, malformed or blank.

    `repeated` were imported before. `skipped` counts by reason, and `hosts` by host those that were skipped because
    another host was asked. `sites` counts by name the events that were skipped because they name other sites alone, and
    `shared` those that name others besides this one. Comments are blank. `ignored` counts events that were read without
    a field that cannot be used, by field. `examples` are malformed lines by number. `log_format` is the format of an
    access log, None as long as no line could be read.
    """

    lines: int = 0
    imported: int = 0
    repeated: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    shared: Counter[str] = field(default_factory=Counter)
    malformed: int = 0
    blank: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str]] = field(default_factory=list)
    log_format: LogFormat | None = None

    @property
    def nothing_readable(self) -> bool:
        """Return whether there were lines, and none of them could be read."""
        return self.malformed > 0 and self.malformed + self.blank == self.lines

    def note_other_host(self, host: str) -> None:
        """Count a request that another host was asked for."""
        self.skipped["host"] += 1
        _count(self.hosts, host)

    def note_sites(self, others: Iterable[str], *, skipped: bool) -> None:
        """Count the other sites of an event: those that it names alone, or those that it names besides this one."""
        self.skipped["site"] += skipped
        for name in others:
            _count(self.sites if skipped else self.shared, name)

    @property
    def ignored_revenue(self) -> int:
        """The number of events that were read without their revenue."""
        return self.ignored["revenue"]

    def note_malformed(self, text: str) -> None:
        """Count a line that cannot be read."""
        self.malformed += 1
        if len(self.examples) < _SHOWN:
            self.examples.append((self.lines, text[:200].rstrip()))


class Importer:
    """Imports into one site; `run_*` yield the number of lines after each portion, for a progress bar."""

    def __init__(self, site: Site, context: pipeline.Context, spool: Spool) -> None:
        self.report = ImportReport()
        self._site = site
        self._context = context
        self._spool = spool
        self._seen: Counter[bytes] = Counter()
        self._ignored: tuple[str, ...] = ()  # fields of the line that is read

    def run_access_log(
        self, lines: Iterable[str], rules: PageViewRules, log_format: LogFormat | None = None
    ) -> Iterator[int]:
        """Page views of an access log, in a format that is recognised where none is given."""
        steps = (
            pipeline.STEPS if rules.skip_bots else [step for step in pipeline.STEPS if step is not pipeline.drop_bots]
        )
        self.report.log_format = log_format
        reader = new_reader(log_format) if log_format else None
        for portion in _portions(lines):
            if reader is None and (known := recognised(portion)) is not None:
                self.report.log_format, reader = known, new_reader(known)
            yield self._keep(portion, self._log_reader(reader, rules), steps)

    def run_events(self, lines: Iterable[str]) -> Iterator[int]:
        """Events as JSON, one a line, as `POST /api/event` takes them; what names other sites alone is skipped."""
        for portion in _portions(lines):
            yield self._keep(portion, self._event_hit, pipeline.STEPS)

    def _keep(self, portion: list[str], read: _Read, steps: list[pipeline.Step]) -> int:
        self._context.numbers.prepare(int(time.time() * 1000))
        accepted, ignored = list[Accepted](), list[tuple[str, ...]]()
        for line in portion:
            self._ignored = ()
            if (item := self._take(line, read, steps)) is not None:
                accepted.append(item)
                ignored.append(self._ignored)
        repeated = self._spool.keep(accepted)
        for index, names in enumerate(ignored):
            self.report.ignored.update(() if index in repeated else names)
        self.report.imported += len(accepted) - len(repeated)
        self.report.repeated += len(repeated)
        return self.report.lines

    def _take(self, line: str, read: _Read, steps: list[pipeline.Step]) -> Accepted | None:
        self.report.lines += 1
        line = line.removeprefix("\ufeff")  # files that were put together have it in their middle
        if not line.strip():
            self.report.blank += 1
            return None
        hit = read(line)
        if hit is None:
            return None
        hit.workspace_id = self._site.workspace_id
        hit.idempotency_key = hit.idempotency_key or self._line_key(line)
        result = pipeline.run(hit, self._context, int(time.time() * 1000), steps)
        if isinstance(result, str):
            self.report.skipped[result] += 1
            return None
        return result

    def _log_reader(self, reader: LogReader | None, rules: PageViewRules) -> _Read:
        def read(text: str) -> Hit | None:
            line = reader.read(text) if reader else Other.COMMENT if text.startswith("#") else None
            if isinstance(line, LogLine):
                return self._log_hit(line, rules)
            if line is Other.COMMENT:
                self.report.blank += 1
            elif line is Other.NO_REQUEST:
                self.report.skipped["no request"] += 1
            else:
                self.report.note_malformed(text)
            return None

        return read

    def _log_hit(self, line: LogLine, rules: PageViewRules) -> Hit | None:
        timestamp_ms = int(line.at.timestamp() * 1000)
        reason = rules.reason_to_skip(line)
        if reason is None and not _EARLIEST_MS <= timestamp_ms <= time.time() * 1000 + _DAY_MS:
            reason = "time"
        if reason == "host":
            self.report.note_other_host(sent_to(line))
        elif reason is not None:
            self.report.skipped[reason] += 1
        if reason is not None:
            return None
        return Hit(
            domain=self._site.key,
            name=PAGEVIEW,
            kind=Trigger.PAGEVIEW,
            url=page_url(line, self._site.domain)[: fields.MAX_URL],
            referrer=line.referrer[: fields.MAX_REFERRER],
            timestamp_ms=timestamp_ms,
            client_ip=line.ip,
            user_agent=(line.user_agent or "")[: fields.MAX_USER_AGENT],
        )

    def _event_hit(self, text: str) -> Hit | None:
        if text.lstrip().startswith("#"):
            self.report.blank += 1
            return None
        now_ms = int(time.time() * 1000)
        try:
            wire = read_event(text.encode("utf-8", "surrogateescape"))
            names = _site_names(wire)
            wire.domain = self._site.key
            hit, ignored = to_hit(wire, Sender("", "", now_ms, self._site.workspace_id))
            if "timestamp" in ignored:
                raise Malformed("timestamp cannot be read")  # in a file it must not be taken for one of today
        except Malformed as error:
            self.report.note_malformed(f"{error}: {text}")
            return None
        others = [name for name in names if not names_site(name, self._site)]
        is_elsewhere = bool(names) and len(others) == len(names)
        if others:
            self.report.note_sites(others, skipped=is_elsewhere)
        if is_elsewhere:
            return None
        self._ignored = tuple(ignored)
        return hit

    def _line_key(self, line: str) -> str:
        """Equal lines are told apart by their order, so that real repetitions in a file count."""
        digest = blake2b(line.strip().encode("utf-8", "surrogateescape"), digest_size=16).digest()
        self._seen[digest] += 1
        return f"line:{digest.hex()}:{self._seen[digest]}"


def _portions(lines: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(lines)
    while portion := list(itertools.islice(remaining, PORTION)):
        yield portion


def _site_names(wire: WireEvent) -> list[str]:
    """The names of sites that an event has, each once; none where it leaves its site to the importer.

    Raises Malformed where a domain was sent that cannot be read: it may mean another site.
    """
    text = fields.required_text(wire.domain, wire.d)
    if not text and any(value not in (None, "") for value in (wire.domain, wire.d)):
        raise Malformed("domain is required: a text")
    return list(dict.fromkeys(filter(None, map(str.strip, text.split(",", _MOST_SITES)))))


def _count(names: Counter[str], name: str) -> None:
    if name in names or len(names) < _MOST_NAMES:
        names[name] += 1
