"""How an organisation stood at the end of a day."""

from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from liandong.values.credit_code import make

Desk = Any
PARTNER = bearer("partner-1", Role.PARTNER, scopes=["standings:read"], district=None)
BUYER = bearer("buyer-1", Role.BUYER, district=None)
CODE = make("52", "340103", "XN000001")


async def on(desk: Desk, organization: Any, day: str, who: Any = None) -> Any:
    return await desk.read(f"/v1/standings/{organization}/on/{day}", who or desk.clerk)


async def lists_on(desk: Desk, organization: Any, *days: str, who: Any = BUYER) -> list[list[str]]:
    found = [await on(desk, organization, day, who) for day in days]
    return [[one["list"] for one in answer["lists"]] for answer in found]


async def corrected(desk: Desk, listing: str) -> None:
    answer = await desk.act(
        f"/v1/listings/{listing}/correct", {"reason": "处罚已撤销"}, desk.other_approver
    )
    assert answer.status_code == 200, answer.text


async def repaired(desk: Desk, listing: str) -> None:
    repair = await desk.a_checked_repair(listing)
    granted = await desk.decide_repair(repair, who=desk.other_approver)
    assert granted.status_code == 200, granted.text


async def test_a_listing_counts_from_its_day_to_the_day_before_its_end(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)  # on 12 October 2019
    listings = await desk.read("/v1/listings", organization_id=organization)
    desk.set_day("2021-10-12")
    await repaired(desk, listings["items"][0]["id"])
    desk.set_day("2021-12-01")
    days = ["2019-10-11", "2019-10-12", "2021-10-11", "2021-10-12", "2021-12-01"]
    assert await lists_on(desk, organization, *days) == [[], ["serious"], ["serious"], [], []]
    then = await on(desk, organization, "2020-01-01", BUYER)
    assert (then["barred_from_bids"], then["payments_held"]) == (True, True)
    assert then["reason_codes"] == ["serious:fine-50000"]
    assert (await on(desk, organization, "2021-10-12", BUYER))["barred_from_bids"] is False


