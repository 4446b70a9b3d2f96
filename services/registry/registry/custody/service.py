"""Use cases of custody: every movement under the lock of its account."""

from datetime import date
from typing import Any
from uuid import UUID

from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import OtherOrganization, district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, NotFound
from liandong.values.money import MAX_FEN, format_yuan
from registry.custody import repository
from registry.custody.domain import Action, EntryKind, Status, advance
from registry.custody.events import (
    CustodyAccountOpened,
    CustodyDeposited,
    CustodyEntryReversed,
    CustodyPaidOut,
    CustodyPayoutEnded,
    CustodyPayoutProposed,
)
from registry.custody.models import CustodyAccount, CustodyEntry, CustodyPayout
from registry.custody.schemas import Deposit, ProposePayout, Statement
from registry.hubs import repository as hubs
from registry.organizations.models import Organization


class NoMember(Conflict):
    slug, title = "no-member", "该组织今日不是成员"


class AccountExists(Conflict):
    slug, title = "account-exists", "已为该成员开立代管账户"


class BalanceTooSmall(Conflict):
    slug, title = "balance-too-small", "余额不足"


class AlreadyReversed(Conflict):
    slug, title = "already-reversed", "该笔账已冲正，或者本身是冲正"


async def open_account(uow: UnitOfWork, hub_id: UUID, member_id: UUID) -> CustodyAccount:
    """One account for a hub and a member of it."""
    hub = await uow.session.get(Organization, hub_id)
    if hub is None:
        raise NotFound("没有这家社会组织")
    _hubs_side(uow.actor, hub.district, hub.id)
    await _must_be_member(uow, hub_id, member_id)
    made = CustodyAccount(
        id=uuid7(),
        version=0,
        hub_id=hub_id,
        member_id=member_id,
        district=hub.district,
        balance_fen=0,
        entries=0,
        opened_on=uow.today,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    try:
        await uow.session.flush()
    except ConstraintViolated as error:
        if violated_constraint(error) == "uq_custody_account_pair":
            raise AccountExists() from None
        raise
    uow.publish(CustodyAccountOpened(**made.facts()), of=made)
    _record(uow, made, "account-opened")
    return made


async def deposit(uow: UnitOfWork, account_id: UUID, version: int, body: Deposit) -> CustodyEntry:
    """存入: only for a body that is a member today."""
    account = await repository.lock(uow, account_id)
    account.expect(version)
    _hubs_side(uow.actor, account.district, account.hub_id)
    await _must_be_member(uow, account.hub_id, account.member_id)
    entry = _post(uow, account, EntryKind.DEPOSIT, body.amount_fen, body.purpose)
    event = CustodyDeposited(**account.facts(), entry_id=entry.id, amount_fen=body.amount_fen)
    uow.publish(event, of=account)
    _record(uow, account, "deposited", entry_id=entry.id, amount_fen=body.amount_fen)
    return entry


async def propose(uow: UnitOfWork, account_id: UUID, body: ProposePayout) -> CustodyPayout:
    """提出支出: nothing moves before somebody else has confirmed it."""
    account = await repository.lock(uow, account_id)
    _hubs_side(uow.actor, account.district, account.hub_id)
    _refuse_too_much(account, body.amount_fen)
    made = CustodyPayout(
        id=uuid7(),
        version=1,
        account_id=account.id,
        **body.model_dump(),
        status=Status.PROPOSED,
        proposed_by=uow.actor.subject,
        proposed_on=uow.today,
        reason="",
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    event = CustodyPayoutProposed(**account.facts(), payout_id=made.id, amount_fen=made.amount_fen)
    uow.publish(event, of=account)
    _record(uow, account, "payout-proposed", payout_id=made.id, amount_fen=made.amount_fen)
    return made


async def confirm(uow: UnitOfWork, payout_id: UUID, version: int) -> CustodyPayout:
    """确认支出: by the member body or an official, never by whoever proposed it."""
    account, payout = await _at_hand(uow, payout_id, version)
    two_persons(payout.proposed_by, uow.actor, "确认该笔支出")
    _members_side(uow.actor, account)
    payout.status = advance(payout.status, Action.CONFIRM)
    _refuse_too_much(account, payout.amount_fen)
    entry = _post(
        uow, account, EntryKind.PAYOUT, -payout.amount_fen, payout.purpose, payout_id=payout.id
    )
    _decided(uow, payout, "")
    uow.publish(
        CustodyPaidOut(
            **account.facts(), payout_id=payout.id, entry_id=entry.id, amount_fen=payout.amount_fen
        ),
        of=account,
    )
    _record(uow, account, "paid-out", payout_id=payout.id, amount_fen=payout.amount_fen)
    return payout


async def refuse(uow: UnitOfWork, payout_id: UUID, version: int, reason: str) -> CustodyPayout:
    """不予支出: whoever could confirm it may refuse it."""
    account, payout = await _at_hand(uow, payout_id, version)
    two_persons(payout.proposed_by, uow.actor, "否决该笔支出")
    _members_side(uow.actor, account)
    payout.status = advance(payout.status, Action.REFUSE)
    return _ended(uow, account, payout, reason)


async def withdraw(uow: UnitOfWork, payout_id: UUID, version: int, reason: str) -> CustodyPayout:
    """撤回: the hub does not want it any more."""
    account, payout = await _at_hand(uow, payout_id, version)
    _hubs_side(uow.actor, account.district, account.hub_id)
    payout.status = advance(payout.status, Action.WITHDRAW)
    return _ended(uow, account, payout, reason)


async def reverse(uow: UnitOfWork, entry_id: UUID, reason: str) -> CustodyEntry:
    """冲正: an official other than whoever posted it puts an entry right by its opposite."""
    entry = await repository.entry(uow.session, entry_id)
    account = await repository.lock(uow, entry.account_id)
    district_rule(uow.actor, account.district)
    two_persons(entry.posted_by, uow.actor, "冲正该笔账")
    if entry.kind is EntryKind.REVERSAL or await repository.is_reversed(uow.session, entry_id):
        raise AlreadyReversed()
    if entry.change_fen > 0:
        _refuse_too_much(account, entry.change_fen)
    made = _post(uow, account, EntryKind.REVERSAL, -entry.change_fen, reason, reverses_id=entry.id)
    uow.publish(
        CustodyEntryReversed(
            **account.facts(), entry_id=made.id, reverses_id=entry.id, change_fen=made.change_fen
        ),
        of=account,
    )
    _record(uow, account, "entry-reversed", entry_id=made.id, reverses_id=entry.id)
    return made


async def statement(
    uow: UnitOfWork, account: CustodyAccount, since: date | None, until: date
) -> Statement:
    """Made of the entries alone: the same question has the same answer on every later day."""
    found = await repository.sums(uow.session, account.id, since, until)
    return Statement(
        account_id=account.id,
        since=since,
        until=until,
        opening_fen=found.before,
        in_fen=found.incoming,
        out_fen=found.outgoing,
        closing_fen=found.before + found.incoming - found.outgoing,
        entries=found.entries,
    )


def may_read(actor: Actor, account: CustodyAccount) -> None:
    """Officials of the district, and both sides."""
    if actor.owns(account.hub_id) or actor.owns(account.member_id):
        return
    if not actor.has(Role.CLERK, Role.APPROVER, Role.AUDITOR):
        raise OtherOrganization("只能查询本组织的代管账户")
    district_rule(actor, account.district)


def _hubs_side(actor: Actor, district: str, hub_id: UUID) -> None:
    """The hub, or a clerk at the desk for it."""
    if actor.owns(hub_id):
        return
    if not actor.has(Role.CLERK):
        raise OtherOrganization("只能由代管的枢纽型社会组织办理")
    district_rule(actor, district)


def _members_side(actor: Actor, account: CustodyAccount) -> None:
    """The member body, or an official who decides."""
    if actor.owns(account.member_id):
        return
    if not actor.has(Role.APPROVER):
        raise OtherOrganization("只能由成员组织或者登记管理机关的审批人确认")
    district_rule(actor, account.district)


async def _must_be_member(uow: UnitOfWork, hub_id: UUID, member_id: UUID) -> None:
    known = await hubs.open_of_member(uow.session, member_id)
    if not any(one.hub_id == hub_id for one in known):
        raise NoMember()


async def _at_hand(
    uow: UnitOfWork, payout_id: UUID, version: int
) -> tuple[CustodyAccount, CustodyPayout]:
    """The payout as it is now that its account is locked."""
    known = await repository.payout(uow.session, payout_id)
    account = await repository.lock(uow, known.account_id)
    payout = await repository.payout(uow.session, payout_id)
    payout.expect(version)
    return account, payout


def _refuse_too_much(account: CustodyAccount, amount_fen: int) -> None:
    if amount_fen > account.balance_fen:
        raise BalanceTooSmall(
            f"余额为{format_yuan(account.balance_fen)}",
            extra={"balance_fen": account.balance_fen},
        )


def _post(
    uow: UnitOfWork,
    account: CustodyAccount,
    kind: EntryKind,
    change_fen: int,
    purpose: str,
    **about: Any,
) -> CustodyEntry:
    balance = account.balance_fen + change_fen
    if balance > MAX_FEN:
        told = "余额超过上限"
        raise Invalid(told, [FieldError("/amount_fen", "too-much", told)])
    account.balance_fen, account.entries = balance, account.entries + 1
    entry = CustodyEntry(
        id=uuid7(),
        account_id=account.id,
        number=account.entries,
        kind=kind,
        change_fen=change_fen,
        balance_fen=balance,
        purpose=purpose,
        posted_on=uow.today,
        posted_at=uow.now,
        posted_by=uow.actor.subject,
        **about,
    )
    uow.session.add(entry)
    return entry


def _decided(uow: UnitOfWork, payout: CustodyPayout, reason: str) -> None:
    payout.decided_by, payout.decided_on, payout.reason = uow.actor.subject, uow.today, reason
    payout.touch(uow.now)


def _ended(
    uow: UnitOfWork, account: CustodyAccount, payout: CustodyPayout, reason: str
) -> CustodyPayout:
    _decided(uow, payout, reason)
    event = CustodyPayoutEnded(**account.facts(), payout_id=payout.id, outcome=payout.status)
    uow.publish(event, of=account)
    _record(uow, account, f"payout-{payout.status}", payout_id=payout.id)
    return payout


def _record(uow: UnitOfWork, account: CustodyAccount, fact: str, **details: object) -> None:
    uow.record(
        f"custody.{fact}", "custody-account", account.id, district=account.district, **details
    )
