"""From the claims of a verified token to an actor."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from liandong.identity.actors import MACHINE_ROLES, SYSTEM_PREFIX, Actor, Role
from liandong.identity.reasons import Reason, refused

_DISTRICT = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
_MAX_SUBJECT = 255
_ROLES = {role.value: role for role in Role}


def actor_of(claims: Mapping[str, Any]) -> Actor:
    """The actor the claims describe; roles the platform does not know are left out.

    Raises NotAuthenticated (reason ``claims``) when a claim that matters is not what it should be:
    a token is never half understood.
    """
    subject = _text(claims, "sub")
    if not subject or len(subject) > _MAX_SUBJECT or subject.startswith(SYSTEM_PREFIX):
        raise refused(Reason.CLAIMS)
    roles = _roles(claims)
    client = _text(claims, "client_id") or _text(claims, "azp")
    is_machine = not roles.isdisjoint(MACHINE_ROLES) or _is_client(claims, subject, client)
    return Actor(
        subject=subject,
        name=_text(claims, "name") or (client if is_machine else ""),
        roles=roles,
        district=_district(claims),
        organization_id=_organization(claims),
        scopes=_scopes(claims),
        is_machine=is_machine,
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise refused(Reason.CLAIMS)
    return value


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise refused(Reason.CLAIMS)
    return value


def _roles(claims: Mapping[str, Any]) -> frozenset[Role]:
    names = _texts(claims.get("roles"))
    realm = claims.get("realm_access")  # where Keycloak puts them unless a mapper is configured
    if realm is not None:
        if not isinstance(realm, dict):
            raise refused(Reason.CLAIMS)
        names = [*names, *_texts(realm.get("roles"))]
    return frozenset(_ROLES[name] for name in names if name in _ROLES)


def _is_client(claims: Mapping[str, Any], subject: str, client: str) -> bool:
    """A client-credentials token: RFC 9068 makes subject and client equal, Keycloak does not."""
    account = _text(claims, "preferred_username")
    return bool(client) and (subject == client or account == f"service-account-{client}")


def _district(claims: Mapping[str, Any]) -> str | None:
    code = _text(claims, "district")
    if not code:
        return None
    if not _DISTRICT.fullmatch(code):
        raise refused(Reason.CLAIMS)
    return code


def _organization(claims: Mapping[str, Any]) -> UUID | None:
    value = _text(claims, "organization_id")
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise refused(Reason.CLAIMS) from None


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(_text(claims, "scope").split())
