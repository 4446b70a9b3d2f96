"""Who calls an operation: mostly somebody who may, sometimes somebody else, or nobody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from random import Random
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from liandong.definition import ServiceDefinition
from liandong.events import feed, state_pages
from liandong.identity.actors import Role
from liandong.identity.dependencies import RequiredRoles, current_actor
from liandong.imports import endpoints as imports
from liandong.rules import overrides
from liandong.testing.services import KEYS

HEFEI = "340100"
ELSEWHERE = "110000"
OFFICES = (Role.CLERK, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.SYSTEM_ADMIN)
_OWN_CHECKS: Mapping[str, tuple[Role, ...]] = {
    "GET /v1/events": (Role.SYSTEM_ADMIN, Role.SERVICE, Role.PARTNER),
    "GET /v1/states": (Role.SYSTEM_ADMIN, Role.SERVICE, Role.PARTNER),
    "GET /v1/checks/{code}": (Role.CLERK, Role.BUYER),
    "POST /v1/checks": (Role.CLERK, Role.BUYER),
    **{
        f"{method} /v1/watch-lists{part}": (Role.CLERK,)
        for method, parts in {
            "GET": ("/{watch_list_id}", "/{watch_list_id}/codes", "/{watch_list_id}/changes"),
            "POST": tuple(f"/{{watch_list_id}}/{verb}" for verb in ("add", "remove", "discard")),
        }.items()
        for part in ("", *parts)
    },
}
"""Operations whose handlers look at the roles themselves."""


@dataclass(frozen=True)
class Access:
    """Who may call one operation, as its route says."""

    roles: tuple[Role, ...]
    public: bool
    strict: bool
    """The route itself names the roles: nobody else gets through."""


OPERATIONAL = Access(OFFICES, public=True, strict=False)
"""Health and metrics, which look at no token."""


@dataclass(frozen=True)
class Caller:
    """Somebody, or nobody: ``headers`` is what the request carries."""

    headers: Mapping[str, str]
    may: bool
    authenticated: bool

    def as_sent(self) -> dict[str, bytes]:
        return {name: value.encode("latin-1") for name, value in self.headers.items()}


def access_by_operation(definition: ServiceDefinition) -> dict[str, Access]:
    """By label, such as ``POST /v1/tenders``."""
    found: dict[str, Access] = {}
    importers = tuple({role for kind in definition.imports for role in kind.roles})
    shared = (overrides.router, imports.router, feed.router, state_pages.router)
    for router in [*definition.routers, *shared]:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                continue
            calls = list(_calls(route.dependant))
            required = [call for call in calls if isinstance(call, RequiredRoles)]
            roles = tuple(role for call in required for role in call.roles)
            for method in route.methods:
                label = f"{method} {route.path}"
                own = importers if label == "POST /v1/imports/{kind}" else ()
                found[label] = Access(
                    roles=roles or _OWN_CHECKS.get(label) or own or OFFICES,
                    public=current_actor not in calls,
                    strict=bool(required),
                )
    return found


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def caller(
    access: Access,
    row: Mapping[str, Any],
    organization: str | None,
    dice: Random,
    *,
    plain: bool = False,
) -> Caller:
    """Four of five times one who may, in the district of the world; always if ``plain``."""
    chance = 0.5 if plain else dice.random()
    if chance < 0.04:
        return Caller({}, may=access.public, authenticated=False)
    if chance < 0.07:
        broken = dice.choice(["Bearer x", "Basic eDp5", "Bearer a.b.c", "Bearer " + "é" * 3])
        may = access is OPERATIONAL
        return Caller({"Authorization": broken}, may=may, authenticated=False)
    role = dice.choice(access.roles)
    if chance < 0.14:
        role = dice.choice(list(Role))
    district: str | None = HEFEI
    if chance > 0.96:
        district = dice.choice([None, ELSEWHERE])
    elif chance > 0.80:
        district = str(row.get("district") or HEFEI)
    owner = row.get("organization_id") or organization
    token = _token(
        f"{role.value}-{dice.randint(1, 2)}",
        role,
        district,
        str(owner) if role is Role.ORGANIZATION and owner else None,
    )
    may = role in access.roles or not access.strict
    return Caller({"Authorization": f"Bearer {token}"}, may=may, authenticated=True)


def official(*roles: Role, subject: str = "builder") -> dict[str, str]:
    """The header of somebody who builds the world."""
    return {"Authorization": f"Bearer {_token(subject, roles[0], HEFEI, None)}"}


def organization(organization_id: Any) -> dict[str, str]:
    token = _token("member", Role.ORGANIZATION, HEFEI, str(organization_id))
    return {"Authorization": f"Bearer {token}"}


@lru_cache(maxsize=4000)
def _token(subject: str, role: Role, district: str | None, organization_id: str | None) -> str:
    scopes: Sequence[str] = ("events:read",) if role in (Role.PARTNER, Role.SERVICE) else ()
    return KEYS.issue(
        subject=subject,
        roles=(role,),
        district=district,
        organization_id=organization_id,
        scopes=scopes,
        ttl=timedelta(days=1),
    )
