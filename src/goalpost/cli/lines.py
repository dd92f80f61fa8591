"""Lines of a file that may be packed, damaged, without an end, or no text at all."""

import gzip
import os
import signal
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from typing import cast

_GZIP = b"\x1f\x8b"
_LONGEST = 1 << 20  # bytes of one line; a longer one comes in pieces, so that a file without line ends needs no memory


class Lines:
    """The lines, to be read once. They end where reading fails, and `fault` says why; and at the user's Ctrl-C."""

    def __init__(self, raw: BufferedReader, unpacked: BufferedReader | gzip.GzipFile, size: int | None) -> None:
        self.size = size
        self.fault: str | None = None
        self.interrupted = False
        self._raw = raw
        self._unpacked = unpacked
        self._reading = False

    def __iter__(self) -> Iterator[str]:
        try:
            while not self.interrupted and (line := self._read()):
                yield line.decode("utf-8", "surrogateescape")
        except (OSError, EOFError, zlib.error) as error:
            self.fault = str(error)
        except KeyboardInterrupt:
            pass

    def position(self) -> int | None:
        """How many of the `size` bytes of the file were read, where that is known."""
        return self._raw.tell() if self.size is not None else None

    def interrupt(self, *_: object) -> None:
        """End the lines, so that those read so far can be dealt with; asked for a second time, end everything."""
        again, self.interrupted = self.interrupted, True
        if again or self._reading:
            raise KeyboardInterrupt

    def _read(self) -> bytes:
        self._reading = True
        try:
            return self._unpacked.readline(_LONGEST)
        finally:
            self._reading = False


@contextmanager
def open_lines(file: str) -> Iterator[Lines]:
    """The lines of a file, `-` for standard input; gzip is unpacked. Raises OSError."""
    with ExitStack() as closing:
        raw = cast(BufferedReader, sys.stdin.buffer) if file == "-" else closing.enter_context(open(file, "rb"))
        # What a file is called counts too: an unreadable .gz should be told so, not taken for very odd text.
        packed = file.endswith(".gz") or raw.peek(len(_GZIP)).startswith(_GZIP)
        unpacked = closing.enter_context(gzip.GzipFile(fileobj=raw)) if packed else raw
        # A pipe has no size, and no position to compare with it.
        is_file = file != "-" and os.path.isfile(file)
        lines = Lines(raw, unpacked, os.stat(file).st_size if is_file else None)
        closing.callback(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, lines.interrupt))
        yield lines
