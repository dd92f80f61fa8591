"""Lines of a file that may be packed, damaged, without an end, or no text at all."""

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from typing import TypeVar, cast

from goalpost.cli.packed_files import UNPACKING_ERRORS, unpacked

T = TypeVar("T")
_LONGEST = 1 << 20  # bytes of one line; a longer one comes in pieces, so that a file without line ends needs no memory
_PROBE, _LEAST = 64, 4  # bytes that tell UTF-16


class Lines:
    """The lines, to be read once. They end where reading fails, and `fault` says why; and at the user's Ctrl-C.

    Text is UTF-8, without the byte order mark that it may begin with, or UTF-16. Bytes that are neither come as
    surrogates (`surrogateescape`).
    """

    def __init__(self, raw: BufferedReader, content: BufferedReader, size: int | None) -> None:
        self.size = size
        self.fault: str | None = None
        self.interrupted = False
        self._raw = raw
        self._content = content
        self._reading = False
        self._text: io.TextIOWrapper | None = None

    def __iter__(self) -> Iterator[str]:
        return self._read(self._reader)

    def decoded(self, encoding: str) -> Iterator[str]:
        """Return the lines of a text in that encoding, whatever it looks like; text that is not in it is a fault."""
        return self._read(lambda: self._text_reader(encoding))

    def _read(self, open_reader: Callable[[], Callable[[], str]]) -> Iterator[str]:
        try:
            read_line = self._waiting(open_reader)
            line = self._waiting(read_line).removeprefix("\ufeff")
            while line:
                yield line
                if self.interrupted:
                    return
                line = self._waiting(read_line)
        except UNPACKING_ERRORS as error:
            self.fault = str(error)
        except UnicodeError as error:
            self.fault = f"it is not text in {getattr(error, 'encoding', 'that encoding')}"
        except KeyboardInterrupt:
            pass

    def position(self) -> int | None:
        """Return how many of the `size` bytes of the file were read, where that is known."""
        return self._raw.tell() if self.size is not None else None

    def close(self) -> None:
        """Let go of the file, which somebody else closes."""
        if self._text is not None:
            self._text.detach()

    def interrupt(self, *_: object) -> None:
        """End the lines, so that those read so far can be dealt with; asked for a second time, end everything."""
        again, self.interrupted = self.interrupted, True
        if again or self._reading:
            raise KeyboardInterrupt

    def _reader(self) -> Callable[[], str]:
        encoding = _utf_16(self._content.peek(_PROBE)[:_PROBE])
        if encoding is None:
            return lambda: self._content.readline(_LONGEST).decode("utf-8", "surrogateescape")
        return self._text_reader(encoding)

    def _text_reader(self, encoding: str) -> Callable[[], str]:
        self._text = text = io.TextIOWrapper(self._content, encoding, newline="\n")
        return lambda: text.readline(_LONGEST)

    def _waiting(self, read: Callable[[], T]) -> T:
        self._reading = True
        try:
            return read()
        finally:
            self._reading = False


def _utf_16(begins: bytes) -> str | None:
    """Return the encoding of UTF-16 text, by its byte order mark or the NULs of Latin letters; None for other text."""
    if begins.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    first, second = begins[::2], begins[1::2]
    if len(begins) < _LEAST:
        return None
    if all(first) and not any(second):
        return "utf-16-le"
    return "utf-16-be" if all(second) and not any(first) else None


@contextmanager
def open_lines(file: str) -> Iterator[Lines]:
    """The lines of a file, `-` for standard input; packed files are unpacked. Raises OSError and Archive."""
    with ExitStack() as closing:
        raw = cast(BufferedReader, sys.stdin.buffer) if file == "-" else closing.enter_context(open(file, "rb"))
        content = unpacked(raw, file)
        # A pipe has no size, and no position to compare with it.
        is_file = file != "-" and os.path.isfile(file)
        lines = Lines(raw, content, os.stat(file).st_size if is_file else None)
        closing.callback(lines.close)
        closing.callback(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, lines.interrupt))
        yield lines
