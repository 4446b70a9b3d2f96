"""HTTP of custody."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Inquiry, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, require
from registry.custody import repository, service
from registry.custody.models import CustodyAccount, CustodyEntry, CustodyPayout
from registry.custody.schemas import (
    AccountRead,
    Deposit,
    EntryRead,
    OpenAccount,
    PayoutRead,
    ProposePayout,
    Reason,
    Statement,
)
from registry.organizations.schemas import QueryDay

hubs = router_for("/v1/hubs", "资金代管")
accounts = router_for("/v1/custody-accounts", "资金代管")
payouts = router_for("/v1/custody-payouts", "资金代管")
entries = router_for("/v1/custody-entries", "资金代管")

_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
HubSide = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]
MemberSide = Annotated[Actor, Depends(require(Role.APPROVER, Role.ORGANIZATION))]
Reader = Annotated[Actor, Depends(require(*_OFFICES, Role.ORGANIZATION))]
Since = Annotated[QueryDay | None, Query(description="起始日期（含）")]
Until = Annotated[QueryDay | None, Query(description="截止日期（含）")]
_CHANGES = problems(404, 409, 412, 428)


@hubs.post(
    "/{hub_id}/custody-accounts",
    status_code=201,
    summary="开立代管账户",
    responses=problems(404, 409),
)
async def open_account(
    hub_id: UUID, body: OpenAccount, _: HubSide, uow: Write, response: Response
) -> AccountRead:
    made = tagged(response, await service.open_account(uow, hub_id, body.member_id))
    response.headers["Location"] = f"/v1/custody-accounts/{made.id}"
    return AccountRead.model_validate(made)


@accounts.get("", summary="查询代管账户")
async def search(
    uow: Inquiry,
    actor: Reader,
    paging: Paging,
    hub_id: UUID | None = None,
    member_id: UUID | None = None,
) -> Page[AccountRead]:
    """官员查本辖区枢纽型社会组织的账户，社会组织查本组织代管或被代管的账户。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.accounts(
        within=within,
        organization_id=actor.organization_id,
        hub_id=hub_id,
        member_id=member_id,
    )
    page = await paging.page(uow.session, query, [CustodyAccount.id])
    items = [AccountRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


async def readable(account_id: UUID, uow: Inquiry, actor: Reader) -> CustodyAccount:
    account = await repository.get(uow.session, account_id)
    service.may_read(actor, account)
    return account


Readable = Annotated[CustodyAccount, Depends(readable, scope="function")]


@accounts.get("/{account_id}", summary="查询一个代管账户", responses=problems(404))
async def get(account: Readable, response: Response) -> AccountRead:
    return AccountRead.model_validate(tagged(response, account))


@accounts.get("/{account_id}/entries", summary="查询账目", responses=problems(404))
async def ledger(
    account: Readable, uow: Inquiry, paging: Paging, since: Since = None, until: Until = None
) -> Page[EntryRead]:
    query = repository.entries(account.id, since, until)
    page = await paging.page(uow.session, query, [CustodyEntry.number])
    items = [EntryRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@accounts.get("/{account_id}/statement", summary="查询对账单", responses=problems(404))
async def statement(
    account: Readable, uow: Inquiry, since: Since = None, until: Until = None
) -> Statement:
    """截至某日（不填为今日）的期初、发生额和余额。"""
    return await service.statement(uow, account, since, until or uow.today)


@accounts.get("/{account_id}/payouts", summary="查询支出", responses=problems(404))
async def proposed(account: Readable, uow: Inquiry, paging: Paging) -> Page[PayoutRead]:
    page = await paging.page(uow.session, repository.payouts(account.id), [CustodyPayout.id])
    items = [PayoutRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@accounts.post(
    "/{account_id}/deposits", status_code=201, summary="存入代管资金", responses=_CHANGES
)
async def deposit(
    account_id: UUID, body: Deposit, _: HubSide, uow: Write, version: IfMatch
) -> EntryRead:
    """重复点击的第二次因账户版本已变而得到 412。"""
    return EntryRead.model_validate(await service.deposit(uow, account_id, version, body))


@accounts.post(
    "/{account_id}/payouts", status_code=201, summary="提出支出", responses=problems(404, 409)
)
async def propose(
    account_id: UUID, body: ProposePayout, _: HubSide, uow: Write, response: Response
) -> PayoutRead:
    return PayoutRead.model_validate(tagged(response, await service.propose(uow, account_id, body)))


@payouts.post("/{payout_id}/confirm", summary="确认支出", responses=_CHANGES)
async def confirm(
    payout_id: UUID, _: MemberSide, uow: Write, version: IfMatch, response: Response
) -> PayoutRead:
    """由成员组织或者登记管理机关的审批人确认；提出人不得确认。"""
    done = await service.confirm(uow, payout_id, version)
    return PayoutRead.model_validate(tagged(response, done))


@payouts.post("/{payout_id}/refuse", summary="不予支出", responses=_CHANGES)
async def refuse(
    payout_id: UUID,
    body: Reason,
    _: MemberSide,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PayoutRead:
    done = await service.refuse(uow, payout_id, version, body.reason)
    return PayoutRead.model_validate(tagged(response, done))


@payouts.post("/{payout_id}/withdraw", summary="撤回支出", responses=_CHANGES)
async def withdraw(
    payout_id: UUID,
    body: Reason,
    _: HubSide,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PayoutRead:
    done = await service.withdraw(uow, payout_id, version, body.reason)
    return PayoutRead.model_validate(tagged(response, done))


@entries.post("/{entry_id}/reverse", status_code=201, summary="冲正", responses=problems(404, 409))
async def reverse(entry_id: UUID, body: Reason, _: Approver, uow: Write) -> EntryRead:
    """由记账人以外的审批人办理，另记一笔相反的账；一笔账只能冲正一次。"""
    return EntryRead.model_validate(await service.reverse(uow, entry_id, body.reason))
