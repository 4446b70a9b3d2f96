"""Posts between two elections, and one head of several bodies."""

from typing import Any

import pytest

from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from services.registry.tests.applications import desk
from services.registry.tests.applications.desk import an_officer
from services.registry.tests.governance.test_terms import elected, listed, now, posted


def a_post(serial: int = 9, **given: Any) -> dict[str, Any]:
    return {**an_officer(serial), "starts_on": "2026-03-02", **given}


async def test_somebody_comes_and_leaves(registry: ServiceUnderTest) -> None:
    body = await elected(registry)
    made = await posted(registry, body, "posts", **a_post())
    assert made.status_code == 201, made.text
    event = (await registry.published())[-1]
    assert event["type"].endswith("organization.posts-changed")
    assert (event["data"]["councillors"], event["data"]["supervisors"]) == (3, 1)
    body = await now(registry, body)
    path = f"posts/{made.json()['id']}/end"
    ended = await posted(registry, body, path, ended_on="2026-03-02", ending="resigned")
    assert (ended.status_code, ended.json()["ending"]) == (200, "resigned")
    assert (await registry.published())[-1]["data"]["councillors"] == 2
    body = await now(registry, body)
    again = await posted(registry, body, path, ended_on="2026-03-02", ending="resigned")
    assert (again.status_code, desk.slug(again)) == (409, "post-ended")
    back = await posted(registry, body, "posts", **a_post())
    assert back.status_code == 201


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"starts_on": "2026-03-03"}, "in-the-future"),
        ({"related_to": ["01890000-0000-7000-8000-000000000000"]}, "unknown-post"),
    ],
)
async def test_a_post_that_cannot_be_is_refused(
    registry: ServiceUnderTest, given: dict[str, Any], code: str
) -> None:
    body = await elected(registry)
    answer = await posted(registry, body, "posts", **a_post(**given))
    assert (answer.status_code, desk.codes(answer)) == (422, [code])


async def test_one_person_holds_a_post_once_and_may_hold_two(registry: ServiceUnderTest) -> None:
    body = await elected(registry)
    same = await posted(registry, body, "posts", **a_post(2))
    assert (same.status_code, desk.slug(same)) == (409, "post-already-held")
    other = await posted(registry, body, "posts", **a_post(2, post="secretary_general"))
    assert other.status_code == 201
    assert (await registry.published())[-1]["data"]["councillors"] == 2


@pytest.mark.parametrize(
    ("ended_on", "code"), [("2026-03-03", "in-the-future"), ("2026-02-28", "before-its-start")]
)
async def test_a_post_ends_after_it_began_and_not_tomorrow(
    registry: ServiceUnderTest, ended_on: str, code: str
) -> None:
    body = await elected(registry)
    [chair, *_] = await listed(registry, body, "posts")
    answer = await posted(
        registry, body, f"posts/{chair['id']}/end", ended_on=ended_on, ending="removed"
    )
    assert (answer.status_code, desk.codes(answer)) == (422, [code])


async def test_a_slip_is_corrected_and_the_person_is_found_by_the_right_number(
    registry: ServiceUnderTest,
) -> None:
    body = await elected(registry)
    [chair, *_] = await listed(registry, body, "posts")
    right = an_officer(8)
    answer = await posted(
        registry,
        body,
        f"posts/{chair['id']}/correct",
        name=right["name"],
        id_number=right["id_number"],
        starts_on="2026-03-01",
        reason="录入有误",
    )
    assert answer.status_code == 200, answer.text
    body = await now(registry, body)
    clash = await posted(registry, body, "posts", **a_post(8, post="chair"))
    assert desk.slug(clash) == "post-already-held"
    late = await posted(
        registry, body, f"posts/{chair['id']}/correct", name="示例王五",
        id_number=right["id_number"], starts_on="2026-03-03", reason="录入有误",
    )  # fmt: skip
    assert desk.codes(late) == ["too-late"]


async def test_a_post_of_another_body_is_not_there(registry: ServiceUnderTest) -> None:
    body = await elected(registry)
    [chair, *_] = await listed(registry, body, "posts")
    other = await desk.registered(registry, 2)
    answer = await posted(
        registry, other, f"posts/{chair['id']}/end", ended_on="2026-03-02", ending="other"
    )
    assert answer.status_code == 404


async def established(registry: ServiceUnderTest, code: str, **given: Any) -> dict[str, Any]:
    """An application of an association as far as its review."""
    name = await registry.client.post(
        "/v1/name-reservations",
        json={
            "kind": "association",
            "district": "340103",
            "division": "合肥市庐阳区",
            "field": given.pop("field"),
            "form": "协会",
            "applicant": desk.PERSON,
            "explanation": "不致混淆",
        },
        headers=desk.CLERK,
    )
    assert name.status_code == 201, name.text
    content = desk.establishment(
        name.json()["id"], kind="association", individual_members=60, **given
    )
    draft = await desk.drafted(registry, content, documents=desk.DOCUMENTS)
    for step in ("submit", "accept"):
        draft = await desk.done(registry, draft, step)
    return await desk.done(registry, draft, "review", desk.REVIEWER, opinion="建议准予")


async def test_the_head_of_an_association_does_not_become_that_of_another(
    registry: ServiceUnderTest,
) -> None:
    term = {"certificate_from": "2026-03-02", "certificate_until": "2031-03-01"}
    first = await established(registry, "XN000801", field="茶叶")
    first = await desk.done(registry, first, "approve", desk.APPROVER)
    code = make("51", "340103", "XN000801")
    first = await desk.done(registry, first, "certify", credit_code=code, **term)
    body = await desk.organization(registry, first["organization_id"])
    assert (body["term_from"], body["term_until"]) == ("2026-03-02", "2031-03-01")
    [chair, *_] = await listed(registry, body, "posts")
    assert (chair["post"], chair["is_representative"]) == ("chair", True)
    second = await established(registry, "XN000802", field="瓷器")
    refused = await desk.step(registry, second, "approve", desk.APPROVER)
    assert (refused.status_code, desk.codes(refused)) == (409, ["representative-elsewhere"])
    changed = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json={"legal_representative": "示例新任"},
        headers=desk.CLERK | {"If-Match": f'"v{body["version"]}"'},
    )
    assert changed.status_code == 200
    await desk.done(registry, second, "approve", desk.APPROVER)
