"""Who reads cases."""

from typing import Any

from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any


async def test_the_public_reads_no_case(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    assert (await desk.client.get("/v1/cases")).status_code == 401
    assert (await desk.client.get(f"/v1/cases/{case}")).status_code == 401


async def test_a_buyer_reads_no_case(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    buyer = bearer("buyer-1", Role.BUYER)
    assert (await desk.client.get(f"/v1/cases/{case}", headers=buyer)).status_code == 403


async def test_the_organisation_sees_its_case_from_the_notice_on(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    own = desk.organization(organization)
    assert (await desk.client.get(f"/v1/cases/{case}", headers=own)).status_code == 404
    assert (await desk.read("/v1/cases", own))["items"] == []
    await desk.serve(case)
    seen = await desk.read(f"/v1/cases/{case}", own)
    assert seen["window_ends_on"] == "2019-10-11"
    assert seen["proposed_by"] is None
    assert seen["steps"] == []
    assert len((await desk.read("/v1/cases", own))["items"]) == 1


async def test_a_case_that_was_never_served_stays_unseen(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.withdraw(case)
    own = desk.organization(organization)
    assert (await desk.client.get(f"/v1/cases/{case}", headers=own)).status_code == 404


async def test_another_organisation_sees_and_says_nothing(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    other = desk.organization(await desk.an_organization(2))
    assert (await desk.client.get(f"/v1/cases/{case}", headers=other)).status_code == 404
    assert (await desk.state(case, other)).status_code == 404


async def test_an_official_reads_the_own_district(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    assert (await desk.client.get(f"/v1/cases/{case}", headers=elsewhere)).status_code == 403
    assert (await desk.read("/v1/cases", elsewhere))["items"] == []
    auditor = bearer("auditor-1", Role.AUDITOR, district="340000")
    assert len((await desk.read("/v1/cases", auditor))["items"]) == 1


async def test_lists_are_filtered_and_paged(desk: Desk) -> None:
    organizations = [await desk.an_organization(number) for number in range(1, 4)]
    cases = [await desk.a_case(organization) for organization in organizations]
    await desk.serve(cases[0])
    first = await desk.read("/v1/cases", limit=2)
    assert [one["id"] for one in first["items"]] == [cases[2], cases[1]]
    second = await desk.read("/v1/cases", limit=2, cursor=first["next_cursor"])
    assert [one["id"] for one in second["items"]] == [cases[0]]
    assert second["next_cursor"] is None
    served = await desk.read("/v1/cases", status="notice_served")
    assert [one["id"] for one in served["items"]] == [cases[0]]
    one = await desk.read("/v1/cases", organization_id=str(organizations[1]))
    assert [found["id"] for found in one["items"]] == [cases[1]]
    assert (await desk.read("/v1/cases", list="abnormal"))["items"] == []


async def test_a_statement_is_encrypted_at_rest(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.state(case, desk.organization(organization), content="会长张三丰的说明")
    async with desk.service.runtime.api_engine.connect() as connection:
        stored = await connection.scalar(text("SELECT content FROM case_statement"))
    assert "张三丰" not in stored
    assert (await desk.read(f"/v1/cases/{case}"))["statements"][0]["content"] == "会长张三丰的说明"
