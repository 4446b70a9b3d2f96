"""What a stranger learns: what is published, and of everybody else the same nothing."""

import json
from typing import Any

import pytest

from liandong.http.limits import AddressLimit, neighbourhood
from liandong.values.credit_code import make

Desk = Any
PATH = "/v1/public/inquiries"
NAME = "合肥市庐阳区阳光社会工作服务中心"


def code(number: int = 1) -> str:
    return make("52", "340103", f"XN{number:06}")


async def inquired(desk: Desk, **query: Any) -> Any:
    answer = await desk.client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_published_is_told_with_its_basis_and_nothing_more(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    assert await inquired(desk, code=code()) == {
        "as_of": "2019-10-12",
        "published": [
            {
                "organization_name": f"{NAME}1",
                "credit_code": code(),
                "filing_number": None,
                "list": "serious",
                "trigger_text": "受到5万元以上罚款处罚",
                "legal_basis": "社会组织信用信息管理办法第十五条第（四）项",
                "listed_on": "2019-10-12",
                "exit_not_before": "2021-10-12",
                "publication_ends_on": None,
                "valid_until": None,
            }
        ],
    }


async def test_the_same_is_found_by_the_whole_name_and_its_district_only(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    by_code = await inquired(desk, code=code())
    for district in ("340103", "340100", "340000"):
        assert await inquired(desk, name=f"{NAME}1", district=district) == by_code
    nothing = {"as_of": "2019-10-12", "published": []}
    for name, district in ((NAME, "340103"), (f"{NAME}%", "340103"), (f"{NAME}1", "340104")):
        assert await inquired(desk, name=name, district=district) == nothing


async def test_open_case_unknown_unlisted_and_ended_are_answered_alike(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization(5))
    corrected = await desk.act(
        f"/v1/listings/{listing}/correct", {"reason": "处罚已撤销"}, desk.other_approver
    )
    assert corrected.status_code == 200
    await desk.an_organization(1)
    await desk.serve(await desk.a_case(await desk.an_organization(2)))
    revoked = await desk.an_organization(3)
    await desk.learn(desk.told("revoked", revoked, 3))
    answers = [
        await desk.client.get(PATH, params={"code": code(number)}) for number in (1, 2, 3, 4, 5)
    ]
    assert len({one.content for one in answers}) == 1
    assert len({json.dumps(sorted(one.headers.keys())) for one in answers}) == 1
    assert answers[0].json()["published"] == []


async def test_a_corrected_listing_is_gone_at_once_and_no_copy_is_kept(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    before = await desk.client.get(PATH, params={"code": code()})
    assert len(before.json()["published"]) == 1
    await desk.act(f"/v1/listings/{listing}/correct", {"reason": "有误"}, desk.other_approver)
    after = await desk.client.get(PATH, params={"code": code()})
    assert after.json()["published"] == []
    assert before.headers["Cache-Control"] == after.headers["Cache-Control"] == "no-store"


async def test_after_the_longest_publication_nothing_is_shown(desk: Desk) -> None:
    desk.set_day("2026-04-01")
    await desk.a_listing(await desk.an_organization())
    desk.set_day("2029-04-20")
    assert len((await inquired(desk, code=code()))["published"]) == 1
    desk.set_day("2029-04-21")
    assert (await inquired(desk, code=code()))["published"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "5234"},
        {"code": "11622700013944908W"},
        {"code": "01a20559-11df-7095-9925-1be92d13fda7"},
        {"name": NAME},
        {"code": code(), "name": NAME, "district": "340103"},
        {"name": NAME, "district": "34"},
        {"name": "  ", "district": "340103"},
    ],
)
async def test_a_question_that_is_none_is_explained(desk: Desk, query: dict[str, str]) -> None:
    answer = await desk.client.get(PATH, params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_whoever_asks_for_one_after_the_other_is_stopped_with_a_token_or_without(
    desk: Desk,
) -> None:
    desk.service.app.state.inquiries = AddressLimit("3/minute")
    answers = [await desk.client.get(PATH, params={"code": code(number)}) for number in range(3)]
    assert {one.status_code for one in answers} == {200}
    for who in ({}, desk.clerk):
        refused = await desk.client.get(PATH, params={"code": code()}, headers=who)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_neighbours_in_one_network_count_together(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted
