"""Writes the data of the scenario "Hefei 2019" into a folder; the same bytes every time.

``python scenarios/hefei-2019/generate.py [folder]``; without a folder the files beside this one
are rebuilt. Every organisation, person, telephone and address is invented; the totals are those
of the city's report of 20 September 2019 (README.md).
"""

import csv
import io
import random
import re
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

from liandong.values.credit_code import make
from liandong.values.districts import districts
from liandong.values.filing_number import format_number

CITY = "340100"
REPORT_DAY = date(2019, 9, 1)
SEED = 20190920

SERVICE_INSTITUTIONS, ASSOCIATIONS, FILED = 440, 80, 750
FILED_HUBS = 482
"""With the associations, which are all federations of community organisations: 562 hubs."""
ROUNDS = (
    date(2015, 8, 28), date(2016, 8, 26), date(2017, 8, 25), date(2018, 8, 24), date(2019, 8, 23),
)  # fmt: skip
CENTRES, STATIONS = (8, 9, 10, 11, 12), (55, 65, 70, 78, 83)
"""Sites recognised in each yearly round; the call centre was recognised in the first."""
GRADES = ("5A",) * 5 + ("4A",) * 19 + ("3A",) * 49
GRADED_OPERATORS = 3
"""Organisations that both run a site and hold a grade."""
GRADE_ROUND, ANNOUNCED_ON = "2018", date(2018, 12, 28)

ORGANIZATION_COLUMNS = (
    "组织类型", "名称", "统一社会信用代码", "备案编号", "行政区划代码", "住所",
    "业务领域", "社区社会组织", "枢纽型", "登记日期", "法定代表人", "联系电话",
)  # fmt: skip
SITE_COLUMNS = (
    "站点编号", "站点类型", "站点名称", "行政区划代码", "运营单位统一社会信用代码", "地址",
    "认定日期",
)  # fmt: skip
GRADE_COLUMNS = ("统一社会信用代码", "评估等级", "评估年度", "公告日期")

FIELDS = (
    "为老服务", "青少年服务", "助残服务", "妇女儿童服务", "邻里互助", "矛盾调解", "平安建设",
    "文体活动", "环境保护", "志愿服务", "社会工作", "社区治理",
)  # fmt: skip
STYLES = (
    "春晖", "和风", "同心", "邻里", "守望", "阳光", "乐善", "益民", "惠群", "暖心", "知行", "共建",
    "向阳", "青禾", "百合", "晨曦", "安居", "和美", "友爱", "众益",
)  # fmt: skip
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


@dataclass
class Organization:
    kind: str
    name: str
    credit_code: str
    filing_number: str
    district: str
    address: str
    service_field: str
    is_hub: bool
    registered_on: date
    legal_representative: str
    phone: str

    def row(self) -> list[str]:
        return [
            self.kind, self.name, self.credit_code, self.filing_number, self.district,
            self.address, self.service_field, "是", "是" if self.is_hub else "否",
            self.registered_on.isoformat(), self.legal_representative, self.phone,
        ]  # fmt: skip


