"""Logs of the server: structured, on standard error, for people or as JSON, and without secrets."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from goalpost.kernel.discretion import spellings_of, without_passwords
from goalpost.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Log from now on as the settings say."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_rendering(as_json=settings.log_format == "json"),
            _Discreet(settings),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing(sys.stderr))),
        cache_logger_on_first_use=True,
    )


def _rendering(*, as_json: bool) -> list[Processor]:
    """Tell faults with their lines of code, and never with the values of variables, among which are keys."""
    if as_json:
        transformer = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [structlog.processors.ExceptionRenderer(transformer), structlog.processors.JSONRenderer(default=str)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


class _Discreet:
    """Hides configured secrets in a finished line: a store's driver may repeat its address in a message."""

    def __init__(self, settings: Settings) -> None:
        self._secrets = spellings_of(
            settings.secret, settings.database_url, settings.events_url, settings.metrics_token
        )

    def __call__(self, _logger: WrappedLogger, _name: str, line: EventDict) -> str:
        """Return the line without them."""
        return without_passwords(str(line), self._secrets)


class _Unfailing:
    """A stream that swallows what cannot be written: a full disk under the log must not fail a request."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # a closed stream is a ValueError
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()
