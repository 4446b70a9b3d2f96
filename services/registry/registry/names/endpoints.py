"""HTTP of names."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Inquiry, PersonalReads, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, require
from liandong.identity.guards import district_rule
from registry.names import repository, service
from registry.names.domain import Status
from registry.names.models import NameReservation
from registry.names.schemas import (
    CloseName,
    NameCheck,
    NameFinding,
    ProposedName,
    ReleaseName,
    ReservationRead,
    ReserveName,
)

checks = router_for("/v1/name-checks", "核名")
reservations = router_for("/v1/name-reservations", "名称预留")

Reader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]
_CHANGES = problems(404, 409, 412, 428)


@checks.post("", summary="核名", responses=problems(409))
async def check(body: ProposedName, uow: Inquiry) -> NameCheck:
    """核对名称的组成、禁用文字，并与已登记、近期注销和已预留的名称比较。不保留名称。"""
    checked = await service.check(uow, body)
    return NameCheck(
        name=checked.name,
        acceptable=not checked.refused,
        findings=[NameFinding(**one.as_dict()) for one in checked.findings],
        close=[CloseName.model_validate(one) for one in checked.close],
        rule_set=checked.rule_set.reference,
    )


@reservations.post("", status_code=201, summary="预留名称", responses=problems(409))
async def reserve(body: ReserveName, _: Clerk, uow: Write, response: Response) -> ReservationRead:
    reservation = tagged(response, await service.reserve(uow, body))
    response.headers["Location"] = f"/v1/name-reservations/{reservation.id}"
    return ReservationRead.model_validate(reservation)


@reservations.get("", summary="查询名称预留")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    name: Annotated[str, Query(max_length=100, description="名称中的连续文字")] = "",
    status: Status | None = None,
) -> Page[ReservationRead]:
    """只列本辖区的，申请人脱敏。"""
    if actor.district is None:
        return Page(items=[])
    query = repository.search(
        within=actor.district, name=name.replace("\x00", "").strip(), status=status
    )
    page = await paging.page(session, query, [NameReservation.id])
    items = [ReservationRead.model_validate(one).masked() for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@reservations.get("/{reservation_id}", summary="查询一条名称预留", responses=problems(404))
async def get(
    reservation_id: UUID, session: Read, actor: Reader, reads: PersonalReads, response: Response
) -> ReservationRead:
    reservation = await repository.get(session, reservation_id)
    district_rule(actor, reservation.district)
    read = ReservationRead.model_validate(tagged(response, reservation))
    await reads.note("name-reservation", read.id, read.district)
    return read


@reservations.post("/{reservation_id}/extend", summary="延长名称预留", responses=_CHANGES)
async def extend(
    reservation_id: UUID, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> ReservationRead:
    reservation = await service.extend(uow, reservation_id, version)
    return ReservationRead.model_validate(tagged(response, reservation))


@reservations.post("/{reservation_id}/release", summary="放弃名称预留", responses=_CHANGES)
async def release(
    reservation_id: UUID,
    body: ReleaseName,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ReservationRead:
    reservation = await service.release(uow, reservation_id, version, body.reason)
    return ReservationRead.model_validate(tagged(response, reservation))
