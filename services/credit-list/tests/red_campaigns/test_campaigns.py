"""The yearly campaign over HTTP."""

from typing import Any
from uuid import UUID

from credit_list.red_campaigns import service
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

Desk = Any
PATH = "/v1/red-list-campaigns"
ELSEWHERE = bearer("clerk-2", Role.CLERK, district="340700")


def a_call(**given: Any) -> dict[str, Any]:
    return {
        "district": "340103",
        "year": 2019,
        "as_of": "2019-09-20",
        "applications_until": "2019-09-30",
        **given,
    }


async def opened(desk: Desk, **given: Any) -> str:
    answer = await desk.act(PATH, a_call(**given), desk.clerk)
    assert answer.status_code == 201, answer.text
    await desk.service.settle()
    return f"{PATH}/{answer.json()['id']}"


async def three(desk: Desk) -> list[UUID]:
    """Two with a good grade, one without."""
    found = [await desk.an_organization(number) for number in range(1, 4)]
    await desk.a_grade(found[0])
    await desk.a_grade(found[1])
    return found


async def propose(desk: Desk, path: str, ids: list[UUID], who: Any = None) -> Any:
    body = {"organization_ids": [str(one) for one in ids], "reasons": "符合条件"}
    return await desk.act(f"{path}/propose", body, who or desk.clerk)


async def confirm(desk: Desk, path: str, ids: list[str], who: Any = None) -> Any:
    body = {"proposal_ids": ids, "reasons": "公示无异议"}
    return await desk.act(f"{path}/confirm", body, who or desk.approver)


async def test_candidates_are_computed_in_batches_with_every_condition(
    desk: Desk, monkeypatch: Any
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    organizations = await three(desk)
    await desk.an_organization(9, district="340104")
    path = await opened(desk)
    read = await desk.read(path)
    assert (read["computed"], read["is_computed"]) == (3, True)
    found = {
        one["organization_id"]: one for one in (await desk.read(f"{path}/candidates"))["items"]
    }
    assert [found[str(one)]["passed"] for one in organizations] == [True, True, False]
    unmet = [one for one in found[str(organizations[2])]["conditions"] if not one["passed"]]
    assert unmet == [
        {
            "code": "grade-too-low",
            "text": "评估等级4A以上",
            "passed": False,
            "reason": "评估等级须为4A以上，现为无有效等级",
        }
    ]
    passed = await desk.read(f"{path}/candidates", passed=True)
    assert len(passed["items"]) == 2


async def test_one_notice_one_decision_and_each_row_has_its_result(desk: Desk) -> None:
    good, other, poor = await three(desk)
    path = await opened(desk)
    rows = (await propose(desk, path, [good, poor, other, uuid7()])).json()
    assert [one["done"] for one in rows] == [True, False, True, False]
    assert [one["problem"] for one in rows] == [None, "conditions-not-met", None, "not-found"]
    proposals = [one["proposal_id"] for one in rows if one["done"]]
    assert (await desk.client.get(f"{path}/notice")).status_code == 404
    shown = await desk.act(f"{path}/publicise", None, desk.clerk)
    assert shown.json()["publicity_ends_on"] == "2019-10-08"
    notice = (await desk.client.get(f"{path}/notice")).json()
    assert (notice["publicity_ends_on"], len(notice["entries"])) == ("2019-10-08", 2)
    early = (await confirm(desk, path, proposals)).json()
    assert [one["problem"] for one in early] == ["publicity-running"] * 2
    objection = {"content": "收费不公开"}
    await desk.act(f"/v1/red-list-proposals/{proposals[1]}/objections", objection, desk.clerk)
    desk.set_day("2019-10-09")
    rows = (await confirm(desk, path, [*proposals, str(uuid7())])).json()
    assert [one["problem"] for one in rows] == [None, "objection-open", "not-found"]
    assert await desk.facts() == ["listed red"]
    lists = (await desk.standing(good))["lists"]
    assert [one["listing_id"] for one in lists] == [rows[0]["listing_id"]]
    left = await desk.read(f"/v1/red-list-proposals/{proposals[1]}")
    assert (left["status"], left["decided_on"]) == ("in_publicity", None)
    assert (await desk.client.get(f"{path}/notice")).json()["entries"] == []


async def test_an_organisation_applies_and_is_told_what_it_lacks(desk: Desk) -> None:
    good, _, poor = await three(desk)
    path = await opened(desk)
    body = {"statement": "服务优良"}
    for organization, passed in ((good, True), (poor, False)):
        own = desk.organization(organization)
        answer = await desk.client.post(f"{path}/applications", json=body, headers=own)
        assert answer.status_code == 201, answer.text
        assert (answer.json()["passed"], answer.json()["source"]) == (passed, "applied")
    outside = await desk.an_organization(9, district="340104")
    own = desk.organization(outside)
    answer = await desk.client.post(f"{path}/applications", json=body, headers=own)
    assert answer.status_code == 404
    desk.set_day("2019-09-30")
    last = await desk.client.post(
        f"{path}/applications", json=body, headers=desk.organization(good)
    )
    assert last.status_code == 201
    desk.set_day("2019-10-01")
    late = await desk.client.post(
        f"{path}/applications", json=body, headers=desk.organization(good)
    )
    assert late.json()["type"] == "urn:liandong:problem:applications-over"


async def test_who_proposed_does_not_confirm_in_bulk_either(desk: Desk) -> None:
    good, *_ = await three(desk)
    path = await opened(desk)
    both = bearer("double", Role.CLERK, Role.APPROVER)
    [row] = (await propose(desk, path, [good], both)).json()
    await desk.act(f"{path}/publicise", None, both)
    desk.set_day("2019-10-09")
    [own] = (await confirm(desk, path, [row["proposal_id"]], both)).json()
    assert own["problem"] == "two-person-rule"
    assert await desk.facts() == []


async def test_a_second_campaign_of_the_year_or_a_day_to_come_is_refused(desk: Desk) -> None:
    await opened(desk)
    again = await desk.act(PATH, a_call(), desk.clerk)
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:liandong:problem:campaign-exists",
    )
    future = await desk.act(PATH, a_call(year=2020, as_of="2019-09-24"), desk.clerk)
    assert (future.status_code, future.json()["errors"][0]["code"]) == (422, "in-the-future")
    turned = await desk.act(PATH, a_call(applications_until="2019-09-01"), desk.clerk)
    assert turned.status_code == 422


