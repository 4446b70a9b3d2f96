"""HTTP of leads. They are the bureau's own: an organisation learns of a case by its notice."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.access import OFFICIALS, check_readable, readable_part
from credit_list.leads import repository, service
from credit_list.leads.domain import Status
from credit_list.leads.models import Lead
from credit_list.leads.schemas import DismissLead, LeadFactRead, LeadRead, OpenCase
from credit_list.listings.domain import ListName
from credit_list.records import repository as records
from credit_list.records.domain import Status as RecordStatus
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import Clerk, Official, require

router = router_for("/v1/leads", "列入线索")
_CHANGES = problems(404, 409, 412, 428)
_Inside = Annotated[Actor, Depends(require(*OFFICIALS))]


@router.get("", summary="查询列入线索")
async def search(
    session: Read,
    actor: _Inside,
    paging: Paging,
    organization_id: UUID | None = None,
    name: Annotated[ListName | None, Query(alias="list")] = None,
    trigger: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]{1,39}$")] = None,
    status: Status | None = None,
    case_id: UUID | None = None,
) -> Page[LeadRead]:
    district, only = readable_part(actor, organization_id)
    query = repository.search(
        district=district,
        organization_id=only,
        name=name,
        trigger=trigger,
        status=status,
        case_id=case_id,
    )
    page = await paging.page(session, query, [Lead.id], descending=True)
    return Page(items=await _shown(session, page.items), next_cursor=page.next_cursor)


@router.get("/{lead_id}", summary="查询一条列入线索", responses=problems(404))
async def get(lead_id: UUID, session: Read, actor: _Inside, response: Response) -> LeadRead:
    lead = await repository.get(session, lead_id)
    check_readable(actor, lead.district, lead.organization_id)
    [shown] = await _shown(session, [tagged(response, lead)])
    return shown


@router.post("/{lead_id}/open-case", summary="转为列入案件，或者并入未结案件", responses=_CHANGES)
async def open_case(
    lead_id: UUID,
    body: OpenCase,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> LeadRead:
    found = await service.open_case(uow, lead_id, version, body.evidence, body.discretion)
    lead = tagged(response, found)
    [shown] = await _shown(uow.session, [lead])
    return shown


@router.post("/{lead_id}/dismiss", summary="不予采纳", responses=_CHANGES)
async def dismiss(
    lead_id: UUID,
    body: DismissLead,
    actor: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> LeadRead:
    lead = tagged(response, await service.dismiss(uow, lead_id, version, body.reason))
    [shown] = await _shown(uow.session, [lead])
    return shown


async def _shown(session: AsyncSession, leads: Sequence[Lead]) -> list[LeadRead]:
    """The leads with their facts, and which of those hold no longer."""
    facts = await repository.facts(session, [one.id for one in leads])
    ids = [one.record_id for one in facts if one.record_id is not None]
    known = await records.some(session, ids)
    shown = {one.id: LeadRead.model_validate(_columns(one)) for one in leads}
    for fact in facts:
        record = known.get(fact.record_id) if fact.record_id is not None else None
        shown[fact.lead_id].facts.append(
            LeadFactRead(
                record_id=fact.record_id,
                day=fact.day,
                kind=record.kind if record is not None else None,
                withdrawn=record is not None and record.status is RecordStatus.WITHDRAWN,
            )
        )
    return list(shown.values())


def _columns(lead: Lead) -> dict[str, object]:
    return {name: getattr(lead, name) for name in LeadRead.model_fields if name != "facts"}
