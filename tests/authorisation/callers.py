"""Who calls: tokens of every role, from every side of a matter."""

from functools import cache
from uuid import UUID

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from tests.authorisation.attempt import Attempt
from tests.authorisation.table import Decision

OTHER_ORGANIZATION = uuid7()


@cache
def token(
    role: Role,
    district: str | None,
    *,
    organization: UUID | str | None = None,
    subject: str = "",
    scopes: tuple[str, ...] = (),
) -> dict[str, str]:
    """The header of somebody who took no part in the matter, unless ``subject`` says otherwise."""
    return bearer(
        subject or f"somebody-{role.value}",
        role,
        district=district,
        organization_id=organization,
        scopes=scopes,
    )


def without_the_role(decision: Decision, attempt: Attempt) -> dict[str, dict[str, str]]:
    """Everybody with a token whose role the decision does not name, all else in their favour."""
    # Where the role is looked at inside, whoever carries the organisation's id speaks for it.
    lends = decision.checked == "dependency"
    organization = attempt.organization if lends else OTHER_ORGANIZATION
    every = tuple(scope for scopes in decision.scopes.values() for scope in scopes)
    found = {
        role.value: token(role, attempt.place.own, organization=organization, scopes=every)
        for role in Role
        if role not in decision.named
    }
    found |= {
        f"{role.value} without scope": token(role, attempt.place.own) for role in decision.scopes
    }
    return found


def who_may(decision: Decision, attempt: Attempt) -> dict[str, dict[str, str]]:
    """Everybody whom the decision lets in."""
    place = attempt.place
    found: dict[str, dict[str, str]] = {"public": {}} if decision.roles == "public" else {}
    if not attempt.path.startswith("/v1"):  # the operational addresses look at no token
        return found
    for role in decision.named:
        scopes = decision.scopes.get(role, ())
        if decision.organization is not None and role is Role.ORGANIZATION:
            found["organization"] = token(role, None, organization=attempt.organization)
            continue
        places: dict[str, str | None] = {"own": place.own}
        if role in decision.bound:
            places["parent"] = place.parent
        if role in (*decision.everywhere, *decision.unbound):
            places["no district"] = None
        if role in decision.unbound:
            places |= {"sibling": place.sibling}
        for name, district in places.items():
            found[f"{role.value}, {name}"] = token(role, district, scopes=scopes)
    return found


def of_other_districts(decision: Decision, attempt: Attempt) -> dict[str, dict[str, str]]:
    """Those who hold the role in another district or in a part of this one."""
    return {
        f"{role.value}, {district}": token(role, district, scopes=decision.scopes.get(role, ()))
        for role in decision.bound
        for district in (attempt.place.sibling, attempt.place.below)
    }


def of_no_district(decision: Decision) -> dict[str, dict[str, str]]:
    """Those who hold the role, but whose token names no district."""
    return {
        f"{role.value}, no district": token(role, None, scopes=decision.scopes.get(role, ()))
        for role in decision.bound
        if role not in decision.everywhere
    }


def of_other_organizations(attempt: Attempt) -> dict[str, dict[str, str]]:
    """Members of another organisation, and of none, whatever district their token names."""
    own = attempt.place.own
    return {
        "another": token(Role.ORGANIZATION, own, organization=OTHER_ORGANIZATION),
        "none": token(Role.ORGANIZATION, own),
    }


def who_took_the_first_step(decision: Decision, attempt: Attempt) -> dict[str, dict[str, str]]:
    assert attempt.first, f"{attempt.path}: nobody took the first step"
    return {
        role.value: token(role, attempt.place.own, subject=attempt.first) for role in decision.named
    }
