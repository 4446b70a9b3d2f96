"""The running parts of one service: pools, clock, rules, relay, consumers, timers.

Built once per process. The API uses ``commands`` and ``read_engine``; the worker uses
``work``. Their pools are apart, so that a flood of requests cannot starve the events.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import httpx
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.audit.gathered import GatheredAudit
from liandong.cdc.watch import SlotWatch
from liandong.clock import Clock, RehearsalClock, SystemClock
from liandong.db.engine import api_engine, connect, feed_engine, transactional, worker_engine
from liandong.db.reads import ReadPool, list_settings
from liandong.db.unit_of_work import UnitOfWorkFactory
from liandong.definition import ServiceDefinition
from liandong.events.consumer import Consumer
from liandong.events.feed import FeedTail
from liandong.events.letters import Letters
from liandong.events.relay import Relay
from liandong.events.states import StateBook
from liandong.events.subscriptions import Group
from liandong.identity.client import ServiceTokens, service_tokens
from liandong.identity.tokens import TokenVerifier, token_verifier
from liandong.rules.book import RuleBook
from liandong.settings import Settings
from liandong.storage.base import ObjectStore, StorageUnavailable
from liandong.storage.opening import open_store
from liandong.timers.deadlines import DeadlineRunner
from liandong.transports.base import LARGEST_PAYLOAD, FeedOnly, Publisher, Source
from liandong.transports.feed import FeedSource
from liandong.transports.states_first import StatesFirst
from liandong.values.encryption import KeyRing, use_keyring
from liandong.values.signing import SigningRing

log = structlog.get_logger(__name__)


@dataclass(repr=False)
class Runtime:
    """Use :func:`build`. ``close`` gives everything back. Not written out: it holds every rule."""

    definition: ServiceDefinition
    settings: Settings
    clock: Clock
    rule_book: RuleBook
    api_engine: AsyncEngine
    read_engine: AsyncEngine
    worker_engine: AsyncEngine
    feed_engine: AsyncEngine
    reads: ReadPool
    lists: ReadPool
    """Apart from ``reads``: whoever searches long keeps nobody from looking up single rows."""
    commands: UnitOfWorkFactory
    work: UnitOfWorkFactory
    feed_tail: FeedTail
    relay: Relay
    states: StateBook
    """Shared by ``commands`` and ``work``."""
    verifier: TokenVerifier
    tokens: ServiceTokens
    peers: Mapping[str, httpx.AsyncClient]
    """HTTP clients of the other services, with their base addresses."""
    questions: GatheredAudit
    """Puts on record who asked, for many at a time."""
    storage: ObjectStore | None = None
    receipts: SigningRing | None = None
    consumers: Sequence[Consumer] = ()
    deadlines: DeadlineRunner | None = None
    admission: Callable[[], Awaitable[None]] | None = None
    """Returns when the broker, silent at the start, has been found fit: nothing is published or
    read before. Raises ``preflight.findings.Refused`` when it is not."""
    halted: dict[str, str] = field(default_factory=dict)
    """Consumer groups that stopped, with the reason; makes the worker unready."""
    draining: bool = False
    """The process was asked to end and still answers, until whoever sends requests has noticed."""
    worker_died: bool = False
    """The worker ended although nobody asked it to: the process must end with a failure."""

    @property
    def letters(self) -> list[Letters]:
        return [Letters(consumer) for consumer in self.consumers]

    @property
    def store(self) -> ObjectStore:
        """Where files are kept; raises StorageUnavailable where nothing is set."""
        if self.storage is None:
            raise StorageUnavailable("本服务没有设置附件存储（LIANDONG_STORAGE）")
        return self.storage

    def sources(self, group: Group) -> list[Source]:
        """Where the group's events come from: one Kafka client, or one feed per service."""
        settings = self.settings
        if settings.transport == "kafka":
            from liandong.transports.kafka import KafkaSource  # noqa: PLC0415 - see _publisher

            topics = [f"{settings.topic_prefix}liandong.{name}" for name in group.services()]
            name = settings.topic_prefix + group.name
            instance = f"{name}.{settings.instance_name}" if settings.instance_name else None
            servers, access = settings.kafka_bootstrap_servers, settings.options()
            return [KafkaSource(servers, name, topics, instance, access)]
        return [
            FeedSource(
                service=name,
                group=group.name,
                client=self.peers[name],
                engine=self.worker_engine,
                connect=partial(connect, settings, "feed-place"),
                authorize=self.tokens.authorization,
            )
            for name in self._readable(group)
        ]

    def _readable(self, group: Group) -> list[str]:
        """The services of the group whose address is known: a platform may run some of them only.
        In production a missing address ends the worker."""
        missing = [name for name in group.services() if name not in self.peers]
        if missing and self.settings.environment == "production":
            raise RuntimeError(
                f"未配置这些服务的地址（LIANDONG_SERVICE_URLS）：{'、'.join(missing)}"
            )
        for name in missing:
            log.warning("feed_not_configured", group=group.name, source=name)
        return [name for name in group.services() if name not in missing]

    async def close(self) -> None:
        await self.feed_tail.close()
        await self.relay.close()
        for client in self.peers.values():
            await client.aclose()
        await self.reads.close()
        await self.lists.close()
        await self.questions.pool.close()
        await self.feed_engine.dispose()
        await self.api_engine.dispose()
        await self.worker_engine.dispose()


