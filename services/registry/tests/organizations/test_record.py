"""Items of the record that must go together, and the correction of slips."""

from datetime import date
from typing import Any

import pytest

from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from liandong.values.filing_number import format_number
from registry.organizations.consistency import Record, contradictions
from registry.organizations.domain import CharityStatus, CommunityClass, Kind, Management
from services.registry.tests.applications import desk

A_DAY = date(2020, 1, 1)
NEXT = date(2020, 1, 2)


def a_record(**given: Any) -> Record:
    usual: dict[str, Any] = dict.fromkeys(Record.__dataclass_fields__)
    return Record(**usual | {"kind": Kind.ASSOCIATION, "is_community": False} | given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"certificate_from": A_DAY, "certificate_until": A_DAY}, "before-its-start"),
        ({"term_from": NEXT, "term_until": A_DAY}, "before-its-start"),
        ({"kind": Kind.COMMUNITY_GROUP}, "filed-only"),
        ({"management": Management.STREET}, "filed-only"),
        ({"community_class": CommunityClass.MEDIATION}, "community-only"),
        ({"charity_since": A_DAY}, "charity-only"),
        ({"raises_in_public_since": A_DAY}, "charity-only"),
        ({"charity_status": CharityStatus.RECOGNISED}, "missing"),
        (
            {
                "charity_status": CharityStatus.REGISTERED,
                "charity_since": NEXT,
                "raises_in_public_since": A_DAY,
            },
            "too-early",
        ),
        (
            {
                "kind": Kind.COMMUNITY_GROUP,
                "is_community": True,
                "charity_status": CharityStatus.REGISTERED,
                "charity_since": A_DAY,
            },
            "registered-only",
        ),
    ],
)
def test_what_cannot_both_be_true_is_told(given: dict[str, Any], code: str) -> None:
    assert [one.code for one in contradictions(a_record(**given))] == [code]


def test_what_goes_together_is_left_alone() -> None:
    one = a_record(
        certificate_from=A_DAY,
        certificate_until=NEXT,
        term_until=A_DAY,
        is_community=True,
        community_class=CommunityClass.CHARITY,
        charity_status=CharityStatus.RECOGNISED,
        charity_since=A_DAY,
        raises_in_public_since=A_DAY,
    )
    assert list(contradictions(one)) == []


async def patched(registry: ServiceUnderTest, body: dict[str, Any], **items: Any) -> Any:
    return await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json=items,
        headers=desk.CLERK | {"If-Match": f'"v{body["version"]}"'},
    )


async def corrected(
    registry: ServiceUnderTest,
    body: dict[str, Any],
    by: dict[str, str] = desk.APPROVER,
    **items: Any,
) -> Any:
    return await registry.client.post(
        f"/v1/organizations/{body['id']}/correct",
        json={"reason": "录入有误", **items},
        headers=by | {"If-Match": f'"v{body["version"]}"'},
    )


async def test_a_body_becomes_a_charity_and_ceases_to_be_one(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    alone = await patched(registry, body, charity_status="recognised")
    assert (alone.status_code, desk.codes(alone)) == (422, ["missing"])
    made = await patched(registry, body, charity_status="recognised", charity_since="2026-03-01")
    assert made.status_code == 200, made.text
    [_, event] = await registry.published()
    assert event["data"]["is_charity"] is True
    assert event["data"]["changed"] == ["charity_since", "charity_status"]
    ended = await patched(registry, made.json(), charity_status=None, charity_since=None)
    assert ended.json()["charity_status"] is None
    emptied = await patched(registry, ended.json(), name=None)
    assert emptied.status_code == 422


async def test_a_wrong_code_is_corrected_and_the_old_one_is_free(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    right = make("52", "340103", "XN000777")
    answer = await corrected(registry, body, credit_code=right, registered_on="2020-03-03")
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["credit_code"], now["registered_on"]) == (right, "2020-03-03")
    await desk.registered(registry, 2, credit_code=body["credit_code"])
    clash = await corrected(registry, now, credit_code=body["credit_code"])
    assert (clash.status_code, desk.slug(clash)) == (409, "number-taken")
    assert (await desk.organization(registry, body["id"]))["credit_code"] == right


async def test_an_ended_body_is_corrected_too_and_nothing_new_is_no_change(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    ended = await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "清算完毕"},
        headers=desk.APPROVER | {"If-Match": '"v1"'},
    )
    right = make("52", "340103", "XN000777")
    answer = await corrected(registry, ended.json(), credit_code=right)
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    again = await corrected(registry, answer.json(), credit_code=right)
    assert again.json()["version"] == answer.json()["version"]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({"credit_code": make("51", "340103", "XN000777")}, "other-kind"),
        ({"filing_number": format_number("340103001001", 2020, 7)}, "filed-only"),
        ({"registered_on": "2026-03-03"}, "in-the-future"),
        (
            {"certificate_from": "2026-03-02", "certificate_until": "2026-03-02"},
            "before-its-start",
        ),
    ],
)
async def test_a_correction_must_be_right_itself(
    registry: ServiceUnderTest, items: dict[str, Any], code: str
) -> None:
    body = await desk.registered(registry)
    answer = await corrected(registry, body, **items)
    assert (answer.status_code, desk.codes(answer)) == (422, [code])
    assert await desk.organization(registry, body["id"]) == body


async def test_a_correction_needs_an_approver_and_an_item(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    right = make("52", "340103", "XN000777")
    assert (await corrected(registry, body, desk.CLERK, credit_code=right)).status_code == 403
    assert (await corrected(registry, body)).status_code == 422
    stale = await corrected(registry, body | {"version": 7}, credit_code=right)
    assert stale.status_code == 412


async def test_a_filed_body_has_a_number_and_no_code(registry: ServiceUnderTest) -> None:
    filed = await desk.registered(
        registry,
        kind="community_group",
        credit_code=None,
        filing_number=format_number("340103001001", 2020, 1),
        is_community=True,
        management="community",
        district="340103001001",
    )
    refused = await corrected(registry, filed, credit_code=make("52", "340103", "XN000777"))
    assert (refused.status_code, desk.codes(refused)) == (422, ["registered-only"])
    right = format_number("340103001001", 2020, 2)
    answer = await corrected(registry, filed, filing_number=right)
    assert answer.json()["filing_number"] == right
