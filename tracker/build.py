"""Builds the tracker: `src/*.js`, minified, where the server serves it from.

The artefacts are committed, so that installing goalpost needs neither this script nor a minifier; a test
builds them again and compares. Terser comes from `package-lock.json` beside this file (`npm ci`).

Run `make tracker` after every change of a source.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
PACKAGE = HERE.parent / "src" / "goalpost"
TERSER = HERE / "node_modules" / ".bin" / "terser"
# Names of properties stay, the parts use each other's. Nothing newer than the sources' ES2015 is written.
OPTIONS = ("--ecma", "2015", "--compress", "passes=3,unsafe_arrows=true,unsafe_undefined=true", "--mangle")


@dataclass(frozen=True)
class Script:
    """A script that is served: its sources, in their order, and the most bytes that it may take gzipped."""

    artefact: Path
    sources: tuple[str, ...]
    budget: int

    @property
    def alone(self) -> bool:
        """Whether a.js starts by itself, because nothing follows it."""
        return len(self.sources) == 1


SCRIPTS = {
    "a.js": Script(PACKAGE / "conversions/ingest/static/a.js", ("a.js",), 1024),
    "p.js": Script(PACKAGE / "conversions/ingest/static/p.js", ("p.js",), 2048),
    "h.js": Script(PACKAGE / "conversions/ingest/static/h.js", ("h.js",), 512),
    # One vendor's words stay in that vendor's folder.
    "queue.js": Script(PACKAGE / "dialects/pagesense/static/queue.js", ("a.js", "queue.js"), 1536),
    "plausible.js": Script(
        PACKAGE / "dialects/plausible/static/plausible.js", ("tag.js", "a.js", "plausible.js"), 2816
    ),
}
"""Name → script; the budgets are the tracker's promise to web pages."""


def build(name: str) -> bytes:
    """Return the script as it is served. Raises CalledProcessError when a source cannot be read."""
    script = SCRIPTS[name]
    sources = [str(SOURCES / source) for source in script.sources]
    alone = ("--define", f"ALONE={'true' if script.alone else 'false'}")
    done = subprocess.run([TERSER, *sources, *OPTIONS, *alone], stdout=subprocess.PIPE, check=True)
    return done.stdout.strip() + b"\n"


def gzipped_size(script: bytes) -> int:
    """Return the bytes `gzip -9` makes of it, the file name left out."""
    return len(gzip.compress(script, compresslevel=9, mtime=0))


def main() -> int:
    """Write the artefacts, print their sizes, and fail when one is over its budget."""
    over = 0
    for name, script in SCRIPTS.items():
        built = build(name)
        size = gzipped_size(built)
        print(f"{name}: {len(built):,} bytes, {size:,} gzipped, budget {script.budget:,}")
        if size > script.budget:
            print(f"over budget by {size - script.budget:,} bytes; not written", file=sys.stderr)
            over += 1
        else:
            script.artefact.write_bytes(built)
    return min(over, 1)


if __name__ == "__main__":
    sys.exit(main())
