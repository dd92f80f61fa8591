"""A wire to a store that tests can make slow or silent: everything is there, and nothing comes through."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

_ONE_ANSWER = 0.1  # seconds within which parts belong to one answer


class Wire:
    """Passes what is sent to a TCP port on 127.0.0.1 on to `target`, a port there or the path of a Unix socket."""

    def __init__(self, target: int | str) -> None:
        self._target = target
        self._through = threading.Event()
        self._through.set()
        self.delay = 0.0
        """Seconds by which each answer is late."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self) -> None:
        """Let nothing through in either direction; connections stay open and new ones are accepted."""
        self._through.clear()

    def release(self) -> None:
        """Let everything through again, what waited first."""
        self._through.set()

    def close(self) -> None:
        """End every connection."""
        self._through.set()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._join, args=(self._listener.accept()[0],), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._open.append(near)
        self._through.wait()
        with contextlib.suppress(OSError):
            if isinstance(self._target, int):
                far = socket.create_connection(("127.0.0.1", self._target))
            else:
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._target)
            self._open.append(far)
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            self._pass(far, near, True)

    def _pass(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        passed_at = 0.0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_answer and time.monotonic() - passed_at > _ONE_ANSWER:
                    time.sleep(self.delay)
                self._through.wait()
                sink.sendall(data)
                passed_at = time.monotonic()
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def wire_to(target: int | str) -> Iterator[Wire]:
    """A wire that ends with the block."""
    wire = Wire(target)
    try:
        yield wire
    finally:
        wire.close()
