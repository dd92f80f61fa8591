"""Builds the tracker: `src/*.js` without comments and white space, where the server serves it from.

The artefacts are committed, so that installing goalpost needs neither this script nor rjsmin; a test
builds them again and compares. rjsmin renames nothing, which is why no JavaScript toolchain is needed.

Run `python tracker/build.py` after every change of a source.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import rjsmin

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
PACKAGE = HERE.parent / "src" / "goalpost"
ARTEFACTS = {
    "a.js": PACKAGE / "ingest" / "static" / "a.js",
    "p.js": PACKAGE / "ingest" / "static" / "p.js",
    # One vendor's words stay in that vendor's folder.
    "queue.js": PACKAGE / "dialects" / "pagesense" / "static" / "queue.js",
}
BUDGETS = {"a.js": 1024, "p.js": 2048, "queue.js": 1024}
"""The most bytes each built script may take gzipped; the tracker's promise to web pages."""


def build(name: str) -> bytes:
    """Return the script as it is served."""
    minified = rjsmin.jsmin((SOURCES / name).read_text(encoding="utf-8"))
    return f"{minified.strip()}\n".encode()


def gzipped_size(script: bytes) -> int:
    """Return the bytes `gzip -9` makes of it, the file name left out."""
    return len(gzip.compress(script, compresslevel=9, mtime=0))


def main() -> int:
    """Write the artefacts, print their sizes, and fail when one is over its budget."""
    over = 0
    for name, budget in BUDGETS.items():
        script = build(name)
        size = gzipped_size(script)
        print(f"{name}: {len(script):,} bytes, {size:,} gzipped, budget {budget:,}")
        if size > budget:
            print(f"over budget by {size - budget:,} bytes; not written", file=sys.stderr)
            over += 1
        else:
            ARTEFACTS[name].write_bytes(script)
    return min(over, 1)


if __name__ == "__main__":
    sys.exit(main())
