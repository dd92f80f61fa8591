"""Builds the tracker: `src/a.js` without comments and white space, where the server serves it from.

The artefact is committed, so that installing goalpost needs neither this script nor rjsmin; a test
builds it again and compares. rjsmin renames nothing, which is why no JavaScript toolchain is needed.

Run `python tracker/build.py` after every change of the source.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import rjsmin

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "src" / "a.js"
ARTEFACT = HERE.parent / "src" / "goalpost" / "ingest" / "static" / "a.js"
BUDGET = 1024
"""The most bytes the built script may take gzipped; the tracker's promise to web pages."""


def build(source: Path = SOURCE) -> bytes:
    """Return the script as it is served."""
    minified = rjsmin.jsmin(source.read_text(encoding="utf-8"))
    return f"{minified.strip()}\n".encode()


def gzipped_size(script: bytes) -> int:
    """Return the bytes `gzip -9` makes of it, the file name left out."""
    return len(gzip.compress(script, compresslevel=9, mtime=0))


def main() -> int:
    """Write the artefact, print its sizes, and fail when it is over budget."""
    script = build()
    size = gzipped_size(script)
    print(f"a.js: {len(script):,} bytes, {size:,} gzipped, budget {BUDGET:,}")
    if size > BUDGET:
        print(f"over budget by {size - BUDGET:,} bytes; nothing written", file=sys.stderr)
        return 1
    ARTEFACT.parent.mkdir(parents=True, exist_ok=True)
    ARTEFACT.write_bytes(script)
    return 0


if __name__ == "__main__":
    sys.exit(main())
