"""A ledger as a bureau keeps it becomes records."""

import csv
import io
from typing import Any

import pytest

from liandong.imports.rows import Rejection, row_of
from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from liandong.values.filing_number import format_number
from registry.organizations.imports import ORGANIZATIONS
from services.registry.tests.applications import desk

REGISTERED = {
    "组织类型": "社会团体",
    "名称": "合肥市庐阳区示例茶叶协会",
    "统一社会信用代码": make("51", "340103", "XN000501"),
    "行政区划代码": "３４０１０３",
    "登记日期": "2018年5月4日",
    "注册资金（元）": "3万元",
    "直接登记类别": "公益慈善类",
    "证书有效期自": "2023/5/4",
    "证书有效期至": "２０２８．５．３",
    "届期自": "20230504",
    "届期至": "2028-05-03",
    "组织性质": "公益性",
    "慈善组织": "认定",
    "成为慈善组织日期": "2020.1.2",
    "党组织": "联合建立",
    "党员人数": "1,200人",
    "个人会员数": "56",
    "农村社区": "否",
}
FILED = {
    "组织类型": "备案社区社会组织",
    "名称": "合肥市庐阳区示例邻里互助会",
    "备案编号": format_number("340103001001", 2020, 7),
    "行政区划代码": "340103001001",
    "登记日期": "2020-06-01",
    "社区社会组织": "是",
    "社区社会组织类别": "文体活动类",
    "备案管理类别": "街道（乡镇）管理",
    "组织性质": "互助性",
    "农村社区": "是",
}


LEDGER = """合肥市庐阳区社会组织台账,,,,,,
序号,单位名称,登记信息,,,注册资金（万元）,所属区县
,,统一信用代码,成立时间,党员数,,
1,合肥市庐阳区示例茶叶协会,{codes[0]},2018年5月4日,３０,3.5,庐阳区
2,合肥市庐阳区示例书法协会,{codes[1]},2018.6.4,,5,
3,合肥市庐阳区示例茶叶协会,{codes[0]},2018年5月4日,３０,3.5,庐阳区
4,合肥市庐阳区示例书法协会,{codes[2]},2018.6.4,,5,
5,合肥市庐阳区示例乒乓协会,,2018.6.4,,5,
"""


def a_sheet(*rows: dict[str, str]) -> bytes:
    """With a title above the headings, as ledgers have it."""
    content = io.StringIO()
    headings = list(dict.fromkeys(name for row in rows for name in row))
    plain = csv.writer(content)
    plain.writerow(["庐阳区社会组织台账"])
    plain.writerow([])
    writer = csv.DictWriter(content, headings)
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue().encode("gb18030")


async def imported(
    registry: ServiceUnderTest, *rows: dict[str, str], sheet: bytes = b"", dry_run: bool = False
) -> dict[str, Any]:
    answer = await registry.client.post(
        "/v1/imports/organizations",
        headers=desk.CLERK,
        params={"dry_run": dry_run},
        files={"file": ("台账.csv", sheet or a_sheet(*rows))},
    )
    assert answer.status_code == 202, answer.text
    await registry.settle()
    path = f"/v1/imports/{answer.json()['id']}"
    done = (await registry.client.get(path, headers=desk.CLERK)).json()
    told = (await registry.client.get(f"{path}/rows", headers=desk.CLERK)).json()["items"]
    return {**done, "rows": told}


async def test_every_item_of_a_ledger_reaches_the_record(registry: ServiceUnderTest) -> None:
    done = await imported(registry, REGISTERED, FILED)
    assert (done["created"], done["rejected"]) == (2, 0), done["rows"]
    first, second = [await desk.organization(registry, row["subject_id"]) for row in done["rows"]]
    assert {name: first[name] for name in (
        "district", "registered_on", "funds_fen", "direct_class", "certificate_from",
        "certificate_until", "term_from", "term_until", "nature", "charity_status",
        "charity_since", "party_organization", "party_members", "individual_members", "is_rural",
    )} == {
        "district": "340103", "registered_on": "2018-05-04", "funds_fen": 3_000_000,
        "direct_class": "charity", "certificate_from": "2023-05-04",
        "certificate_until": "2028-05-03", "term_from": "2023-05-04",
        "term_until": "2028-05-03", "nature": "charity", "charity_status": "recognised",
        "charity_since": "2020-01-02", "party_organization": "joint", "party_members": 1200,
        "individual_members": 56, "is_rural": False,
    }  # fmt: skip
    assert (second["community_class"], second["management"], second["is_rural"]) == (
        "culture_sports",
        "street",
        True,
    )


