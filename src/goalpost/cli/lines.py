"""Lines of a file that may be packed, damaged, without an end, or no text at all."""

import codecs
import gzip
import os
import signal
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from typing import cast

_GZIP = b"\x1f\x8b"
_MARK = 4  # bytes that may say what encoding a file has
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
        with self._until_it_fails():
            while not self.interrupted and (line := self._read(self._unpacked.readline)):
                yield line.decode("utf-8", "surrogateescape")

    def decoded(self, encoding: str) -> Iterator[str]:
        """The lines of a text in another encoding than UTF-8, in which a line's end may be more than a byte."""
        decoder, rest, chunk = codecs.getincrementaldecoder(encoding)(), "", b"-"
        with self._until_it_fails(encoding):
            while not self.interrupted and chunk:
                chunk = self._read(self._unpacked.read1)
                *lines, rest = (rest + decoder.decode(chunk, not chunk)).split("\n")
                yield from (f"{line}\n" for line in lines)
                if len(rest) >= _LONGEST or not chunk:
                    yield from [rest] if rest else []
                    rest = ""

    def beginning(self) -> bytes:
        """The first bytes, which are read again with the first line; nothing where they cannot be read."""
        with self._until_it_fails():
            return self._unpacked.peek(_MARK)[:_MARK]
        return b""

    def position(self) -> int | None:
        """How many of the `size` bytes of the file were read, where that is known."""
        return self._raw.tell() if self.size is not None else None

    def interrupt(self, *_: object) -> None:
        """End the lines, so that those read so far can be dealt with; asked for a second time, end everything."""
        again, self.interrupted = self.interrupted, True
        if again or self._reading:
            raise KeyboardInterrupt

    @contextmanager
    def _until_it_fails(self, encoding: str = "utf-8") -> Iterator[None]:
        try:
            yield
        except (OSError, EOFError, zlib.error) as error:
            self.fault = str(error)
        except UnicodeError:
            self.fault = f"it is not text in {encoding}"
        except KeyboardInterrupt:
            pass

    def _read(self, read: Callable[[int], bytes]) -> bytes:
        self._reading = True
        try:
            return read(_LONGEST)
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
