"""Threads: those that begin at the same moment, whose failures are the test's, and those that work on beside it."""

import threading
from collections.abc import Callable
from typing import Self

from sqlalchemy import Connection, Engine

from goalpost.storage.engine import open_engine


def run_together(*tasks: Callable[[], object]) -> list[object]:
    """Run tasks at the same moment. Their results in the order given; raises the failures of all."""
    together = threading.Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)
    failures: list[Exception] = []

    def run(index: int) -> None:
        together.wait()
        try:
            results[index] = tasks[index]()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise ExceptionGroup("not all went well", failures)
    return results


def refusal(engine: Engine, work: Callable[[Connection], object], error: type[Exception]) -> Exception | None:
    """Do work in a transaction on connections of its own. The error of this type that rejects it, if one does."""
    other = open_engine(engine.url.render_as_string(hide_password=False))
    try:
        with other.begin() as db:
            work(db)
    except error as raised:
        return raised
    finally:
        other.dispose()
    return None


class Crew:
    """Threads that work while the block lasts. `work(number)` is each one's; it ends soon after `stop` is set."""

    def __init__(self, size: int) -> None:
        self.stop = threading.Event()
        self._size = size
        self._threads: list[threading.Thread] = []

    def work(self, number: int) -> None:
        """Do a thread's work."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.stop.clear()
        self._threads = [
            threading.Thread(target=self.work, args=(number,), name=f"crew-{number}") for number in range(self._size)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()
