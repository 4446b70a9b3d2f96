"""成立条件 of the three legal types, one article a sentence; without a database."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.applications.conditions import Founding, Officer, Post, findings
from registry.applications.domain import Matter
from registry.applications.rules import When
from registry.organizations.domain import Kind
from services.registry.tests.shipped import APPLICATION_RULES as RULES

YUAN = 100


def person(number: int) -> UUID:
    return UUID(int=number)


def councillors(number: int) -> list[Officer]:
    return [Officer(person(one), Post.COUNCILLOR) for one in range(1, number + 1)]


SUPERVISOR = Officer(person(100), Post.SUPERVISOR)
BODY = Founding(
    is_national=False,
    raises_in_public=False,
    funds_fen=30_000 * YUAN,
    individual_members=50,
    unit_members=0,
    full_time_staff=1,
    officers=[*councillors(9), SUPERVISOR],
    representative_elsewhere=False,
)
FOUNDATION = replace(BODY, funds_fen=2_000_000 * YUAN, individual_members=0)


def wrong(body: Founding, kind: Kind) -> list[str]:
    return [one.code for one in findings(body, RULES.conditions[kind])]


@pytest.mark.parametrize(
    ("individuals", "units", "enough"),
    [(50, 0, True), (49, 0, False), (0, 30, True), (0, 29, False), (25, 25, True), (25, 24, False)],
)
def test_an_association_needs_fifty_persons_thirty_units_or_fifty_together(
    individuals: int, units: int, enough: bool
) -> None:
    body = replace(BODY, individual_members=individuals, unit_members=units)
    assert wrong(body, Kind.ASSOCIATION) == ([] if enough else ["too-few-members"])


@pytest.mark.parametrize(
    ("kind", "national", "public", "least"),
    [
        (Kind.ASSOCIATION, True, False, 100_000),
        (Kind.ASSOCIATION, False, False, 30_000),
        (Kind.FOUNDATION, True, True, 8_000_000),
        (Kind.FOUNDATION, False, True, 4_000_000),
        (Kind.FOUNDATION, True, False, 2_000_000),
        (Kind.FOUNDATION, False, False, 2_000_000),
    ],
)
def test_money_is_enough_to_the_fen(kind: Kind, national: bool, public: bool, least: int) -> None:
    body = replace(BODY, is_national=national, raises_in_public=public, funds_fen=least * YUAN)
    assert wrong(body, kind) == []
    assert wrong(replace(body, funds_fen=least * YUAN - 1), kind) == ["too-little-money"]


def test_no_national_rule_names_a_sum_for_a_service_institution() -> None:
    assert wrong(replace(BODY, funds_fen=0, individual_members=0), Kind.SERVICE_INSTITUTION) == []


@pytest.mark.parametrize(("size", "fits"), [(4, False), (5, True), (25, True), (26, False)])
def test_the_council_of_a_foundation_has_five_to_twenty_five(size: int, fits: bool) -> None:
    body = replace(FOUNDATION, officers=[*councillors(size), SUPERVISOR])
    assert wrong(body, Kind.FOUNDATION) == ([] if fits else ["council-size"])


def test_one_who_holds_two_posts_is_one_councillor() -> None:
    officers = [*councillors(4), Officer(person(1), Post.CHAIR), SUPERVISOR]
    assert wrong(replace(FOUNDATION, officers=officers), Kind.FOUNDATION) == ["council-size"]


def test_a_foundation_needs_a_supervisor_who_is_no_councillor_nor_related_to_one() -> None:
    assert wrong(replace(FOUNDATION, officers=councillors(9)), Kind.FOUNDATION) == ["no-supervisor"]
    same = Officer(person(1), Post.SUPERVISOR)
    related = Officer(person(100), Post.SUPERVISOR, related_to=(person(1),))
    for supervisor in (same, related):
        body = replace(FOUNDATION, officers=[*councillors(9), supervisor])
        assert wrong(body, Kind.FOUNDATION) == ["supervisor-not-separate"]


@pytest.mark.parametrize(("paid", "fits"), [(3, True), (4, False)])
def test_a_third_of_the_councillors_may_be_paid(paid: int, fits: bool) -> None:
    council = [replace(one, is_paid=at < paid) for at, one in enumerate(councillors(9))]
    body = replace(FOUNDATION, officers=[*council, SUPERVISOR])
    assert wrong(body, Kind.FOUNDATION) == ([] if fits else ["too-many-paid"])


def test_relatives_are_a_third_at_most_and_none_where_money_is_raised_in_public() -> None:
    first, second, third, fourth, *others = councillors(9)
    two = [replace(first, related_to=(second.person_id,)), second, third, fourth, *others]
    body = replace(FOUNDATION, officers=[*two, SUPERVISOR])
    assert wrong(body, Kind.FOUNDATION) == []
    public = replace(body, raises_in_public=True, funds_fen=4_000_000 * YUAN)
    assert wrong(public, Kind.FOUNDATION) == ["too-many-relatives"]
    four = [
        replace(first, related_to=(second.person_id,)),
        second,
        third,
        replace(fourth, related_to=(third.person_id,)),
        *others,
    ]
    body = replace(FOUNDATION, officers=[*four, SUPERVISOR])
    assert wrong(body, Kind.FOUNDATION) == ["too-many-relatives"]


@pytest.mark.parametrize("post", [Post.CHAIR, Post.VICE_CHAIR, Post.SECRETARY_GENERAL])
def test_an_official_leads_nothing_but_may_be_a_councillor(post: Post) -> None:
    ordinary = replace(BODY, officers=[Officer(person(1), Post.COUNCILLOR, is_official=True)])
    leading = replace(BODY, officers=[Officer(person(1), post, is_official=True)])
    assert wrong(ordinary, Kind.ASSOCIATION) == []
    [found] = findings(leading, RULES.conditions[Kind.ASSOCIATION])
    assert (found.pointer, found.code) == ("/officers/0", "official-in-post")
    assert "中办发〔2016〕46号" in found.message


def test_who_represents_another_association_does_not_represent_this_one() -> None:
    body = replace(BODY, representative_elsewhere=True)
    assert wrong(body, Kind.ASSOCIATION) == ["representative-elsewhere"]
    assert wrong(body, Kind.SERVICE_INSTITUTION) == []


def test_each_condition_that_fails_is_told_with_its_article() -> None:
    body = replace(BODY, individual_members=3, funds_fen=0, full_time_staff=0)
    told = findings(body, RULES.conditions[Kind.ASSOCIATION])
    assert [one.code for one in told] == ["too-few-members", "too-little-money", "too-few-staff"]
    assert all("《社会团体登记管理条例》第十条" in one.message for one in told)
    assert "现为0.00 元" in told[1].message


def test_the_consent_of_a_supervisor_is_asked_for_under_dual_management_alone() -> None:
    for kind in (Kind.ASSOCIATION, Kind.SERVICE_INSTITUTION, Kind.FOUNDATION):
        procedure = RULES.procedure(kind, Matter.ESTABLISHMENT)
        assert procedure is not None
        consent = {one.code: one.when for one in procedure.documents}["consent"]
        assert consent is When.DUAL


def test_every_matter_is_regulated_for_what_is_registered_and_none_for_what_is_filed() -> None:
    registered = [one for one in Kind if one is not Kind.COMMUNITY_GROUP]
    assert all(RULES.procedure(kind, matter) for kind in registered for matter in Matter)
    assert not any(RULES.procedure(Kind.COMMUNITY_GROUP, matter) for matter in Matter)


@pytest.mark.parametrize(("chair", "secretary", "separate"), [(1, 2, True), (1, 1, False)])
def test_who_raises_money_in_public_has_a_head_who_is_not_its_secretary(
    chair: int, secretary: int, separate: bool
) -> None:
    procedure = RULES.procedure(Kind.FOUNDATION, Matter.FUNDRAISING)
    assert procedure is not None
    assert procedure.requires is not None
    assert procedure.requires.body is not None
    posts = [
        Officer(person(chair), Post.CHAIR),
        Officer(person(secretary), Post.SECRETARY_GENERAL),
        Officer(person(3), Post.COUNCILLOR),
        Officer(person(4), Post.COUNCILLOR),
        SUPERVISOR,
    ]
    found = findings(replace(BODY, officers=posts), procedure.requires.body)
    assert [one.code for one in found] == ([] if separate else ["head-is-secretary"])