async def test_the_same_ledger_changes_nothing_and_a_mended_one_what_differs(
    registry: ServiceUnderTest,
) -> None:
    await imported(registry, REGISTERED, FILED)
    again = await imported(registry, REGISTERED, FILED)
    assert (again["unchanged"], again["changed"]) == (2, 0)
    mended = await imported(registry, REGISTERED | {"党员人数": "1300人", "组织性质": "服务性"})
    assert mended["changed"] == 1
    now = await desk.organization(registry, mended["rows"][0]["subject_id"])
    assert (now["party_members"], now["nature"]) == (1300, "service")


@pytest.mark.parametrize(
    ("cell", "heading"),
    [
        ({"登记日期": "2018年2月30日"}, "登记日期"),
        ({"注册资金（元）": "三万"}, "注册资金（元）"),
        ({"党员人数": "约50人"}, "党员人数"),
        ({"组织性质": "盈利性"}, "组织性质"),
        ({"慈善组织": "是"}, "慈善组织"),
    ],
)
def test_what_is_not_understood_is_told_by_its_heading(cell: dict[str, str], heading: str) -> None:
    with pytest.raises(Rejection) as refused:
        row_of(ORGANIZATIONS, REGISTERED | {"行政区划代码": "340103"} | cell)
    assert refused.value.reason.startswith(f"{heading}：")


async def test_items_that_contradict_each_other_reject_the_row_alone(
    registry: ServiceUnderTest,
) -> None:
    wrong = REGISTERED | {"证书有效期至": "2020-01-01"}
    done = await imported(registry, wrong, FILED)
    assert (done["created"], done["rejected"]) == (1, 1)
    assert done["rows"][0]["errors"][0]["pointer"] == "/证书有效期至"


async def test_a_ledger_as_it_is_kept_is_tried_and_then_imported(
    registry: ServiceUnderTest,
) -> None:
    """Two rows of headings, other words for them, no types, districts by name or not at all."""
    codes = [make("51", "340103", f"XN00051{number}") for number in range(3)]
    sheet = LEDGER.format(codes=codes).encode("gb18030")
    tried = await imported(registry, sheet=sheet, dry_run=True)
    assert [row["outcome"] for row in tried["rows"]] == [
        "created", "created", "unchanged", "rejected", "rejected",
    ]  # fmt: skip
    assert [row["number"] for row in tried["rows"]] == [4, 5, 6, 7, 8]
    assert [row["reason"] for row in tried["rows"][2:4]] == [
        "与第4行完全相同",
        "与第5行的名称相同，内容不同，请核对后只留一行",
    ]
    assert tried["rows"][4]["reason"].startswith("组织类型：此项必填")
    code = f"/v1/organizations/by-credit-code/{codes[0]}"
    assert (await registry.client.get(code)).status_code == 404
    done = await imported(registry, sheet=sheet)
    assert (done["created"], done["unchanged"], done["rejected"]) == (2, 1, 2)
    found = (await registry.client.get(code)).json()
    assert (found["kind"], found["district"], found["funds_fen"], found["party_members"]) == (
        "association", "340103", 3_500_000, 30,
    )  # fmt: skip


async def test_registered_together_is_as_registered_alone(registry: ServiceUnderTest) -> None:
    """The same record, event, audit entry, name and figure, by the quick way and at the desk."""
    code = make("51", "340103", "XN000521")
    await imported(registry, REGISTERED | {"统一社会信用代码": code})
    quick = (await registry.client.get(f"/v1/organizations/by-credit-code/{code}")).json()
    taken = REGISTERED | {
        "名称": quick["name"], "统一社会信用代码": make("51", "340103", "XN000522"),
    }  # fmt: skip
    refused = await imported(registry, taken)
    assert refused["rows"][0]["reason"] == f"“{quick['name']}”在本区划已被登记或预留"
    outside = {
        "统一社会信用代码": make("51", "110101", "XN000523"),
        "行政区划代码": "110101",
        "名称": "北京市东城区示例茶会",
    }
    refused = await imported(registry, REGISTERED | outside)
    assert "不在您的管辖区划" in refused["rows"][0]["reason"]
    (event,) = [one for one in await registry.published() if one["data"]["credit_code"] == code]
    assert event["type"] == "cn.liandong.registry.organization.registered"
    assert (event["sequence"], event["data"]["organization_id"]) == ("1", quick["id"])
    assert quick["version"] == 1
