"""The registry's API, tried by its own document."""

from datetime import date, timedelta
from random import Random

from liandong.identity.actors import Role
from liandong.values.credit_code import make
from services.registry.tests.standing import revoked, suspended
from tests.fuzz import community, samples, supervision
from tests.fuzz.access import official
from tests.fuzz.trial import Trial
from tests.fuzz.world import Body, Row, Scene, World

CLERK = official(Role.CLERK)
APPROVER = official(Role.APPROVER)


def _other(role: Role) -> dict[str, str]:
    """Of two persons the other one."""
    return official(role, subject="reviewer")


ORGANIZATION = "/v1/organizations/{id}"


async def _organization(world: World, row: Row, dice: Random) -> Body:
    number = dice.randrange(10**6)
    return {
        "kind": "service_institution",
        "name": f"合肥市庐阳区示例服务中心{number}",
        "credit_code": make("52", "340103", f"XN{number:06}"),
        "district": "340103",
        "registered_on": "2020-05-06",
        "legal_representative": "示例甲子",
        "phone": "13800009001",
    }


async def _filing(number: int) -> Body:
    return {
        "kind": "community_group",
        "name": f"合肥市庐阳区示例邻里互助会{number}",
        "filing_number": f"BA-340103001001-2020-{number:04}",
        "district": "340103001001",
        "is_community": True,
        "registered_on": "2020-05-06",
    }


async def _name(world: World, row: Row, dice: Random) -> Body:
    sign = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    return {
        "kind": "service_institution",
        "district": "340103",
        "division": "合肥市庐阳区",
        "trade_name": "".join(dice.choices(sign, k=3)),
        "field": "社会工作服务",
        "form": "中心",
    }


async def _reservation(world: World, row: Row, dice: Random) -> Body:
    explained = {"applicant": "示例乙丑", "explanation": "不致混淆"}
    return {**await _name(world, row, dice), **explained}


_CHAIR = {"name": "示例甲子", "id_number": "11010519491231002X", "post": "chair"}


async def _election(world: World, row: Row, dice: Random) -> Body:
    """Long ago enough for another one after it."""
    number = dice.randrange(1, 40)
    year = 1980 + number
    return {
        "number": number,
        "elected_on": f"{year}-01-05",
        "term_from": f"{year}-01-05",
        "term_until": f"{year + 1}-01-04",
        "officers": [_CHAIR],
        "audited": True,
    }


async def _transfer(world: World, row: Row, dice: Random) -> Body:
    organization = await world.value("organization_id", dice)
    district = dice.choice(["340104", "340111", "340103001"])
    return {
        "organization_id": str(organization),
        "to_district": district,
        "reason": "示例事由",
    }


async def _extension(world: World, row: Row, dice: Random) -> Body:
    term = await world.one("term_of_office_id", dice, organization_id=row.get("id"))
    ends_on = term.get("ends_on", date(2020, 1, 1))
    return {"until": str(ends_on + timedelta(days=dice.randrange(1, 400))), "reason": "示例事由"}


async def _post(world: World, row: Row, dice: Random) -> Body:
    posts = ["chair", "vice_chair", "secretary_general", "councillor", "supervisor"]
    return {**_CHAIR, "post": dice.choice(posts), "starts_on": "2026-03-01"}


async def _certificate(world: World, row: Row, dice: Random) -> Body:
    term = {"certificate_from": "2026-03-02", "certificate_until": "2031-03-01"}
    code = make("52", "340103", f"XN{dice.randrange(10**6):06}")
    by_matter = {"establishment": {"credit_code": code, **term}, "renewal": term}
    return dict(by_matter.get(str(row.get("matter")), {}))


PAPERS = [
    *("application", "consent", "resolution", "premises", "capital", "officers", "audit"),
    *("articles", "supervision", "authority"),
]
_ASKED = {
    "cause": "experts",
    "asked": "示例专家",
    "expected_days": 10,
    "applicant_told_on": "2026-03-02",
}
_WAY: list[tuple[str, dict[str, str], Body]] = [
    ("submit", CLERK, {}),
    ("accept", CLERK, {}),
    ("consult", CLERK, _ASKED),
    ("resume", CLERK, {"result": "同意"}),
    ("review", _other(Role.CLERK), {"opinion": "建议准予"}),
    ("approve", APPROVER, {}),
    ("certify", CLERK, {}),
]


_RESOLVED = {"resolved_on": "2026-02-20", "explanation": "长期开展助老服务"}
_RECOGNITION: Body = {
    "matter": "charity_recognition",
    **_RESOLVED,
    "declared": [
        "charitable-purpose",
        "not-for-profit",
        "no-distribution",
        "remaining-assets",
        "spending",
        "finance",
    ],
}
_LONGER: Body = {
    "days": 10,
    "approval": "示例批〔2026〕1号",
    "reason": "情况复杂",
    "applicant_told_on": "2026-03-02",
}


