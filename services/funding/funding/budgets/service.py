"""Use cases of budgets, and what payments do to a locked line."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from funding.budgets import repository
from funding.budgets.domain import (
    BudgetLineExists,
    NothingProposed,
    SourceInUse,
    ensure_covers,
    ensure_fits,
)
from funding.budgets.models import BudgetLine
from funding.budgets.schemas import AdjustBudget, CreateBudget
from funding.programmes.domain import FundingSource
from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7


async def create(uow: UnitOfWork, body: CreateBudget) -> BudgetLine:
    """A line with nothing in it and a proposal beside it."""
    district_rule(uow.actor, body.district)
    line = BudgetLine(
        id=uuid7(),
        version=0,
        district=body.district,
        programme=body.programme,
        year=body.year,
        funding_source=body.funding_source,
        amount_fen=0,
        committed_fen=0,
        paid_fen=0,
        created_at=uow.now,
        updated_at=uow.now,
    )
    _propose(uow, line, body.amount_fen, body.funding_source, body.reason)
    uow.session.add(line)
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_budget_line_district_programme_year":
            raise BudgetLineExists("请查询该项预算并提出调整") from None
        raise
    return line


async def adjust(uow: UnitOfWork, line_id: UUID, version: int, body: AdjustBudget) -> BudgetLine:
    """Proposes another amount; a proposal that is still open is replaced."""
    line = await _locked(uow, line_id, version)
    source = body.funding_source or line.funding_source
    if line.committed_fen and source != line.funding_source:
        raise SourceInUse("已有拨付占用此项预算")
    ensure_covers(body.amount_fen, line.committed_fen)
    _propose(uow, line, body.amount_fen, source, body.reason)
    return line


async def approve(uow: UnitOfWork, line_id: UUID, version: int) -> BudgetLine:
    """A second person puts the proposed amount into force."""
    line = await _locked(uow, line_id, version)
    amount, source = line.proposed_fen, line.proposed_source
    if amount is None or source is None:
        raise NothingProposed()
    two_persons(line.proposed_by or "", uow.actor, "审批该项预算")
    # Payments may have been proposed since: judged again on what is committed now.
    ensure_covers(amount, line.committed_fen)
    if line.committed_fen and source != line.funding_source:
        raise SourceInUse("已有拨付占用此项预算")
    before = line.amount_fen
    line.amount_fen = amount
    line.funding_source = source
    line.approved_by = uow.actor.subject
    _close(uow, line)
    _record(uow, line, "approved", before_fen=before, amount_fen=amount, source=source)
    return line


async def reject(uow: UnitOfWork, line_id: UUID, version: int, reason: str) -> BudgetLine:
    """Drops the proposal: by a second person, or by the proposer who made a mistake."""
    line = await _locked(uow, line_id, version)
    if line.proposed_fen is None:
        raise NothingProposed()
    _record(uow, line, "rejected", proposed_fen=line.proposed_fen, reason=reason)
    _close(uow, line)
    return line


def reserve(uow: UnitOfWork, line: BudgetLine, amount_fen: int) -> None:
    """Commits the amount of a payment on the locked line; raises BudgetExceeded."""
    ensure_fits(line.amount_fen, line.committed_fen, amount_fen)
    line.committed_fen += amount_fen
    line.touch(uow.now)


def free(uow: UnitOfWork, line: BudgetLine, amount_fen: int) -> None:
    """Gives back what a payment that will not be made had reserved."""
    line.committed_fen -= amount_fen
    line.touch(uow.now)


def spend(uow: UnitOfWork, line: BudgetLine, amount_fen: int) -> None:
    """What was committed is paid."""
    line.paid_fen += amount_fen
    line.touch(uow.now)


async def _locked(uow: UnitOfWork, line_id: UUID, version: int) -> BudgetLine:
    line = await repository.lock(uow, line_id)
    line.expect(version)
    district_rule(uow.actor, line.district)
    return line


def _propose(
    uow: UnitOfWork, line: BudgetLine, amount_fen: int, source: FundingSource, reason: str
) -> None:
    line.proposed_fen = amount_fen
    line.proposed_source = source
    line.proposed_by = uow.actor.subject
    line.proposed_reason = reason
    line.touch(uow.now)
    _record(uow, line, "proposed", amount_fen=amount_fen, source=source, reason=reason)


def _close(uow: UnitOfWork, line: BudgetLine) -> None:
    line.proposed_fen = line.proposed_source = line.proposed_by = line.proposed_reason = None
    line.touch(uow.now)


def _record(uow: UnitOfWork, line: BudgetLine, fact: str, **details: object) -> None:
    uow.record(f"budget.{fact}", "budget", line.id, district=line.district, **details)
