"""Every metric of the platform, declared once. Names: ``liandong_<noun>_<unit>``."""

from prometheus_client import Counter, Gauge, Histogram

HTTP_SECONDS = Histogram(
    "liandong_http_request_seconds",
    "Time from request to the end of the answer, by route template.",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OUTBOX_AGE = Gauge(
    "liandong_outbox_oldest_seconds", "Age of the oldest unpublished event.", ["service"]
)
OUTBOX_ROWS = Gauge("liandong_outbox_rows", "Unpublished events (estimate).", ["service"])
RELAY_PUBLISHED = Counter(
    "liandong_relay_published_total", "Events published by the relay.", ["service"]
)
RELAY_BLOCKED = Counter(
    "liandong_relay_blocked_total", "Events that the broker will never take.", ["service"]
)
CONSUMER_HANDLED = Counter(
    "liandong_consumer_events_total",
    "Events dealt with, by outcome: handled, duplicate, stale, failed, waiting, dead.",
    ["group", "outcome"],
)
CONSUMER_LAG = Gauge(
    "liandong_consumer_lag_records", "Messages behind the end of the lane.", ["group", "lane"]
)
CONSUMER_PROGRESS = Gauge(
    "liandong_consumer_progress_timestamp_seconds",
    "When the group last finished a batch or saw that there was none.",
    ["group"],
)
HANDLER_SECONDS = Histogram(
    "liandong_handler_seconds", "Time to handle one batch of events.", ["group"]
)
DEAD_LETTERS = Gauge("liandong_dead_letters", "Open dead letters.", ["group", "status"])
DEADLINES_FIRED = Counter("liandong_deadlines_fired_total", "Deadlines fired.", ["kind"])
AUDIT_SEALED = Counter("liandong_audit_sealed_total", "Audit entries sealed.", ["service"])
MEASURES_UNACKNOWLEDGED = Gauge(
    "liandong_measures_unacknowledged",
    "Joint measures that a service has not told to have obeyed, waiting or late.",
    ["service", "state"],
)
LEADS_WITHOUT_RULES = Gauge(
    "liandong_leads_without_rules",
    "Organisations whose facts wait for trigger rules of their district that can be used.",
)
