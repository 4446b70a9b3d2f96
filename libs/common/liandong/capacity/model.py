"""From assumptions and measurements to what is needed. Pure: numbers in, numbers out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from liandong.capacity.figures import Assumption, Measured
from liandong.db.engine import FEED_CONNECTIONS
from liandong.settings import SERVICES, Settings
from liandong.transports.topics import PARTITIONS

SECONDS_PER_DAY: Final = 86_400
DAYS_PER_YEAR: Final = 365
_INDEXES: Final = 1.05
"""Segments have indexes beside them: a share of the topic's bytes."""
RESERVED_CONNECTIONS: Final = 15
"""Of max_connections: for administrators, backup, a connector, `liandong` and migrations."""


@dataclass(frozen=True)
class Flow:
    """事件流: facts of one kind in a year, and the share of them on the busiest day."""

    name: str
    per_year: float
    busiest_day: float

    @property
    def on_the_busiest_day(self) -> float:
        return self.per_year * self.busiest_day


@dataclass(frozen=True)
class Load:
    """What the platform has to carry at the end of the years it is bought for."""

    flows: tuple[Flow, ...]
    organizations: float
    events_per_year: float
    events_busiest_day: float
    events_per_second: float
    """In the busiest second, a bulk import included."""
    commands_per_second: float
    checks_per_second: float
    reads_per_second: float


@dataclass(frozen=True)
class Broker:
    partitions: int
    bytes_per_event: float
    stored_bytes: float
    in_bytes_per_second: float
    out_bytes_per_second: float
    """To partners, services and copies together, in the busiest second."""
    out_without_import: float
    """The same while nobody imports."""


@dataclass(frozen=True)
class Processes:
    """Of one service, in replicas; memory in MB of each."""

    registry_api: int
    credit_api: int
    other_api: int
    workers: int
    feed_processes: int
    memory_mb: float


@dataclass(frozen=True)
class Connections:
    """To PostgreSQL, when every pool is full."""

    api: int
    worker: int
    total: int
    max_connections: int


@dataclass(frozen=True)
class Database:
    """Bytes at the end of the years; all services together."""

    register: float
    feed: float
    inbox: float
    audit: float
    wal_per_busiest_day: float
    wal_kept: float
    dump_seconds: float

    @property
    def total(self) -> float:
        return self.register + self.feed + self.inbox + self.audit