async def test_without_proposals_there_is_no_notice(desk: Desk) -> None:
    path = await opened(desk)
    answer = await desk.act(f"{path}/publicise", None, desk.clerk)
    assert answer.json()["type"] == "urn:liandong:problem:nothing-proposed"


async def test_another_district_neither_opens_nor_sees(desk: Desk) -> None:
    path = await opened(desk)
    assert (await desk.act(PATH, a_call(year=2018), ELSEWHERE)).status_code == 403
    for one in (path, f"{path}/candidates"):
        assert (await desk.client.get(one, headers=ELSEWHERE)).status_code == 403
    assert (await desk.read(PATH, ELSEWHERE))["items"] == []
    assert len((await desk.read(PATH))["items"]) == 1
    answer = await desk.act(f"{path}/publicise", None, ELSEWHERE, 1)
    assert answer.status_code in (403, 412)


async def test_a_campaign_closes_when_nothing_is_undecided_or_all_is_withdrawn(desk: Desk) -> None:
    good, other, _ = await three(desk)
    path = await opened(desk)
    rows = (await propose(desk, path, [good, other])).json()
    first, second = [one["proposal_id"] for one in rows]
    await desk.act(f"{path}/publicise", None, desk.clerk)
    objection = {"content": "收费不公开"}
    await desk.act(f"/v1/red-list-proposals/{second}/objections", objection, desk.clerk)
    desk.set_day("2019-10-09")
    await confirm(desk, path, [first])
    end = {"reason": "年度认定完成"}
    open_ = await desk.act(f"{path}/close", end, desk.approver)
    assert open_.json()["type"] == "urn:liandong:problem:proposals-undecided"
    assert (open_.json()["undecided"], open_.json()["objections_open"]) == (1, 1)
    closed = await desk.act(f"{path}/close", end | {"withdraw_undecided": True}, desk.approver)
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    left = await desk.read(f"/v1/red-list-proposals/{second}")
    assert (left["status"], left["withdraw_reason"]) == ("withdrawn", "年度认定结束：年度认定完成")
    assert [one["list"] for one in (await desk.standing(good))["lists"]] == ["red"]
    for one in (
        await propose(desk, path, [other]),
        await desk.act(f"{path}/close", end, desk.approver),
    ):
        assert one.json()["type"] == "urn:liandong:problem:illegal-transition"
    applied = await desk.client.post(
        f"{path}/applications", json={"statement": "服务优良"}, headers=desk.organization(other)
    )
    assert applied.status_code == 409
    again = await desk.act(f"{path}/reopen", {"reason": "误结束"}, desk.approver)
    assert (again.json()["status"], again.json()["ended_on"]) == ("open", None)
    [row] = (await propose(desk, path, [other])).json()
    assert row["done"]
    refused = await desk.act(f"{path}/cancel", {"reason": "误开展"}, desk.approver)
    assert refused.json()["type"] == "urn:liandong:problem:campaign-confirmed"


async def test_a_campaign_opened_in_error_is_cancelled_and_opened_anew(desk: Desk) -> None:
    good, *_ = await three(desk)
    path = await opened(desk)
    [row] = (await propose(desk, path, [good])).json()
    both = bearer("clerk-1", Role.CLERK, Role.APPROVER)
    own = await desk.act(f"{path}/cancel", {"reason": "年度填错"}, both)
    assert own.status_code == 403
    gone = await desk.act(f"{path}/cancel", {"reason": "年度填错"}, desk.approver)
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    left = await desk.read(f"/v1/red-list-proposals/{row['proposal_id']}")
    assert left["status"] == "withdrawn"
    reopened = await desk.act(f"{path}/reopen", {"reason": "恢复"}, desk.approver)
    assert reopened.json()["type"] == "urn:liandong:problem:illegal-transition"
    anew = await opened(desk)
    [row] = (await propose(desk, anew, [good])).json()
    assert row["done"]
