"""Packed files as they are rotated, put together and damaged: all of a file is read, or the rest is told."""

import bz2
import gzip
import io
import lzma
import tarfile
from functools import partial
from pathlib import Path

import pytest
from backports import zstd

from goalpost.cli.lines import open_lines
from goalpost.cli.packed_files import Archive

PACK = {"gz": partial(gzip.compress, mtime=0), "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}
SKIPPABLE = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"  # a frame of Zstandard that holds no content
ONE, TWO = b"one\n", b"two\n" * 5000


def read(file: Path) -> tuple[bytes, bool]:
    """Read a file's lines; also tell whether it could be read to its end."""
    with open_lines(str(file)) as lines:
        content = "".join(lines).encode("utf-8", "surrogateescape")
    return content, lines.fault is None


@pytest.mark.parametrize("name", ["access.log", "packed"])
@pytest.mark.parametrize(
    ("kind", "between", "behind"),
    [
        *((kind, b"", b"") for kind in PACK),
        *(("xz", b"\0" * count, b"\0" * more) for count, more in ((4, 0), (512, 4), (70_000, 200_000), (0, 4))),
        *(("gz", b"\0" * count, b"\0" * more) for count, more in ((1, 0), (512, 7))),
        ("zst", SKIPPABLE, SKIPPABLE),
    ],
)
def test_streams_one_after_another_are_all_read(
    tmp_path: Path, kind: str, between: bytes, behind: bytes, name: str
) -> None:
    """https://tukaani.org/xz/xz-file-format.txt, 2.2 (stream padding); gzip skips zero bytes as well."""
    file = tmp_path / (f"{name}.{kind}" if name == "packed" else name)
    pack = PACK[kind]
    file.write_bytes(pack(ONE) + between + pack(TWO) + between + pack(ONE) + behind)
    assert read(file) == (ONE + TWO + ONE, True)


BEHIND = {
    "plain lines": TWO,
    "a line end": b"\n",
    "gzip": gzip.compress(TWO, mtime=0),
    "bzip2": bz2.compress(TWO),
    "xz": lzma.compress(TWO),
    "zstd": zstd.compress(TWO),
    "half a stream": None,
    "padding and lines": b"\0" * 8 + TWO,
}


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("behind", BEHIND)
def test_bytes_behind_a_packed_stream_are_told(tmp_path: Path, kind: str, behind: str) -> None:
    rest = BEHIND[behind] or PACK[kind](TWO)[:-7]
    if rest == PACK[kind](TWO):
        pytest.skip("a second stream, which is read")
    file = tmp_path / "access.log"
    file.write_bytes(PACK[kind](ONE) + rest)
    content, is_whole = read(file)
    assert content.startswith(ONE)
    assert not is_whole


@pytest.mark.parametrize("kind", ["", *PACK])
def test_a_tar_archive_is_refused_however_it_is_packed(tmp_path: Path, kind: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("access.log")
        member.size = len(TWO)
        archive.addfile(member, io.BytesIO(TWO))
    file = tmp_path / f"logs.tar{kind and '.'}{kind}"
    file.write_bytes(PACK[kind](packed.getvalue()) if kind else packed.getvalue())
    with pytest.raises(Archive, match="is a tar archive: unpack it, and import the files in it"):
        read(file)


@pytest.mark.parametrize(
    ("name", "begins", "told"),
    [
        ("log", b"\x04\x22\x4d\x18\x64", "LZ4"),
        ("log.Z", b"\x1f\x9d\x90", "compress"),
        ("log.br", b"\x0b\x02\x80", "Brotli"),
        ("log.lzma", b"\x5d\0\0\x80\0", "LZMA"),
        ("log", b"LZIP\x01", "lzip"),
        ("log", b"\x89LZO\0\r\n", "lzop"),
        ("log", b"Rar!\x1a\x07\0", "RAR"),
        ("log", b"PK\x03\x04", "ZIP"),
    ],
)
def test_another_kind_of_archive_is_rejected_by_name(tmp_path: Path, name: str, begins: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(begins + b"\0" * 100)
    with pytest.raises(Archive, match=f"{told}.*: unpack it, and import"):
        read(tmp_path / name)
