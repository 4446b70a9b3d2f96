"""慈善组织认定、公开募捐资格, and giving them up, over HTTP."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from registry.applications.domain import Matter
from services.registry.tests.applications import desk
from services.registry.tests.applications.qualifications import (
    a_body,
    a_charity,
    approved,
    asked,
    completed,
    drafted,
    listed,
    papers,
    reviewed,
)
from services.registry.tests.penalties import casebook

RECOGNITION, FUNDRAISING = Matter.CHARITY_RECOGNITION, Matter.FUNDRAISING
CHARITY = ("charity_status", "charity_since", "raises_in_public_since")


def standing(body: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(body[name] for name in CHARITY)


async def changes(registry: ServiceUnderTest) -> list[tuple[list[str], bool]]:
    """What the register told of the bodies' items, and whether each is a charity then."""
    events = await registry.published()
    told = [one["data"] for one in events if one["type"].endswith("registry.organization.changed")]
    return [(one["changed"], one["is_charity"]) for one in told]


async def test_a_recognised_charity_is_on_record_with_its_application_and_is_announced(
    registry: ServiceUnderTest,
) -> None:
    body = await a_body(registry)
    decided = await approved(registry, body, RECOGNITION)
    assert standing(await desk.organization(registry, body["id"])) == (None, None, None)
    application = await desk.done(registry, decided, "certify")
    assert (application["status"], application["items"]) == ("certified", ["charity_status"])
    now = await desk.organization(registry, body["id"])
    assert standing(now) == ("recognised", "2026-03-02", None)
    assert await changes(registry) == [(["charity_since", "charity_status"], True)]
    history = await registry.client.get(
        f"/v1/organizations/{body['id']}/changes", headers=desk.CLERK
    )
    last = history.json()["items"][-1]
    assert (last["action"], last["application_id"]) == ("charity-recognised", decided["id"])
    about = {"medium": "示例日报", "announced_on": "2026-03-02"}
    done = await desk.done(registry, application, "announce", **about)
    assert done["status"] == "completed"


async def test_money_is_raised_in_public_with_leave_and_no_more_without(
    registry: ServiceUnderTest,
) -> None:
    body = await a_charity(registry)
    now = await completed(registry, body, FUNDRAISING)
    assert standing(now) == ("registered", "2020-03-02", "2026-03-02")
    now = await completed(registry, body, Matter.FUNDRAISING_WITHDRAWAL)
    assert standing(now) == ("registered", "2020-03-02", None)
    assert await changes(registry) == [(["raises_in_public_since"], True)] * 2


async def test_who_is_no_charity_any_more_raises_no_money_in_public(
    registry: ServiceUnderTest,
) -> None:
    body = await a_charity(registry, raises_in_public_since="2022-03-02")
    now = await completed(registry, body, Matter.CHARITY_WITHDRAWAL)
    assert standing(now) == (None, None, None)
    assert await changes(registry) == [(sorted(CHARITY), False)]


@pytest.mark.parametrize(
    ("matter", "given", "told"),
    [
        (RECOGNITION, {"charity_status": "registered", "charity_since": "2020-03-02"}, "已是"),
        (Matter.CHARITY_WITHDRAWAL, {}, "不是慈善组织"),
        (FUNDRAISING, {}, "不是慈善组织"),
        (Matter.FUNDRAISING_WITHDRAWAL, {}, "没有公开募捐资格"),
    ],
)
async def test_nobody_asks_for_what_he_has_or_gives_up_what_he_has_not(
    registry: ServiceUnderTest, matter: Matter, given: dict[str, Any], told: str
) -> None:
    body = await desk.registered(registry, **given)
    refused = await desk.step(registry, await drafted(registry, body, matter), "submit")
    assert (refused.status_code, desk.slug(refused)) == (409, "matter-not-applicable")
    assert told in refused.json()["detail"]


