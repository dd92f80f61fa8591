"""The floor of start and memory, as its own process: an empty event store, opened and asked something.

Run as `python -m bench.bare_store FOLDER`; prints how many bytes of memory that took.
"""

import sys
from pathlib import Path

from goalpost.conversions.events.client import Connections


def main() -> None:
    connections = Connections(f"chdb://{sys.argv[1]}")
    connections.writer().query("SELECT 1")
    print(int(Path("/proc/self/statm").read_text().split()[1]) * 4096, flush=True)
    connections.close()


if __name__ == "__main__":
    main()
