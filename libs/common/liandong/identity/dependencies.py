"""What endpoints write in their signature to say who may call them.

The verifier is taken from ``app.state.token_verifier``. Each dependency leaves the actor in
``request.state.actor`` for the logs. A new rule is one line: ``Annotated[Actor, Depends(require(
Role.EXPERT))]``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from liandong.identity.actors import MACHINE_ROLES, PUBLIC, Actor, Role
from liandong.identity.reasons import Reason, refused
from liandong.identity.tokens import TokenVerifier
from liandong.problems import Forbidden

Admission = Callable[[Request, Actor], Awaitable[None]]
"""``app.state.admission``: asked once for every request whose caller is known; may refuse."""


class Caller(HTTPBearer):
    """Who is calling: one dependency that is also the security scheme of the API document."""

    def __init__(self, *, required: bool) -> None:
        super().__init__(
            auto_error=False,
            bearerFormat="JWT",
            scheme_name="bearer",
            description="认证中心签发的访问令牌（OIDC JWT）",
        )
        self.required = required

    async def __call__(self, request: Request) -> Actor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The caller; without an Authorization header PUBLIC, or 401 where one is required. A bad
        token is always a 401."""
        actor: Actor | None = getattr(request.state, "actor", None)
        if actor is None:  # the first to ask in this request
            actor = request.state.actor = await self._found(request)
            admit: Admission | None = getattr(request.app.state, "admission", None)
            if admit is not None:
                await admit(request, actor)
        if self.required and actor is PUBLIC:
            raise refused(Reason.MISSING)
        return actor

    async def _found(self, request: Request) -> Actor:
        given = [value for name, value in request.scope["headers"] if name == b"authorization"]
        return await self._actor(request, given) if given else PUBLIC

    async def _actor(self, request: Request, given: list[bytes]) -> Actor:
        scheme, _, token = given[0].decode("latin-1").partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer" or not token:
            raise refused(Reason.MALFORMED)
        verifier: TokenVerifier = request.app.state.token_verifier
        return await verifier.verify(token)


optional_actor = Caller(required=False)
current_actor = Caller(required=True)


@dataclass(frozen=True)
class RequiredRoles:
    """A dependency that lets through who holds one of ``roles``; made by :func:`require`.

    ``scopes`` are all demanded of programs (services and partners), and of everyone if no role is
    named: people are authorised by their role, programs by role and scope. ``roles`` and ``scopes``
    are public so that a test can print who may call what.
    """

    roles: tuple[Role, ...] = ()
    scopes: tuple[str, ...] = ()

    async def __call__(self, actor: Annotated[Actor, Depends(current_actor)]) -> Actor:
        self.check(actor)
        return actor

    def check(self, actor: Actor) -> None:
        """Raises Forbidden, naming who may, unless the actor may."""
        if self.roles and not actor.has(*self.roles):
            who = "、".join(role.label for role in self.roles)
            raise Forbidden(
                f"此操作只能由{who}办理",
                extra={"required_roles": [role.value for role in self.roles]},
            )
        missing = [scope for scope in self.scopes if scope not in actor.scopes]
        if missing and (self._as_program(actor) or not self.roles):
            raise Forbidden(
                f"访问令牌缺少权限范围：{'、'.join(missing)}",
                extra={"required_scopes": list(self.scopes)},
            )

    def _as_program(self, actor: Actor) -> bool:
        return actor.is_machine or actor.roles.intersection(self.roles) <= MACHINE_ROLES


def require(*roles: Role, scopes: tuple[str, ...] = ()) -> RequiredRoles:
    """A dependency giving the Actor if it holds any of the roles (and the scopes, see the class).

    Without roles and scopes any valid token will do.
    """
    return RequiredRoles(roles, scopes)


CurrentActor = Annotated[Actor, Depends(current_actor)]
"""The caller; 401 if there is no valid token."""
OptionalActor = Annotated[Actor, Depends(optional_actor)]

Clerk = Annotated[Actor, Depends(require(Role.CLERK))]
Approver = Annotated[Actor, Depends(require(Role.APPROVER))]
Official = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER))]
Expert = Annotated[Actor, Depends(require(Role.EXPERT))]
Finance = Annotated[Actor, Depends(require(Role.FINANCE))]
Buyer = Annotated[Actor, Depends(require(Role.BUYER))]
Community = Annotated[Actor, Depends(require(Role.COMMUNITY))]
OrganizationActor = Annotated[Actor, Depends(require(Role.ORGANIZATION))]
Auditor = Annotated[Actor, Depends(require(Role.AUDITOR))]
SystemAdmin = Annotated[Actor, Depends(require(Role.SYSTEM_ADMIN))]
PlatformService = Annotated[Actor, Depends(require(Role.SERVICE))]
