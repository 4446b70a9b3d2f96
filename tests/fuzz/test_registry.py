"""The registry's API, tried by its own document."""

from random import Random

from liandong.identity.actors import Role
from liandong.values.credit_code import make
from tests.fuzz import community, samples
from tests.fuzz.access import official
from tests.fuzz.trial import Trial
from tests.fuzz.world import Body, Row, Scene, World

CLERK = official(Role.CLERK)
APPROVER = official(Role.APPROVER)
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


async def _certificate(world: World, row: Row, dice: Random) -> Body:
    term = {"certificate_from": "2026-03-02", "certificate_until": "2031-03-01"}
    code = make("52", "340103", f"XN{dice.randrange(10**6):06}")
    by_matter = {"establishment": {"credit_code": code, **term}, "renewal": term}
    return dict(by_matter.get(str(row.get("matter")), {}))


PAPERS = ["application", "consent", "resolution"]
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
    ("review", official(Role.CLERK, subject="reviewer"), {"opinion": "建议准予"}),
    ("approve", APPROVER, {}),
    ("certify", CLERK, {}),
]


async def _application(world: World, row: Row, dice: Random) -> Body:
    """About an organisation, or about one that is to be."""
    organization = await world.value("organization_id", dice)
    about = {"organization_id": str(row.get("organization_id") or organization)}
    contents: list[Body] = [
        {"matter": "change", "changes": {"purpose": "助老"}, "reason": "决议", **about},
        {"matter": "renewal", "reason": "lost", **about},
        {"matter": "cancellation", "ground": "dissolution", **about},
        {"matter": "articles", "adopted_on": "2026-02-01", "summary": "修改宗旨", **about},
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
    {"legal_representative": "示例丙寅"},
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
        for step, who, json in _WAY[:at]:
            made = await world.step(f"/v1/applications/{{id}}/{step}", who, made, json)


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
            for seed in range(number * 10, number * 10 + 4)
        ]
        await _applications(world, made[0])
        ended = {"reason": "示例事由"}
        await world.step(f"{ORGANIZATION}/cancel", APPROVER, made[1], ended)
        await world.step(f"{ORGANIZATION}/revoke", APPROVER, made[2], ended)
        until = {"until": "2026-09-30", "reason": "示例事由"}
        await world.step(f"{ORGANIZATION}/suspend", APPROVER, made[3], until)
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
        "PATCH /v1/organizations/{organization_id}": samples.of(name="合肥市示例新名称服务中心"),
        "POST /v1/organizations/{organization_id}/suspend": samples.of(
            until=["2026-09-30", "2026-12-31", "9999-12-31"], reason="示例事由"
        ),
        "POST /v1/imports/{kind}": samples.file("organizations.csv"),
        "POST /v1/rule-sets/overrides": samples.override,
        **community.SAMPLES,
    },
    places={
        **samples.PLACES,
        "code": ("organization", "credit_code"),
        "number": ("organization", "filing_number"),
        "reservation_id": ("name_reservation", "id"),
        "application_id": ("application", "id"),
        **community.PLACES,
    },
)


class TestRegistry(Trial):
    scene = SCENE
