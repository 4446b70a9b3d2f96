"""Who reads what of this service: officials and auditors in their district, organisations their
own."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.identity.guards import district_rule
from liandong.problems import Forbidden, NotFound

OFFICIALS = (Role.CLERK, Role.APPROVER, Role.AUDITOR)

Reader = Annotated[Actor, Depends(require(*OFFICIALS, Role.ORGANIZATION))]
ClerkOrOrganization = Annotated[Actor, Depends(require(Role.CLERK, Role.ORGANIZATION))]


def readable_part(actor: Actor, organization_id: UUID | None) -> tuple[str | None, UUID | None]:
    """The district and organisation to which a list is narrowed for this reader."""
    if actor.has(*OFFICIALS):
        if actor.district is None:
            raise Forbidden("您的账号未设置管辖区划，无法查询")
        return actor.district, organization_id
    if actor.organization_id is None or organization_id not in (None, actor.organization_id):
        raise Forbidden("只能查询本组织的事项")
    return None, actor.organization_id


def check_readable(actor: Actor, district: str, organization_id: UUID) -> None:
    """An official of another district is told so; an organisation is not told that it exists."""
    if actor.owns(organization_id):
        return
    if not actor.has(*OFFICIALS):
        raise NotFound("没有这项记录")
    district_rule(actor, district)