class Invention:
    """Invents organisations one after the other; nothing it gives out twice."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)  # noqa: S311 - invented data, not a secret
        self._names: set[str] = set()
        self._numbers = 0
        self.counties = [
            one.code
            for one in districts().children(CITY, REPORT_DAY)
            if one.code[4] != "7"  # 34017x are zones of the statistical list, not counties
        ]

    def organization(
        self, kind: str, *, is_hub: bool, before: date, district: str = ""
    ) -> Organization:
        self._numbers += 1
        number = self._numbers
        district = district or self.chance.choice(self.counties)
        area = f"合肥市{districts().name(district, REPORT_DAY)}" if district != CITY else "合肥市"
        field = self.chance.choice(FIELDS)
        registered_on = self._day(date(2008, 1, 1), before)
        filed = kind == "社区社会组织"
        code = (
            "" if filed else make("51" if kind == "社会团体" else "52", district, f"XN{number:06}")
        )
        return Organization(
            kind=kind,
            name=self._name(area, field, kind, is_hub),
            credit_code=code,
            filing_number=self._filing_number(district, registered_on.year) if filed else "",
            district=district,
            address=f"{area}示例路{self.chance.randint(1, 300)}号",
            service_field=field,
            is_hub=is_hub,
            registered_on=registered_on,
            legal_representative=f"示例{STEMS[number % 10]}{BRANCHES[number % 12]}",
            phone=f"1380000{number:04}",
        )

    def _name(self, area: str, field: str, kind: str, is_hub: bool) -> str:
        ending = {
            "民办非企业单位": "服务中心",
            "社会团体": "社区社会组织联合会",
            "社区社会组织": "社区社会组织促进会" if is_hub else "互助队",
        }[kind]
        subject = "" if is_hub else field.removesuffix("服务")
        for serial in range(1, 1000):
            style = self.chance.choice(STYLES)
            name = f"{area}示例{style}{'' if serial == 1 else serial}{subject}{ending}"
            if name not in self._names:
                self._names.add(name)
                return name
        raise AssertionError("no name is left")

    def _filing_number(self, district: str, year: int) -> str:
        """A street and a community of the county; streets end in 001 to 012."""
        street, community = self.chance.randint(1, 12), self.chance.randint(1, 20)
        return format_number(f"{district}{street:03}{community:03}", year, self._numbers)

    def _day(self, first: date, before: date) -> date:
        return first + timedelta(days=self.chance.randrange((before - first).days))


@dataclass(frozen=True)
class Site:
    code: str
    kind: str
    recognized_on: date


def site_plan() -> list[Site]:
    """1 call centre, 50 centres, 351 stations."""
    sites = [Site("HF-HJ-001", "呼叫中心", ROUNDS[0])]
    for mark, kind, sizes in (("ZX", "社会服务中心", CENTRES), ("ZD", "社会服务站", STATIONS)):
        days = [day for day, size in zip(ROUNDS, sizes, strict=True) for _ in range(size)]
        sites += [Site(f"HF-{mark}-{n:03}", kind, day) for n, day in enumerate(days, start=1)]
    return sites


def organizations_and_tables() -> tuple[list[Organization], list[list[str]], list[list[str]]]:
    """The organisations, the rows of sites and the rows of grades."""
    invention = Invention()
    chance = invention.chance
    operators, sites = _operators(invention)
    idle = SERVICE_INSTITUTIONS - len(operators)
    graded_before = date(2016, 1, 1)  # two full years before the round of 2018
    others = [
        invention.organization("民办非企业单位", is_hub=False, before=graded_before)
        for _ in range(idle)
    ]
    others += [
        invention.organization("社会团体", is_hub=True, before=graded_before)
        for _ in range(ASSOCIATIONS)
    ]
    old = [one for one in operators[1:] if one.registered_on < graded_before]
    both = chance.sample(old, GRADED_OPERATORS)
    graded = both + chance.sample(others, len(GRADES) - GRADED_OPERATORS)
    levels = list(GRADES)
    chance.shuffle(levels)
    grades = [
        [one.credit_code, level, GRADE_ROUND, ANNOUNCED_ON.isoformat()]
        for one, level in zip(graded, levels, strict=True)
    ]
    filed = [
        invention.organization("社区社会组织", is_hub=n < FILED_HUBS, before=date(2019, 8, 1))
        for n in range(FILED)
    ]
    found = [*operators, *others, *filed]
    chance.shuffle(found)
    return found, sites, grades


def _operators(invention: Invention) -> tuple[list[Organization], list[list[str]]]:
    """One organisation for each site, registered at least a year before the recognition."""
    operators: list[Organization] = []
    rows: list[list[str]] = []
    for site in site_plan():
        operator = invention.organization(
            "民办非企业单位",
            is_hub=False,
            before=site.recognized_on - timedelta(days=365),
            district=CITY if site.kind == "呼叫中心" else "",
        )
        operators.append(operator)
        area = (
            "合肥市"
            if operator.district == CITY
            else f"合肥市{districts().name(operator.district)}"
        )
        rows.append([
            site.code, site.kind, f"{area}示例{site.kind}{site.code[-3:]}", operator.district,
            operator.credit_code, operator.address, site.recognized_on.isoformat(),
        ])  # fmt: skip
    return operators, rows


def broken_rows() -> list[list[str]]:
    """Twelve rows for showing what an import refuses; the README says which and why."""
    good = make("52", "340103", "XN900001")

    def row(name: str, **given: str) -> list[str]:
        cells = {
            "组织类型": "民办非企业单位", "名称": name, "行政区划代码": "340103",
            "住所": "合肥市庐阳区示例路1号", "业务领域": "社会工作", "社区社会组织": "是",
            "枢纽型": "否", "登记日期": "2018-05-06", "法定代表人": "示例甲子",
            "联系电话": "13800009001",
        } | given  # fmt: skip
        return [cells.get(column, "") for column in ORGANIZATION_COLUMNS]

    def coded(number: int, class2: str = "52") -> str:
        return make(class2, "340103", f"XN90{number:04}")

    wrong = coded(2)
    wrong = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
    filing = format_number("340103001001", 2018, 9001)
    first = row("合肥市庐阳区示例试验一社会工作服务中心", 统一社会信用代码=good)
    return [
        first,
        row("合肥市庐阳区示例试验二社会工作服务中心", 统一社会信用代码=wrong),
        row(
            "合肥市庐阳区示例试验三社会工作服务中心",
            统一社会信用代码=coded(3), 行政区划代码="349999",
        ),
        row("", 统一社会信用代码=coded(4)),
        first,
        row(
            "合肥市庐阳区示例试验六社会工作服务中心",
            统一社会信用代码=coded(6), 登记日期="2099-01-01",
        ),
        row(
            "合肥市庐阳区示例试验七互助队",
            组织类型="社区社会组织", 统一社会信用代码=coded(7), 备案编号=filing,
        ),
        row("合肥市庐阳区示例试验八社会工作服务中心"),
        row("合肥市庐阳区示例试验九联合会", 组织类型="社会团体", 统一社会信用代码=coded(9)),
        row("合肥市庐阳区示例试验十有限公司", 组织类型="有限公司", 统一社会信用代码=coded(10)),
        row("合肥市庐阳区示例试验十一服务中心", 统一社会信用代码=coded(11), 登记日期="2019-02-30"),
        row(
            "合肥市庐阳区示例试验十二互助队",
            组织类型="社区社会组织", 备案编号=format_number("340103001001", 2018, 9012),
        ),
    ]  # fmt: skip


def csv_bytes(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, so that office programs show the Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> bytes:
    """The same table as a workbook, with real dates, as a bureau would send it."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(columns))
    days = {n for n, column in enumerate(columns) if column.endswith("日期")}
    for row in rows:
        sheet.append([date.fromisoformat(v) if n in days else v or None for n, v in enumerate(row)])
    workbook.properties.created = datetime(2019, 9, 20)  # noqa: DTZ001 - as the format wants it
    packed = io.BytesIO()
    workbook.save(packed)
    return _without_times(packed.getvalue())


def _without_times(workbook: bytes) -> bytes:
    """The same archive without the moment of saving; stored, so that no compressor shows."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2019-09-20T00:00:00Z", content
                )
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            target.writestr(entry, content)
    return packed.getvalue()


def write(folder: Path) -> None:
    organizations, sites, grades = organizations_and_tables()
    rows = [one.row() for one in organizations]
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {
        "organizations.csv": csv_bytes(ORGANIZATION_COLUMNS, rows),
        "organizations.xlsx": xlsx_bytes(ORGANIZATION_COLUMNS, rows, "社会组织"),
        "organizations-broken.csv": csv_bytes(ORGANIZATION_COLUMNS, broken_rows()),
        "sites.csv": csv_bytes(SITE_COLUMNS, sites),
        "grades.csv": csv_bytes(GRADE_COLUMNS, grades),
    }.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
