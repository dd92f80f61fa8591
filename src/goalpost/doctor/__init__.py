"""An examination of a data directory and the settings: faults, each with what to do. Nothing is created or changed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from goalpost.doctor import machine, storage
from goalpost.doctor.findings import Finding, State
from goalpost.kernel.discretion import without_passwords
from goalpost.settings import Settings

__all__ = ["Finding", "State", "examine"]

_Check = Callable[[Settings, datetime], Iterable[Finding]]
_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("data directory", storage.data_directory),
    ("permissions", storage.permissions),
    ("relational store", storage.relational_store),
    ("spool", storage.spool),
    ("event store", storage.event_store),
    ("disk", machine.disk),
    ("clock", machine.clock),
    ("files", machine.open_files),
    ("countries", machine.countries),
    ("proxies", machine.proxies),
)


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what is found, at least one finding for each check. A check that fails itself is a problem.

    What has a problem or a warning is not called in order beside it.
    """
    found: list[Finding] = []
    for name, check in _CHECKS:
        try:
            for finding in check(settings, now):
                found.append(finding)
        except Exception as error:
            text = without_passwords(str(error).partition("\n")[0])
            found.append(Finding(name, State.PROBLEM, f"cannot be examined: {text}", "mend what the message says"))
    worse = {finding.about for finding in found if finding.state is not State.OK}
    return (finding for finding in found if finding.state is not State.OK or finding.about not in worse)