async def _application(world: World, row: Row, dice: Random) -> Body:
    """About an organisation, or about one that is to be."""
    organization = await world.value("organization_id", dice)
    about = {"organization_id": str(row.get("organization_id") or organization)}
    contents: list[Body] = [
        {"matter": "change", "changes": {"purpose": "助老"}, "reason": "决议", **about},
        {"matter": "renewal", "reason": "lost", **about},
        {"matter": "cancellation", "ground": "dissolution", **about},
        {"matter": "articles", "adopted_on": "2026-02-01", "summary": "修改宗旨", **about},
        {"matter": "charity_recognition", **_RESOLVED, **about},
        {"matter": "charity_withdrawal", **_RESOLVED, "declared": ["assets-stay"], **about},
        {"matter": "fundraising", **_RESOLVED, "declared": ["tax", "governance"], **about},
        {"matter": "fundraising_withdrawal", **_RESOLVED, **about},
        {
            "matter": "establishment",
            "kind": "service_institution",
            "district": "340103",
            "address": "示例路 1 号",
            "officers": [{"name": "示例甲子", "id_number": "11010519491231002X", "post": "chair"}],
            "legal_representative": 1,
        },
    ]
    same = [one for one in contents if one["matter"] == row.get("matter")]
    return {
        "content": dice.choice(same or contents),
        "applicant": "示例乙丑",
        "documents": dice.choice([[], ["application"]]),
    }


_ITEMS: list[Body] = [
    {"purpose": "助老"},
    {"business_scope": "养老服务"},
    {"activity_area": "庐阳区"},
    {"funds_fen": 100},
    {"supervisor": "示例单位"},
    {"phone": "13800009002"},
    {"legal_representative": "示例丙寅", "representative_id_number": "11010519491231002X"},
    {"address": "示例路 2 号"},
]
"""Each application of an organisation is about another item; the last one is announced."""


async def _applications(world: World, organization: Row) -> None:
    """One application of the organisation at each step of the way."""
    for at, changes in enumerate(_ITEMS):
        content = {
            "matter": "change",
            "organization_id": str(organization["id"]),
            "changes": changes,
            "reason": "决议",
        }
        body = {"content": content, "applicant": "示例乙丑", "documents": PAPERS}
        made = await world.do("POST", "/v1/applications", CLERK, body)
        if at == 0:
            for number in range(3):
                await _attachment(world, made, number)
        for step, who, json in _WAY[:at]:
            made = await world.step(f"/v1/applications/{{id}}/{step}", who, made, json)


async def _recognition(world: World, organization: Row) -> None:
    """One whose decision may take longer."""
    content = {**_RECOGNITION, "organization_id": str(organization["id"])}
    papers = ["application", "commitment", "resolution", "audit", "consent"]
    body = {"content": content, "applicant": "示例乙丑", "documents": papers}
    made = await world.do("POST", "/v1/applications", CLERK, body)
    for step, who, json in _WAY[:2]:
        made = await world.step(f"/v1/applications/{{id}}/{step}", who, made, json)


async def _attachment(world: World, application: Row, number: int) -> None:
    body = await samples.a_pdf(world, {}, Random(number))
    answer = await world.service.client.post(
        f"/v1/applications/{application['id']}/attachments",
        headers=CLERK,
        files={"file": (f"{number}.pdf", body["file"], "application/pdf")},
    )
    assert answer.is_success, answer.text


_NUMBERS = ("opening_net_assets", "income", "expense", "net_assets", "assets", "liabilities")
_REPORT: Body = {
    "compliance": {"obeyed_law": True, "acted_by_articles": True},
    "formalities": {
        "changes_registered": True,
        "articles_approved": True,
        "certificate_held": True,
    },
    "activities": {"summary": "助老", "held": [{"topic": "义诊", "held_on": "2025-05-06"}]},
    "personnel": {"full_time_staff": 3},
    "finance": {f"{name}_fen": 100 for name in _NUMBERS},
    "documents": ["declaration", "audit"],
    "contact": {"name": "示例甲子", "phone": "13800009001"},
}
_BAD: Body = {
    "verdict": "basically_qualified",
    "reasons": [{"code": "meetings-not-held", "severity": "minor"}],
}
_CHECKED: Body = {"result": "账实相符", "checked_on": "2026-03-02"}
_ORDER: Body = {"requirements": "补开会议"}
_EXAMINED: Body = {"met": True, "opinion": "已补开"}
_SECOND = official(Role.APPROVER, subject="second")
_CHARITY: Body = {"regime": "charity_report", "reason": "慈善组织"}
_INSPECTED: list[tuple[str, dict[str, str], Body | None]] = [
    ("submit", CLERK, None),
    ("review", _other(Role.CLERK), _BAD),
    ("conclude", _SECOND, _BAD),
    ("order-rectification", _SECOND, _ORDER),
    ("report-rectification", CLERK, {"report": "已整改"}),
    ("examine-rectification", CLERK, _EXAMINED),
    ("complete-rectification", _SECOND, None),
]


