"""The board of a district on a day, as data and as a page."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
NAME = "合肥市庐阳区阳光社会工作服务中心{}"


async def on(desk: Desk, day: str, district: str = "340100", **query: Any) -> dict[str, Any]:
    answer = await desk.client.get(f"/v1/boards/{district}/on/{day}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def page(desk: Desk, day: str, district: str = "340100", **query: Any) -> httpx.Response:
    answer = await desk.client.get(f"/v1/boards/{district}/on/{day}/page", params=query)
    assert answer.status_code == 200, answer.text
    return answer


class Outline(HTMLParser):
    """The tags of a page, which must all be closed."""

    VOID = ("meta", "link", "br")

    def __init__(self, written: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(written)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def count(self, tag: str, **attrs: str) -> int:
        return sum(one == tag and attrs.items() <= had.items() for one, had in self.seen)


async def test_red_and_black_stand_on_one_board_with_title_basis_and_totals(desk: Desk) -> None:
    red = await desk.an_organization(2)
    await desk.a_red_listing(red)
    await desk.a_listing(await desk.an_organization(1))
    board = await on(desk, desk.service.clock.now().date().isoformat())
    assert board["title"] == "安徽省合肥市社会组织信用红黑榜"
    assert {one["board"]: one["total"] for one in board["totals"]} == {
        "红榜": 1,
        "黑榜": 1,
        "异常名录": 0,
    }
    assert [(one["board"], one["number"]) for one in board["rows"]] == [("红榜", 1), ("黑榜", 1)]
    assert board["basis"]


async def test_a_day_before_the_listing_and_another_district_show_nothing(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    assert (await on(desk, "2019-10-11"))["rows"] == []
    assert len((await on(desk, "2019-10-12"))["rows"]) == 1
    assert (await on(desk, "2019-10-12", "340700"))["rows"] == []


async def test_what_is_corrected_is_gone_from_the_boards_of_past_days_too(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    await desk.pass_days(2)
    assert len((await on(desk, "2019-10-13"))["rows"]) == 1
    body = {"reason": "张冠李戴"}
    answer = await desk.act(f"/v1/listings/{listing}/correct", body, desk.other_approver)
    assert answer.status_code == 200
    assert (await on(desk, "2019-10-13"))["rows"] == []
    assert NAME.format(1) not in (await page(desk, "2019-10-13")).text


async def test_a_past_day_shows_the_decision_of_that_time(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    await desk.a_listing(organization, trigger="suspension-penalty")
    [first] = (await on(desk, "2019-10-12"))["rows"]
    [later] = (await on(desk, desk.service.clock.now().date().isoformat()))["rows"]
    assert first["trigger_text"] != later["trigger_text"]
    assert first["listing_id"] == later["listing_id"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/boards/999999/on/2019-09-20", 422),
        ("/v1/boards/3401/on/2019-09-20", 422),
        ("/v1/boards/340100/on/2019-02-30", 422),
        ("/v1/boards/340100/on/0", 422),
        ("/v1/boards/340100/on/2019-09-24", 422),
        ("/v1/boards/340100/on/2019-09-23?page=2", 404),
        ("/v1/boards/340100/on/2019-09-23?page=0", 422),
        ("/v1/boards/340100/on/2019-09-23?list=black", 422),
        ("/v1/boards/340100/on/9999-12-31/page", 422),
        ("/v1/boards/340100/on/0001-01-01", 200),
        ("/v1/boards/100000/on/2019-09-23/page", 200),
    ],
)
async def test_what_cannot_be_shown_is_explained(desk: Desk, path: str, status: int) -> None:
    answer = await desk.client.get(path)
    assert answer.status_code == status, answer.text


async def test_a_page_is_closed_to_everything_but_its_own_style(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    answer = await page(desk, "2019-10-12")
    policy = answer.headers["content-security-policy"]
    [style] = re.findall(r"<style>(.*)</style>", answer.text)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "javascript" not in answer.text
    assert "style=" not in answer.text


async def test_a_page_has_headings_that_can_be_heard_and_says_what_is_empty(desk: Desk) -> None:
    await desk.a_listing(await desk.an_organization())
    text = (await page(desk, "2019-10-12")).text
    outline = Outline(text)
    assert outline.count("html", lang="zh-CN") == 1
    assert outline.count("h1") == outline.count("main") == outline.count("caption") == 1
    assert (outline.count("th", scope="col"), outline.count("th", scope="row")) == (8, 1)
    assert text.count("该日没有列入的社会组织") == 2
    assert NAME.format(1) in text
    assert "@media print" in text


async def test_a_long_board_has_pages_that_neither_skip_nor_repeat(desk: Desk) -> None:
    for number in range(1, 4):
        await desk.a_listing(await desk.an_organization(number))
    admin = bearer("admin", Role.SYSTEM_ADMIN, district="100000")
    shipped = desk.service.runtime.rule_book.shipped["credit-list.boards"][0]
    body = {
        "subject": "credit-list.boards",
        "jurisdiction": "340100",
        "version": "local-1",
        "valid_from": "2019-01-01",
        "legal_basis": "本地规定",
        "parameters": shipped.parameters.model_dump() | {"rows_per_page": 2},
    }
    made = await desk.client.post("/v1/rule-sets/overrides", json=body, headers=admin)
    assert made.status_code == 201, made.text
    day = desk.service.clock.now().date().isoformat()
    first, second = [await on(desk, day, page=number) for number in (1, 2)]
    assert (first["pages"], len(first["rows"]), len(second["rows"])) == (2, 2, 1)
    assert [one["number"] for one in first["rows"] + second["rows"]] == [1, 2, 3]
    names = {one["organization_name"] for one in first["rows"] + second["rows"]}
    assert names == {NAME.format(number) for number in (1, 2, 3)}
    text = (await page(desk, day, page=2, list="serious")).text
    assert f"/v1/boards/340100/on/{day}/page?page=1&amp;list=serious" in text
    assert "下一页" not in text
