"""Reading grades: the public, officials, pages, counts."""

from liandong.ids import uuid7
from liandong.testing.services import Role, bearer
from services.evaluation.tests.conftest import CLERK, Bureau


async def test_the_public_reads_publicised_and_confirmed_grades_without_the_ballot(
    bureau: Bureau,
) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_publicised_grade(organization.organization_id, score=925)
    shown = await bureau.get(f"/v1/grades/{grade['id']}")
    assert shown["grade"] == "4A"
    hidden = ("score", "committee", "proposed_by", "decided_by")
    assert {name: shown[name] for name in hidden} == dict.fromkeys(hidden)
    assert grade["committee"] == {"members": 7, "present": 5, "yes": 4}


async def test_a_proposal_is_seen_by_officials_of_the_district_only(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    address = f"/v1/grades/{made['id']}"
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    assert (await bureau.client.get(address)).status_code == 404
    assert (await bureau.client.get(address, headers=elsewhere)).status_code == 404
    assert (await bureau.get("/v1/grades"))["items"] == []
    assert (await bureau.get("/v1/grades", elsewhere, status="proposed"))["items"] == []
    assert [one["id"] for one in (await bureau.get("/v1/grades", CLERK))["items"]] == [made["id"]]


async def test_an_organisation_without_a_grade_has_none(bureau: Bureau) -> None:
    answer = await bureau.client.get(f"/v1/organizations/{uuid7()}/grade")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:liandong:problem:not-found"


async def test_grades_are_filtered_and_paged(bureau: Bureau) -> None:
    for district, level in (
        ("340103", "3A"), ("340103", "4A"), ("340111", "4A"), ("340700", "4A"),
    ):  # fmt: skip
        organization = await bureau.an_organization(district=district)
        clerk = bearer("clerk-1", Role.CLERK, district="340000")
        made = await bureau.a_proposed_grade(organization.organization_id, grade=level, by=clerk)
        await bureau.post(f"/v1/grades/{made['id']}/publicise", version=1, by=clerk)
    hefei = await bureau.get("/v1/grades", district="340100", grade="4A")
    assert [one["district"] for one in hefei["items"]] == ["340103", "340111"]
    first = await bureau.get("/v1/grades", limit=3, round="2025")
    assert len(first["items"]) == 3
    second = await bureau.get("/v1/grades", limit=3, round="2025", cursor=first["next_cursor"])
    assert len(second["items"]) == 1
    assert second["next_cursor"] is None
    assert await bureau.get("/v1/grades", round="2024") == {"items": [], "next_cursor": None}


async def test_the_summary_counts_grades_in_force_by_level(bureau: Bureau) -> None:
    for level in ("5A", "3A", "3A"):
        organization = await bureau.an_organization()
        await bureau.a_current_grade(organization.organization_id, grade=level)
    await bureau.a_proposed_grade((await bureau.an_organization()).organization_id)
    found = await bureau.get("/v1/grades/summary", round="2025", district="340100")
    assert found["total"] == 3
    assert [(one["grade"], one["count"]) for one in found["counts"]] == [
        ("5A", 1), ("4A", 0), ("3A", 2), ("2A", 0), ("1A", 0),
    ]  # fmt: skip


async def test_the_summary_of_nothing_is_zero(bureau: Bureau) -> None:
    found = await bureau.get("/v1/grades/summary", round="2001")
    assert found["total"] == 0
    assert [one["count"] for one in found["counts"]] == [0, 0, 0, 0, 0]


async def test_the_summary_does_not_give_proposals_away(bureau: Bureau) -> None:
    await bureau.a_proposed_grade((await bureau.an_organization()).organization_id)
    assert (await bureau.get("/v1/grades/summary", status="proposed"))["total"] == 0
