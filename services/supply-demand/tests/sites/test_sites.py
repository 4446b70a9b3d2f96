"""Sites: recognition at the desk and by the sheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from liandong.values.credit_code import make
from supply_demand.learned import events as news

if TYPE_CHECKING:
    from conftest import Town

HEADINGS = [
    "站点编号",
    "站点类型",
    "站点名称",
    "行政区划代码",
    "运营单位统一社会信用代码",
    "地址",
    "认定日期",
]


def a_site(organization_id: Any, **given: Any) -> dict[str, Any]:
    return {
        "code": "HF-ZD-001",
        "kind": "service_station",
        "organization_id": str(organization_id),
        "name": "三孝口街道社会服务站",
        "district": "340103001",
        "address": "某路 1 号",
        "recognized_on": "2019-08-30",
        **given,
    }


async def test_a_site_is_recognised_and_told(town: Town) -> None:
    organization_id = await town.an_organization()
    answer = await town.post("/v1/sites", town.approver, a_site(organization_id))
    assert answer.status_code == 201, answer.text
    site = answer.json()
    assert answer.headers["Location"] == f"/v1/sites/{site['id']}"
    assert await town.read(f"/v1/sites/{site['id']}") == site
    [event] = await town.published("site.recognized")
    assert event["data"] == {
        "site_id": site["id"],
        "organization_id": str(organization_id),
        "district": "340103001",
        "kind": "service_station",
        "recognized_on": "2019-08-30",
        "rule_set": "supply-demand.sites@340100/2015",
    }


async def test_a_number_is_used_once_even_after_withdrawal(town: Town) -> None:
    body = a_site(await town.an_organization())
    site = await town.made("/v1/sites", town.approver, body)
    taken = await town.post("/v1/sites", town.approver, body)
    assert taken.status_code == 409
    assert taken.json()["type"] == "urn:liandong:problem:site-code-taken"
    gone = await town.made(
        f"/v1/sites/{site['id']}/withdraw", town.approver, {"reason": "登记有误"}, site["version"]
    )
    assert (gone["status"], gone["withdrawn_on"]) == ("withdrawn", "2026-03-02")
    assert (await town.post("/v1/sites", town.approver, body)).status_code == 409
    [event] = await town.published("site.withdrawn")
    assert (event["data"]["site_id"], event["data"]["reason"]) == (site["id"], "登记有误")


async def test_the_operator_must_be_known_and_active(town: Town) -> None:
    unknown = await town.post("/v1/sites", town.approver, a_site(uuid7()))
    assert unknown.json()["type"] == "urn:liandong:problem:operator-not-fit"
    facts = town.organization()
    await town.learn(news.OrganizationRegistered(**facts))
    await town.learn(news.OrganizationCancelled(**facts | {"status": "cancelled"}))
    ended = await town.post("/v1/sites", town.approver, a_site(facts["organization_id"]))
    assert "已注销" in ended.json()["detail"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"recognized_on": "2026-03-03"}, 422),
        ({"kind": "kiosk"}, 422),
        ({"district": "340702"}, 403),
        ({"recognized_on": "2013-12-31"}, 409),
    ],
)
async def test_what_the_rules_do_not_allow_is_refused(
    town: Town, given: dict[str, Any], status: int
) -> None:
    body = a_site(await town.an_organization(), **given)
    assert (await town.post("/v1/sites", town.approver, body)).status_code == status


async def test_a_city_without_rules_recognises_no_sites(town: Town) -> None:
    elsewhere = bearer("approver-9", Role.APPROVER, district="340700")
    body = a_site(await town.an_organization(), district="340705")
    answer = await town.post("/v1/sites", elsewhere, body)
    assert answer.json()["type"] == "urn:liandong:problem:no-rule-set"


async def test_a_clerk_corrects_the_address_but_recognises_nothing(town: Town) -> None:
    body = a_site(await town.an_organization())
    assert (await town.post("/v1/sites", town.clerk, body)).status_code == 403
    site = await town.made("/v1/sites", town.approver, body)
    path = f"/v1/sites/{site['id']}"
    headers = town.clerk | {"If-Match": '"v1"'}
    changed = await town.client.patch(path, json={"address": "新路 2 号"}, headers=headers)
    assert (changed.json()["address"], changed.json()["version"]) == ("新路 2 号", 2)
    assert len(await town.published("site.recognized")) == 1


def sheet(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *rows])
    return out.getvalue().encode()


async def import_(town: Town, *rows: list[str]) -> dict[str, Any]:
    answer = await town.client.post(
        "/v1/imports/sites",
        files={"file": ("站点.csv", sheet(*rows), "text/csv")},
        headers=town.approver,
    )
    assert answer.status_code == 202, answer.text
    await town.service.settle()
    return await town.read(f"/v1/imports/{answer.json()['id']}", town.approver)


def counts(job: dict[str, Any]) -> dict[str, int]:
    return {key: job[key] for key in ("created", "changed", "unchanged", "rejected")}


async def operator(town: Town) -> str:
    facts = town.organization()
    await town.learn(news.OrganizationRegistered(**facts))
    return facts["credit_code"]


async def test_broken_rows_are_rejected_with_their_reason_and_the_others_recognised(
    town: Town,
) -> None:
    code = await operator(town)
    unknown = make("52", "340103", "XN999999")
    job = await import_(
        town,
        ["HF-1", "呼叫中心", "市呼叫中心", "340100", code, "某路", "2019-08-30"],
        ["HF-2", "社会服务中心", "庐阳区社会服务中心", "340103", code, "", "2019-08-30"],
        ["HF-3", "社会服务站", "某街道服务站", "340103001", unknown, "某路", "2019-08-30"],
        ["HF-4", "售货亭", "某服务站", "340103001", code, "某路", "2019-08-30"],
        ["HF-5", "社会服务站", "某服务站", "340103001", code, "某路", "去年"],
        ["HF-6", "社会服务站", "某服务站", "340103001", "123", "某路", "2019-08-30"],
        ["HF-1", "社会服务站", "另一站点", "340103001", code, "某路", "2019-08-30"],
        ["", "社会服务站", "某服务站", "340103001", code, "某路", "2019-08-30"],
    )
    assert counts(job) == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 6}
    path = f"/v1/imports/{job['id']}/rows?outcome=rejected"
    rows = (await town.read(path, town.approver))["items"]
    assert [row["number"] for row in rows] == [4, 5, 6, 7, 8, 9]
    assert all(row["reason"] for row in rows)
    assert unknown in rows[0]["reason"]
    assert "站点类型" in rows[4]["reason"]
    events = [event["data"]["kind"] for event in await town.published("site.recognized")]
    assert sorted(events) == ["call_center", "service_center"]


async def test_a_second_run_adds_nothing(town: Town) -> None:
    code = await operator(town)
    rows = [
        [f"HF-{n}", "社会服务站", f"服务站{n}", "340103001", code, "某路", "2019-08-30"]
        for n in range(1, 6)
    ]
    assert counts(await import_(town, *rows))["created"] == 5
    again = await import_(town, *rows)
    assert counts(again) == {"created": 0, "changed": 0, "unchanged": 5, "rejected": 0}
    assert len(await town.published("site.recognized")) == 5
    rows[0][2] = "更名的服务站"
    third = await import_(town, *rows)
    assert counts(third) == {"created": 0, "changed": 1, "unchanged": 4, "rejected": 0}


async def test_a_withdrawn_site_does_not_come_back_by_the_sheet(town: Town) -> None:
    code = await operator(town)
    row = ["HF-1", "社会服务站", "服务站", "340103001", code, "某路", "2019-08-30"]
    await import_(town, row)
    [site] = (await town.read("/v1/sites"))["items"]
    await town.made(
        f"/v1/sites/{site['id']}/withdraw", town.approver, {"reason": "停办"}, site["version"]
    )
    assert counts(await import_(town, row))["rejected"] == 1


async def test_sites_are_listed_by_kind_and_district_page_by_page(town: Town) -> None:
    organization_id = await town.an_organization()
    for n in range(3):
        await town.made("/v1/sites", town.approver, a_site(organization_id, code=f"HF-{n}"))
    first = await town.read("/v1/sites?limit=2&kind=service_station&district=340103")
    second = await town.read(
        "/v1/sites?limit=2&kind=service_station&district=340103&cursor=" + first["next_cursor"]
    )
    assert [one["code"] for one in first["items"] + second["items"]] == ["HF-0", "HF-1", "HF-2"]
    assert (await town.read("/v1/sites?kind=call_center"))["items"] == []
