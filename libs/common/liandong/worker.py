"""The worker: relay, consumers, retries, deadlines, audit sealing and housekeeping.

Runs in the service process (``all``) or in one of its own (``worker``). Each part is a loop that
survives an absent database or broker; a consumer that makes no progress although there is a
backlog gets a new client, and the second time ends the process so that it is started afresh.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from liandong.audit.log import seal
from liandong.cancellation import noticed
from liandong.db import housekeeping
from liandong.events.consumer import Consumer, ConsumerHalted
from liandong.events.letters import Letters
from liandong.imports.runner import ImportRunner
from liandong.metrics import BACKGROUND_FAILED, CONSUMER_LAG, CONSUMER_PROGRESS
from liandong.runtime import Runtime
from liandong.transports.base import Source

log = structlog.get_logger(__name__)


class Stalled(RuntimeError):
    """A consumer stood still twice; only a new process can be trusted."""


@dataclass
class Watchdog:
    """Notes progress of one source; ``stalled`` after ``patience`` seconds of unmoved backlog."""

    patience: float = 60.0
    last_progress: float = 0.0
    _last_lag: int | None = None

    def progressed(self) -> None:
        self.last_progress = time.monotonic()

    def stalled(self, lag: int) -> bool:
        """Judges by the backlog: one that shrinks, or is empty, is progress of somebody."""
        if lag == 0 or (self._last_lag is not None and lag < self._last_lag):
            self.progressed()
        self._last_lag = lag
        return lag > 0 and time.monotonic() - self.last_progress > self.patience


@dataclass
class Worker:
    """Runs every background part of a service until it is cancelled."""

    runtime: Runtime
    check_seconds: float = 5.0
    patience_seconds: float = 60.0

    async def run(self) -> None:
        runtime = self.runtime
        async with asyncio.TaskGroup() as tasks:

            def part(name: str, work: Coroutine[Any, Any, None]) -> None:
                # A part that ends by a cancellation which nobody has ordered ends the worker,
                # and so the process: its supervisor starts another.
                tasks.create_task(noticed(work, name), name=name)

            admitted = tasks.create_task(self._admitted(), name="preflight")
            part("relay", _after(admitted, self._publish))
            for consumer in runtime.consumers:
                for source in runtime.sources(consumer.group):
                    work = partial(self.consume, consumer, source)
                    part(consumer.group.name, _after(admitted, work))
                letters = Letters(consumer)
                part("letters", _repeat("letters", 0.2, letters.retry_due))
            if runtime.deadlines is not None:
                part("deadlines", _repeat("deadlines", 0.2, runtime.deadlines.fire_due))
            if runtime.definition.imports:
                runner = ImportRunner(runtime.work, runtime.definition.imports)
                part("imports", _repeat("imports", 0.2, runner.run_next))
                part("forgetting", _repeat("forgetting", 3600.0, self._forget(runner)))
            for chore in runtime.definition.chores:
                work = partial(chore.work, runtime)
                part(chore.name, _repeat(chore.name, chore.pause_seconds, work))
            part("audit", _repeat("audit", 0.2, self._seal))
            part("housekeeping", _repeat("housekeeping", 15.0, self._keep_house))

    async def _admitted(self) -> None:
        if self.runtime.admission is not None:
            await self.runtime.admission()

    async def _publish(self) -> None:
        """Relays, once it is known that the database has not gone back behind its own topic."""
        if self.runtime.settings.transport == "kafka":
            from liandong.reconciliation import guard  # noqa: PLC0415 - see runtime._publisher

            await guard.wait_until_known(self.runtime.settings)
        await self.runtime.relay.run()

    async def consume(self, consumer: Consumer, source: Source) -> None:
        """Feeds one source's batches to the consumer; recreates the source when it fails."""
        failures, stalls = 0, 0
        while True:
            watchdog = Watchdog(self.patience_seconds)
            watchdog.progressed()
            try:
                await source.start()
                async with asyncio.TaskGroup() as tasks:
                    watch = tasks.create_task(self._watch(consumer, source, watchdog))
                    await self._read(consumer, source, watchdog)
                    watch.cancel()
                return
            except* ConsumerHalted as halted:
                reason = str(halted.exceptions[0])
                self.runtime.halted[consumer.group.name] = reason
                log.critical("consumer_halted", group=consumer.group.name, reason=reason)
                return_now = True
            except* Stalled:
                stalls += 1
                return_now = False
                log.error("consumer_stalled", group=consumer.group.name, times=stalls)
                if stalls >= 2:
                    raise
            except* Exception as errors:
                failures += 1
                return_now = False
                log.warning(
                    "consumer_failed",
                    group=consumer.group.name,
                    errors=[type(error).__name__ for error in errors.exceptions],
                )
            finally:
                await source.stop()
            if return_now:
                return
            await asyncio.sleep(min(0.1 * 2 ** min(failures, 6), 5.0))

    async def _read(self, consumer: Consumer, source: Source, watchdog: Watchdog) -> None:
        async for batch in source.batches():
            if batch.deliveries:
                await consumer.handle(batch)
            await source.done(batch)
            if batch.deliveries:
                watchdog.progressed()
            CONSUMER_PROGRESS.labels(consumer.group.name).set_to_current_time()

    async def _watch(self, consumer: Consumer, source: Source, watchdog: Watchdog) -> None:
        while True:
            await asyncio.sleep(self.check_seconds)
            async with asyncio.timeout(self.patience_seconds):
                lags = await source.lag()
            for lane, lag in lags.items():
                CONSUMER_LAG.labels(consumer.group.name, lane).set(lag)
            if watchdog.stalled(sum(lags.values())):
                raise Stalled(consumer.group.name)

    async def _seal(self) -> int:
        return await seal(self.runtime.worker_engine, self.runtime.definition.name)

    def _forget(self, runner: ImportRunner) -> Callable[[], Awaitable[int]]:
        async def forget() -> int:
            await runner.forget(self.runtime.settings.import_kept_days)
            return 0

        return forget

    async def _keep_house(self) -> int:
        await housekeeping.run(self.runtime.worker_engine)
        return 0


async def _after(
    admitted: asyncio.Task[None], work: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Begins when the broker is admitted; ends with its refusal."""
    await asyncio.shield(admitted)
    await work()


async def _repeat(name: str, pause: float, work: Callable[[], Awaitable[int]]) -> None:
    """Calls ``work`` for ever: at once again while it finds something, else after a pause."""
    failed = BACKGROUND_FAILED.labels(name)
    while True:
        try:
            if await work():
                continue
        except Exception as error:
            failed.inc()
            log.warning("background_work_failed", part=name, error=type(error).__name__)
            await asyncio.sleep(1.0)
        await asyncio.sleep(pause)
