"""What a check with problems leads to, in one step: an order to rectify, or a case."""

from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.problems import Conflict
from registry.checks import repository
from registry.checks.domain import WITH_PROBLEMS
from registry.checks.models import CheckTask
from registry.checks.schemas import OpenCase, OpenOrder
from registry.penalties import service as penalties
from registry.penalties.domain import Source as ClueSource
from registry.penalties.models import Penalty
from registry.penalties.schemas import ReportClue
from registry.rectifications import service as rectifications
from registry.rectifications.domain import Source as OrderSource
from registry.rectifications.models import Rectification
from registry.rectifications.schemas import Item, NewOrder, Proof

MOST_ITEMS = 50


class NoProblems(Conflict):
    slug, title = "no-problems-found", "检查尚未作出结论，或者结论没有问题"


class TooManyFindings(Conflict):
    slug, title = "too-many-findings", "问题过多，请另行起草整改通知"


async def open_order(
    uow: UnitOfWork, check_id: UUID, version: int, body: OpenOrder
) -> Rectification:
    """起草责令整改通知 of what was found, to be issued by somebody else."""
    check = await _concluded(uow, check_id, version)
    found = _by_code(check)
    if len(found) > MOST_ITEMS:
        raise TooManyFindings(f"一份通知不超过 {MOST_ITEMS} 项")
    order = NewOrder(
        organization_id=check.organization_id,
        source=OrderSource.CHECK,
        source_id=check.id,
        facts=_told(check)[:4000],
        items=[_item(code, ones, body.demand) for code, ones in found.items()],
        evidence=[Proof(title=f"{check.checked_on}检查记录")],
        days=body.days,
    )
    return await rectifications.draft(uow, order)


async def open_case(uow: UnitOfWork, check_id: UUID, version: int, body: OpenCase) -> Penalty:
    """登记违法线索 of what was found, to be filed by somebody else."""
    check = await _concluded(uow, check_id, version)
    assert check.checked_on is not None
    clue = ReportClue(
        organization_id=check.organization_id,
        cause=body.cause,
        suspected=body.suspected,
        source=ClueSource.CHECK,
        source_id=check.id,
        discovered_on=check.checked_on,
        violation_ended_on=body.violation_ended_on,
    )
    return await penalties.report(uow, clue)


async def _concluded(uow: UnitOfWork, check_id: UUID, version: int) -> CheckTask:
    check = await repository.lock(uow, check_id)
    check.expect(version)
    district_rule(uow.actor, check.district)
    if check.concluded_on is None or check.result not in WITH_PROBLEMS:
        raise NoProblems()
    return check


def _by_code(check: CheckTask) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in check.findings:
        found.setdefault(one["code"], []).append(one)
    return found


def _told(check: CheckTask) -> str:
    facts = "；".join(one["facts"] for one in check.findings)
    return f"{check.checked_on}{check.form.label}发现：{facts}"


def _item(code: str, ones: list[dict[str, Any]], demand: str) -> Item:
    facts = "；".join(one["facts"] for one in ones)
    basis = ones[0]["basis"] or "检查记录所载的问题"
    return Item(code=code, demand=demand or f"改正：{facts}"[:500], basis=basis)