def build(
    definition: ServiceDefinition,
    settings: Settings,
    *,
    clock: Clock | None = None,
    verifier: TokenVerifier | None = None,
    tokens: ServiceTokens | None = None,
    peers: Mapping[str, httpx.AsyncClient] | None = None,
) -> Runtime:
    """Assembles a service; what is given takes the place of what the settings would make."""
    clock = clock or _clock(settings)
    rule_book = definition.rule_book()
    requests, worker = api_engine(settings), worker_engine(settings)
    relay = Relay(settings, _publisher(settings))
    states = StateBook(
        definition.states, told=settings.state_topics and settings.transport == "kafka"
    )
    use_keyring(
        KeyRing.from_settings(tuple(key.get_secret_value() for key in settings.encryption_keys))
        if settings.encryption_keys
        else None
    )

    def factory(engine: AsyncEngine) -> UnitOfWorkFactory:
        return UnitOfWorkFactory(
            engine=transactional(engine),
            unmanaged=engine,
            clock=clock,
            service=definition.name,
            rule_book=rule_book,
            topic_prefix=settings.topic_prefix,
            states=states,
            largest_event=LARGEST_PAYLOAD if settings.publisher == "cdc" else None,
            committed=relay.nudge,
        )

    feeds = feed_engine(settings)
    feed_tail = FeedTail(feeds)
    relay.appended = feed_tail.appended
    work = factory(worker)
    return Runtime(
        definition=definition,
        settings=settings,
        clock=clock,
        rule_book=rule_book,
        api_engine=transactional(requests),
        read_engine=requests,
        worker_engine=transactional(worker),
        feed_engine=feeds,
        reads=ReadPool(settings),
        lists=ReadPool(settings, "lists", list_settings(settings)),
        commands=factory(requests),
        work=work,
        feed_tail=feed_tail,
        relay=relay,
        states=states,
        verifier=verifier or token_verifier(settings),
        tokens=tokens or service_tokens(settings),
        peers=peers if peers is not None else _peers(settings),
        questions=GatheredAudit(ReadPool(settings, "questions"), clock),
        storage=open_store(settings) if definition.keeps_files else None,
        receipts=_receipts(definition, settings),
        consumers=[Consumer(group, work) for group in definition.groups],
        deadlines=DeadlineRunner(work, definition.deadlines) if definition.deadlines else None,
    )


def _clock(settings: Settings) -> Clock:
    if settings.rehearsal_clock_file is not None:
        return RehearsalClock(settings.rehearsal_clock_file)
    return SystemClock()


def _publisher(settings: Settings) -> Publisher:
    if settings.publisher == "cdc":
        return SlotWatch(settings)
    if settings.transport == "kafka":
        # Only here: a platform without a broker need not wait for aiokafka to be imported.
        from liandong.transports.kafka import KafkaPublisher  # noqa: PLC0415

        publisher = KafkaPublisher(
            settings.kafka_bootstrap_servers,
            f"liandong-{settings.service}-relay",
            settings.options(),
        )
        return StatesFirst(publisher)
    return FeedOnly()


def _peers(settings: Settings) -> dict[str, httpx.AsyncClient]:
    secured = httpx.create_ssl_context()  # for all of them: reading the authorities takes long
    return {
        name: httpx.AsyncClient(base_url=url, timeout=5.0, verify=secured)
        for name, url in settings.service_urls.items()
        if name != settings.service
    }


def _receipts(definition: ServiceDefinition, settings: Settings) -> SigningRing | None:
    """Without keys of their own, development and staging sign with one made of theirs."""
    kind = definition.receipts
    if not kind:
        return None
    if settings.receipt_keys or settings.environment == "production":
        keys = [key.get_secret_value() for key in settings.receipt_keys]
        return SigningRing.from_settings(keys, settings.receipt_old_keys, kind=kind)
    known = settings.encryption_keys
    return SigningRing.for_development(known[0].get_secret_value() if known else None, kind=kind)
