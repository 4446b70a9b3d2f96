"""The registry's API, tried by its own document."""

from random import Random

from liandong.identity.actors import Role
from liandong.values.credit_code import make
from tests.fuzz import samples
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


async def _build(world: World) -> None:
    """Eight organisations in each state, and eight names kept and given up."""
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
        ended = {"reason": "示例事由"}
        await world.step(f"{ORGANIZATION}/cancel", APPROVER, made[1], ended)
        await world.step(f"{ORGANIZATION}/revoke", APPROVER, made[2], ended)
        until = {"until": "2026-09-30", "reason": "示例事由"}
        await world.step(f"{ORGANIZATION}/suspend", APPROVER, made[3], until)


SCENE = Scene(
    "registry",
    _build,
    samples={
        "POST /v1/organizations": _organization,
        "POST /v1/name-checks": _name,
        "POST /v1/name-reservations": _reservation,
        "POST /v1/name-reservations/{reservation_id}/release": samples.of(reason="示例事由"),
        "PATCH /v1/organizations/{organization_id}": samples.of(name="合肥市示例新名称服务中心"),
        "POST /v1/organizations/{organization_id}/suspend": samples.of(
            until=["2026-09-30", "2026-12-31", "9999-12-31"], reason="示例事由"
        ),
        "POST /v1/imports/{kind}": samples.file("organizations.csv"),
        "POST /v1/rule-sets/overrides": samples.override,
    },
    places={
        **samples.PLACES,
        "code": ("organization", "credit_code"),
        "number": ("organization", "filing_number"),
        "reservation_id": ("name_reservation", "id"),
    },
)


class TestRegistry(Trial):
    scene = SCENE
