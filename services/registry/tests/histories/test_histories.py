"""The history of a record over HTTP: what it said, when, and where each value is from."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make
from services.registry.tests.applications import desk
from services.registry.tests.standing import revoked, suspended

CLERK = desk.CLERK
PERSON = desk.PERSON


async def changed(registry: ServiceUnderTest, body: dict[str, Any], **items: Any) -> dict[str, Any]:
    answer = await registry.client.patch(
        f"/v1/organizations/{body['id']}",
        json=items,
        headers=CLERK | {"If-Match": f'"v{body["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def asked(
    registry: ServiceUnderTest,
    body: dict[str, Any],
    path: str,
    by: dict[str, str] = CLERK,
    status: int = 200,
) -> Any:
    answer = await registry.client.get(f"/v1/organizations/{body['id']}{path}", headers=by)
    assert answer.status_code == status, answer.text
    return answer.json()


async def changed_thrice(registry: ServiceUnderTest) -> dict[str, Any]:
    """Registered on 2 March, moved on the 3rd, another head on the 4th and back on the 5th."""
    body = await desk.registered(registry, address="一路", legal_representative=PERSON)
    for day, items in (
        (3, {"address": "二路", "nature": "charity"}),
        (4, {"legal_representative": "示例李四"}),
        (5, {"address": "一路"}),
    ):
        registry.clock.set(datetime(2026, 3, day, 1, tzinfo=UTC))
        body = await changed(registry, body, **items)
    return body


async def test_the_record_is_read_as_of_any_day(registry: ServiceUnderTest) -> None:
    body = await changed_thrice(registry)
    seen = {}
    for day in (2, 3, 4, 5, 9):
        found = await asked(registry, body, f"/as-of/2026-03-{day:02}")
        record = found["record"]
        seen[day] = (
            found["version"],
            record["address"],
            record["nature"],
            record["legal_representative"],
        )
        assert not found["is_reconstructed"]
    assert seen == {
        2: (1, "一路", None, PERSON),
        3: (2, "二路", "charity", PERSON),
        4: (3, "二路", "charity", "示例李四"),
        5: (4, "一路", "charity", "示例李四"),
        9: (4, "一路", "charity", "示例李四"),
    }


async def test_a_day_in_china_ends_at_midnight_there(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry, address="一路")
    registry.clock.set(datetime(2026, 3, 2, 16, tzinfo=UTC))  # midnight of the third
    body = await changed(registry, body, address="二路")
    assert (await asked(registry, body, "/as-of/2026-03-02"))["record"]["address"] == "一路"
    assert (await asked(registry, body, "/as-of/2026-03-03"))["record"]["address"] == "二路"


async def test_before_it_was_kept_here_the_first_record_is_shown_and_said_to_be_that(
    registry: ServiceUnderTest,
) -> None:
    body = await changed_thrice(registry)
    found = await asked(registry, body, "/as-of/2021-01-01")
    assert (found["version"], found["is_reconstructed"]) == (1, True)
    assert found["record"]["address"] == "一路"
    await asked(registry, body, "/as-of/2020-03-01", status=404)
    await asked(registry, body, "/as-of/2020-03-02")
    await asked(registry, body, "/as-of/9999-12-31", status=422)


async def test_versions_differences_and_changes_agree(registry: ServiceUnderTest) -> None:
    body = await changed_thrice(registry)
    first = (await asked(registry, body, "/versions/1"))["record"]
    last = (await asked(registry, body, "/versions/4"))["record"]
    told = await asked(registry, body, "/differences?from_version=1&to_version=4")
    assert told["differences"] == [
        {"item": name, "before": first[name], "after": last[name]}
        for name in last
        if first[name] != last[name]
    ]
    assert {one["item"] for one in told["differences"]} == {"nature", "legal_representative"}
    assert await asked(registry, body, "/differences") == told
    page = await asked(registry, body, "/changes?limit=2")
    assert [(one["version"], one["items"]) for one in page["items"]] == [
        (2, ["address", "nature"]),
        (3, ["legal_representative"]),
    ]
    rest = await asked(registry, body, f"/changes?limit=2&cursor={page['next_cursor']}")
    assert [(one["version"], one["items"]) for one in rest["items"]] == [(4, ["address"])]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/versions/5", 404),
        ("/versions/0", 422),
        ("/versions/99999999999999999999", 422),
        ("/differences?from_version=2&to_version=2", 422),
        ("/differences?from_version=2&to_version=1", 422),
        ("/differences?from_version=1&to_version=5", 404),
        ("/differences?from_version=4", 422),
    ],
)
async def test_versions_that_are_not_there_are_told(
    registry: ServiceUnderTest, path: str, status: int
) -> None:
    body = await changed_thrice(registry)
    await asked(registry, body, path, status=status)


async def test_each_value_has_its_origin(registry: ServiceUnderTest) -> None:
    body = await changed_thrice(registry)
    content = {
        "matter": "change",
        "organization_id": body["id"],
        "changes": {"purpose": "助老"},
        "reason": "理事会决议",
    }
    papers = ["application", "consent", "resolution", "articles"]
    draft = await desk.drafted(registry, content, documents=papers)
    await desk.done(registry, await desk.approved(registry, draft), "certify")
    found = await asked(registry, body, "/provenance")
    items = {one["item"]: one for one in found["items"]}
    assert items["purpose"]["value"] == "助老"
    assert items["purpose"]["application_id"] == draft["id"]
    assert (items["address"]["version"], items["address"]["actor"]) == (4, "clerk-1")
    assert (items["name"]["version"], items["name"]["action"]) == (1, "registered")
    assert items["name"]["since"] == body["created_at"]


async def test_a_body_established_by_application_says_by_which(
    registry: ServiceUnderTest,
) -> None:
    reservation = await desk.reserved(registry)
    draft = await desk.drafted(
        registry, desk.establishment(reservation["id"]), documents=desk.DOCUMENTS
    )
    certified = await desk.done(
        registry,
        await desk.approved(registry, draft),
        "certify",
        credit_code=make("52", "340103", "XN000900"),
        certificate_from="2026-03-02",
        certificate_until="2031-03-01",
    )
    body = await desk.organization(registry, certified["organization_id"])
    found = await asked(registry, body, "/provenance")
    assert {one["application_id"] for one in found["items"]} == {draft["id"]}


async def test_who_needs_no_person_sees_none_and_a_look_is_on_record(
    registry: ServiceUnderTest,
) -> None:
    body = await changed_thrice(registry)
    paths = (
        "/versions/1",
        "/as-of/2026-03-03",
        "/differences?from_version=1&to_version=4",
        "/provenance",
    )
    for path in paths:
        masked = await asked(registry, body, path, desk.AUDITOR)
        assert PERSON not in str(masked)
        assert "示例李四" not in str(masked)
    own = bearer("org-1", Role.ORGANIZATION, organization_id=body["id"])
    assert PERSON in str(await asked(registry, body, paths[0], own))
    for path in paths:
        assert PERSON in str(await asked(registry, body, path, CLERK)) or "provenance" in path
    async with registry.runtime.api_engine.connect() as connection:
        looks = await connection.scalar(
            text("SELECT count(*) FROM backbone.audit_entry WHERE action = 'personal-data.read'")
        )
    assert looks == len(paths)


async def test_a_person_who_left_is_not_in_the_table_in_clear(registry: ServiceUnderTest) -> None:
    body = await changed_thrice(registry)
    async with registry.runtime.api_engine.connect() as connection:
        rows = await connection.execute(text("SELECT * FROM organization_change"))
        kept = str([tuple(row) for row in rows])
    assert body["id"] in kept
    assert "李四" not in kept
    assert "张三丰" not in kept


async def test_others_have_no_business_with_the_history(registry: ServiceUnderTest) -> None:
    body = await changed_thrice(registry)
    other = bearer(
        "org-2", Role.ORGANIZATION, organization_id="01890000-0000-7000-8000-000000000000"
    )
    for by, status in ((desk.ELSEWHERE, 403), (other, 403), ({}, 401)):
        await asked(registry, body, "/changes", by, status=status)
    unknown = {"id": "01890000-0000-7000-8000-000000000000"}
    await asked(registry, unknown, "/changes", status=404)


async def test_every_way_a_record_changes_leaves_its_trace(registry: ServiceUnderTest) -> None:
    body = await desk.registered(registry)
    path = f"/v1/organizations/{body['id']}"

    async def step(action: str, json: Any = None) -> dict[str, Any]:
        answer = await registry.client.post(
            f"{path}/{action}",
            json=json,
            headers=desk.APPROVER | {"If-Match": f'"v{body["version"]}"'},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    body = await suspended(registry, body, "2026-03-31", "未按章程开展活动")
    body = await step("resume")
    body = await revoked(registry, body, "一年未开展活动")
    body = await step("cancel", {"reason": "清算完毕"})
    page = await asked(registry, body, "/changes")
    assert [(one["action"], one["note"]) for one in page["items"]] == [
        ("suspended", "未按章程开展活动"),
        ("resumed", ""),
        ("revoked", "一年未开展活动"),
        ("cancelled", "清算完毕"),
    ]
    record = (await asked(registry, body, "/versions/2"))["record"]
    assert (record["status"], record["suspended_until"]) == ("suspended", "2026-03-31")


async def test_an_end_of_a_suspension_by_itself_is_a_change_by_the_service(
    registry: ServiceUnderTest,
) -> None:
    body = await desk.registered(registry)
    await suspended(registry, body, "2026-03-02")
    registry.clock.set(datetime(2026, 3, 2, 16, tzinfo=UTC))
    await registry.settle()
    page = await asked(registry, body, "/changes")
    assert [one["action"] for one in page["items"]] == ["suspended", "resumed"]
    assert "registry" in page["items"][1]["actor"]
