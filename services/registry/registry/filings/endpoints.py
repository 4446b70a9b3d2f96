"""HTTP of filings."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import (
    DistrictFilter,
    IfMatch,
    Inquiry,
    PersonalReads,
    Read,
    Write,
    tagged,
)
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule
from liandong.rules.rule_set import RuleSet
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from registry.filings import listing, repository, service, timing, upgrades
from registry.filings.domain import Status
from registry.filings.models import Filing, FilingList
from registry.filings.rules import FILINGS, FilingRules
from registry.filings.schemas import (
    ConfirmList,
    FilingForm,
    FilingListRead,
    FilingRead,
    FilingSummary,
    FindingRead,
    Opinion,
    Reason,
    RequirementsRead,
    StreetReview,
    Upgrade,
)
from registry.successions.schemas import SuccessionRead

router = router_for("/v1/filings", "社区社会组织备案")
requirements = router_for("/v1/filing-requirements", "社区社会组织备案")
upgraded = router_for("/v1/organizations", "社区社会组织备案")
lists = router_for("/v1/filing-lists", "社区社会组织备案")

Desk = Annotated[Actor, Depends(require(Role.CLERK, Role.COMMUNITY))]
Reviewer = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER))]
Reader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.COMMUNITY))]
_STEPS = problems(404, 409, 412, 428)


@requirements.get("", summary="查询备案要求", responses=problems(409))
async def required(district: DistrictCode, uow: Inquiry) -> RequirementsRead:
    """该地现行的备案条件、材料、办理时限和简易章程示范文本。"""
    found: RuleSet[FilingRules] = await uow.rules(FILINGS, district)
    return RequirementsRead(
        rule_set=found.reference, legal_basis=found.legal_basis, requirements=found.parameters
    )


@router.post("", status_code=201, summary="提交备案", responses=problems(404, 409))
async def submit(body: FilingForm, _: Desk, uow: Write, response: Response) -> FilingSummary:
    """由窗口经办人或者村（居）委会代居民提交；名称当即核定并保留。"""
    filing = await service.submit(uow, body)
    response.headers["Location"] = f"/v1/filings/{filing.id}"
    return await _told(uow, filing, response)


@router.get("", summary="查询备案")
async def search(
    uow: Inquiry,
    actor: Reader,
    paging: Paging,
    district: DistrictFilter = "",
    status: Annotated[list[Status] | None, Query(max_length=10)] = None,
    only_open: Annotated[bool, Query(description="只列未办结的")] = False,
    filed_from: Annotated[IsoDay | None, Query(description="备案日期自")] = None,
    filed_until: Annotated[IsoDay | None, Query(description="备案日期至")] = None,
) -> Page[FilingSummary]:
    """只列本辖区的。"""
    if actor.district is None:
        return Page(items=[])
    query = repository.search(
        within=actor.district,
        district=district,
        statuses=status or (),
        only_open=only_open,
        filed_from=filed_from,
        filed_until=filed_until,
    )
    page = await paging.page(uow.session, query, [Filing.id])
    standings = await timing.standings(uow, page.items)
    items = [FilingSummary.of(*both) for both in zip(page.items, standings, strict=True)]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{filing_id}", summary="查询一件备案", responses=problems(404))
async def get(
    filing_id: UUID, uow: Inquiry, actor: Reader, reads: PersonalReads, response: Response
) -> FilingRead:
    """列出现在仍缺少的内容、不符合的条件和办理时限。审计人员所见联系人已脱敏。"""
    filing = tagged(response, await repository.get(uow.session, filing_id))
    district_rule(actor, filing.district)
    [standing] = await timing.standings(uow, [filing])
    findings = [FindingRead(**one.as_dict()) for one in await service.found(uow, filing)]
    read = FilingRead.whole(filing, standing, findings)
    if not actor.has(Role.CLERK, Role.APPROVER, Role.COMMUNITY):
        return read.masked()
    await reads.note("filing", read.id, read.district)
    return read


@router.put("/{filing_id}", summary="修改备案申请", responses=_STEPS)
async def edit(
    filing_id: UUID,
    body: FilingForm,
    _: Desk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FilingSummary:
    return await _told(uow, await service.edit(uow, filing_id, version, body), response)


@router.post("/{filing_id}/resubmit", summary="补充后重新提交", responses=_STEPS)
async def resubmit(
    filing_id: UUID, _: Desk, uow: Write, version: IfMatch, response: Response
) -> FilingSummary:
    return await _told(uow, await service.resubmit(uow, filing_id, version), response)


@router.post("/{filing_id}/opine", summary="提出村（居）委会意见", responses=_STEPS)
async def opine(
    filing_id: UUID,
    body: Opinion,
    _: Desk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FilingSummary:
    return await _told(uow, await service.opine(uow, filing_id, version, body), response)


@router.post("/{filing_id}/review", summary="街道（乡镇）审核", responses=_STEPS)
async def review(
    filing_id: UUID,
    body: StreetReview,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FilingSummary:
    return await _told(uow, await service.review(uow, filing_id, version, body), response)


@router.post("/{filing_id}/return", summary="退回补充", responses=_STEPS)
async def give_back(
    filing_id: UUID,
    body: Reason,
    _: Reviewer,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FilingSummary:
    done = await service.give_back(uow, filing_id, version, body.reason)
    return await _told(uow, done, response)


@router.post("/{filing_id}/file", summary="准予备案", responses=_STEPS)
async def file(
    filing_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> FilingSummary:
    """由未经手该备案的人决定；备案编号由系统编定，组织自此列入名册。"""
    return await _told(uow, await service.file(uow, filing_id, version), response)


@router.post("/{filing_id}/refuse", summary="不予备案", responses=_STEPS)
async def refuse(
    filing_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FilingSummary:
    return await _told(uow, await service.refuse(uow, filing_id, version, body.reason), response)


@router.post("/{filing_id}/withdraw", summary="撤回备案申请", responses=_STEPS)
async def withdraw(
    filing_id: UUID,
    body: Reason,
    _: Desk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> FilingSummary:
    return await _told(uow, await service.withdraw(uow, filing_id, version, body.reason), response)


@lists.post("", status_code=201, summary="确认年度备案名单", responses=problems(409))
async def confirm(body: ConfirmList, _: Clerk, uow: Write, response: Response) -> FilingListRead:
    """街道（乡镇）向县级民政部门确认上一年度的备案名单；每年一次，数字自此不变。"""
    return FilingListRead.model_validate(tagged(response, await listing.confirm(uow, body)))


@lists.get("", summary="查询年度备案名单的确认")
async def confirmed(
    session: Read,
    actor: Reader,
    paging: Paging,
    year: Annotated[int | None, Query(ge=1949, le=2999)] = None,
) -> Page[FilingListRead]:
    if actor.district is None:
        return Page(items=[])
    query = repository.lists(within=actor.district, year=year)
    page = await paging.page(session, query, [FilingList.id])
    items = [FilingListRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@upgraded.post(
    "/{organization_id}/upgrade",
    summary="备案组织升级为登记",
    responses=problems(404, 409, 412, 428),
)
async def upgrade(
    organization_id: UUID, body: Upgrade, _: Approver, uow: Write, version: IfMatch
) -> SuccessionRead:
    """备案组织随之注销，所加入的枢纽型社会组织和沿革由登记后的组织承接。"""
    return SuccessionRead.model_validate(
        await upgrades.upgrade(uow, organization_id, version, body)
    )


async def _told(uow: Write, filing: Filing, response: Response) -> FilingSummary:
    tagged(response, filing)
    [standing] = await timing.standings(uow, [filing])
    return FilingSummary.of(filing, standing)
