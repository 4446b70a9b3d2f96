"""From the committee's conclusion to confirmation."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from liandong.ids import uuid7
from liandong.testing.services import Role, bearer
from services.evaluation.tests.conftest import BOTH, CLERK, Bureau, a_proposal


def codes(answer: Any) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


async def test_a_proposed_publicised_and_confirmed_grade_is_the_organisations_grade(
    bureau: Bureau,
) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id, score=925.5)
    found = await bureau.get(f"/v1/organizations/{organization.organization_id}/grade", CLERK)
    assert found == grade
    assert (found["status"], found["grade"], found["score"]) == ("current", "4A", "925.5")
    assert found["credit_code"] == organization.credit_code
    assert found["rule_set"] == "evaluation.grades@100000/revision-2026"
    assert (found["valid_from"], found["valid_until"]) == ("2027-01-01", "2031-12-31")


async def test_the_confirmation_is_published_without_personal_data(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    [event] = await bureau.service.published()
    assert event["type"] == "cn.liandong.evaluation.grade.confirmed"
    assert event["data"] == {
        "grade_id": grade["id"],
        "organization_id": str(organization.organization_id),
        "district": "340103",
        "grade": "4A",
        "round": "2025",
        "confirmed_on": "2026-03-12",
        "valid_from": "2027-01-01",
        "valid_until": "2031-12-31",
        "rule_set": "evaluation.grades@100000/revision-2026",
    }
    assert "clerk-1" not in str(event)
    assert "approver-1" not in str(event)


async def test_in_2019_a_grade_is_confirmed_under_order_39(bureau_2019: Bureau) -> None:
    organization = await bureau_2019.an_organization()
    grade = await bureau_2019.a_current_grade(organization.organization_id, round="2019")
    assert grade["rule_set"] == "evaluation.grades@100000/order-39"
    # Seven working days from 2 September: the mid-autumn holiday (13 September) does not count.
    assert grade["publicity_ends_on"] == "2019-09-11"
    assert grade["confirmed_on"] == grade["valid_from"] == "2019-09-12"
    assert grade["valid_until"] == "2024-09-12"


async def test_the_publicity_must_be_over(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    shown = await bureau.post(f"/v1/grades/{made['id']}/publicise", version=1)
    assert shown.json()["publicised_on"] == "2026-03-02"
    assert shown.json()["publicity_ends_on"] == "2026-03-11"
    bureau.service.clock.set(datetime(2026, 3, 11, 15, 59, tzinfo=UTC))
    early = await bureau.confirm(shown.json())
    assert early.status_code == 409
    assert early.json()["type"] == "urn:liandong:problem:publicity-not-over"
    assert early.json()["publicity_ends_on"] == "2026-03-11"
    bureau.service.clock.advance(timedelta(minutes=1))
    assert (await bureau.confirm(shown.json())).status_code == 200


async def test_what_was_not_publicised_cannot_be_confirmed(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    answer = await bureau.confirm(made)
    assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"


async def test_who_proposed_may_not_confirm(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    shown = await bureau.a_publicised_grade(organization.organization_id, by=BOTH)
    answer = await bureau.confirm(shown, BOTH)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    assert (await bureau.confirm(shown)).status_code == 200


async def test_who_corrected_may_not_confirm_either(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    address = f"/v1/grades/{made['id']}"
    await bureau.client.patch(address, json={"grade": "3A"}, headers=BOTH | {"If-Match": '"v1"'})
    await bureau.post(f"{address}/publicise", version=2)
    bureau.service.clock.advance(timedelta(days=20))
    answer = await bureau.post(f"{address}/confirm", by=BOTH, version=3)
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"


async def test_who_corrected_may_not_confirm_though_another_corrected_after(
    bureau: Bureau,
) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    address = f"/v1/grades/{made['id']}"
    for version, by, grade in ((1, BOTH, "3A"), (2, CLERK, "4A")):
        headers = by | {"If-Match": f'"v{version}"'}
        changed = await bureau.client.patch(address, json={"grade": grade}, headers=headers)
        assert changed.status_code == 200
    shown = await bureau.post(f"{address}/publicise", version=3)
    bureau.service.clock.advance(timedelta(days=20))
    answer = await bureau.confirm(shown.json(), BOTH)
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    assert (await bureau.confirm(shown.json())).status_code == 200


async def test_a_clerk_may_not_confirm_and_the_public_may_not_propose(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    shown = await bureau.a_publicised_grade(organization.organization_id)
    assert (await bureau.confirm(shown, CLERK)).status_code == 403
    body = a_proposal(organization.organization_id)
    assert (await bureau.client.post("/v1/grades", json=body)).status_code == 401


async def test_officials_of_another_district_may_not_act(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    answer = await bureau.propose(organization.organization_id, by=elsewhere)
    assert answer.json()["type"] == "urn:liandong:problem:other-district"


@pytest.mark.parametrize(
    ("committee", "code"),
    [
        ({"members": 7, "present": 5, "yes": 3}, "not-carried"),
        ({"members": 7, "present": 4, "yes": 4}, "no-quorum"),
        ({"members": 25, "present": 16, "yes": 16}, "no-quorum"),
        ({"members": 7, "present": 8, "yes": 4}, "more-than-members"),
    ],
)
async def test_a_ballot_that_does_not_carry_is_explained(
    bureau: Bureau, committee: dict[str, int], code: str
) -> None:
    organization = await bureau.an_organization()
    answer = await bureau.propose(organization.organization_id, committee=committee)
    assert answer.status_code == 422
    assert codes(answer) == [code]


@pytest.mark.parametrize(
    ("district", "score", "accepted"),
    [("340103", 901, True), ("340103", 950, True), ("340103", 951, False), ("340103", 900, False),
     ("340822", 900.5, True), ("340822", 899.5, False)],
)  # fmt: skip
async def test_the_score_must_lie_in_the_band_of_the_grade(
    bureau: Bureau, district: str, score: float, accepted: bool
) -> None:
    organization = await bureau.an_organization(district=district)
    clerk = bearer("clerk-1", Role.CLERK, district="340000")
    answer = await bureau.propose(organization.organization_id, score=score, by=clerk)
    assert (answer.status_code == 201) is accepted
    if not accepted:
        assert codes(answer) == ["outside-band"]


async def test_the_same_score_earns_another_grade_where_the_scale_is_another(
    bureau: Bureau,
) -> None:
    clerk = bearer("clerk-1", Role.CLERK, district="340000")
    hefei = await bureau.an_organization(district="340103")
    anqing = await bureau.an_organization(district="340822")
    body = {"score": 820, "grade": "3A", "by": clerk}
    assert (await bureau.propose(hefei.organization_id, **body)).status_code == 201
    assert (await bureau.propose(anqing.organization_id, **body)).status_code == 422


async def test_an_unknown_organisation_is_refused(bureau: Bureau) -> None:
    answer = await bureau.propose(uuid7())
    assert answer.status_code == 422
    assert codes(answer) == ["unknown-organization"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"status": "suspended"}, "not-active"),
        ({"kind": "community_group", "credit_code": None}, "no-legal-personality"),
    ],
)
async def test_only_an_active_organisation_with_legal_personality_is_graded(
    bureau: Bureau, given: dict[str, Any], code: str
) -> None:
    organization = await bureau.an_organization(**given)
    answer = await bureau.propose(organization.organization_id)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:organization-not-eligible"
    assert codes(answer) == [code]


async def test_an_organisation_on_the_serious_list_is_not_graded_until_it_is_delisted(
    bureau: Bureau,
) -> None:
    organization = await bureau.an_organization()
    shown = await bureau.a_publicised_grade(organization.organization_id)
    listing = await bureau.listed(organization.organization_id)
    refused = await bureau.confirm(shown)
    assert codes(refused) == ["on-serious-list"]
    await bureau.delisted(listing)
    assert (await bureau.confirm(shown)).status_code == 200


async def test_the_abnormal_list_is_no_bar(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.listed(organization.organization_id, list="abnormal", measures=[])
    assert (await bureau.propose(organization.organization_id)).status_code == 201


async def test_a_double_click_makes_one_proposal(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    answers = await asyncio.gather(
        *(bureau.propose(organization.organization_id) for _ in range(4))
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    refused = next(one for one in answers if one.status_code == 409)
    assert refused.json()["type"] == "urn:liandong:problem:proposal-open"


async def test_two_approvers_at_once_confirm_one_grade(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    shown = await bureau.a_publicised_grade(organization.organization_id)
    answers = await asyncio.gather(
        *(bureau.confirm(shown, bearer(f"approver-{n}", Role.APPROVER)) for n in range(4))
    )
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    assert await bureau.facts() == ["confirmed"]


async def test_a_slip_is_corrected_and_publicised_again(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    shown = await bureau.a_publicised_grade(organization.organization_id)
    address = f"/v1/grades/{shown['id']}"
    corrected = await bureau.client.patch(
        address, json={"grade": "3A", "score": 888}, headers=CLERK | {"If-Match": '"v2"'}
    )
    assert corrected.status_code == 200
    assert corrected.json()["status"] == "proposed"
    assert corrected.json()["grade"] == corrected.json()["awarded_grade"] == "3A"
    assert corrected.json()["publicity_ends_on"] is None
    assert (await bureau.confirm(corrected.json())).status_code == 409


async def test_a_correction_must_be_right_itself(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id, score=920)
    address, headers = f"/v1/grades/{made['id']}", CLERK | {"If-Match": '"v1"'}
    wrong = await bureau.client.patch(address, json={"grade": "5A"}, headers=headers)
    assert codes(wrong) == ["outside-band"]
    assert (await bureau.client.patch(address, json={}, headers=headers)).status_code == 422
    nothing = await bureau.client.patch(address, json={"round": None}, headers=headers)
    assert nothing.status_code == 422
    assert (await bureau.get(address, CLERK))["grade"] == "4A"


async def test_correcting_to_what_it_was_changes_nothing(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    same = await bureau.client.patch(
        f"/v1/grades/{made['id']}",
        json={"grade": "4A", "committee": {"members": 7, "present": 5, "yes": 4}},
        headers=CLERK | {"If-Match": '"v1"'},
    )
    assert same.headers["ETag"] == '"v1"'


async def test_a_withdrawn_proposal_makes_room_for_a_new_one(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    gone = await bureau.post(
        f"/v1/grades/{made['id']}/withdraw", {"reason": "录错了组织"}, version=1
    )
    assert gone.json()["status"] == "withdrawn"
    assert (await bureau.propose(organization.organization_id)).status_code == 201


async def test_a_confirmed_grade_can_be_neither_corrected_nor_withdrawn(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    address, version = f"/v1/grades/{grade['id']}", grade["version"]
    withdrawn = await bureau.post(f"{address}/withdraw", {"reason": "录错了"}, version=version)
    assert withdrawn.status_code == 409
    corrected = await bureau.client.patch(
        address, json={"grade": "1A"}, headers=CLERK | {"If-Match": f'"v{version}"'}
    )
    assert corrected.status_code == 409


async def test_a_round_is_graded_once(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    await bureau.a_current_grade(organization.organization_id)
    again = await bureau.propose(organization.organization_id)
    assert again.json()["type"] == "urn:liandong:problem:round-already-graded"


async def test_a_round_of_next_year_is_refused(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    assert codes(await bureau.propose(organization.organization_id, round="2027")) == [
        "in-the-future"
    ]


async def test_a_new_grade_supersedes_the_one_in_force(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    first = await bureau.a_current_grade(organization.organization_id, grade="3A")
    second = await bureau.a_current_grade(organization.organization_id, round="2026")
    old = await bureau.get(f"/v1/grades/{first['id']}")
    assert old["status"] == "superseded"
    found = await bureau.get(f"/v1/organizations/{organization.organization_id}/grade")
    assert found["id"] == second["id"]
    bureau.service.clock.set(datetime(2032, 1, 2, tzinfo=UTC))
    await bureau.service.settle()
    assert await bureau.facts() == ["confirmed", "confirmed", "expired"]


async def test_a_grade_expires_on_the_day_after_its_last_day(bureau_2019: Bureau) -> None:
    bureau = bureau_2019
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id, round="2019")
    address = f"/v1/organizations/{organization.organization_id}/grade"
    bureau.service.clock.set(datetime(2024, 9, 12, 15, 59, tzinfo=UTC))
    await bureau.service.settle()
    assert (await bureau.get(address))["id"] == grade["id"]
    bureau.service.clock.advance(timedelta(minutes=1))
    await bureau.service.settle()
    assert (await bureau.client.get(address)).status_code == 404
    [_, event] = await bureau.service.published()
    assert event["type"] == "cn.liandong.evaluation.grade.expired"
    assert event["data"]["expired_on"] == "2024-09-13"
    assert (await bureau.get(f"/v1/grades/{grade['id']}"))["status_label"] == "已期满"


async def test_without_next_years_calendar_the_publicity_cannot_be_counted(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    made = await bureau.a_proposed_grade(organization.organization_id)
    bureau.service.clock.set(datetime(2026, 12, 30, tzinfo=UTC))
    answer = await bureau.post(f"/v1/grades/{made['id']}/publicise", version=1)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:working-calendar-missing"
    assert "2027" in answer.json()["detail"]


async def test_the_api_describes_itself(bureau: Bureau) -> None:
    schema = (await bureau.client.get("/openapi.json")).json()
    assert "/v1/organizations/{organization_id}/grade" in schema["paths"]
    for path, methods in schema["paths"].items():
        if path.startswith(("/v1/grade", "/v1/organizations")):
            assert all(one["summary"] and one["tags"] for one in methods.values()), path
