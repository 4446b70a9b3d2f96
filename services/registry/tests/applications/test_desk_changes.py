"""What the desk may change while an application is open, and what the decision leaves alone."""

import asyncio
from typing import Any

import httpx
import pytest

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.applications.desk import (
    APPROVER,
    CLERK,
    approved,
    done,
    drafted,
    organization,
    registered,
    slug,
    step,
)
from services.registry.tests.applications.test_changes import PAPERS, a_change, an_end

RENEWAL = {"matter": "renewal", "reason": "expiry"}


async def change(
    registry: ServiceUnderTest, body: dict[str, Any], version: int = 1, **items: Any
) -> httpx.Response:
    return await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json=items,
        headers=CLERK | {"If-Match": f'"v{version}"'},
    )


async def correct(registry: ServiceUnderTest, body: dict[str, Any], **items: Any) -> httpx.Response:
    return await registry.client.post(
        f"/v1/organizations/{body['id']}/correct",
        json={**items, "reason": "录入有误"},
        headers=APPROVER | {"If-Match": '"v1"'},
    )


def refused(answer: httpx.Response, application: dict[str, Any], items: list[str]) -> None:
    assert (answer.status_code, slug(answer)) == (409, "applied-for"), answer.text
    assert answer.json()["conflicts"] == [
        {"application_id": application["id"], "matter": application["matter"], "items": items}
    ]


async def test_what_is_applied_for_is_not_changed_at_the_desk(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    sent = await drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    sent = await done(registry, sent, "submit")
    refused(await change(registry, body, address="庐阳区新路 3 号"), sent, ["address"])
    refused(await change(registry, body, phone="055112345678", address="新址"), sent, ["address"])
    assert (await organization(registry, body["id"]))["version"] == 1
    same = await change(registry, body, address="")
    assert same.status_code == 200  # nothing is changed by what is the same


async def test_the_decision_leaves_alone_what_the_desk_changed_meanwhile(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry, address="庐阳区旧路 1 号", phone="055112345678")
    sent = await drafted(registry, a_change(body, address="庐阳区新路 2 号"), documents=PAPERS)
    decided = await approved(registry, sent)
    changed = await change(registry, body, phone="055187654321")
    assert changed.status_code == 200, changed.text
    await done(registry, decided, "certify")
    now = await organization(registry, body["id"])
    assert (now["address"], now["phone"]) == ("庐阳区新路 2 号", "055187654321")
    assert now["version"] == 3


async def test_what_stands_in_the_register_can_be_changed_before_it_is_announced(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    sent = await drafted(registry, a_change(body, address="庐阳区新路 2 号"), documents=PAPERS)
    assert (await done(registry, await approved(registry, sent), "certify"))["status"] == (
        "certified"
    )
    assert (await change(registry, body, 2, address="庐阳区新路 3 号")).status_code == 200


async def test_a_draft_and_an_application_that_ended_bind_nobody(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    draft = await drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    assert (await change(registry, body, address="庐阳区新路 3 号")).status_code == 200
    sent = await done(registry, draft, "submit")
    await done(registry, sent, "withdraw", reason="不再变更")
    assert (await change(registry, body, 2, address="庐阳区新路 4 号")).status_code == 200


async def test_a_cancellation_touches_whatever_the_desk_would_change(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    sent = await done(registry, await drafted(registry, an_end(body)), "submit")
    refused(await change(registry, body, phone="055112345678"), sent, ["phone"])
    refused(await correct(registry, body, registered_on="2020-03-03"), sent, ["registered_on"])


async def test_another_district_waits_for_every_application(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    sent = await drafted(registry, a_change(body, purpose="助老"))
    sent = await done(registry, sent, "submit")
    refused(await change(registry, body, district="340104"), sent, ["purpose"])


@pytest.mark.parametrize("item", ["certificate_from", "certificate_until"])
async def test_a_certificate_that_is_renewed_is_not_corrected_meanwhile(
    registry: ServiceUnderTest, item: str
) -> None:
    term = {"certificate_from": "2021-03-02", "certificate_until": "2026-03-31"}
    body = await registered(registry, **term)
    sent = await drafted(registry, {**RENEWAL, "organization_id": body["id"]})
    sent = await done(registry, sent, "submit")
    refused(await correct(registry, body, **{item: "2024-03-02"}), sent, ["certificate"])
    assert (await correct(registry, body, registered_on="2020-03-03")).status_code == 200


async def test_a_supervisor_and_a_direct_class_are_one_item(registry: ServiceUnderTest) -> None:
    body = await registered(registry, supervisor="庐阳区教育局")
    sent = await drafted(registry, a_change(body, supervisor="庐阳区民政局"))
    sent = await done(registry, sent, "submit")
    refused(await change(registry, body, direct_class="charity"), sent, ["supervisor"])


async def test_a_change_and_a_submission_at_once_are_one_after_the_other(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    draft = await drafted(registry, a_change(body, address="庐阳区新路 2 号"))
    changed, sent = await asyncio.gather(
        change(registry, body, address="庐阳区新路 3 号"), step(registry, draft, "submit")
    )
    assert sent.status_code == 200
    assert changed.status_code in (200, 409)
    late = await change(registry, body, 2, address="庐阳区新路 4 号")
    assert late.status_code in (409, 412)
    assert (await organization(registry, body["id"]))["address"] != "庐阳区新路 4 号"
