"""The server on its machine: open files, connections, unread answers, room on the disk, turns of threads."""

import gc
import os
import resource
import shutil
import socket
import stat
import sys
from contextlib import suppress
from pathlib import Path

from goalpost.kernel.errors import GoalpostError

_FILES = 65_536  # open files to ask for; a connection is one
_SPARE_FILES = 256  # for stores, logs and what comes on the command line
_CONNECTIONS = 16_384  # at a time: one whose answer lies unread takes a quarter of a megabyte
_UNREAD_MILLISECONDS = 20_000  # that an answer lies unread before the system closes the connection
_LEAST_ROOM = 64 * 1024  # bytes without which no store can be opened
_TURN = 0.001  # seconds that a thread may keep the interpreter where others want it


def raise_file_limit() -> None:
    """Allow as many open files as the system grants: whoever opens many connections shall not lock others out."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections() -> int:
    """Return how many connections the server may have at a time."""
    return max(64, min(_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES))


def bound_unread(port: int) -> bool:
    """Let the system close connections whose answers lie unread; returns whether the listening socket was found.

    Connections take the option over from that socket, which the server keeps to itself: it is found by its port.
    """
    option, folder = getattr(socket, "TCP_USER_TIMEOUT", None), Path("/proc/self/fd")
    if option is None or not folder.is_dir():
        return True
    listening = [other for number in map(int, os.listdir(folder)) if (other := _listening(number, port))]
    for other in listening:
        other.setsockopt(socket.IPPROTO_TCP, option, _UNREAD_MILLISECONDS)
        other.close()
    return bool(listening)


def _listening(number: int, port: int) -> socket.socket | None:
    """Open the socket of a file descriptor once more, where it listens on the port."""
    with suppress(OSError):  # it was closed meanwhile
        # Nothing else is opened: to close a file of SQLite's a second time would end the process's locks on it.
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return None
        found = socket.socket(fileno=os.dup(number))
        is_tcp = found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM
        if is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and found.getsockname()[1] == port:
            return found
        found.close()
    return None


def check_room(data: Path) -> None:
    """Raise GoalpostError on a full disk, on which SQLite opens nothing and says so after most of a minute."""
    place = next(path for path in (data.absolute(), *data.absolute().parents) if path.exists())
    if (free := shutil.disk_usage(place).free) < _LEAST_ROOM:
        raise GoalpostError(f"the disk of {data.absolute()} is full ({free} bytes free): make room, and start again")


def settle_interpreter() -> None:
    """Suit the collector and the turns of threads to a server that has started."""
    # What was made to start stays until the end: the collector need not walk it again and again while events come in.
    # Statements of SQLAlchemy are in reference cycles, and those of slow requests grow old: the collector has to look
    # at the oldest, too, before they are hundreds of megabytes, and while that takes a moment.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 5)
    # The event loop wants the interpreter for a moment many times a request, beside threads that count or read arrays.
    sys.setswitchinterval(_TURN)
