"""Community organisations in the registry's fuzzing: filings, hubs, money kept, duties."""

from random import Random

from liandong.identity.actors import Role
from liandong.values.credit_code import make
from tests.fuzz import samples
from tests.fuzz.access import official
from tests.fuzz.world import Body, Row, Sample, World

CLERK = official(Role.CLERK)
PLACE = "340103001001"
_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
PAPERS = ["application", "member-list", "premises"]
DAYS = ["2026-03-02", "2026-03-01", "2026-02-01"]

PLACES = {
    "hub_id": (
        "(SELECT o.id, o.status, coalesce(r.version, 0) AS version FROM organization o"
        " LEFT JOIN hub_roll r ON r.id = o.id WHERE o.is_hub) AS hub",
        "id",
    ),
    "membership_id": (
        "(SELECT m.*, r.version, m.left_on IS NULL AS status FROM hub_membership m"
        " JOIN hub_roll r ON r.id = m.hub_id) AS membership",
        "id",
    ),
    "account_id": ("custody_account", "id"),
    "payout_id": ("custody_payout", "id"),
    "entry_id": ("custody_entry", "id"),
    "report_id": ("community_report", "id"),
}


async def _filing(world: World, row: Row, dice: Random) -> Body:
    return {
        "name": {
            "division": "合肥市庐阳区",
            "trade_name": "".join(dice.choices(_SIGNS, k=3)),
            "field": "邻里互助",
            "form": "会",
            "explanation": "不致混淆",
        },
        "district": str(row.get("district") or PLACE),
        "contact_name": "示例甲子",
        "contact_phone": "13800009001",
        "individual_members": dice.choice([2, 12]),
        "address": "示例活动室",
        "purpose": "邻里互助",
        "articles_template": "short-articles",
        "nature": "mutual_aid",
        "community_class": "life_service",
        "management": dice.choice(["street", "community"]),
        "is_internal_group": False,
        "documents": PAPERS,
    }


async def _filed(world: World, dice: Random) -> str:
    """The id of a filed body that lives, or of any."""
    row = await world.one("organization_id", dice, kind="community_group", status="active")
    return str(row.get("id"))


async def _join(world: World, row: Row, dice: Random) -> Body:
    joined_on = dice.choice(DAYS)
    member = await _filed(world, dice)
    return {"member_id": member, "joined_on": joined_on, "is_public_benefit": True}


async def _account(world: World, row: Row, dice: Random) -> Body:
    return {"member_id": await _filed(world, dice)}


async def _coverage(world: World, row: Row, dice: Random) -> Body:
    return {"on": "2026-03-02", "add_urban": [f"340103002{dice.randrange(1, 999):03}"]}


async def _upgrade(world: World, row: Row, dice: Random) -> Body:
    kind = "service_institution"
    found = await world.one("organization_id", dice, kind=kind, status="active")
    return {"successor_id": str(found.get("id"))}


async def _activity(world: World, row: Row, dice: Random) -> Body:
    return {
        "kind": dice.choice(["festival", "show", "contest", "gathering"]),
        "title": "示例邻里节",
        "place": "示例广场",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-02",
        "participants": dice.choice([0, 200, 5000]),
        "budget_fen": 100,
    }


async def _new_activity(world: World, row: Row, dice: Random) -> Body:
    return {"organization_id": await _filed(world, dice), **await _activity(world, row, dice)}


async def _report(world: World, row: Row, dice: Random) -> Body:
    day = f"{dice.randrange(2010, 2027)}-{dice.choice(['01', '08'])}-05"
    return {"organization_id": await _filed(world, dice), "day": day, "summary": "示例活动情况"}


_SCORES: Body = {"residents_score": 90, "residents": 20, "committees_score": 80}


async def _appraisal(world: World, row: Row, dice: Random) -> Body:
    year = dice.randrange(2000, 2027)
    return {"organization_id": await _filed(world, dice), "year": year, **_SCORES}


async def _round(world: World, row: Row, dice: Random) -> Body:
    return {"district": f"340103{dice.randrange(1, 999):03}", "day": "2026-03-02"}


async def _list(world: World, row: Row, dice: Random) -> Body:
    return {"district": "340103", "year": dice.randrange(1950, 2026)}


_MONEY: Body = {"amount_fen": 100, "purpose": "示例用途"}
_REASON = samples.of(reason="示例事由")
_FILING, _HUB = "/v1/filings/{filing_id}", "/v1/hubs/{hub_id}"

