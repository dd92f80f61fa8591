"""Customer goals through the dialect that has queries: fetches with conditions, new goals with lookups and metrics."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bench import traffic
from bench.customer_goals import NOUNS, VERBS, WRITERS, Filled, created, empty_database, fill
from bench.harness import Run, Server, in_child
from bench.load import Requests, write_requests, wrk
from bench.report import Figure
from goalpost.dialects.gainsight.protocol.access import HEADER

CREATED = {"SQLite": 200, "PostgreSQL": 200}
FETCHED_MS = 25.0
_FETCH, _CREATE = "/v1/csgoal/external/fetch", "/v1/csgoal/external/create"
_METRIC = "/v1/csgoal/external/metric"
_BY_NAME = {"lookupField": "Gsid", "objectName": "company", "multiMatchOption": "FIRSTMATCH", "onNoMatch": "ERROR"}


def measure(run: Run) -> None:
    """Fetch and create, on either store."""
    count = run.pick(100_000, 2_000)
    for store in CREATED:
        with run.new_folder("goal-queries") as folder, empty_database(store) as url:
            filled = in_child(fill, folder / "data", url, count)
            with Server(folder / "data", **({"GOALPOST_DATABASE_URL": url} if url else {})) as server:
                _measure(run, server, folder, filled, f"{store}, {count:,} goals")


def _measure(run: Run, server: Server, folder: Path, filled: Filled, where: str) -> None:
    seconds, store = run.pick(10, 2), where.partition(",")[0]
    floor = {n: wrk(server.url, traffic.gets(folder, ["/healthz"]), seconds=2, connections=n) for n in (1, WRITERS)}
    for what, bodies in (("fetch of 100, Name twice", _by_name()), ("fetch of 100, Name and status", _by_status())):
        load = wrk(server.url, _posts(folder, filled, _FETCH, bodies), seconds=seconds, connections=1)
        ratio = f"{load.p50_ms / floor[1].p50_ms:.1f} x {floor[1].p50_ms:.2f} ms of /healthz"
        run.report.add(
            Figure(
                *("goal-queries", f"{what}, {where}", f"{load.per_second:,.0f}/s", load.p50_ms, load.p99_ms, ratio),
                *(f"p50 ≤ {FETCHED_MS:.0f} ms", load.p50_ms <= FETCHED_MS, load.faults),
            )
        )
    metrics = [_make_metric(server, filled, name) for name in ("Seats", "Tickets")]
    load = wrk(server.url, _posts(folder, filled, _CREATE, _goals(metrics)), seconds=seconds, connections=WRITERS)
    figure = created(load, floor[WRITERS], CREATED[store], where)
    run.report.add(replace(figure, part="goal-queries", what=f"with lookups and two metrics: {figure.what}"))


def _make_metric(server: Server, filled: Filled, name: str) -> str:
    record = {"record": {"name": name, "unitOfMeasure": "DECIMAL"}, "associateGoalTypeNames": ["Default"]}
    body, headers = {"requests": [record]}, {HEADER: filled.key}
    answer = httpx.post(server.url + _METRIC, json=body, headers=headers, trust_env=False)
    return str(answer.raise_for_status().json()["data"]["successList"][0]["gsid"])


def _posts(folder: Path, filled: Filled, path: str, bodies: list[dict[str, Any]]) -> Requests:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{HEADER}: {filled.key}\r\n"
    texts = map(json.dumps, bodies)
    tails = [f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}" for text in texts]
    return write_requests(folder, [head], tails)


def _by_name() -> list[dict[str, Any]]:
    """Condition as in the vendor's sample: names that begin so and contain that."""
    random = Random(4)
    return [
        _fetch(("Name", "STARTS_WITH", random.choice(VERBS).lower()), ("Name", "CONTAINS", random.choice(NOUNS)[:5]))
        for _ in range(200)
    ]


def _by_status() -> list[dict[str, Any]]:
    random = Random(5)
    statuses = ("New", "On Track", "Achieved")
    return [
        _fetch(("Name", "CONTAINS", random.choice(NOUNS)), ("StatusId__gr.Name", "EQ", random.choice(statuses)))
        for _ in range(200)
    ]


def _fetch(*conditions: tuple[str, str, str]) -> dict[str, Any]:
    found = [
        {"fieldName": name, "operator": operator, "value": [value], "alias": alias}
        for alias, (name, operator, value) in zip("AB", conditions, strict=True)
    ]
    select = ["Name", "Gsid", "StatusId", "CompanyId", "CurrencyIsoCode"]
    return {"select": select, "where": {"conditions": found, "expression": "A AND B"}, "pageSize": 100, "pageNumber": 1}


def _goals(metrics: list[str]) -> list[dict[str, Any]]:
    """New goals of companies by their names, with a custom field that refers to a company, and two metrics."""
    random = Random(6)
    lookups = {
        "CompanyId": {"fields": {"CompanyName": "Name"}, **_BY_NAME},
        "partner__gc": {"fields": {"PartnerName": "Name"}, **_BY_NAME},
    }
    return [{"requests": [{"record": _goal(random, metrics)}], "lookups": lookups} for _ in range(300)]


def _goal(random: Random, metrics: list[str]) -> dict[str, Any]:
    wanted = [
        {
            "metricId": metric,
            "baseValue": 10.0,
            "targetValue": 80.0,
            "actualValue": [{"value": 12.5, "timestamp": "2026-01-15"}],
        }
        for metric in metrics
    ]
    return {
        "Name": f"{random.choice(VERBS)} {random.choice(NOUNS)}",
        "StatusName": "New",
        "EntityType": "COMPANY",
        "CompanyName": f"Company {random.randrange(200)}",
        "PartnerName": f"Company {random.randrange(200)}",
        "Description": "Agreed in the review; see the plan.",
        "DueDate": f"2026-{random.randint(1, 12):02}-15",
        "region__gc": random.choice(["EMEA", "AMER", "APAC"]),
        "metricsAssociation": wanted,
    }
