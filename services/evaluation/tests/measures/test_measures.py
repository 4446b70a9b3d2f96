"""Evaluation obeys the review of a grade and tells that it did."""

from typing import Any
from uuid import UUID

from evaluation.learned import events as news
from liandong.measures.events import SwitchedOff, SwitchedOn

Desk = Any
REVIEW = SwitchedOn(code="review-grade", effect="review-grade", executor="evaluation")


async def told(bureau: Desk, fact: str) -> list[tuple[str, int, int]]:
    return [
        (one["data"]["measure"], one["data"]["listing_version"], one["data"]["affected"])
        for one in await bureau.service.published()
        if one["type"].endswith(f"measure.{fact}")
    ]


async def listed(bureau: Desk, organization: UUID, **given: Any) -> news.OrganizationListed:
    facts = {"district": "340103", "listing_version": 1, "switched_on": (REVIEW,)}
    return await bureau.listed(organization, **(facts | given))


async def test_the_request_for_a_review_is_told_also_without_a_grade(bureau: Desk) -> None:
    organization = (await bureau.an_organization()).organization_id
    await listed(bureau, organization)
    assert await told(bureau, "applied") == [("review-grade", 1, 0)]


async def test_a_further_decision_about_a_listing_is_learnt_and_told(bureau: Desk) -> None:
    organization = (await bureau.an_organization()).organization_id
    first = await listed(bureau, organization)
    await listed(bureau, organization, listing_id=first.listing_id, listing_version=2)
    assert [one[1] for one in await told(bureau, "applied")] == [1, 2]


async def test_the_end_of_the_term_and_the_delisting_are_told(bureau: Desk) -> None:
    organization = (await bureau.an_organization()).organization_id
    first = await listed(bureau, organization)
    whose = {
        "listing_id": first.listing_id,
        "organization_id": organization,
        "district": "340103",
    }
    off = SwitchedOff(code="review-grade", effect="review-grade", executor="evaluation")
    kept = await bureau.service.kept("credit-list.listing")
    assert kept[first.listing_id]["effects"] == ["review-grade"]
    await bureau.hear(
        news.MeasureEnded(
            **whose,
            listing_version=2,
            measure="review-grade",
            effect="review-grade",
            executor="evaluation",
        )
    )
    assert await told(bureau, "lifted") == [("review-grade", 2, 0)]
    kept = await bureau.service.kept("credit-list.listing")
    assert kept[first.listing_id]["effects"] == []
    await bureau.hear(
        news.OrganizationDelisted(
            **whose,
            listing_version=3,
            reason="repaired",
            delisted_on=first.listed_on,
            switched_off=(off,),
        )
    )
    assert [one[1] for one in await told(bureau, "lifted")] == [2, 3]
