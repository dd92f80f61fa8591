"""The size of an event on the disk, with its conversions and the rollups, as the store leaves it and after OPTIMIZE."""

from bench.harness import Run, in_child
from bench.report import Figure
from bench.stored import Month, optimized

TARGET = 45


def measure(run: Run, month: Month) -> None:
    run.report.add(_figure(month, "as the store's own merges leave it", month.written.disk))
    with run.new_folder("optimized") as copy:
        run.report.add(_figure(month, "after OPTIMIZE … FINAL", in_child(optimized, month.measured.data, copy)))


def _figure(month: Month, when: str, disk: dict[str, int]) -> Figure:
    an_event = sum(disk.values()) / month.count
    handed_over = month.written.handed_over / month.count
    tables = ", ".join(
        f"{table} {size / month.count:.1f}" for table, size in sorted(disk.items()) if size > month.count / 10
    )
    return Figure(
        "size",
        f"{month.count:,} events, {when}",
        f"{an_event:.1f} B/event",
        ratio=f"{an_event / handed_over:.1%} of {handed_over:.0f} B handed over",
        target=f"≤ {TARGET} B/event",
        met=an_event <= TARGET,
        note=f"{tables}; {month.written.rows['conversions']:,} conversions",
    )
