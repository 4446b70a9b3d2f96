"""Every metric of the platform, declared once. Names: ``liandong_<noun>_<unit>``; labels are
bounded by what the platform declares, never by what callers send.

``docs/operations/observability.md`` has the table. What a query has to find out stands in
:mod:`liandong.observing`: a scrape never asks the database.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_PASSAGE = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60, 300, 1800)
"""From a commit to what follows it: a second is promised, minutes are an outage."""

# The process
BUILD = Gauge(
    "liandong_build_info",
    "Always 1: which part of which service runs, its version and source revision.",
    ["service", "part", "version", "revision"],
)
LOOP_LAG = Gauge(
    "liandong_event_loop_lag_seconds",
    "How much later than asked the event loop of the process last woke.",
    ["service"],
)
BACKGROUND_FAILED = Counter(
    "liandong_background_failures_total", "Rounds of background work that failed.", ["part"]
)

# HTTP
HTTP_SECONDS = Histogram(
    "liandong_http_request_seconds",
    "Time from request to the end of the answer, by route template.",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
HTTP_OPEN = Gauge("liandong_http_requests_open", "Requests being answered.", ["service"])

# The database
DATABASE_UP = Gauge(
    "liandong_database_up", "1: the last look at the database succeeded; 0: it failed.", ["service"]
)
DATABASE_SAMPLED = Gauge(
    "liandong_database_sampled_timestamp_seconds",
    "When the figures out of the database were last read.",
    ["service"],
)
POOL_CONNECTIONS = Gauge(
    "liandong_database_connections",
    "Connections of a pool of the process, used or idle.",
    ["service", "pool", "state"],
)
POOL_LIMIT = Gauge(
    "liandong_database_connections_limit", "Connections a pool may open.", ["service", "pool"]
)
POOL_WAITING = Gauge(
    "liandong_database_connections_waiting",
    "Requests and background work that wait for a connection of the pool.",
    ["service", "pool"],
)
DATABASE_BYTES = Gauge("liandong_database_size_bytes", "Size of the database.", ["service"])
OLDEST_TRANSACTION = Gauge(
    "liandong_database_oldest_transaction_seconds",
    "Age of the oldest open transaction of the service.",
    ["service"],
)
SCHEMA = Gauge(
    "liandong_schema_info",
    "Always 1: the revision of the database, and whether it is current, behind or newer "
    "than what the code needs.",
    ["service", "revision", "state"],
)
INCARNATION = Gauge(
    "liandong_database_incarnation", "How often the database was begun, restores included.",
    ["service"],
)  # fmt: skip
WAL_ARCHIVING = Gauge(
    "liandong_wal_archiving", "1: the server archives its write-ahead log.", ["service"]
)
WAL_ARCHIVED = Gauge(
    "liandong_wal_archived_timestamp_seconds",
    "When the server last archived a file of its write-ahead log; 0: never.",
    ["service"],
)
WAL_FAILED = Gauge(
    "liandong_wal_archive_failures",
    "Failed attempts to archive since the server's statistics were reset.",
    ["service"],
)

# Events on their way out
OUTBOX_AGE = Gauge(
    "liandong_outbox_oldest_seconds",
    "Age of the oldest unpublished event whose key is not blocked.",
    ["service"],
)
OUTBOX_ROWS = Gauge(
    "liandong_outbox_rows",
    "Unpublished events, and latest states to be told before them, counted up to 100000.",
    ["service"],
)
OUTBOX_BLOCKED = Gauge(
    "liandong_outbox_blocked_keys",
    "Keys that stand still because the broker will never take their first event.",
    ["service"],
)
STATES_WAITING = Gauge(
    "liandong_states_waiting_rows",
    "Latest states that wait in the outbox to be told.",
    ["service"],
)
STATES_TOLD = Counter(
    "liandong_states_told_total", "Latest states told in the topic of states.", ["service"]
)
RELAY_PUBLISHED = Counter(
    "liandong_relay_published_total", "Events published by the relay.", ["service"]
)
RELAY_BLOCKED = Counter(
    "liandong_relay_blocked_total", "Events that the broker will never take.", ["service"]
)
RELAY_FAILED = Counter(
    "liandong_relay_failures_total", "Rounds of the relay that failed.", ["service"]
)
RELAY_SHARDS = Gauge(
    "liandong_relay_shards", "Shards of the outbox that this process relays.", ["service"]
)
RELAY_WAIT = Histogram(
    "liandong_relay_wait_seconds",
    "Time from an event's row in the outbox to its publication.",
    ["service"],
    buckets=_PASSAGE,
)
FEED_WAITING = Gauge(
    "liandong_feed_readers_waiting", "Readers of the feed that wait for an event.", ["service"]
)
FEED_SERVED = Counter(
    "liandong_feed_events_served_total",
    "Events given to readers of the feed, by sort of reader: service, partner, other.",
    ["service", "reader"],
)

# Events on their way in
CONSUMER_HANDLED = Counter(
    "liandong_consumer_events_total",
    "Events dealt with, by outcome: handled, duplicate, stale, failed, waiting, dead.",
    ["group", "outcome"],
)
CONSUMER_LAG = Gauge(
    "liandong_consumer_lag_records",
    "Messages behind the end of the lane: a partition (topic/number), or a service's feed, "
    "of which only 1 (behind) and 0 is known.",
    ["group", "lane"],
)
CONSUMER_PROGRESS = Gauge(
    "liandong_consumer_progress_timestamp_seconds",
    "When the group last finished a batch or saw that there was none.",
    ["group"],
)
CONSUMER_HALTED = Gauge(
    "liandong_consumer_halted", "1: the group stopped after too many failures.", ["group"]
)
HANDLER_SECONDS = Histogram(
    "liandong_handler_seconds", "Time to handle one batch of events.", ["group"]
)
EFFECT_SECONDS = Histogram(
    "liandong_event_effect_seconds",
    "Time from what an event tells of to its effects, by the platform's clock.",
    ["group", "type"],
    buckets=_PASSAGE,
)
DEAD_LETTERS = Gauge("liandong_dead_letters", "Open dead letters.", ["group", "status"])
HELD_KEYS = Gauge("liandong_held_keys", "Keys held behind a set-aside event.", ["group"])
HELD_KEY_AGE = Gauge(
    "liandong_held_key_oldest_seconds", "For how long the oldest held key is held.", ["group"]
)

# Time and records
DEADLINES_FIRED = Counter("liandong_deadlines_fired_total", "Deadlines fired.", ["kind"])
DEADLINES_LATE = Gauge(
    "liandong_deadlines_late", "Deadlines that are due and not fired.", ["service"]
)
DEADLINE_LATENESS = Gauge(
    "liandong_deadline_late_seconds", "How late the oldest due deadline is.", ["service"]
)
DEADLINES_FAILED = Gauge(
    "liandong_deadlines_failed", "Deadlines given up, which wait for a person.", ["service"]
)
AUDIT_SEALED = Counter("liandong_audit_sealed_total", "Audit entries sealed.", ["service"])
AUDIT_UNSEALED = Gauge(
    "liandong_audit_unsealed_rows", "Audit entries not sealed, counted up to 100000.", ["service"]
)
AUDIT_UNSEALED_AGE = Gauge(
    "liandong_audit_unsealed_oldest_seconds", "Age of the oldest unsealed entry.", ["service"]
)
BACKED_UP = Gauge(
    "liandong_backup_timestamp_seconds",
    "When the last backup of the service's database began: base, with the whole server, or dump; "
    "0: never.",
    ["service", "kind"],
)
BACKUP_BYTES = Gauge(
    "liandong_backup_size_bytes",
    "How large that backup is on disk; a base backup is of all services of the server.",
    ["service", "kind"],
)
RULE_SETS = Gauge(
    "liandong_rule_set_info",
    "Always 1: a rule set in force today, and whether it was shipped or put above by an override.",
    ["service", "subject", "jurisdiction", "version", "origin"],
)
RECONCILED = Gauge(
    "liandong_reconciliation_timestamp_seconds",
    "When `liandong reconcile` last compared the service; 0: never.",
    ["service"],
)
RECONCILIATION_FINDINGS = Gauge(
    "liandong_reconciliation_findings",
    "Open differences that the last reconciliation found, by kind.",
    ["service", "kind"],
)

# Points of no return, and what is obeyed
CONFIRMING_SECONDS = Histogram(
    "liandong_confirming_check_seconds",
    "Time of a question to another service before a point of no return: answered, unavailable.",
    ["peer", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2),
)
CONFIRMING_DECISIONS = Counter(
    "liandong_confirming_checks_total",
    "Points of no return, by what the confirming check decided: clear, barred, unclear.",
    ["decision", "outcome"],
)
MEASURES_UNACKNOWLEDGED = Gauge(
    "liandong_measures_unacknowledged",
    "Joint measures that a service has not told to have obeyed, waiting or late.",
    ["service", "state"],
)
LEADS_WITHOUT_RULES = Gauge(
    "liandong_leads_without_rules",
    "Organisations whose facts wait for trigger rules of their district that can be used.",
)