async def test_a_corrected_listing_never_was_but_officials_see_that_it_was_thought(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day("2019-11-01")
    await corrected(desk, listing)
    outside = await on(desk, organization, "2019-10-20", BUYER)
    own = await on(desk, organization, "2019-10-20", desk.organization(organization))
    for answer in (outside, own):
        assert answer["lists"] == answer["corrected"] == answer["reason_codes"] == []
        assert answer["barred_from_bids"] is False
    inside = await on(desk, organization, "2019-10-20", desk.clerk)
    assert inside["barred_from_bids"] is False
    assert inside["lists"] == []
    assert [one["listing_id"] for one in inside["corrected"]] == [listing]
    auditor = bearer("auditor-1", Role.AUDITOR)
    assert (await on(desk, organization, "2019-10-20", auditor))["corrected"]
    assert (await on(desk, organization, "2019-11-01", desk.clerk))["corrected"] == []


async def test_a_repaired_listing_is_not_shared_with_partners_any_more(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    assert await lists_on(desk, organization, "2019-10-12", who=PARTNER) == [["serious"]]
    desk.set_day("2021-10-12")
    await repaired(desk, listing)
    assert await lists_on(desk, organization, "2020-01-01", who=PARTNER) == [[]]
    assert await lists_on(desk, organization, "2020-01-01", who=BUYER) == [["serious"]]


async def test_the_trigger_and_measures_are_those_of_the_decision_that_held_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    _, later = desk.service.runtime.rule_book.shipped["credit-list.listings"]
    serious = later.parameters.serious
    fewer = serious.model_copy(update={"measures": serious.measures[:1]})
    monkeypatch.setitem(later.parameters.__dict__, "serious", fewer)
    desk.set_day("2026-05-06")
    case = await desk.a_case(organization, trigger="suspension-penalty")
    assert (await desk.serve(case)).status_code == 200
    await desk.pass_days(19)
    decided = await desk.decide(case)
    assert decided.status_code == 200, decided.text
    [before] = (await on(desk, organization, "2026-05-24"))["lists"]
    [after] = (await on(desk, organization, "2026-05-25"))["lists"]
    assert (before["trigger"], after["trigger"]) == ("fine-50000", "suspension-penalty")
    assert before["rule_set"].endswith("2018-order-60")
    assert after["rule_set"].endswith("2026-order-36")
    assert set(before["measures"]) == {
        "key-supervision",
        "bar-bids",
        "hold-payments",
        "no-honours",
        "review-grade",
    }
    assert after["measures"] == ["key-supervision"]
    assert (before["exit_not_before"], after["exit_not_before"]) == (None, "2028-05-25")


async def test_a_day_before_anything_was_known_is_said_to_be_one(desk: Desk) -> None:
    organization = await desk.an_organization()  # told on 23 September 2019
    await desk.learn(desk.told("changed", organization, name="合肥市新名称服务中心"))
    before = await on(desk, organization, "2019-09-22")
    assert (before["before_known"], before["known_since"]) == (True, "2019-09-23")
    assert before["barred_from_bids"] is before["payments_held"] is None
    assert before["reason_codes"] == ["before-known-day"]
    first = await on(desk, organization, "2019-09-23")
    assert (first["before_known"], first["barred_from_bids"]) == (False, False)


async def test_a_later_telling_does_not_move_the_first_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    desk.set_day("2019-12-02")
    await desk.learn(desk.told("changed", organization, name="合肥市新名称服务中心"))
    assert (await on(desk, organization, "2019-10-01"))["known_since"] == "2019-09-23"


async def test_a_future_day_is_refused_and_today_is_not(desk: Desk) -> None:
    organization = await desk.an_organization()
    for day, status in (("2019-09-23", 200), ("2019-09-24", 422), ("2019-02-30", 422)):
        answer = await desk.client.get(f"/v1/standings/{organization}/on/{day}", headers=desk.clerk)
        assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_knows_of_an_unknown_organisation(desk: Desk) -> None:
    answer = await on(desk, uuid7(), "2019-09-23")
    assert (answer["known"], answer["barred_from_bids"]) == (False, None)
    assert answer["reason_codes"] == ["unknown"]


async def test_an_organisation_asks_for_itself_only(desk: Desk) -> None:
    organization = await desk.an_organization()
    path = f"/v1/standings/{organization}/on/2019-09-23"
    own, other = desk.organization(organization), desk.organization(uuid7())
    assert (await desk.client.get(path, headers=own)).status_code == 200
    assert (await desk.client.get(path, headers=other)).status_code == 403
    assert (await desk.client.get(path)).status_code == 401


@pytest.mark.parametrize(
    ("who", "lists"), [(BUYER, ["serious"]), (PARTNER, []), (None, ["serious"])]
)
async def test_a_check_of_a_past_day_tells_the_same(desk: Desk, who: Any, lists: Any) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day("2021-10-12")
    await repaired(desk, listing)
    body = {"codes": [CODE, "5234", CODE], "purpose": "supervision", "day": "2020-01-01"}
    many = await desk.client.post("/v1/checks", json=body, headers=who or desk.clerk)
    assert many.status_code == 200, many.text
    answer = many.json()["answer"]
    assert answer["day"] == "2020-01-01"
    assert [row["outcome"] for row in answer["results"]] == ["found", "malformed", "found"]
    for place in (0, 2):
        assert [one["list"] for one in answer["results"][place]["lists"]] == lists
    single = await desk.read(f"/v1/checks/{CODE}", who, purpose="supervision", day="2020-01-01")
    assert single["answer"]["results"][0]["lists"] == answer["results"][0]["lists"]


async def test_a_check_does_not_tell_officials_of_what_was_corrected(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await corrected(desk, listing)
    desk.set_day("2019-11-01")
    body = {"codes": [CODE], "purpose": "supervision", "day": "2019-10-12"}
    answer = await desk.client.post("/v1/checks", json=body, headers=desk.clerk)
    assert listing not in answer.text


async def test_a_wrong_ground_never_was_on_past_days(desk: Desk) -> None:
    """The relapse is corrected: before and after it the first decision holds."""
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    assert await desk.a_listing(organization, trigger="suspension-penalty") == listing
    day = desk.today
    [relapsed] = (await on(desk, organization, day, BUYER))["lists"]
    assert relapsed["trigger"] == "suspension-penalty"
    body = {"reason": "处罚已撤销", "ground": 2}
    answer = await desk.act(f"/v1/listings/{listing}/correct", body, desk.other_approver)
    assert answer.status_code == 200, answer.text
    [left] = (await on(desk, organization, day, BUYER))["lists"]
    assert (left["trigger"], left["exit_not_before"]) == ("fine-50000", "2021-10-12")


async def test_what_stands_again_was_never_interrupted(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    desk.set_day("2021-10-12")
    serious = await desk.a_listing(organization, trigger="two-years-abnormal")
    since = desk.today
    assert await lists_on(desk, organization, "2020-01-01", since) == [["abnormal"], ["serious"]]
    desk.set_day("2021-12-01")
    await corrected(desk, serious)
    days = ["2020-01-01", since, "2021-12-01"]
    assert await lists_on(desk, organization, *days) == [["abnormal"]] * 3
    board = await desk.client.get(f"/v1/boards/340103/on/{since}")
    assert [one["list"] for one in board.json()["rows"]] == ["abnormal"], board.text