async def patched(registry: ServiceUnderTest, body: dict[str, Any]) -> httpx.Response:
    """The desk enters that it is no charity."""
    return await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json=dict.fromkeys(CHARITY),
        headers=desk.CLERK | {"If-Match": f'"v{body["version"]}"'},
    )


async def test_what_changed_since_the_decision_is_asked_again_when_it_takes_effect(
    registry: ServiceUnderTest,
) -> None:
    body = await a_charity(registry)
    decided = await approved(registry, body, FUNDRAISING)
    assert (await patched(registry, body)).status_code == 200
    refused = await desk.step(registry, decided, "certify")
    assert (refused.status_code, desk.slug(refused)) == (409, "conditions-not-met")
    assert standing(await desk.organization(registry, body["id"])) == (None, None, None)


async def test_what_is_applied_for_is_not_changed_at_the_desk(registry: ServiceUnderTest) -> None:
    body = await a_charity(registry, raises_in_public_since="2022-03-02")
    decided = await approved(registry, body, Matter.FUNDRAISING_WITHDRAWAL)
    refused = await patched(registry, body)
    assert (refused.status_code, desk.slug(refused)) == (409, "applied-for")
    await desk.done(registry, decided, "certify")
    assert standing(await desk.organization(registry, body["id"]))[2] is None


@pytest.mark.parametrize("name", ["abnormal", "serious"])
@pytest.mark.parametrize("matter", [RECOGNITION, FUNDRAISING])
async def test_who_is_on_a_list_gets_nothing(
    registry: ServiceUnderTest, name: str, matter: Matter
) -> None:
    body = await (a_charity if matter is FUNDRAISING else a_body)(registry)
    await listed(registry, body, name)
    application = await reviewed(registry, body, matter)
    refused = await desk.step(registry, application, "approve", desk.APPROVER)
    assert (refused.status_code, desk.slug(refused)) == (409, "conditions-not-met")
    assert desk.codes(refused) == [f"listed-{name}"]
    shown = await desk.read(registry, application)
    assert [one["code"] for one in shown["findings"]] == [f"listed-{name}"]
    ended = await desk.done(registry, application, "refuse", desk.APPROVER, reason="已列入名录")
    assert ended["status"] == "refused"


async def test_who_is_listed_after_the_decision_gets_no_certificate_and_the_matter_can_end(
    registry: ServiceUnderTest,
) -> None:
    body = await a_charity(registry)
    decided = await approved(registry, body, FUNDRAISING)
    await listed(registry, body, "serious")
    refused = await desk.step(registry, decided, "certify")
    assert (refused.status_code, desk.codes(refused)) == (409, ["listed-serious"])
    assert standing(await desk.organization(registry, body["id"]))[2] is None
    ended = await desk.done(registry, decided, "withdraw", reason="已列入严重违法失信名单")
    assert ended["status"] == "withdrawn"


async def test_who_was_penalised_in_the_two_years_before_is_refused_and_later_not(
    registry: ServiceUnderTest,
) -> None:
    body = await a_body(registry)
    await casebook.in_force(registry, body["id"], **casebook.WARNING)
    application = await reviewed(registry, body, RECOGNITION)
    refused = await desk.step(registry, application, "approve", desk.APPROVER)
    assert desk.codes(refused) == ["penalised"]
    await desk.done(registry, application, "withdraw", reason="申请人撤回")
    casebook.day(registry, "2028-03-11")
    now = await completed(registry, body, RECOGNITION)
    assert standing(now) == ("recognised", "2028-03-11", None)