async def _verdict(world: World, row: Row, dice: Random) -> Body:
    return dict(dice.choice([_BAD, {"verdict": "qualified", "reasons": []}]))


async def _correction(world: World, row: Row, dice: Random) -> Body:
    return {**await _verdict(world, row, dice), "reason": "事实有误"}


async def _inspections(world: World) -> None:
    """A season of the county, and an inspection at each step of the way."""
    for number in range(16):
        body = await _organization(world, {}, Random(5000 + number)) | {
            "name": f"合肥市庐阳区受检第{number}服务中心",
            "direct_class": "community" if number < 14 else None,
        }
        await world.do("POST", "/v1/organizations", CLERK, body)
    season = {"year": 2025, "district": "340103"}
    made = await world.do("POST", "/v1/inspection-seasons", CLERK, season)
    await world.service.settle()
    listed = await world.do("GET", "/v1/inspections?limit=200", CLERK)
    direct = [one for one in listed["items"] if one["is_direct"]]
    drawn = direct[-1]
    for at, one in enumerate([*direct[:8], drawn]):
        path = f"/v1/inspections/{one['id']}/report"
        row = await world.do("PUT", path, CLERK, _REPORT, one["version"])
        for step, who, json in _INSPECTED[: 1 if one is drawn else at]:
            row = await world.step(f"/v1/inspections/{{id}}/{step}", who, row, json)
    path = f"/v1/inspection-seasons/{made['id']}/samplings"
    made = await world.do("POST", path, CLERK, {"percent": 50})
    draw = "/v1/inspection-samplings/{id}/draw"
    await world.step(draw, _other(Role.APPROVER), made, {"public_number": "0417"})
    await world.service.settle()
    await world.do("POST", path, _other(Role.CLERK), {"percent": 5})
    await world.service.settle()


async def _build(world: World) -> None:
    """Eight organisations in each state, names kept and given up, applications on their way."""
    for number in range(8):
        for seed in (number, number + 100):
            body = await _reservation(world, {}, Random(seed))
            kept = await world.do("POST", "/v1/name-reservations", CLERK, body)
        given_up = {"reason": "示例事由"}
        await world.step("/v1/name-reservations/{id}/release", CLERK, kept, given_up)
    await samples.imported(world, "organizations", "organizations.csv", CLERK)
    for number in range(8):
        await world.do("POST", "/v1/organizations", CLERK, await _filing(number + 1))
        made = [
            await world.do(
                "POST", "/v1/organizations", CLERK, await _organization(world, {}, Random(seed))
            )
            for seed in range(number * 10, number * 10 + 8)
        ]
        await _applications(world, made[0])
        await _recognition(world, made[4])
        for organization in made[3:]:
            form = await _transfer(world, {}, Random(number))
            form["organization_id"] = str(organization["id"])
            await world.do("POST", "/v1/transfers", CLERK, form)
        for organization in made[4:]:
            election = await _election(world, {}, Random(number))
            await world.step(f"{ORGANIZATION}/terms", CLERK, organization, election)
        ended = {"reason": "示例事由"}
        await world.step(f"{ORGANIZATION}/cancel", APPROVER, made[1], ended)
        await revoked(world.service, made[2])
        await suspended(world.service, made[3], "2026-09-30")
    await _inspections(world)
    await supervision.build(world)
    await community.build(world)


