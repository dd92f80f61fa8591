"""Threads that begin at the same moment, whose failures are the test's."""

import threading
from collections.abc import Callable


def run_together(*tasks: Callable[[], object]) -> list[object]:
    """What each task returns, in the order given; raises the failures of all."""
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
