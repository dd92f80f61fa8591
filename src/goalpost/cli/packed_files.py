"""Unpacks files: gzip, bzip2, xz and Zstandard, recognised by what they hold, or else by their name."""

import bz2
import gzip
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

from goalpost.core.errors import GoalpostError

UNPACKING_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What reading a damaged file raises."""

_Opener = Callable[[BinaryIO], Any]
# How the packed file begins, how it is called, and what unpacks it.
_PACKED: tuple[tuple[bytes, tuple[str, ...], _Opener], ...] = (
    (b"\x1f\x8b", (".gz",), lambda raw: gzip.GzipFile(fileobj=raw)),
    (b"BZh", (".bz2",), bz2.BZ2File),
    (b"\xfd7zXZ\x00", (".xz",), lzma.LZMAFile),
    (b"\x28\xb5\x2f\xfd", (".zst", ".zstd"), zstd.ZstdFile),
)
_ARCHIVES = {b"PK\x03\x04": "a ZIP archive", b"7z\xbc\xaf\x27\x1c": "a 7z archive"}
_LONGEST_MAGIC = 6


class Archive(GoalpostError):
    """The file holds other files; the message says what to do."""


def unpacked(raw: BufferedReader, file: str) -> BufferedReader:
    """Return a reader of what `raw` holds, unpacked where it is packed. Raises Archive.

    The name counts too: an unreadable .gz should be told so, not be taken for very odd text.
    """
    begins = raw.peek(_LONGEST_MAGIC)
    for magic, name in _ARCHIVES.items():
        if begins.startswith(magic):
            raise Archive(f"{file} is {name}: unpack it, and import the files in it")
    by_content = (opener for magic, _, opener in _PACKED if begins.startswith(magic))
    by_name = (opener for _, names, opener in _PACKED if file.endswith(names))
    opener = next(by_content, None) or next(by_name, None)
    return cast(BufferedReader, opener(raw)) if opener else raw
