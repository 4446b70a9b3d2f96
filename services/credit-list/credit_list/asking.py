"""Who may ask how an organisation stands: whoever buys, pays or decides; partners with the
scope."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends

from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import CurrentActor, require
from liandong.problems import Forbidden

_OFFICES: Final = require(Role.SERVICE, Role.BUYER, Role.FINANCE, Role.CLERK, Role.APPROVER)
_PARTNERS: Final = require(Role.PARTNER, scopes=("standings:read",))


def check_may_ask(actor: Actor, organization_id: UUID | None = None) -> None:
    """An organisation asks for itself."""
    if actor.has(*_OFFICES.roles):
        return
    if actor.has(Role.PARTNER):
        _PARTNERS.check(actor)
        return
    if organization_id is None or not actor.owns(organization_id):
        raise Forbidden("只能查询本组织的信用状况；公开名单请查询公示栏")


async def _asker(actor: CurrentActor) -> Actor:
    check_may_ask(actor)
    return actor


Asker = Annotated[Actor, Depends(_asker)]
"""Of any organisation."""
