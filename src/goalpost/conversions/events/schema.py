"""The event store's tables and how they came to be, a version after another.

Sorting serves the questions asked: a site over a period, a goal over a period. Months are partitions. The rollups keep
sets of visitors and not counts, so that unique numbers stay exact when days or parts are merged.
"""

from clickhouse_connect.driver import Client

from goalpost.kernel.errors import GoalpostError

# Inserts carry a token; so many of the newest are remembered, so that a batch sent twice is stored once. And an insert
# is on the disk when it returns: then the spool lets go of its rows.
_DURABLE = "non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1"

# Rollup rows are few and heavy: small granules, so that one day's row can be read without its neighbours.
_ROLLUP = f"SETTINGS index_granularity = 8, {_DURABLE}"

_LASTING = "bitTest(visitor, 63) = 1"  # model.events.LASTING_VISITOR

# What a rollup says of the rows of its base table; `%s` takes a condition when a part of it is made anew.
SITE_DAYS_OF_EVENTS = f"""
    SELECT site_id, toDate(timestamp) AS day,
        countIf(kind = 'pageview') AS pageviews,
        uniqExactStateIf(visitor, NOT {_LASTING}) AS visitors,
        uniqExactStateIf(visitor, {_LASTING}) AS lasting_visitors,
        uniqExactState(sipHash64(visitor, visit_at)) AS visits
    FROM events %s GROUP BY site_id, day
"""
_OF_CONVERSIONS = f"""
        count() AS conversions,
        sum(toDecimal128(ifNull(revenue, 0), 4)) AS revenue,
        uniqExactStateIf(visitor, NOT {_LASTING}) AS visitors,
        uniqExactStateIf(visitor, {_LASTING}) AS lasting_visitors
"""
GOAL_DAYS_OF_CONVERSIONS = f"""
    SELECT goal_id, toDate(timestamp) AS day, currency, {_OF_CONVERSIONS}
    FROM conversions %s GROUP BY goal_id, day, currency
"""
_GOAL_DAYS_AT_FIRST = (
    f"SELECT goal_id, toDate(timestamp) AS day, {_OF_CONVERSIONS} FROM conversions GROUP BY goal_id, day"
)

_FIRST = (
    f"""
    CREATE TABLE IF NOT EXISTS events (
        site_id UUID CODEC(ZSTD),
        timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
        id UInt64 CODEC(Delta, ZSTD),
        kind LowCardinality(String),
        name LowCardinality(String),
        host LowCardinality(String),
        path String CODEC(ZSTD),
        referrer String CODEC(ZSTD),
        source LowCardinality(String),
        utm_source LowCardinality(String),
        utm_medium LowCardinality(String),
        utm_campaign LowCardinality(String),
        utm_term LowCardinality(String),
        utm_content LowCardinality(String),
        device LowCardinality(String),
        browser LowCardinality(String),
        os LowCardinality(String),
        country LowCardinality(String),
        visitor UInt64 CODEC(ZSTD),
        visit_at DateTime('UTC') CODEC(Delta, ZSTD),
        revenue Nullable(Decimal(18, 4)) CODEC(ZSTD),
        currency LowCardinality(String),
        props Map(LowCardinality(String), String) CODEC(ZSTD)
    ) ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (site_id, timestamp, id) SETTINGS {_DURABLE}
    """,
    f"""
    CREATE TABLE IF NOT EXISTS conversions (
        goal_id UUID CODEC(ZSTD),
        timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
        event_id UInt64 CODEC(Delta, ZSTD),
        visitor UInt64 CODEC(ZSTD),
        revenue Nullable(Decimal(18, 4)) CODEC(ZSTD)
    ) ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (goal_id, timestamp, event_id)
    SETTINGS {_DURABLE}
    """,
    f"""
    CREATE TABLE IF NOT EXISTS site_days (
        site_id UUID,
        day Date,
        pageviews SimpleAggregateFunction(sum, UInt64),
        visitors AggregateFunction(uniqExact, UInt64),
        lasting_visitors AggregateFunction(uniqExact, UInt64),
        visits AggregateFunction(uniqExact, UInt64)
    ) ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (site_id, day) {_ROLLUP}
    """,
    f"CREATE MATERIALIZED VIEW IF NOT EXISTS events_to_site_days TO site_days AS {SITE_DAYS_OF_EVENTS % ''}",
    f"""
    CREATE TABLE IF NOT EXISTS goal_days (
        goal_id UUID,
        day Date,
        conversions SimpleAggregateFunction(sum, UInt64),
        revenue SimpleAggregateFunction(sum, Decimal(38, 4)),
        visitors AggregateFunction(uniqExact, UInt64),
        lasting_visitors AggregateFunction(uniqExact, UInt64)
    ) ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (goal_id, day) {_ROLLUP}
    """,
    f"CREATE MATERIALIZED VIEW IF NOT EXISTS conversions_to_goal_days TO goal_days AS {_GOAL_DAYS_AT_FIRST}",
)

_PAGE_SUFFIX = ("ALTER TABLE events ADD COLUMN IF NOT EXISTS suffix String CODEC(ZSTD)",)

# A conversion keeps its currency, and a goal's day has a row for each. Rows from before have none, which is the goal's.
# The view is made anew: one whose query was modified forgets the tokens of its inserts when the store is opened again.
_CURRENCIES = (
    "ALTER TABLE conversions ADD COLUMN IF NOT EXISTS currency LowCardinality(String)",
    "ALTER TABLE goal_days ADD COLUMN IF NOT EXISTS currency LowCardinality(String) AFTER day,"
    " MODIFY ORDER BY (goal_id, day, currency)",
    "DROP VIEW IF EXISTS conversions_to_goal_days",
    f"CREATE MATERIALIZED VIEW IF NOT EXISTS conversions_to_goal_days TO goal_days AS {GOAL_DAYS_OF_CONVERSIONS % ''}",
)

VERSIONS: tuple[tuple[str, ...], ...] = (_FIRST, _PAGE_SUFFIX, _CURRENCIES)
"""The statements that lead from each version to the next; every one can be run again after a crash in between."""


class NewerEventStore(GoalpostError):
    """The event store was made by a newer goalpost."""


def upgrade(client: Client) -> None:
    """Bring the event store to this version's tables; raises NewerEventStore when it is ahead of us."""
    client.command(
        "CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied_at DateTime DEFAULT now())"
        " ENGINE = MergeTree ORDER BY version"
    )
    current = int(client.query("SELECT max(version) FROM schema_versions").result_rows[0][0])
    if current > len(VERSIONS):
        raise NewerEventStore(
            f"the event store is at version {current}, this goalpost knows {len(VERSIONS)}: upgrade goalpost"
        )
    for number, statements in enumerate(VERSIONS[current:], start=current + 1):
        for statement in statements:
            client.command(statement)
        client.command(
            "INSERT INTO schema_versions (version) VALUES ({version:UInt32})", parameters={"version": number}
        )
