"""What the public sees."""

from typing import Any

from liandong.values.credit_code import make

Desk = Any


async def board(desk: Desk, name: str, **query: Any) -> Any:
    answer = await desk.client.get(f"/v1/boards/{name}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_open_case_is_on_no_board(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    for name in ("serious", "abnormal", "red"):
        assert await board(desk, name) == {"items": [], "next_cursor": None}


async def test_a_listing_is_shown_with_basis_and_dates_and_nothing_more(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    [entry] = (await board(desk, "serious"))["items"]
    assert entry == {
        "listing_id": listing,
        "list": "serious",
        "organization_id": str(organization),
        "organization_name": "合肥市庐阳区阳光社会工作服务中心1",
        "credit_code": make("52", "340103", "XN000001"),
        "filing_number": None,
        "district": "340103",
        "trigger_text": "受到5万元以上罚款处罚",
        "legal_basis": "社会组织信用信息管理办法第十五条第（四）项",
        "listed_on": "2019-10-12",
        "exit_not_before": "2021-10-12",
        "valid_until": None,
    }
    assert (await board(desk, "abnormal"))["items"] == []


async def test_a_red_listing_is_shown_with_its_validity(desk: Desk) -> None:
    await desk.a_red_listing(await desk.an_organization())
    [entry] = (await board(desk, "red"))["items"]
    assert entry["valid_until"] == "2020-10-10"


async def test_a_board_is_read_by_district_and_page(desk: Desk) -> None:
    for number in range(1, 4):
        await desk.a_listing(await desk.an_organization(number))
    assert len((await board(desk, "serious", district="340100"))["items"]) == 3
    assert (await board(desk, "serious", district="340700"))["items"] == []
    first = await board(desk, "serious", limit=2)
    second = await board(desk, "serious", limit=2, cursor=first["next_cursor"])
    names = [one["organization_name"][-1] for one in first["items"] + second["items"]]
    assert names == ["3", "2", "1"]
    assert second["next_cursor"] is None


async def test_a_wrong_list_or_district_is_explained(desk: Desk) -> None:
    assert (await desk.client.get("/v1/boards/black")).status_code == 422
    for wrong in ("34", "34010３", "abc"):
        answer = await desk.client.get("/v1/boards/serious", params={"district": wrong})
        assert answer.status_code == 422


async def test_after_the_longest_publication_a_listing_holds_but_is_not_shown(desk: Desk) -> None:
    desk.set_day("2026-04-01")
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    desk.set_day("2029-04-20")
    assert len((await board(desk, "serious"))["items"]) == 1
    desk.set_day("2029-04-21")
    assert (await board(desk, "serious"))["items"] == []
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_the_name_on_the_board_is_the_one_last_learnt(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    await desk.learn(desk.told("changed", organization, name="合肥市新名称服务中心"))
    [entry] = (await board(desk, "serious"))["items"]
    assert entry["organization_name"] == "合肥市新名称服务中心"
