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


async def _build(world: World) -> None:
    """Eight organisations in each state."""
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
        "PATCH /v1/organizations/{organization_id}": samples.of(name="合肥市示例新名称服务中心"),
        "POST /v1/organizations/{organization_id}/suspend": samples.of(
            until=["2026-09-30", "2026-12-31", "9999-12-31"], reason="示例事由"
        ),
        "POST /v1/imports/{kind}": samples.file("organizations.csv"),
        "POST /v1/rule-sets/overrides": samples.override,
    },
    never={
        "POST /v1/rule-sets/overrides": "the registry has no rules yet",
        "POST /v1/rule-sets/overrides/{override_id}/withdraw": "the registry has no rules yet",
    },
    places={
        **samples.PLACES,
        "code": ("organization", "credit_code"),
        "number": ("organization", "filing_number"),
    },
)


class TestRegistry(Trial):
    scene = SCENE
