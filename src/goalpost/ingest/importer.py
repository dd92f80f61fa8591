"""Takes events from files: through the same pipeline and into the same spool as live ones.

Every line gets an idempotency key made of its text, so importing a file again within a day, or a longer copy of it,
adds only what is new.
"""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from goalpost.core.conversion_goals import Trigger
from goalpost.core.errors import Malformed
from goalpost.core.events import PAGEVIEW, Hit
from goalpost.core.owners import Site
from goalpost.ingest import pipeline
from goalpost.ingest.access_log import LogLine, PageViewRules, parse_line
from goalpost.ingest.spool import Accepted, Spool
from goalpost.ingest.wire import Sender, read_event, to_hit

PORTION = 1000
_SHOWN = 5
_Reader = Callable[[str], Hit | None]


@dataclass(slots=True)
class ImportReport:
    """What came of a file's lines. `skipped` counts by reason; `examples` are malformed lines by number.

    `ignored` counts the events that were read without an optional field, because it could not be used, by field.
    """

    lines: int = 0
    imported: int = 0
    repeated: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    malformed: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str]] = field(default_factory=list)

    @property
    def ignored_revenue(self) -> int:
        """How many events were read without their revenue."""
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

    def run_access_log(self, lines: Iterable[str], rules: PageViewRules) -> Iterator[int]:
        """Page views of an access log."""
        steps = (
            pipeline.STEPS if rules.skip_bots else [step for step in pipeline.STEPS if step is not pipeline.drop_bots]
        )
        return self._run(lines, lambda line: self._log_hit(line, rules), steps)

    def run_events(self, lines: Iterable[str]) -> Iterator[int]:
        """Events as JSON, one a line, as `POST /api/event` takes them; the site is always the importer's."""
        return self._run(lines, self._event_hit, pipeline.STEPS)

    def _run(self, lines: Iterable[str], to_hit_or_none: _Reader, steps: list[pipeline.Step]) -> Iterator[int]:
        remaining = iter(lines)
        while portion := list(itertools.islice(remaining, PORTION)):
            accepted = [item for line in portion if (item := self._take(line, to_hit_or_none, steps)) is not None]
            repeated = self._spool.keep(accepted)
            self.report.imported += len(accepted) - len(repeated)
            self.report.repeated += len(repeated)
            yield self.report.lines

    def _take(self, line: str, read: _Reader, steps: list[pipeline.Step]) -> Accepted | None:
        self.report.lines += 1
        if not line.strip():
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

    def _log_hit(self, text: str, rules: PageViewRules) -> Hit | None:
        line = parse_line(text)
        if line is None:
            self.report.note_malformed(text)
            return None
        if reason := rules.reason_to_skip(line):
            self.report.skipped[reason] += 1
            return None
        return Hit(
            domain=self._site.key,
            name=PAGEVIEW,
            kind=Trigger.PAGEVIEW,
            url=_page_url(self._site, line),
            referrer=line.referrer,
            timestamp_ms=int(line.at.timestamp() * 1000),
            client_ip=line.ip,
            user_agent=line.user_agent,
        )

    def _event_hit(self, text: str) -> Hit | None:
        now_ms = int(time.time() * 1000)
        try:
            wire = read_event(text.encode("utf-8", "surrogateescape"))
            wire.domain = self._site.key
            hit, ignored = to_hit(wire, Sender("", "", now_ms, self._site.workspace_id))
        except Malformed as error:
            self.report.note_malformed(f"{error}: {text}")
            return None
        self.report.ignored.update(ignored)
        return hit

    def _line_key(self, line: str) -> str:
        """Equal lines are told apart by their order, so that real repetitions in a file count."""
        digest = blake2b(line.strip().encode("utf-8", "surrogateescape"), digest_size=16).digest()
        self._seen[digest] += 1
        return f"line:{digest.hex()}:{self._seen[digest]}"


def _page_url(site: Site, line: LogLine) -> str:
    target = line.target
    return target if target.startswith(("http://", "https://")) else f"https://{site.domain}{target}"
