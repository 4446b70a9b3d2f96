from uuid import UUID

import pytest

from liandong.identity.actors import PUBLIC, SYSTEM, Actor, Role
from liandong.identity.guards import district_rule, own_organization, two_persons
from liandong.problems import Forbidden

ONE = UUID("0197c0de-0000-7000-8000-000000000001")
OTHER = UUID("0197c0de-0000-7000-8000-000000000002")


def an_official(district: str | None = "340100", subject: str = "u-1") -> Actor:
    return Actor(subject=subject, roles=frozenset({Role.CLERK}), district=district)


@pytest.mark.parametrize(
    ("own", "asked", "may"),
    [
        ("100000", "340100", True),
        ("340000", "340104001001", True),
        ("340100", "340100", True),
        ("340100", "340104", True),
        ("340104", "340104001", True),
        ("340104001", "340104001001", True),
        ("340100", "340000", False),
        ("340100", "340200", False),
        ("340104001", "340104", False),
        (None, "340100", False),
    ],
)
def test_an_official_acts_in_the_own_subtree_only(own: str | None, asked: str, may: bool) -> None:
    actor = an_official(own)
    assert actor.may_act_in(asked) is may
    if may:
        district_rule(actor, asked)
    else:
        with pytest.raises(Forbidden) as caught:
            district_rule(actor, asked)
        assert caught.value.slug == "other-district"
        assert asked in caught.value.detail


def test_an_organisation_acts_for_itself_only() -> None:
    actor = Actor(subject="o-1", roles=frozenset({Role.ORGANIZATION}), organization_id=ONE)
    own_organization(actor, ONE)
    for stranger, organization in ((actor, OTHER), (an_official(), ONE), (PUBLIC, ONE)):
        with pytest.raises(Forbidden) as caught:
            own_organization(stranger, organization)
        assert caught.value.slug == "other-organization"


def test_who_proposed_may_not_approve() -> None:
    two_persons("u-1", an_official(subject="u-2"), "审批处罚决定")
    with pytest.raises(Forbidden) as caught:
        two_persons("u-1", an_official(subject="u-1"), "审批处罚决定")
    assert caught.value.slug == "two-person-rule"
    assert caught.value.detail == "提出人不得自行审批处罚决定，须由另一人办理"


def test_two_persons_must_both_be_known() -> None:
    for first, second in (("", an_official()), ("u-1", PUBLIC), ("", PUBLIC)):
        with pytest.raises(Forbidden) as caught:
            two_persons(first, second, "审批")
        assert caught.value.slug == "two-person-rule"


def test_the_public_may_nothing_and_the_platform_acts_everywhere() -> None:
    assert not PUBLIC.has(*Role)
    assert not PUBLIC.may_act_in("340100")
    system = SYSTEM("registry")
    assert system.subject == "system:registry"
    assert system.is_machine
    assert system.has(Role.SERVICE)
    assert system.may_act_in("650100")


def test_every_role_has_a_chinese_name() -> None:
    assert all(not role.label.isascii() for role in Role)
    assert len({role.label for role in Role}) == len(Role)
