"""The board of a day as the database finds it and as the rule has it: for random histories."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.boards import repository
from credit_list.boards.domain import Stay, is_shown
from credit_list.learned.models import KnownOrganization
from credit_list.listings.domain import DelistReason, ListName, Status
from credit_list.listings.models import Listing
from liandong.ids import uuid7

Desk = Any
FIRST = date(2019, 9, 1)
DAYS = st.integers(0, 9).map(lambda days: FIRST + timedelta(days=days))
NEVER_OR = st.none() | DAYS


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    since, until = sorted([draw(DAYS), draw(DAYS)])
    reason = draw(st.none() | st.sampled_from(DelistReason))
    superseded = reason is DelistReason.SUPERSEDED
    return Stay(
        list=draw(st.sampled_from(ListName)),
        listed_on=since,
        delisted_on=until if reason is not None else None,
        reason=reason,
        publication_ends_on=draw(NEVER_OR),
        valid_until=draw(NEVER_OR),
        stands_again=superseded and draw(st.booleans()),
    )


def rows(stay: Stay, at: Any) -> tuple[UUID, list[Any]]:
    """An organisation with that stay; what stands again for it stands in another district."""
    organization = KnownOrganization(
        organization_id=uuid7(),
        kind="association",
        status="active",
        name="合肥市庐阳区阳光协会",
        district="340103",
        learned_from="",
        learned_at=at,
        known_since=FIRST,
    )
    listing = a_listing(organization.organization_id, stay, at)
    made = [organization, listing]
    if stay.stands_again:
        again = Stay(stay.list, stay.listed_on)
        standing = {"stands_for": listing.id, "district": "340702"}
        made.append(a_listing(organization.organization_id, again, at, **standing))
    return listing.id, made


def a_listing(organization_id: UUID, stay: Stay, at: Any, **given: Any) -> Listing:
    facts: dict[str, Any] = {
        "id": uuid7(),
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "organization_id": organization_id,
        "district": "340103",
        "list": stay.list,
        "status": Status.LISTED if stay.reason is None else Status.DELISTED,
        "trigger": "fine-50000",
        "trigger_text": "罚款",
        "legal_basis": "第十五条",
        "rule_set": "",
        "measures": [],
        "measure_texts": [],
        "listed_on": stay.listed_on,
        "listed_by": "approver-1",
        "term_started_on": stay.listed_on,
        "publication_ends_on": stay.publication_ends_on,
        "valid_until": stay.valid_until,
        "delisted_on": stay.delisted_on,
        "delisted_by": None if stay.reason is None else "approver-2",
        "delist_reason": stay.reason,
    }
    return Listing(**(facts | given))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories=st.lists(stays(), min_size=1, max_size=12), day=DAYS, later=st.integers(0, 9))
async def test_query_and_rule_show_the_same(
    desk: Desk, histories: list[Stay], day: date, later: int
) -> None:
    today = day + timedelta(days=later)
    async with AsyncSession(desk.service.runtime.worker_engine) as session:  # never committed
        shown: dict[UUID, ListName] = {}
        for stay in histories:
            listing_id, made = rows(stay, desk.service.clock.now())
            for one in made:
                session.add(one)
                await session.flush()
            if is_shown(stay, day, today):
                shown[listing_id] = stay.list
        found = await repository.board_on(session, "340100", day, today, None, 0, 100)
        assert {listing.id: listing.list for listing, _ in found} == shown
        totals = await repository.totals(session, "340100", day, today)
        named = list(shown.values())
        assert totals == {name: named.count(name) for name in {*named}}