SCENE = Scene(
    "registry",
    _build,
    samples={
        "POST /v1/organizations": _organization,
        "POST /v1/name-checks": _name,
        "POST /v1/name-reservations": _reservation,
        "POST /v1/name-reservations/{reservation_id}/release": samples.of(reason="示例事由"),
        "POST /v1/applications": _application,
        "PUT /v1/applications/{application_id}": _application,
        "POST /v1/applications/{application_id}/request-correction": samples.of(
            missing=[[{"code": "application", "message": "请补交"}]]
        ),
        "POST /v1/applications/{application_id}/consult": samples.of(**_ASKED),
        "POST /v1/applications/{application_id}/extend": samples.of(**_LONGER),
        "POST /v1/applications/{application_id}/resume": samples.of(result="同意"),
        "POST /v1/applications/{application_id}/review": samples.of(opinion="建议准予"),
        "POST /v1/applications/{application_id}/certify": _certificate,
        "POST /v1/applications/{application_id}/announce": samples.of(
            medium="示例日报", announced_on=["2026-03-02", "2026-03-01"]
        ),
        **{
            f"POST /v1/applications/{{application_id}}/{step}": samples.of(reason="示例事由")
            for step in ("withdraw", "not-accept", "supervisor-refuse", "return", "refuse")
        },
        "POST /v1/applications/{application_id}/attachments": samples.a_pdf,
        "POST /v1/inspection-seasons": samples.of(year=2025, district=["340102", "340104"]),
        "POST /v1/inspection-seasons/{season_id}/extend": samples.of(
            regime=["association", "foundation"],
            registrar_due_on=["2026-07-01", "2026-08-03", "2999-12-31"],
            reason="系统升级",
        ),
        "POST /v1/inspection-seasons/{season_id}/announce": samples.of(
            medium="示例日报", announced_on="2026-03-02"
        ),
        "POST /v1/inspection-seasons/{season_id}/withdraw": samples.of(reason="误开"),
        "POST /v1/inspection-seasons/{season_id}/samplings": samples.of(percent=[5, 10]),
        "POST /v1/inspection-samplings/{sampling_id}/draw": samples.of(public_number="2026-0417"),
        "POST /v1/inspection-samplings/{sampling_id}/cancel": samples.of(reason="示例事由"),
        "PUT /v1/inspections/{inspection_id}/report": samples.of(**_REPORT),
        "POST /v1/inspections/{inspection_id}/supervisor-opinion": samples.of(
            opinion="qualified", given_on="2026-03-02"
        ),
        "POST /v1/inspections/{inspection_id}/return": samples.of(
            missing=[[{"code": "audit", "message": "审计报告缺页"}]]
        ),
        "POST /v1/inspections/{inspection_id}/regime": samples.of(**_CHARITY),
        "POST /v1/inspections/{inspection_id}/excuse": samples.of(
            due_on=["2026-06-30", "2999-12-31"], reason="系统故障"
        ),
        "POST /v1/inspections/{inspection_id}/record-check": samples.of(**_CHECKED),
        "POST /v1/inspections/{inspection_id}/review": _verdict,
        "POST /v1/inspections/{inspection_id}/conclude": _verdict,
        "POST /v1/inspections/{inspection_id}/correct": _correction,
        "POST /v1/inspections/{inspection_id}/order-rectification": samples.of(**_ORDER),
        "POST /v1/inspections/{inspection_id}/report-rectification": samples.of(report="已整改"),
        "POST /v1/inspections/{inspection_id}/examine-rectification": samples.of(**_EXAMINED),
        **{
            f"POST /v1/inspections/{{inspection_id}}/{step}": samples.of(reason="示例事由")
            for step in (
                "exempt",
                "readmit",
                "reconsider",
                "extend-rectification",
                "fail-rectification",
            )
        },
        "PATCH /v1/organizations/{organization_id}": samples.of(name="合肥市示例新名称服务中心"),
        "POST /v1/organizations/{organization_id}/correct": samples.of(
            registered_on=["2020-05-07", "2020-05-08", "2020-05-09"], reason="示例事由"
        ),
        "POST /v1/transfers": _transfer,
        "POST /v1/transfers/{transfer_id}/refuse": samples.of(reason="示例事由"),
        "POST /v1/transfers/{transfer_id}/withdraw": samples.of(reason="示例事由"),
        "POST /v1/organizations/{organization_id}/terms": _election,
        "POST /v1/organizations/{organization_id}/terms/extend": _extension,
        "POST /v1/organizations/{organization_id}/temporary-certificate": samples.of(
            starts_on=["2026-03-02", "2026-03-01"], reason="示例事由"
        ),
        "POST /v1/organizations/{organization_id}/posts": _post,
        "POST /v1/organizations/{organization_id}/posts/{post_id}/end": samples.of(
            ended_on=["2026-03-01", "2026-03-02"], ending="resigned"
        ),
        "POST /v1/organizations/{organization_id}/posts/{post_id}/correct": samples.of(
            name="示例丙寅",
            id_number="11010519491231002X",
            starts_on=["1980-01-01", "2026-03-01"],
            reason="示例事由",
        ),
        "POST /v1/imports/{kind}": samples.file("organizations.csv"),
        "POST /v1/rule-sets/overrides": samples.override,
        **supervision.SAMPLES,
        **community.SAMPLES,
    },
    places={
        **samples.PLACES,
        "code": ("organization", "credit_code"),
        "number": ("organization", "filing_number"),
        "reservation_id": ("name_reservation", "id"),
        "application_id": ("application", "id"),
        "post_id": ("post_holding", "id"),
        "term_of_office_id": ("term_of_office", "id"),
        "season_id": ("inspection_season", "id"),
        "sampling_id": ("inspection_sampling", "id"),
        **supervision.PLACES,
        **community.PLACES,
    },
)


class TestRegistry(Trial):
    scene = SCENE
