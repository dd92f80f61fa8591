"""Unpacks files: gzip, bzip2, xz and Zstandard, recognised by what they hold, or else by their name.

A packed file may be several put one after another. All of them are read, and what else stands behind one is an error:
the readers of bz2 and lzma would end there without a word.
"""

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from io import BufferedReader
from typing import Any, BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from goalpost.kernel.errors import GoalpostError

UNPACKING_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""The errors that reading a damaged file raises."""

_PORTION = 64 * 1024  # packed bytes read at once


class Archive(GoalpostError):
    """The file holds other files, or is packed in a way that is not read; the message says what to do."""


class _Streams(io.RawIOBase):
    """Unpacks streams that were put one after another, with padding between them and at the end."""

    def __init__(self, raw: BinaryIO, new_stream: Callable[[], Any], padding: bytes = b"") -> None:
        self._raw = raw
        self._new_stream = new_stream
        self._padding = padding
        self._stream = new_stream()
        self._packed = b""

    def readable(self) -> bool:
        """Return True: it can always be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, and return with how many bytes; raises UNPACKING_ERRORS."""
        found = b""
        while not found:
            if self._stream.eof and not self._begin():
                return 0
            found = self._stream.decompress(self._input(), len(buffer))
            if self._stream.eof:
                self._packed = self._stream.unused_data
        buffer[: len(found)] = found
        return len(found)

    def _begin(self) -> bool:
        """Begin another stream, where anything follows."""
        while packed := self._packed or self._raw.read(_PORTION):
            self._packed = packed.lstrip(self._padding)
            if self._packed:
                self._stream = self._new_stream()
                return True
        return False

    def _input(self) -> bytes:
        if not self._stream.needs_input:
            return b""
        packed, self._packed = self._packed or self._raw.read(_PORTION), b""
        if not packed:
            raise EOFError("Compressed file ended before the end-of-stream marker was reached")
        return packed


class _Damaged(io.RawIOBase):
    """Raises what went wrong when the beginning was looked at."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def readable(self) -> bool:
        """Try to read it; return whether it can be."""
        return True

    def readinto(self, _: Any) -> int:
        """Raise the error."""
        raise self._error


def _bzip2(raw: BinaryIO) -> BufferedReader:
    return BufferedReader(_Streams(raw, bz2.BZ2Decompressor))


def _xz(raw: BinaryIO) -> BufferedReader:
    # Zero bytes are padding: https://tukaani.org/xz/xz-file-format.txt, 2.2
    return BufferedReader(_Streams(raw, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ), b"\0"))


_Opener = Callable[[BinaryIO], Any]
# How the packed file begins, how it is called, and what unpacks it.
_PACKED: tuple[tuple[bytes, tuple[str, ...], _Opener], ...] = (
    (b"\x1f\x8b", (".gz",), lambda raw: gzip.GzipFile(fileobj=raw)),
    (b"BZh", (".bz2",), _bzip2),
    (b"\xfd7zXZ\x00", (".xz",), _xz),
    (b"\x28\xb5\x2f\xfd", (".zst", ".zstd"), zstd.ZstdFile),
)
_ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
}
# How the file begins, how it is called where nothing tells it in its content, and what packed it.
_NOT_READ: tuple[tuple[bytes | None, str, str], ...] = (
    (b"\x04\x22\x4d\x18", "", "LZ4 (lz4 -d)"),
    (b"\x1f\x9d", "", "compress (uncompress)"),
    (b"LZIP", "", "lzip (lzip -d)"),
    (b"\x89LZO\x00", "", "lzop (lzop -d)"),
    (None, ".br", "Brotli (brotli -d)"),
    (None, ".lzma", "LZMA (unlzma)"),
)
_LONGEST_MAGIC = 6
_TAR_MAGIC, _TAR_AT = b"ustar", 257


def unpacked(raw: BufferedReader, file: str) -> BufferedReader:
    """Return a reader of what `raw` holds, unpacked where it is packed. Raises Archive.

    The name counts too: an unreadable .gz should be told so, not be taken for very odd text.
    """
    begins, name = raw.peek(_LONGEST_MAGIC), file.lower()
    _refuse(begins, file)
    by_content = (opener for magic, _, opener in _PACKED if begins.startswith(magic))
    by_name = (opener for _, names, opener in _PACKED if name.endswith(names))
    opener = next(by_content, None) or next(by_name, None)
    content = cast(BufferedReader, opener(raw)) if opener else raw
    try:
        is_tar = content.peek(_TAR_AT + len(_TAR_MAGIC))[_TAR_AT:].startswith(_TAR_MAGIC)
    except UNPACKING_ERRORS as error:
        return BufferedReader(_Damaged(error))
    if is_tar:
        raise _archive(file, "a tar archive")
    return content


def _refuse(begins: bytes, file: str) -> None:
    """Raise Archive for what is known and not read."""
    for magic, kind in _ARCHIVES.items():
        if begins.startswith(magic):
            raise _archive(file, kind)
    for start, ending, packer in _NOT_READ:
        if begins.startswith(start) if start is not None else file.lower().endswith(ending):
            raise Archive(f"{file} is packed with {packer}, which is not read: unpack it, and import what comes out")


def _archive(file: str, kind: str) -> Archive:
    return Archive(f"{file} is {kind}: unpack it, and import the files in it")
