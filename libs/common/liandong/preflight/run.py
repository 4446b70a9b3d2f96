"""The checks one after the other: before a service serves, and for ``liandong preflight``."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from liandong.clock import Clock, SystemClock
from liandong.definition import ServiceDefinition
from liandong.preflight import addresses, configuration, database, issuer, publishing
from liandong.preflight.belonging import belongs
from liandong.preflight.findings import Finding, Refused, State, first_refused, fit
from liandong.settings import Settings

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found, and what has to be asked again once the broker answers."""

    findings: Sequence[Finding]
    database: UUID | None = None

    @property
    def broker_is_silent(self) -> bool:
        return any(one.check == "topics.broker" for one in self.findings)


async def inspect(
    definition: ServiceDefinition,
    settings: Settings,
    clock: Clock | None = None,
    *,
    take: bool = False,
) -> Surroundings:
    """Looks at everything; ``take`` makes what belongs to nobody ours, as a start does.

    ``clock`` is the system's: nobody else rehearses.
    """
    told = configuration.findings(definition, settings)
    if first_refused(told):
        return Surroundings(told)
    clock = clock or SystemClock()
    mine: UUID | None = None
    found = await issuer.findings(settings, clock)
    found += await addresses.findings(definition, settings)
    try:
        async with database.opened(settings) as connection:
            found = [*await database.findings(definition, settings, connection, clock), *found]
            if not any(one.check.startswith("database") and one.exit_code for one in found):
                ready = take and not first_refused(found)
                mine = await belongs(definition, settings, connection, take=ready)
                found.append(fit("belonging.database"))
                found.append(await publishing.finding(settings, connection))
    except Refused as error:
        found.append(error.finding)
    if settings.transport == "kafka" and not first_refused(found):
        found += await _topics(definition, settings, mine, clock, take=take)
    return Surroundings([*told, *found], mine)


async def _topics(
    definition: ServiceDefinition,
    settings: Settings,
    mine: UUID | None,
    clock: Clock,
    *,
    take: bool,
) -> list[Finding]:
    # Only here: a platform without a broker need not wait for aiokafka to be imported.
    from liandong.preflight import topics  # noqa: PLC0415

    return await topics.findings(definition, settings, mine, take=take, clock=clock)


async def admitted_by_broker(
    definition: ServiceDefinition, settings: Settings, mine: UUID | None
) -> None:
    """Returns when a broker that was silent at the start answers and its topics are fit.

    Raises :class:`Refused` when they are not: nothing was published to them yet.
    """
    while True:
        found = await _topics(definition, settings, mine, SystemClock(), take=True)
        tell(found)
        if wrong := first_refused(found):
            raise Refused(wrong)
        if not Surroundings(found).broker_is_silent:
            return
        await asyncio.sleep(AGAIN_SECONDS)


def tell(findings: Sequence[Finding]) -> None:
    """For the log."""
    for one in findings:
        if one.state is State.REFUSED:
            log.critical("preflight_refused", check=one.check, reason=one.english)
        elif one.state is State.UNKNOWN:
            log.warning("preflight_unknown", check=one.check, reason=one.english)
