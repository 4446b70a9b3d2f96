"""Funding's API, tried by its own document."""

from random import Random

from liandong.identity.actors import Role
from liandong.ids import uuid7
from tests.fuzz import samples
from tests.fuzz.access import HEFEI, official
from tests.fuzz.trial import Trial
from tests.fuzz.world import Body, Row, Scene, World

FINANCE = official(Role.FINANCE)
OTHER_FINANCE = official(Role.FINANCE, subject="paymaster")
APPROVER = official(Role.APPROVER, subject="approver")
PAYMENT = "/v1/payments/{id}"
REASON = {"reason": "示例事由"}


async def _site(world: World) -> Body:
    """A service station is recognised; what was told of it."""
    site = {
        "site_id": uuid7(),
        "organization_id": uuid7(),
        "district": "340103",
        "kind": "service_station",
        "recognized_on": "2026-01-15",
    }
    await world.tell("supply-demand.site.recognized", site["site_id"], **site)
    return site


async def _entitlement(world: World, site: Body) -> str:
    """The entitlement to the site's award."""
    rows = await world.do("GET", f"/v1/entitlements?district={HEFEI}&limit=200", FINANCE)
    return next(one["id"] for one in rows["items"] if one["cause_id"] == str(site["site_id"]))


async def _graded(world: World, grade: str) -> None:
    told = {
        "grade_id": uuid7(),
        "organization_id": uuid7(),
        "district": HEFEI,
        "grade": grade,
        "round": "2025",
        "confirmed_on": "2026-01-15",
    }
    await world.tell("evaluation.grade.confirmed", told["grade_id"], **told)


async def _payment(world: World, site: Body | None = None) -> Row:
    entitlement = await _entitlement(world, site or await _site(world))
    return await world.do("POST", "/v1/payments", FINANCE, {"entitlement_id": entitlement})


async def _budget(world: World, programme: str, year: int) -> Row:
    body = {
        "district": HEFEI,
        "programme": programme,
        "year": year,
        "funding_source": "finance",
        "amount_fen": 10_000_000_000,
    }
    return await world.do("POST", "/v1/budgets", FINANCE, body)


async def _build(world: World) -> None:
    """Budgets proposed and approved; entitlements; four payments in each state."""
    for programme in ("F3", "F12", "F1"):
        line = await _budget(world, programme, 2026)
        await world.step("/v1/budgets/{id}/approve", APPROVER, line)
    for year in range(2027, 2031):
        await _budget(world, "F3", year)
    for _ in range(6):
        await _site(world)
        await _graded(world, "3A")
        await _graded(world, "2A")
    for _ in range(4):
        await _payment(world)
        await world.step(f"{PAYMENT}/approve", APPROVER, await _payment(world))
        await world.step(f"{PAYMENT}/hold", FINANCE, await _payment(world), REASON)
        await _paid_and_withdrawn(world)


async def _paid_and_withdrawn(world: World) -> None:
    """One paid award that stands, and one whose site was withdrawn: somebody has to look."""
    for withdrawn in (False, True):
        site = await _site(world)
        approved = await world.step(f"{PAYMENT}/approve", APPROVER, await _payment(world, site))
        body = {"bank_reference": "示例回单"}
        await world.step(f"{PAYMENT}/make", OTHER_FINANCE, approved, body)
        if withdrawn:
            told = {**site, "reason": "示例事由", "withdrawn_on": "2026-02-15"}
            await world.tell("supply-demand.site.withdrawn", site["site_id"], **told)


async def _new_budget(world: World, row: Row, dice: Random) -> Body:
    return {
        "district": dice.choice([HEFEI, "340103", "340104"]),
        "programme": dice.choice(["F1", "F2", "F3", "F12"]),
        "year": dice.randint(2020, 2090),
        "funding_source": "finance",
        "amount_fen": dice.choice([0, 1, 10**9, 10**15]),
    }


SCENE = Scene(
    "funding",
    _build,
    samples={
        "POST /v1/budgets": _new_budget,
        "POST /v1/budgets/{budget_id}/adjust": samples.of(
            amount_fen=[10**10, 10**11, 0], reason="示例事由"
        ),
        "POST /v1/budgets/{budget_id}/reject": samples.of(**REASON),
        "POST /v1/entitlements/{entitlement_id}/settle-review": samples.of(
            outcome=["keep", "cancel"], note="示例说明"
        ),
        "POST /v1/payments": samples.of(entitlement_id=None),
        "POST /v1/payments/propose": samples.of(programme=["F3", "F12"], district=HEFEI, limit=2),
        "POST /v1/payments/{payment_id}/make": samples.of(bank_reference="示例回单"),
        "POST /v1/payments/{payment_id}/hold": samples.of(**REASON),
        "POST /v1/payments/{payment_id}/release": samples.of(**REASON),
        "POST /v1/payments/{payment_id}/cancel": samples.of(**REASON),
        "POST /v1/rule-sets/overrides": samples.override,
    },
    places={
        **samples.PLACES,
        "budget_id": ("budget_line", "id"),
        "cause_id": ("cause", "cause_id"),
        "organization_id": ("entitlement", "organization_id"),
    },
)


class TestFunding(Trial):
    scene = SCENE