class Model:
    """Everything that is computed, each from what is named in it."""

    def __init__(self, assumed: Mapping[str, Assumption], measured: Mapping[str, Measured]) -> None:
        self._assumed, self._measured = assumed, measured

    def a(self, name: str) -> float:
        """An assumption."""
        return self._assumed[name].value

    def m(self, name: str) -> float:
        """A measured figure."""
        return self._measured[name].value

    def load(self) -> Load:
        growth = (1 + self.a("growth_per_year")) ** self.a("years")
        organizations = self.a("organizations") * growth
        even = 1 / self.a("workdays_per_year")
        inspected = self.a("inspections_per_organization") * self.a("inspection_events")
        flows = (
            Flow("登记事项", organizations * self.a("changes_per_organization"), even),
            Flow("年检", organizations * inspected, self.a("season_share_busiest_day")),
            Flow("名单列入与移出", 2 * self.a("listings_per_year") * growth, even),
            Flow("响应", self.a("bids_per_year") * growth, even),
            Flow("拨付", self.a("payments_per_year") * growth, even),
        )
        more = 1 + self.a("effects_per_event")
        busiest = sum(one.on_the_busiest_day for one in flows)
        peak = busiest * self.a("busiest_hour_share") / 3600 * self.a("burst")
        asked = self.a("busiest_hour_share") / 3600 * self.a("burst")
        return Load(
            flows=flows,
            organizations=organizations,
            events_per_year=sum(one.per_year for one in flows) * more,
            events_busiest_day=busiest * more,
            events_per_second=peak * more + self.a("bulk_rows_per_second"),
            commands_per_second=peak,
            checks_per_second=self.a("checks_per_day") * growth * asked,
            reads_per_second=self.a("reads_per_day") * growth * asked,
        )

    def broker(self) -> Broker:
        load = self.load()
        consumed = self.m("consumer-rate") * self.a("utilisation")
        wanted = math.ceil(load.events_per_second * self.a("key_skew") / consumed)
        size = self.m("event-topic-alone")
        kept = load.events_per_year / DAYS_PER_YEAR * self.a("retention_days")
        # The busiest day may lie within what is kept, with the days around it.
        kept = max(kept, load.events_busiest_day * self.a("retention_days") / 2)
        bulk = self.a("bulk_rows_per_second")
        quiet = (load.events_per_second - bulk) * size
        coming = quiet + bulk * self.m("event-topic")
        on_kafka = self.a("partners") * (1 - self.a("partners_on_feed_share"))
        readers = on_kafka * self.a("services_per_partner") / len(SERVICES)
        readers += self.a("groups_per_event") + self.a("replicas_of_topic") - 1
        return Broker(
            partitions=max(PARTITIONS, wanted),
            bytes_per_event=size,
            stored_bytes=kept * size * self.a("replicas_of_topic") * _INDEXES,
            in_bytes_per_second=coming,
            out_bytes_per_second=coming * readers,
            out_without_import=quiet * readers,
        )

    def processes(self) -> Processes:
        load = self.load()
        polls = self.a("partners") * self.a("partners_on_feed_share")
        return Processes(
            registry_api=self._replicas(
                load.reads_per_second / self.m("read-rate")
                + load.commands_per_second / self.m("register-rate")
            ),
            credit_api=self._replicas(load.checks_per_second / self.m("check-rate")),
            other_api=self._replicas(load.commands_per_second / self.m("register-rate")),
            workers=max(
                int(self.a("api_replicas_least")),
                self._processes(
                    load.events_per_second
                    * self.a("groups_per_event")
                    / len(SERVICES)
                    / self.m("consumer-rate")
                ),
            ),
            feed_processes=math.ceil(polls / self.m("feed-readers")),
            memory_mb=max(
                self.m("service-memory"), self.m("relay-memory"), self.m("consumer-memory")
            ),
        )

    def _processes(self, busy: float) -> int:
        return math.ceil(busy / self.a("utilisation"))

    def _replicas(self, busy: float) -> int:
        """Enough for the load with one of them away."""
        return max(int(self.a("api_replicas_least")), self._processes(busy) + 1)

    def connections(self, cdc: bool = False) -> Connections:
        found = self.processes()
        api, worker = connections_of_api(), connections_of_worker(cdc=cdc)
        apis = found.registry_api + found.credit_api + 3 * found.other_api
        total = apis * api + len(SERVICES) * found.workers * worker
        return Connections(api, worker, total, total + RESERVED_CONNECTIONS)

    def database(self) -> Database:
        load = self.load()
        years = min(self.a("feed_months") / 12, self.a("years"))
        months = load.events_per_year * self.a("inbox_months") / 12
        commands = load.events_per_year / (1 + self.a("effects_per_event"))
        busiest = load.events_busiest_day / (1 + self.a("effects_per_event"))
        effects = load.events_busiest_day - busiest
        wal = busiest * self.m("command-wal") + effects * self.m("event-wal") * 2
        return Database(
            register=load.organizations * self.m("organization"),
            feed=load.events_per_year * years * self.m("event-feed"),
            inbox=months * self.a("groups_per_event") * self.m("event-inbox"),
            audit=commands * self.a("years") * self.m("command-audit"),
            wal_per_busiest_day=wal,
            wal_kept=wal * self.a("wal_days"),
            dump_seconds=load.organizations / self.m("dump-rate"),
        )


def connections_of_api() -> int:
    """Of one API process: commands, single rows, lists, questions on record, the feed, and one by
    which its figures are read for Prometheus."""
    fields = Settings.model_fields
    reads = int(fields["read_pool_size"].default)
    return int(fields["api_pool_size"].default) + 3 * reads + FEED_CONNECTIONS + 1


def connections_of_worker(*, cdc: bool) -> int:
    """Of one worker: its pool, the relay, its figures, its readiness; with CDC the look at the
    slot."""
    return int(Settings.model_fields["worker_pool_size"].default) + 3 + int(cdc)
