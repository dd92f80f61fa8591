"""Matching: 1,000 goals beside 1, as a bare call and through HTTP; and evil patterns."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import mean
from uuid import uuid4

from bench import traffic
from bench.harness import Run, Server, new_site
from bench.load import Load, wrk
from bench.report import Figure
from goalpost.conversions.model.conversion_goals import ConversionGoal, GoalDraft, PageScope, Rule, Trigger, check_draft
from goalpost.conversions.model.match_types import URL_TYPES, MatchType
from goalpost.conversions.model.matching import CompiledGoals
from goalpost.kernel.errors import Invalid

GOALS = 1000
KINDS = (MatchType.EXACT, MatchType.CONTAINS, MatchType.REGEX)
TARGET = 3.0
EVIL_TARGET_MS = 10.0
EVIL = [
    r"(a+)+$",
    r"^(a|a)*$",
    r"^(a|aa)+$",
    r"(.*a){25}",
    r"(.*)*x",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
    r"(a?){50}a{50}",
    r"(a{0,30}){0,30}$",
    r"(?:a|b|ab)*c.*d.*e.*f$",
]
"""Patterns that take a backtracking engine years, or a careless one gigabytes; refusing one must be as fast."""
_EVIL_TEXT = "/" + "ab" * 500 + "a" * 6000 + "!"
_ROUNDS = 5


def measure(run: Run) -> None:
    _measure_calls(run)
    _measure_http(run)
    _measure_evil(run)


def many_goals() -> list[GoalDraft]:
    """A thousand goals of mixed match types, one of which visitors reach: what is compared is the matching alone."""
    return [traffic.GOALS[0], *(GoalDraft(f"Goal {n}", _unreached(n)) for n in range(1, GOALS))]


def _unreached(number: int) -> Rule:
    kind = KINDS[number % 3]
    value = {
        MatchType.EXACT: f"/shop/{number}/checkout",
        MatchType.CONTAINS: f"/shop-{number}/",
        MatchType.REGEX: rf"^/shop/[a-z]+-{number}/(cart|checkout)/\d+$",
    }[kind]
    return Rule(Trigger.PAGEVIEW, kind, value)


def many_pages() -> list[Rule]:
    """A thousand goals of all triggers and of all ways to compare addresses, on pages that nobody visits."""
    kinds, ways = list(Trigger), sorted(URL_TYPES)
    rules = [Rule(kinds[n % len(kinds)], *_value_of(kinds[n % len(kinds)], n)) for n in range(GOALS)]
    return [replace(rule, scope=PageScope(ways[n % len(ways)], f"/shop-{n}/*")) for n, rule in enumerate(rules)]


def _value_of(trigger: Trigger, number: int) -> tuple[MatchType, str]:
    if trigger in {Trigger.PAGEVIEW, Trigger.ENGAGEMENT, Trigger.REVENUE}:
        return MatchType.ANY, ""
    return MatchType.EXACT, str(number)


def _measure_calls(run: Run) -> None:
    size = run.pick(50_000, 10_000)
    one_of_each = {kind.value: [_rule_reached(kind)] for kind in KINDS}
    one_page = {kind.value: [_page_reached(kind)] for kind in sorted(URL_TYPES)}
    for what, values in (("never seen", _new_values(size)), ("repeated", _repeated_values(size))):
        _compare(run, f"a path {what}", one_of_each, [draft.rule for draft in many_goals()], values)
        _compare(run, f"of every trigger, each on pages of its own, a page {what}", one_page, many_pages(), values)


def _compare(
    run: Run, what: str, few: dict[str, list[Rule]], many: list[Rule], values: Callable[[int], list[str]]
) -> None:
    with_one = {kind: _microseconds(rules, values) for kind, rules in few.items()}
    with_many = _microseconds(many, values)
    floor = mean(with_one.values())
    kinds = ", ".join(f"{kind} {cost:.2f}" for kind, cost in with_one.items())
    run.report.add(
        Figure(
            "match",
            f"{GOALS:,} goals, {what}",
            f"{with_many:.2f} µs",
            ratio=f"{with_many / floor:.2f} x {floor:.2f} µs with 1",
            target=f"≤ {TARGET:.0f} x",
            met=with_many <= TARGET * floor,
            note=f"with 1 goal, by match type: {kinds} µs",
        )
    )


def _rule_reached(kind: MatchType) -> Rule:
    value = {MatchType.EXACT: "/pricing", MatchType.CONTAINS: "/docs/", MatchType.REGEX: r"^/blog/\d+-[a-z]+-guide$"}
    return Rule(Trigger.PAGEVIEW, kind, value[kind])


def _page_reached(kind: MatchType) -> Rule:
    return Rule(Trigger.PAGEVIEW, MatchType.ANY, "", PageScope(kind, "/pricing"))


def _new_values(size: int) -> Callable[[int], list[str]]:
    paths = traffic.PATHS
    return lambda turn: [f"{paths[n % len(paths)]}/{turn}-{n}" for n in range(size)]


def _repeated_values(size: int) -> Callable[[int], list[str]]:
    return lambda _turn: (traffic.PATHS * (size // len(traffic.PATHS) + 1))[:size]


def _microseconds(rules: list[Rule], values: Callable[[int], list[str]]) -> float:
    """Processor time for one value, the best of some rounds: whatever else the machine does can only add to it."""
    now = datetime.now(UTC)
    site_id = uuid4()
    compiled = CompiledGoals(ConversionGoal(uuid4(), site_id, "Goal", rule, None, now) for rule in rules)
    best = float("inf")
    for turn in range(_ROUNDS):
        paths = values(turn)
        started = time.thread_time()
        for path in paths:
            compiled.reached_by(Trigger.PAGEVIEW, path, "example.com" + path)
        best = min(best, (time.thread_time() - started) / len(paths))
    return best * 1e6


def _measure_http(run: Run) -> None:
    """Rounds take turns, so that what else the machine does falls on both."""
    loads: dict[int, list[Load]] = {1: [], GOALS: []}
    with run.new_folder("match") as folder:
        sites = {count: new_site(folder / f"data-{count}", many_goals()[:count]) for count in loads}
        requests = {count: traffic.single_events(folder, site.site.key) for count, site in sites.items()}
        for _ in range(run.pick(2, 1)):
            for count, site in sites.items():
                with Server(site.data) as server:
                    url = server.url + "/api/event"
                    loads[count].append(wrk(url, requests[count], seconds=run.pick(6, 1), connections=64))
    one, many = (mean(load.per_second for load in loads[count]) for count in (1, GOALS))
    run.report.add(
        Figure(
            "match",
            f"{GOALS:,} goals, the whole way through HTTP",
            f"{many:,.0f}/s",
            mean(load.p50_ms for load in loads[GOALS]),
            mean(load.p99_ms for load in loads[GOALS]),
            f"{one / many:.2f} x the cost with 1 ({one:,.0f}/s)",
            f"≤ {TARGET:.0f} x",
            one <= TARGET * many,
        )
    )


def _measure_evil(run: Run) -> None:
    costs = {pattern: _evil_milliseconds(pattern) for pattern in EVIL}
    worst, cost = max(costs.items(), key=lambda found: found[1])
    run.report.add(
        Figure(
            "match",
            f"{len(EVIL)} evil regexes on {len(_EVIL_TEXT):,} characters, the worst",
            f"{cost:.2f} ms",
            target=f"< {EVIL_TARGET_MS:.0f} ms each",
            met=cost < EVIL_TARGET_MS,
            note=f"making the goal and matching once, or refusing it; the worst is {worst}",
        )
    )


def _evil_milliseconds(pattern: str) -> float:
    draft = GoalDraft("evil", Rule(Trigger.PAGEVIEW, MatchType.REGEX, pattern))
    started = time.perf_counter()
    try:
        checked = check_draft(draft)
    except Invalid:
        return (time.perf_counter() - started) * 1000
    goal = ConversionGoal(uuid4(), uuid4(), checked.name, checked.rule, None, datetime.now(UTC))
    CompiledGoals([goal]).reached_by(Trigger.PAGEVIEW, _EVIL_TEXT)
    return (time.perf_counter() - started) * 1000
