from typing import Any
from uuid import UUID

import pytest

from liandong.identity.actors import Role
from liandong.identity.claims import actor_of
from liandong.problems import NotAuthenticated

ORGANIZATION = "0197c0de-0000-7000-8000-000000000001"


def test_every_claim_finds_its_place() -> None:
    actor = actor_of(
        {
            "sub": "u-1",
            "name": "测试人员",
            "roles": ["organization"],
            "district": "340104001",
            "organization_id": ORGANIZATION,
            "scope": "events:read  registry:read",
        }
    )
    assert actor.name == "测试人员"
    assert actor.roles == {Role.ORGANIZATION}
    assert actor.district == "340104001"
    assert actor.organization_id == UUID(ORGANIZATION)
    assert actor.scopes == {"events:read", "registry:read"}
    assert not actor.is_machine


def test_keycloak_realm_roles_count_and_unknown_roles_do_not() -> None:
    actor = actor_of(
        {
            "sub": "u-1",
            "roles": ["clerk", "头儿"],
            "realm_access": {"roles": ["approver", "offline_access", "uma_authorization"]},
        }
    )
    assert actor.roles == {Role.CLERK, Role.APPROVER}


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "c-1", "client_id": "c-1"},
        {"sub": "c-1", "azp": "c-1"},
        {"sub": "9c", "azp": "c-1", "preferred_username": "service-account-c-1"},
        {"sub": "9c", "azp": "c-1", "roles": ["service"]},
        {"sub": "9c", "azp": "c-1", "roles": ["partner"]},
    ],
)
def test_a_program_is_recognised_and_named_after_its_client(claims: dict[str, Any]) -> None:
    actor = actor_of(claims)
    assert actor.is_machine
    assert actor.name == "c-1"


def test_a_person_using_a_program_stays_a_person() -> None:
    actor = actor_of({"sub": "u-1", "azp": "web", "preferred_username": "u1", "roles": ["clerk"]})
    assert not actor.is_machine
    assert actor.name == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "system:registry"},
        {"name": ["x"]},
        {"roles": "clerk"},
        {"roles": [1]},
        {"realm_access": []},
        {"realm_access": {"roles": "clerk"}},
        {"district": "3401"},
        {"district": "34010A"},
        {"district": "340100\n"},
        {"district": "３４０１００"},
        {"district": 340100},
        {"organization_id": "91340100"},
        {"organization_id": 5},
        {"scope": ["a"]},
        {"client_id": 5},
    ],
)
def test_a_malformed_claim_refuses_the_whole_token(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        actor_of({"sub": "u-1", **wrong})
    assert caught.value.extra == {"reason": "claims"}
