"""Reviews of grades that credit listings ask for."""

from datetime import date, timedelta

from evaluation.learned.events import OrganizationRevoked
from liandong.testing.services import Role, bearer
from services.evaluation.tests.conftest import APPROVER, CLERK, Bureau


async def reviews(bureau: Bureau) -> list[dict[str, object]]:
    return (await bureau.get("/v1/grade-reviews", CLERK))["items"]


async def test_a_listing_that_asks_for_it_opens_a_review(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    listing = await bureau.listed(organization.organization_id)
    [review] = await reviews(bureau)
    assert (review["status"], review["outcome"]) == ("open", None)
    assert review["grade_id"] == grade["id"]
    assert review["listing_id"] == str(listing.listing_id)
    assert review["trigger"] == "administrative-penalty"
    assert (await bureau.get(f"/v1/grades/{grade['id']}"))["status"] == "current"


async def test_a_listing_that_does_not_ask_or_finds_no_grade_opens_none(bureau: Bureau) -> None:
    graded = await bureau.an_organization()
    await bureau.a_current_grade(graded.organization_id)
    await bureau.listed(graded.organization_id, measures=["hold-payments"])
    ungraded = await bureau.an_organization()
    await bureau.listed(ungraded.organization_id)
    assert await reviews(bureau) == []


async def test_delisting_does_not_settle_the_review(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.a_current_grade(organization.organization_id)
    await bureau.delisted(await bureau.listed(organization.organization_id))
    assert [one["status"] for one in await reviews(bureau)] == ["open"]


async def test_a_review_is_settled_by_lowering_the_grade(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id)
    [review] = await reviews(bureau)
    await bureau.decide_change(grade, review_id=review["id"], reason="credit-listing")
    [settled] = await reviews(bureau)
    assert (settled["status"], settled["outcome"]) == ("settled", "adjust")
    assert settled["settled_by"] == "approver-1"
    assert (await bureau.get(f"/v1/grades/{grade['id']}"))["grade"] == "3A"


async def test_a_review_is_settled_by_keeping_the_grade(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id)
    [review] = await reviews(bureau)
    kept = await bureau.decide_change(grade, kind="keep", reason=None, review_id=review["id"])
    assert kept.status_code == 200
    assert [one["outcome"] for one in await reviews(bureau)] == ["keep"]
    assert await bureau.facts() == ["confirmed"]


async def test_cancelling_the_grade_settles_every_review_of_it(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id, list="abnormal")
    await bureau.listed(organization.organization_id)
    first, _ = await reviews(bureau)
    await bureau.decide_change(grade, kind="cancel", reason="credit-listing", review_id=first["id"])
    assert [one["outcome"] for one in await reviews(bureau)] == ["cancel", "grade-ended"]


async def test_a_review_is_settled_once(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id)
    [review] = await reviews(bureau)
    await bureau.decide_change(grade, kind="keep", reason=None, review_id=review["id"])
    again = await bureau.propose_change(grade, review_id=review["id"])
    assert again.json()["type"] == "urn:liandong:problem:review-settled"


async def test_a_review_of_another_grade_is_refused(bureau: Bureau) -> None:
    listed = await bureau.an_organization()
    await bureau.a_current_grade(listed.organization_id)
    await bureau.listed(listed.organization_id)
    [review] = await reviews(bureau)
    other = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    answer = await bureau.propose_change(other, review_id=review["id"])
    assert answer.status_code == 422


async def test_a_review_ends_with_the_organisation(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id)
    facts = organization.model_dump() | {"status": "revoked"}
    await bureau.hear(OrganizationRevoked(**facts))
    assert [one["outcome"] for one in await reviews(bureau)] == ["grade-ended"]


async def test_reviews_are_for_officials_of_the_district(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id, listed_on=date(2026, 3, 3))
    [review] = await reviews(bureau)
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    assert (await bureau.client.get("/v1/grade-reviews")).status_code == 401
    assert (await bureau.get("/v1/grade-reviews", elsewhere))["items"] == []
    address = f"/v1/grade-reviews/{review['id']}"
    assert (await bureau.client.get(address, headers=elsewhere)).status_code == 403
    assert (await bureau.get(address, APPROVER)) == review
    assert (await bureau.get("/v1/grade-reviews", CLERK, status="settled"))["items"] == []


async def test_a_review_has_a_clerk_a_last_day_and_is_told_when_it_passes(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.listed(organization.organization_id)
    [review] = await reviews(bureau)
    opened_on = date.fromisoformat(str(review["opened_on"]))
    assert review["due_on"] == str(opened_on + timedelta(days=60))
    address = f"/v1/grade-reviews/{review['id']}/take"
    taken = await bureau.post(address, version=1)
    assert (taken.status_code, taken.json()["handled_by"]) == (200, "clerk-1")
    assert (await bureau.post(address, version=1)).status_code == 412
    bureau.service.clock.advance(timedelta(days=60))
    await bureau.service.settle()
    assert (await bureau.get("/v1/grade-reviews", CLERK, overdue=True))["items"] == []
    bureau.service.clock.advance(timedelta(days=1))
    await bureau.service.settle()
    [late] = (await bureau.get("/v1/grade-reviews", CLERK, overdue=True))["items"]
    assert (late["id"], late["status"]) == (review["id"], "open")
    await bureau.decide_change(grade, kind="keep", reason=None, review_id=review["id"])
    assert (await bureau.get("/v1/grade-reviews", CLERK, overdue=True))["items"] == []
    told = [one for one in await bureau.service.published() if ".grade-review." in one["type"]]
    facts = [one["type"].rsplit(".", 1)[1] for one in told]
    assert facts == ["opened", "overdue", "settled"]
    assert told[-1]["data"]["outcome"] == "keep"
    assert (await bureau.post(address, version=4)).status_code == 409
