"""What other services' events do here, through the real consumer."""

from datetime import date

import pytest
from sqlalchemy import text

from evaluation.learned.events import (
    OrganizationCancelled,
    OrganizationChanged,
    OrganizationDelisted,
    OrganizationFacts,
    OrganizationListed,
    OrganizationRegistered,
    OrganizationRestored,
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationSuspended,
)
from liandong.ids import uuid7
from services.evaluation.tests.conftest import CLERK, Bureau


async def letters(bureau: Bureau) -> int:
    async with bureau.service.runtime.work.engine.connect() as connection:
        return await connection.scalar(text("SELECT count(*) FROM backbone.dead_letter")) or 0


def turned(
    event: OrganizationFacts, into: type[OrganizationFacts], **given: object
) -> OrganizationFacts:
    return into(**(event.model_dump() | given))


async def test_the_last_fact_of_an_organisation_counts(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.hear(
        turned(organization, OrganizationChanged, name="示例甲中心"),
        turned(organization, OrganizationChanged, name="示例乙中心"),
        turned(organization, OrganizationSuspended, name="示例乙中心", status="suspended"),
    )
    assert (await bureau.propose(organization.organization_id)).status_code == 409
    await bureau.hear(turned(organization, OrganizationResumed, name="示例乙中心"))
    made = await bureau.a_proposed_grade(organization.organization_id)
    assert made["organization_name"] == "示例乙中心"


async def test_a_projection_says_from_which_event_it_was_learnt(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    [event_id] = await bureau.hear(turned(organization, OrganizationChanged, name="示例丙中心"))
    async with bureau.service.runtime.work.engine.connect() as connection:
        learned = await connection.scalar(text("SELECT learned_from FROM known_organization"))
    assert learned == event_id


@pytest.mark.parametrize(
    ("kind", "status"), [(OrganizationCancelled, "cancelled"), (OrganizationRevoked, "revoked")]
)
async def test_a_grade_ends_with_its_organisation(
    bureau: Bureau, kind: type[OrganizationFacts], status: str
) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.hear(turned(organization, kind, status=status))
    found = await bureau.get(f"/v1/grades/{grade['id']}")
    assert (found["status"], found["end_reason"]) == ("cancelled", "organisation-ended")
    event = (await bureau.service.published())[-1]
    assert event["data"]["reason"] == "organisation-ended"
    assert event["causationid"]
    assert (await bureau.propose(organization.organization_id, round="2026")).status_code == 409


async def test_the_end_of_an_ungraded_organisation_changes_nothing_else(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.hear(turned(organization, OrganizationCancelled, status="cancelled"))
    assert await bureau.facts() == []
    assert await letters(bureau) == 0


async def test_a_body_whose_revocation_was_withdrawn_may_be_graded_again(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.hear(turned(organization, OrganizationRevoked, status="revoked"))
    assert (await bureau.propose(organization.organization_id)).status_code == 409
    await bureau.hear(turned(organization, OrganizationRestored))
    assert (await bureau.propose(organization.organization_id)).status_code == 201


async def test_a_grade_follows_its_organisation_into_another_district(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.hear(turned(organization, OrganizationChanged, district="340111"))
    found = await bureau.get(f"/v1/grades/{grade['id']}")
    assert found["district"] == "340111"
    assert found["version"] == grade["version"] + 1


async def test_a_listing_may_be_heard_of_before_the_organisation(bureau: Bureau) -> None:
    organization_id = uuid7()
    await bureau.listed(organization_id)
    assert await letters(bureau) == 0
    await bureau.an_organization(organization_id=organization_id)
    answer = await bureau.propose(organization_id)
    assert [error["code"] for error in answer.json()["errors"]] == ["on-serious-list"]


async def test_a_delisting_of_an_unknown_listing_waits(bureau: Bureau) -> None:
    await bureau.hear(
        OrganizationDelisted(
            listing_id=uuid7(),
            organization_id=uuid7(),
            reason="repaired",
            delisted_on=date(2026, 3, 2),
        )
    )
    assert await letters(bureau) == 1


async def test_many_organisations_in_one_batch_are_all_learnt(bureau: Bureau) -> None:
    ids = [uuid7() for _ in range(50)]
    await bureau.hear(
        *(
            OrganizationRegistered(
                organization_id=one,
                kind="association",
                status="active",
                name="示例协会",
                credit_code=None,
                district="340103",
                registered_on=date(2015, 1, 1),
            )
            for one in ids
        ),
        *(
            OrganizationListed(
                listing_id=uuid7(),
                organization_id=one,
                list="serious",
                trigger="x",
                listed_on=date(2026, 1, 1),
            )
            for one in ids
        ),
    )
    async with bureau.service.runtime.work.engine.connect() as connection:
        counts = (
            await connection.execute(
                text(
                    "SELECT (SELECT count(*) FROM known_organization),"
                    " (SELECT count(*) FROM known_listing)"
                )
            )
        ).one()
    assert tuple(counts) == (50, 50)
    assert (await bureau.get("/v1/grade-reviews", CLERK))["items"] == []
