"""A service obeys: the news of a listing are folded in, what changed is done by the service's own
handler, and that it was done is told, all in one transaction.

Used from a handler of events that holds the organisations, so that of two pieces of news about
one listing the second waits.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.measures import domain
from liandong.measures.domain import NOTHING, Obeyed
from liandong.measures.events import (
    DelistedNews,
    ListedNews,
    MeasureApplied,
    MeasureEndedNews,
    MeasureLifted,
    SwitchedOff,
)
from liandong.measures.models import ObeyedListing

News = ListedNews | DelistedNews | MeasureEndedNews

_READ = "SELECT * FROM obeyed_listing WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
_WRITE = """
    INSERT INTO obeyed_listing
        (id, version, created_at, updated_at, organization_id, listed_version, gone, told, ended)
    SELECT id, version, created_at, updated_at, organization, listed, gone, told::jsonb,
           ended::jsonb
    FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::uuid[],
                $6::bigint[], $7::bool[], $8::text[], $9::text[])
      AS new (id, version, created_at, updated_at, organization, listed, gone, told, ended)
    ON CONFLICT (id) DO UPDATE
    SET version = excluded.version, updated_at = excluded.updated_at,
        organization_id = excluded.organization_id, listed_version = excluded.listed_version,
        gone = excluded.gone, told = excluded.told, ended = excluded.ended
"""


class Affected(NamedTuple):
    """How much a measure touched when it was applied or lifted: ``bids``, ``payments``, …"""

    kind: str
    number: int


NOBODY = Affected("", 0)


class Mark(NamedTuple):
    """A measure in force."""

    listing_id: UUID
    code: str
    effect: str


@dataclass(slots=True)
class Kept:
    """A row of ``obeyed_listing`` while it is worked on; written after its last event."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    organization_id: UUID
    known: Obeyed

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        told, ended = (
            json.loads(one) if isinstance(one, str) else one for one in (row["told"], row["ended"])
        )
        known = Obeyed(row["listed_version"], row["gone"], told, ended)
        return cls(
            row["id"], row["version"], row["created_at"], row["updated_at"],
            row["organization_id"], known,
        )  # fmt: skip

    def touch(self, now: datetime) -> None:
        self.version += 1
        self.updated_at = now


@dataclass(slots=True)
class Step:
    """One piece of news, and what it changed."""

    news: News
    cause: UUID
    row: Kept
    before: Obeyed
    after: Obeyed
    affected: dict[str, Affected] = field(default_factory=dict[str, Affected])
    """By effect: filled in by the service's handler."""

    @property
    def begun(self) -> frozenset[str]:
        """Effects in force after this news and not before it."""
        return self.after.effects - self.before.effects

    @property
    def over(self) -> frozenset[str]:
        """Effects in force before this news and not after it."""
        return self.before.effects - self.after.effects


