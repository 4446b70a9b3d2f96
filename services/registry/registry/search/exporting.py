"""Handing out the register: who may have how much of it, and the record of it."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter

from liandong.db.reads import ReadPool
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import FieldError, Forbidden, Invalid
from liandong.values.districts import ROOT
from registry.search import repository
from registry.search.domain import Criteria
from registry.search.rules import EXPORTS, ExportRules
from registry.search.schemas import OrganizationFound
from registry.search.sheets import cells

_BATCH = 500
_FOUND = TypeAdapter(list[OrganizationFound])
_OFFICIALS = (Role.CLERK, Role.APPROVER)


async def begin(uow: UnitOfWork, criteria: Criteria, *, with_persons: bool) -> list[UUID]:
    """The organisations to hand out, on record if persons are shown.

    Raises Forbidden or Invalid when this caller may not have them, or not so many at once.
    """
    if with_persons:
        if not uow.actor.has(*_OFFICIALS):
            raise Forbidden("导出法定代表人与电话只能由经办人、审批人办理")
        district_rule(uow.actor, criteria.district or ROOT)
    rules = (await uow.rules(EXPORTS, criteria.district or ROOT)).parameters
    most = _most(rules, uow.actor, with_persons=with_persons)
    query, values = repository.ids_of_all(criteria, uow.today, most + 1)
    ids = list(await uow.session.scalars(query, values))
    if len(ids) > most:
        told = f"一次最多导出 {most} 家，请缩小检索条件后分次导出"
        raise Invalid(told, [FieldError("/query", "too-many-rows", told)])
    if with_persons:
        uow.record(
            "personal-data.read",
            "organization-export",
            uuid7(),
            district=criteria.district,
            rows=len(ids),
            conditions=criteria.used(),
        )
    return ids


def _most(rules: ExportRules, actor: Actor, *, with_persons: bool) -> int:
    if with_persons:
        return rules.person_rows
    return rules.official_rows if actor.has(*_OFFICIALS, Role.AUDITOR) else rules.public_rows


async def rows(
    reads: ReadPool, ids: Sequence[UUID], today: date, *, with_persons: bool
) -> AsyncIterator[list[list[str]]]:
    """Cells of the organisations, batch by batch; between two batches no connection is held, so
    that whoever reads slowly or goes away keeps none."""
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        found = await repository.organizations(reads, some)
        told = [OrganizationFound.told(one, today, masked=not with_persons) for one in found]
        yield [cells(one) for one in _FOUND.validate_python(told)]
