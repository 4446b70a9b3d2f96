"""Who may read and who may act, as endpoints and queries of this service say it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import ColumnElement, false, or_, true

from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.identity.guards import OtherDistrict
from liandong.values.districts import subtree_prefix

_OFFICES = (Role.CLERK, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
_EVERYWHERE = (Role.SYSTEM_ADMIN, Role.SERVICE, Role.AUDITOR)

Reader = Annotated[Actor, Depends(require(*_OFFICES, Role.ORGANIZATION, *_EVERYWHERE[:2]))]
"""Offices read their district, an organisation reads what is its own."""
OfficeReader = Annotated[Actor, Depends(require(*_OFFICES, *_EVERYWHERE[:2]))]
Proposer = Annotated[Actor, Depends(require(Role.FINANCE, Role.CLERK))]
FinanceOrApprover = Annotated[Actor, Depends(require(Role.FINANCE, Role.APPROVER))]


def within(column: ColumnElement[str] | Any, district: str) -> ColumnElement[bool]:
    """The column's district lies in ``district`` or is the same."""
    prefix = subtree_prefix(district)
    return column.startswith(prefix, autoescape=True) if prefix else true()


def visible(actor: Actor, *districts: Any, organization: Any | None = None) -> ColumnElement[bool]:
    """What the actor may read: one of the row's districts is in the own subtree, or the row is
    the own organisation's."""
    seen: list[ColumnElement[bool]] = []
    if actor.has(*_OFFICES, *_EVERYWHERE):
        if actor.district is not None:
            seen += [within(column, actor.district) for column in districts]
        elif actor.has(*_EVERYWHERE):
            seen.append(true())
    if organization is not None and actor.organization_id is not None:
        seen.append(organization == actor.organization_id)
    return or_(false(), *seen)


def may_read(actor: Actor, *districts: str, organization_id: UUID | None = None) -> None:
    """The same for one row; raises OtherDistrict."""
    if organization_id is not None and actor.owns(organization_id):
        return
    if actor.has(*_OFFICES, *_EVERYWHERE):
        if actor.district is None and actor.has(*_EVERYWHERE):
            return
        if any(actor.may_act_in(district) for district in districts):
            return
    raise OtherDistrict("该事项不在您的管辖区划之内，也不是本组织的事项")
