"""Days of an application: the consent of the supervising unit, the resolution, the liquidation."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from liandong.testing.services import ServiceUnderTest
from registry.applications.change import Change, ChangedItems
from registry.applications.content import Articles, Cancellation
from registry.applications.dates import faults, too_old
from registry.applications.domain import Ground, Matter
from registry.organizations.domain import Kind
from services.registry.tests.applications.desk import (
    codes,
    done,
    drafted,
    read,
    registered,
    slug,
    step,
)
from services.registry.tests.applications.test_changes import PAPERS, a_change
from services.registry.tests.shipped import APPLICATION_RULES

BODY = UUID("01890000-0000-7000-8000-000000000001")
TODAY, BORN = date(2026, 3, 2), date(2020, 3, 2)
DAY = timedelta(days=1)


def change(consented_on: date | None) -> Change:
    return Change(
        matter=Matter.CHANGE,
        organization_id=BODY,
        changes=ChangedItems(purpose="助老扶幼"),
        consented_on=consented_on,
    )


def found(content: Any, *, is_direct: bool = False, born: date | None = BORN) -> list[str]:
    errors = faults(content, today=TODAY, is_direct=is_direct, registered_on=born)
    return [f"{one.pointer.removeprefix('/content/')} {one.code}" for one in errors]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, []),
        (TODAY, []),
        (TODAY + DAY, ["consented_on in-the-future"]),
        (BORN, []),
        (BORN - DAY, ["consented_on too-early"]),
    ],
)
def test_a_consent_was_given_in_the_life_of_the_body(day: date | None, expected: list[str]) -> None:
    assert found(change(day)) == expected


def test_a_body_that_is_still_to_be_has_no_day_before_which_nobody_consents() -> None:
    assert found(change(BORN - DAY), born=None) == []


def test_nobody_consents_to_what_is_registered_directly() -> None:
    assert found(change(TODAY), is_direct=True) == ["consented_on directly-registered"]
    assert found(change(None), is_direct=True) == []
    gains = change(TODAY).model_copy(update={"changes": ChangedItems(supervisor="庐阳区民政局")})
    assert found(gains, is_direct=True) == []


def test_a_resolution_comes_before_the_consent_to_it() -> None:
    def articles(adopted_on: date, consented_on: date) -> Articles:
        return Articles(
            matter=Matter.ARTICLES,
            organization_id=BODY,
            adopted_on=adopted_on,
            consented_on=consented_on,
        )

    assert found(articles(TODAY, TODAY)) == []
    assert found(articles(TODAY, TODAY - DAY)) == ["consented_on before-the-resolution"]
    assert found(articles(BORN - DAY, TODAY)) == ["adopted_on too-early"]


def test_a_body_is_not_liquidated_before_it_was() -> None:
    content = Cancellation(
        matter=Matter.CANCELLATION,
        organization_id=BODY,
        ground=Ground.DISSOLUTION,
        liquidation_ended_on=BORN - DAY,
    )
    assert found(content) == ["liquidation_ended_on too-early"]


@pytest.mark.parametrize("kind", [Kind.ASSOCIATION, Kind.SERVICE_INSTITUTION])
@pytest.mark.parametrize("matter", [Matter.CHANGE, Matter.ARTICLES])
def test_a_consent_holds_thirty_days_for_what_is_handed_in(kind: Kind, matter: Matter) -> None:
    procedure = APPLICATION_RULES.procedure(kind, matter)
    assert procedure is not None
    content = change(date(2026, 2, 2))  # thirty days later is a Wednesday
    assert list(too_old(content, procedure.consent, date(2026, 3, 4))) == []
    [late] = too_old(content, procedure.consent, date(2026, 3, 5))
    assert late.code == "consent-too-old"
    assert "2026-03-04" in late.message
    assert list(too_old(content, procedure.consent, None)) == []


def test_a_foundation_has_no_such_period() -> None:
    procedure = APPLICATION_RULES.procedure(Kind.FOUNDATION, Matter.CHANGE)
    assert procedure is not None
    assert procedure.consent is None


async def test_an_old_consent_is_told_and_not_accepted(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    content = a_change(body, purpose="助老扶幼") | {"consented_on": "2026-01-05"}
    draft = await drafted(registry, content, documents=PAPERS)
    assert (await read(registry, draft))["findings"] == []
    sent = await done(registry, draft, "submit")
    assert [one["code"] for one in (await read(registry, sent))["findings"]] == ["consent-too-old"]
    refused = await step(registry, sent, "accept")
    assert (refused.status_code, slug(refused)) == (409, "application-incomplete")
    assert codes(refused) == ["consent-too-old"]


async def test_a_consent_of_tomorrow_is_not_handed_in(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    content = a_change(body, purpose="助老扶幼") | {"consented_on": "2026-03-03"}
    draft = await drafted(registry, content, documents=PAPERS)
    refused = await step(registry, draft, "submit")
    assert (refused.status_code, codes(refused)) == (422, ["in-the-future"])
    assert (await read(registry, draft))["status"] == "draft"