async def test_a_charity_of_less_than_a_year_with_a_bare_council_learns_all_that_is_wrong(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(
        registry,
        charity_status="recognised",
        charity_since="2025-03-02",
        registered_on="2020-03-02",
    )
    application = await reviewed(registry, body, FUNDRAISING)
    refused = await desk.step(registry, application, "approve", desk.APPROVER)
    assert desk.codes(refused) == ["too-young", "council-size", "no-supervisor", "too-few-staff"]


async def test_nobody_who_reviewed_it_decides(registry: ServiceUnderTest) -> None:
    application = await reviewed(registry, await a_body(registry), RECOGNITION)
    refused = await desk.step(registry, application, "approve", desk.REVIEWER)
    assert refused.status_code == 403


async def test_what_is_not_declared_is_missing_and_what_nobody_asks_is_refused(
    registry: ServiceUnderTest,
) -> None:
    body = await a_body(registry)
    content = asked(body, RECOGNITION, declared=["finance"], resolved_on=None, explanation="")
    draft = await desk.drafted(registry, content, documents=papers(RECOGNITION))
    submitted = await desk.done(registry, draft, "submit")
    refused = await desk.step(registry, submitted, "accept")
    assert (refused.status_code, desk.slug(refused)) == (409, "application-incomplete")
    assert desk.codes(refused) == [
        "missing",
        "missing",
        "charitable-purpose",
        "not-for-profit",
        "no-distribution",
        "remaining-assets",
        "spending",
    ]
    strange = await desk.start(registry, asked(body, RECOGNITION, declared=["honesty"]))
    assert (strange.status_code, desk.codes(strange)) == (422, ["unknown-declaration"])
    early = await drafted(registry, body, RECOGNITION, resolved_on="2026-03-03")
    refused = await desk.step(registry, early, "submit")
    assert (refused.status_code, desk.codes(refused)) == (422, ["in-the-future"])


async def test_giving_up_one_and_giving_up_the_other_conflict(registry: ServiceUnderTest) -> None:
    body = await a_charity(registry, raises_in_public_since="2022-03-02")
    first = await drafted(registry, body, Matter.FUNDRAISING_WITHDRAWAL)
    second = await drafted(registry, body, Matter.CHARITY_WITHDRAWAL)
    await desk.done(registry, first, "submit")
    refused = await desk.step(registry, second, "submit")
    assert (refused.status_code, desk.slug(refused)) == (409, "applications-conflict")
    assert refused.json()["conflicts"] == [
        {
            "application_id": first["id"],
            "matter": "fundraising_withdrawal",
            "items": ["raises_in_public_since"],
        }
    ]


async def test_of_two_that_ask_at_once_one_goes_on_and_one_certificate_is_given(
    registry: ServiceUnderTest,
) -> None:
    body = await a_body(registry)
    drafts = [await drafted(registry, body, RECOGNITION) for _ in range(3)]
    answers = await asyncio.gather(*(desk.step(registry, one, "submit") for one in drafts))
    assert sorted(one.status_code for one in answers) == [200, 409, 409]
    [submitted] = [one.json() for one in answers if one.status_code == 200]
    accepted = await desk.done(registry, submitted, "accept")
    opinion = {"opinion": "建议准予"}
    ready = await desk.done(registry, accepted, "review", desk.REVIEWER, **opinion)
    decided = await desk.done(registry, ready, "approve", desk.APPROVER)
    answers = await asyncio.gather(*(desk.step(registry, decided, "certify") for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 412, 412]
    assert len(await changes(registry)) == 1


async def test_a_charity_asks_for_itself(registry: ServiceUnderTest) -> None:
    body = await a_charity(registry)
    own = bearer("org-1", Role.ORGANIZATION, district=None, organization_id=body["id"])
    draft = await desk.drafted(registry, asked(body, FUNDRAISING), own)
    assert (await desk.done(registry, draft, "submit", own))["status"] == "submitted"


LONGER = {
    "approval": "示例批〔2026〕1号",
    "reason": "情况复杂",
    "applicant_told_on": "2026-03-02",
}


async def test_a_decision_takes_longer_once_and_not_beyond_what_the_law_allows(
    registry: ServiceUnderTest,
) -> None:
    application = await reviewed(registry, await a_charity(registry), FUNDRAISING)
    assert application["clock"]["due_on"] == "2026-03-23"  # the 22nd is a Sunday
    more = await desk.step(registry, application, "extend", desk.APPROVER, days=11, **LONGER)
    assert (more.status_code, desk.codes(more)) == (422, ["out-of-range"])
    longer = await desk.done(registry, application, "extend", desk.APPROVER, days=10, **LONGER)
    assert (longer["status"], longer["clock"]["due_on"]) == ("reviewed", "2026-04-01")
    again = await desk.step(registry, longer, "extend", desk.APPROVER, days=1, **LONGER)
    assert (again.status_code, desk.slug(again)) == (409, "decision-already-extended")
    shown = await desk.read(registry, longer)
    assert shown["extension"] == {"extended_on": "2026-03-02", "days": 10, **LONGER}
    [event] = [one for one in await registry.published() if one["type"].endswith(".extended")]
    assert (event["data"]["days"], event["data"]["due_on"]) == (10, "2026-04-01")
    registry.clock.set(datetime(2026, 3, 25, tzinfo=UTC))
    await registry.settle()
    assert "reminded" not in await desk.told(registry)
    registry.clock.set(datetime(2026, 4, 2, tzinfo=UTC))
    await registry.settle()
    assert (await desk.told(registry)).count("reminded") == 1


async def test_of_two_who_extend_at_once_one_does(registry: ServiceUnderTest) -> None:
    application = await reviewed(registry, await a_body(registry), RECOGNITION)
    others = [bearer(f"approver-{one}", Role.APPROVER) for one in (1, 2)]
    answers = await asyncio.gather(
        *(desk.step(registry, application, "extend", one, days=30, **LONGER) for one in others)
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    shown = await desk.read(registry, application)
    assert (shown["extension"]["days"], shown["clock"]["due_on"]) == (30, "2026-04-21")


async def test_while_experts_are_asked_the_time_is_extended_without_a_last_day(
    registry: ServiceUnderTest,
) -> None:
    draft = await drafted(registry, await a_body(registry), RECOGNITION)
    application = await desk.done(registry, draft, "submit")
    application = await desk.done(registry, application, "accept")
    told = {"expected_days": 10, "applicant_told_on": "2026-03-02"}
    application = await desk.done(
        registry, application, "consult", cause="experts", asked="专家评审", **told
    )
    longer = await desk.done(registry, application, "extend", desk.APPROVER, days=60, **LONGER)
    assert (longer["status"], longer["clock"]["due_on"]) == ("consulting", None)
    again = await desk.done(registry, longer, "resume", result="同意")
    assert again["clock"]["due_on"] == "2026-05-21"


async def test_what_may_not_take_longer_or_is_late_already_is_not_extended(
    registry: ServiceUnderTest,
) -> None:
    body = await a_body(registry)
    content = {
        "matter": "renewal",
        "organization_id": body["id"],
        "reason": "expiry",
    }
    draft = await desk.drafted(registry, content, documents=["application", "certificate"])
    other = await desk.done(registry, draft, "submit")
    early = await desk.step(registry, other, "extend", desk.APPROVER, days=1, **LONGER)
    assert (early.status_code, desk.slug(early)) == (409, "illegal-transition")
    other = await desk.done(registry, other, "accept")
    never = await desk.step(registry, other, "extend", desk.APPROVER, days=1, **LONGER)
    assert (never.status_code, desk.slug(never)) == (409, "decision-not-extendable")
    application = await reviewed(registry, body, RECOGNITION)
    registry.clock.set(datetime(2026, 3, 23, 1, tzinfo=UTC))
    wrong = LONGER | {"applicant_told_on": "2026-03-24"}
    tomorrow = await desk.step(registry, application, "extend", desk.APPROVER, days=60, **wrong)
    assert (tomorrow.status_code, desk.codes(tomorrow)) == (422, ["out-of-range"])
    registry.clock.set(datetime(2026, 3, 24, 1, tzinfo=UTC))
    late = await desk.step(registry, application, "extend", desk.APPROVER, days=60, **LONGER)
    assert (late.status_code, desk.slug(late)) == (409, "decision-overdue")