@dataclass(frozen=True)
class Obedience:
    """What one service executes, where it keeps it, and how it tells."""

    service: str
    effects: frozenset[str]
    table: type[ObeyedListing]
    applied: type[MeasureApplied]
    lifted: type[MeasureLifted]

    async def learn(
        self, uow: UnitOfWork, told: Sequence[News], causes: Sequence[UUID]
    ) -> list[Step]:
        """Folds the news in, in order; ``causes`` are the ids of their events."""
        found = await uow.sql.fetch(_READ, sorted({one.listing_id for one in told}))
        rows = {row["id"]: Kept.read(row) for row in found}
        steps: list[Step] = []
        for news, cause in zip(told, causes, strict=True):
            row = rows.get(news.listing_id)
            if row is None:
                row = rows[news.listing_id] = Kept(
                    news.listing_id, 0, uow.now, uow.now, news.organization_id, NOTHING
                )
            before = row.known
            row.known = self.fold(before, news)
            steps.append(Step(news, cause, row, before, row.known))
        return steps

    async def tell(self, uow: UnitOfWork, steps: Sequence[Step]) -> None:
        """Publishes the acknowledgements and keeps the state; call it when all is done."""
        for step in steps:
            uow.causation_id = str(step.cause)
            for one in self._on(step):
                found = step.affected.get(one.effect, NOBODY)
                facts = self._facts(step, one.code, found)
                uow.publish(self.applied(**facts, applied_on=uow.today), of=step.row)
            for one in self._off(step):
                found = step.affected.get(one.effect, NOBODY)
                facts = self._facts(step, one.code, found)
                uow.publish(self.lifted(**facts, lifted_on=uow.today), of=step.row)
        await self._save(uow, steps)

    async def marks(
        self, session: AsyncSession, organization_ids: Sequence[UUID]
    ) -> dict[UUID, list[Mark]]:
        """Measures in force of the organisations, oldest listing first."""
        table = self.table
        query = select(table).where(table.organization_id.in_(organization_ids), ~table.gone)
        rows = await session.scalars(query.order_by(table.id))
        found: dict[UUID, list[Mark]] = {one: [] for one in organization_ids}
        for row in rows:
            found[row.organization_id] += [
                Mark(row.id, code, effect) for code, effect in sorted(row.known.in_force.items())
            ]
        return found

    def fold(self, known: Obeyed, news: News) -> Obeyed:
        """What is known after the news. Pure."""
        if isinstance(news, ListedNews):
            return domain.listed(known, news.listing_version, self._mine(news))
        if isinstance(news, MeasureEndedNews):
            return domain.ended(known, news.listing_version, news.measure)
        return domain.delisted(known)

    def _mine(self, news: ListedNews) -> dict[str, str]:
        """The measures that this service executes. A publisher that does not tell effects yet
        names measures whose code is the effect."""
        explained = {one.code for one in news.switched_on}
        plain = {
            code: code for code in news.measures if code in self.effects and code not in explained
        }
        return plain | {one.code: one.effect for one in news.switched_on if self._executes(one)}

    def _executes(self, one: SwitchedOff) -> bool:
        return one.executor == self.service and one.effect in self.effects

    def _on(self, step: Step) -> list[SwitchedOff]:
        """To be acknowledged: what this news switched on, also where it was on before."""
        news = step.news
        if not isinstance(news, ListedNews) or news.listing_version != step.after.listed_version:
            return []  # a later decision was obeyed before
        return [
            one for one in news.switched_on if one.acknowledge and one.code in step.after.in_force
        ]

    def _off(self, step: Step) -> list[SwitchedOff]:
        news = step.news
        if isinstance(news, DelistedNews):
            told: Sequence[SwitchedOff] = news.switched_off
        elif isinstance(news, MeasureEndedNews):
            told = [
                SwitchedOff(
                    code=news.measure,
                    effect=news.effect,
                    executor=news.executor,
                    acknowledge=news.acknowledge,
                )
            ]
        else:  # a further decision that no longer brings the measure
            gone = step.before.in_force.keys() - step.after.in_force.keys()
            told = [
                SwitchedOff(code=code, effect=step.before.told[code], executor=self.service)
                for code in sorted(gone)
                if news.listing_version
            ]
        still = step.after.in_force
        return [
            one for one in told if one.acknowledge and self._executes(one) and one.code not in still
        ]

    def _facts(self, step: Step, code: str, affected: Affected) -> dict[str, Any]:
        return {
            "listing_id": step.news.listing_id,
            "organization_id": step.news.organization_id,
            "district": step.news.district,
            "measure": code,
            "listing_version": step.news.listing_version,
            "affected": affected.number,
            "affected_kind": affected.kind,
        }

    async def _save(self, uow: UnitOfWork, steps: Sequence[Step]) -> None:
        rows = {step.row.id: step.row for step in steps if _matters(step)}
        if not rows:
            return
        ordered = [rows[one] for one in sorted(rows)]
        for row in ordered:
            row.updated_at = uow.now
        await uow.sql.execute(
            _WRITE,
            [row.id for row in ordered],
            [row.version for row in ordered],
            [row.created_at for row in ordered],
            [row.updated_at for row in ordered],
            [row.organization_id for row in ordered],
            [row.known.listed_version for row in ordered],
            [row.known.gone for row in ordered],
            [json.dumps(dict(row.known.told)) for row in ordered],
            [json.dumps(dict(row.known.ended)) for row in ordered],
        )


def _matters(step: Step) -> bool:
    """Not a listing that brings nothing to do here."""
    known = step.row.known
    return bool(known.told or known.ended or known.gone) or step.before != NOTHING