SAMPLES: dict[str, Sample] = {
    "POST /v1/filings": _filing,
    f"PUT {_FILING}": _filing,
    f"POST {_FILING}/opine": samples.of(recommended=True, opinion="建议备案"),
    f"POST {_FILING}/review": samples.of(agreed=True, review="同意备案"),
    **{f"POST {_FILING}/{step}": _REASON for step in ("return", "refuse", "withdraw")},
    "POST /v1/filing-lists": _list,
    "POST /v1/organizations/{organization_id}/upgrade": _upgrade,
    f"POST {_HUB}/memberships": _join,
    "POST /v1/hub-memberships/{membership_id}/leave": samples.of(left_on=DAYS),
    "POST /v1/hub-memberships/{membership_id}/correct": samples.of(
        is_public_benefit=[True, False], reason="示例事由"
    ),
    f"POST {_HUB}/coverage": _coverage,
    "POST /v1/community-counts": samples.of(
        district=["340100", "340103"], year=[2025, 2026], urban=10, rural=2, source="示例资料"
    ),
    f"POST {_HUB}/custody-accounts": _account,
    "POST /v1/custody-accounts/{account_id}/deposits": samples.of(**_MONEY),
    "POST /v1/custody-accounts/{account_id}/payouts": samples.of(**_MONEY),
    "POST /v1/custody-payouts/{payout_id}/refuse": _REASON,
    "POST /v1/custody-payouts/{payout_id}/withdraw": _REASON,
    "POST /v1/custody-entries/{entry_id}/reverse": _REASON,
    "POST /v1/activities": _new_activity,
    "PUT /v1/activities/{activity_id}": _activity,
    **{
        f"POST /v1/activities/{{activity_id}}/{step}": samples.of(answer="已知悉")
        for step in ("acknowledge", "request-changes", "advise-against")
    },
    "POST /v1/activities/{activity_id}/cancel": _REASON,
    "POST /v1/activities/{activity_id}/conclude": samples.of(
        actual_participants=10, spent_fen=100, incident=[True, False], result="顺利"
    ),
    "POST /v1/community-reports": _report,
    "POST /v1/community-reports/{report_id}/answer": samples.of(answer="已阅"),
    "POST /v1/report-rounds": _round,
    "POST /v1/appraisals": _appraisal,
    "PUT /v1/appraisals/{appraisal_id}": samples.of(**_SCORES, reason="示例事由"),
}

_WAY: list[tuple[str, Body]] = [
    ("opine", {"recommended": True, "opinion": "建议备案"}),
    ("review", {"agreed": True, "review": "同意备案"}),
    ("return", {"reason": "示例事由"}),
]


async def build(world: World) -> None:
    """Filings at each step, hubs with members and money, activities, reports, appraisals."""
    for number in range(4):
        for steps in range(4):
            dice = Random(1000 + number * 10 + steps)
            body = await _filing(world, {}, dice) | {"individual_members": 12}
            made = await world.do("POST", "/v1/filings", CLERK, body)
            for step, json in _WAY[:steps]:
                made = await world.step(f"/v1/filings/{{id}}/{step}", CLERK, made, json)
        await _hub(world, number)


async def _hub(world: World, number: int) -> None:
    made: list[Body] = []
    for at in range(3):
        body = {
            "kind": "community_group",
            "name": f"合肥市庐阳区示例联合互助会第{number}分会{at}",
            "filing_number": f"BA-{PLACE}-2021-{number * 10 + at + 1:04}",
            "district": PLACE,
            "is_community": True,
            "is_hub": at == 0,
            "registered_on": "2020-05-06",
        }
        made.append(await world.do("POST", "/v1/organizations", CLERK, body))
    hub, *members = made
    path = f"/v1/hubs/{hub['id']}"
    for member in members:
        joining = {"member_id": member["id"], "joined_on": "2026-02-01", "is_public_benefit": True}
        await world.do("POST", f"{path}/memberships", CLERK, joining)
    account = await world.do(
        "POST", f"{path}/custody-accounts", CLERK, {"member_id": members[0]["id"]}
    )
    one = f"/v1/custody-accounts/{account['id']}"
    await world.do("POST", f"{one}/deposits", CLERK, {**_MONEY, "amount_fen": 10_000}, 1)
    for _ in range(3):
        await world.do("POST", f"{one}/payouts", CLERK, _MONEY)
    own = {"organization_id": members[0]["id"]}
    dice = Random(number)
    for _ in range(2):
        activity = await _activity(world, {}, dice)
        await world.do("POST", "/v1/activities", CLERK, {**activity, **own})
    report = {"day": "2026-03-02", "summary": "示例活动情况", **own}
    await world.do("POST", "/v1/community-reports", CLERK, report)
    await world.do("POST", "/v1/appraisals", CLERK, {"year": 2025, **_SCORES, **own})
    registered = {
        "kind": "service_institution",
        "name": f"合肥市庐阳区示例升级服务中心{number}",
        "credit_code": make("52", "340103", f"XN9{number:05}"),
        "district": "340103",
        "registered_on": "2020-05-06",
    }
    await world.do("POST", "/v1/organizations", CLERK, registered)
