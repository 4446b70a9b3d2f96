"""Files of an application: attached, read, taken away."""

import asyncio
import base64
import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.applications.desk import (
    APPROVER,
    AUDITOR,
    CLERK,
    ELSEWHERE,
    codes,
    done,
    edit,
    read,
    slug,
    step,
    told,
)
from services.registry.tests.attachments.desk import (
    a_renewal,
    at,
    attach,
    attached,
    download,
    listed,
    named,
    place,
    rows,
    stored,
    take_away,
)
from services.registry.tests.attachments.files import a_jpeg, a_pdf

_DAY = timedelta(days=1)
_MULTIPART = "multipart/form-data; boundary=one"
NAME = "示例张三丰 身份证.pdf"


async def test_what_was_attached_comes_back_as_it_was(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    data = a_pdf(words="示例" * 100_000)
    made = await attached(registry, application, "certificate", data=data, name=NAME)
    digest = hashlib.sha256(data)
    assert (made["file_name"], made["media_type"]) == (NAME, "application/pdf")
    assert (made["size_bytes"], made["sha256"]) == (len(data), digest.hexdigest())
    assert made["rule_set"] == "registry.attachments@100000/defaults-1"
    answer = await download(registry, made)
    assert answer.status_code == 200
    assert answer.content == data
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["etag"] == f'"{digest.hexdigest()}"'
    expected = base64.b64encode(digest.digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{expected}:"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="attachment.pdf";'
        " filename*=UTF-8''%E7%A4%BA%E4%BE%8B%E5%BC%A0%E4%B8%89%E4%B8%B0"
        "%20%E8%BA%AB%E4%BB%BD%E8%AF%81.pdf"
    )


async def test_the_store_holds_nothing_that_can_be_read(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, data=a_pdf(words="secret words"), name=NAME)
    [key] = stored(registry)
    content = await _raw(registry, key)
    assert b"secret words" not in content
    assert b"PDF" not in content
    assert len(content) > made["size_bytes"]
    [row] = await rows(registry, "SELECT file_name, object_secret FROM attachment")
    assert row.file_name.startswith("v1:test:")
    assert row.object_secret.startswith("v1:test:")


async def _raw(registry: ServiceUnderTest, key: str) -> bytes:
    return b"".join([piece async for piece in await registry.runtime.store.read(key)])


async def test_a_document_is_handed_in_as_a_file_or_on_paper(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry, documents=["application"])
    before = await read(registry, application)
    assert [one["code"] for one in before["findings"]] == ["certificate"]
    made = await attached(registry, application, "certificate")
    after = await read(registry, application)
    assert after["findings"] == []
    assert (after["documents"], after["attached"]) == (["application"], ["certificate"])
    assert after["version"] == made["application_version"]
    application = await done(registry, after, "submit")
    assert (await step(registry, application, "accept")).status_code == 200


async def test_without_the_file_the_application_is_incomplete(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry, documents=["application"])
    made = await attached(registry, application, "certificate")
    gone = await take_away(registry, made)
    version = gone.json()["application_version"]
    application = await done(registry, at(application, version), "submit")
    answer = await step(registry, application, "accept")
    assert (answer.status_code, slug(answer)) == (409, "application-incomplete")
    assert codes(answer) == ["certificate"]


async def test_a_file_beyond_the_list_counts_for_no_document(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, name="说明.pdf")
    assert made["document"] == ""
    found = await read(registry, application)
    assert found["attached"] == []
    assert [one["code"] for one in found["findings"]] == ["application", "certificate"]


async def test_the_same_file_for_the_same_document_is_one(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    first = await attached(registry, application, "certificate")
    again = await attach(registry, application, "certificate", name="另一个名称.pdf")
    assert (again.status_code, again.json()) == (200, first)
    other = await attached(registry, application, "application")
    assert other["id"] != first["id"]
    assert len(stored(registry)) == 2
    assert stored(registry) == await named(registry)


async def test_two_clicks_at_once_attach_one_file(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    answers = await asyncio.gather(*[attach(registry, application) for _ in range(4)])
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1
    registry.clock.advance(_DAY)
    await registry.settle()
    assert stored(registry) == await named(registry)
    assert len(stored(registry)) == 1


async def test_a_repeated_command_is_answered_as_it_was(registry: ServiceUnderTest) -> None:
    """Also when the application has moved on, and no file would be taken any more."""
    application = await a_renewal(registry, documents=["application"])

    async def send(name: str) -> httpx.Response:
        request = registry.client.build_request(
            "POST",
            place(application),
            data={"document": "certificate"},
            files={"file": (name, a_pdf(), "application/pdf")},
            headers={**CLERK, "Idempotency-Key": "one", "Content-Type": _MULTIPART},
        )
        return await registry.client.send(request)

    first = await send("一.pdf")
    assert first.status_code == 201, first.text
    version = first.json()["application_version"]
    await done(registry, at(application, version), "submit")
    again = await send("一.pdf")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replay"] == "true"
    other = await send("二.pdf")
    assert (other.status_code, slug(other)) == (422, "idempotency-key-reused")
    assert stored(registry) == await named(registry)


async def test_of_a_draft_nothing_is_told_and_of_its_submission_every_file(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, "certificate", name=NAME)
    other = await attached(registry, application, "application", data=a_pdf(words="另"))
    gone = await attached(registry, application, data=a_pdf(words="撤"))
    taken = await take_away(registry, gone)
    assert await told(registry) == []
    version = taken.json()["application_version"]
    submitted = await done(registry, at(application, version), "submit")
    assert await told(registry) == ["submitted", "attachment-added", "attachment-added"]
    events = [one for one in await registry.published() if one["type"].endswith("attachment-added")]
    assert [one["data"]["attachment_id"] for one in events] == [made["id"], other["id"]]
    payload = events[0]["data"]
    assert payload["status"] == "submitted"
    assert payload["document"] == "certificate"
    assert payload["media_type"] == "application/pdf"
    assert payload["size_bytes"] == made["size_bytes"]
    assert payload["sha256"] == made["sha256"]
    assert "张三丰" not in str(events)
    assert submitted["version"] == version + 3


async def _given_back(registry: ServiceUnderTest) -> tuple[dict[str, Any], dict[str, Any]]:
    application = await a_renewal(registry)
    made = await attached(registry, application, "certificate")
    application = await done(registry, at(application, made["application_version"]), "submit")
    missing = [{"code": "certificate", "message": "扫描件不清晰"}]
    return await done(registry, application, "request-correction", missing=missing), made


async def test_what_was_handed_in_stays_on_record_when_it_is_replaced(
    registry: ServiceUnderTest,
) -> None:
    application, old = await _given_back(registry)
    new = await attached(registry, application, "certificate", data=a_jpeg(), name="新.jpg",
                         declared="image/jpeg")  # fmt: skip
    gone = (await take_away(registry, old)).json()
    assert gone["removed_by"] == "clerk-1"
    assert gone["has_content"]
    assert (await read(registry, application))["attached"] == ["certificate"]
    assert [one["id"] for one in await listed(registry, application)] == [new["id"]]
    history = await listed(registry, application, with_removed=True)
    assert [one["id"] for one in history] == [old["id"], new["id"]]
    assert (await download(registry, old)).content == a_pdf()
    application = await done(registry, at(application, gone["application_version"]), "submit")
    assert await told(registry) == [
        "submitted", "attachment-added", "correction-requested", "attachment-removed",
        "submitted", "attachment-added",
    ]  # fmt: skip
    registry.clock.advance(_DAY)
    await registry.settle()
    assert len(stored(registry)) == 2


async def test_what_was_never_handed_in_is_erased(registry: ServiceUnderTest) -> None:
    application, _ = await _given_back(registry)
    wrong = await attached(registry, application, data=a_pdf(words="误"), name=NAME)
    gone = (await take_away(registry, wrong)).json()
    assert (gone["has_content"], gone["file_name"]) == (False, "***.pdf")
    answer = await download(registry, wrong)
    assert (answer.status_code, slug(answer)) == (404, "not-found")
    await registry.settle()
    assert stored(registry) == await named(registry)
    assert "attachment-removed" not in await told(registry)


async def test_taking_away_twice_changes_nothing_more(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application)
    first = await take_away(registry, made)
    again = await take_away(registry, made)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_the_same_file_may_come_back_after_it_was_taken_away(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    first = await attached(registry, application, "certificate")
    await take_away(registry, first)
    second = await attached(registry, application, "certificate")
    assert second["id"] != first["id"]
    await registry.settle()
    assert (await download(registry, second)).content == a_pdf()


@pytest.mark.parametrize("steps", [["submit"], ["submit", "accept"], ["submit", "withdraw"]])
async def test_where_the_form_may_not_be_edited_no_file_is_added_or_taken(
    registry: ServiceUnderTest, steps: list[str]
) -> None:
    application = await a_renewal(registry, documents=["application", "certificate"])
    made = await attached(registry, application)
    application = at(application, made["application_version"])
    for one in steps:
        body = {"reason": "不再办理"} if one == "withdraw" else {}
        application = await done(registry, application, one, **body)
    answers = [
        await attach(registry, application, data=a_pdf(words="迟")),
        await take_away(registry, made),
    ]
    assert {(one.status_code, slug(one)) for one in answers} == {(409, "illegal-transition")}
    assert len(stored(registry)) == 1


async def test_a_draft_that_is_given_up_takes_its_files_along(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, "certificate", name=NAME)
    current = at(application, made["application_version"])
    await done(registry, current, "withdraw", reason="不再办理")
    [gone] = await listed(registry, application, with_removed=True)
    assert (gone["has_content"], gone["file_name"]) == (False, "***.pdf")
    assert (await download(registry, made)).status_code == 404
    await registry.settle()
    assert stored(registry) == set()
    assert await told(registry) == []


async def test_accepted_by_silence_may_be_completed(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry, documents=["application"])
    application = await done(registry, application, "submit")
    registry.clock.advance(_DAY * 14)
    await registry.settle()
    made = await attached(registry, application, "certificate")
    assert (await told(registry))[-1] == "attachment-added"
    assert (await take_away(registry, made)).json()["has_content"]
    assert (await told(registry))[-1] == "attachment-removed"


async def test_an_unknown_document_is_refused(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    answer = await attach(registry, application, "liquidation")
    assert (answer.status_code, codes(answer)) == (422, ["unknown-document"])
    assert stored(registry) == set()


async def test_who_may_attach_read_and_take_away(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, name=NAME)
    owner = _member(application["organization_id"])
    stranger = _member("0190a000-0000-7000-8000-000000000001")
    assert (await attach(registry, application, by=owner)).status_code == 200
    for who in (stranger, ELSEWHERE):
        assert (await attach(registry, application, by=who)).status_code == 403
        assert (await take_away(registry, made, by=who)).status_code == 403
        assert (await download(registry, made, by=who)).status_code == 403
        answer = await registry.client.get(place(application), headers=who)
        assert answer.status_code == 403
    assert (await download(registry, made, by=owner)).status_code == 200
    assert (await download(registry, made, by=APPROVER)).status_code == 200
    assert (await take_away(registry, made, by=APPROVER)).status_code == 403


async def test_an_auditor_sees_that_there_are_files_but_not_whose(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, name=NAME)
    [seen] = await listed(registry, application, by=AUDITOR)
    assert seen["file_name"] == "***.pdf"
    one = await registry.client.get(place(application, made["id"]), headers=AUDITOR)
    assert one.json()["file_name"] == "***.pdf"
    assert (await download(registry, made, by=AUDITOR)).status_code == 403


async def test_reading_a_content_is_put_on_record_except_ones_own(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application)
    await download(registry, made, by=_member(application["organization_id"]))
    query = (
        "SELECT actor, subject_id FROM backbone.audit_entry"
        " WHERE action = 'personal-data.read' AND subject_type = 'attachment'"
    )
    assert await rows(registry, query) == []
    await download(registry, made)
    [entry] = await rows(registry, query)
    assert (entry.actor, entry.subject_id) == ("clerk-1", made["id"])


async def test_an_attachment_is_found_only_at_its_own_application(
    registry: ServiceUnderTest,
) -> None:
    first, second = await a_renewal(registry, 1), await a_renewal(registry, 2)
    made = await attached(registry, first)
    for more in ([], ["content"]):
        answer = await registry.client.get(place(second, made["id"], *more), headers=CLERK)
        assert answer.status_code == 404


async def test_the_list_has_a_second_page(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = [await attached(registry, application, data=a_pdf(words=str(n))) for n in range(3)]
    first = await registry.client.get(place(application), params={"limit": 2}, headers=CLERK)
    cursor = first.json()["next_cursor"]
    rest = await listed(registry, application, limit=2, cursor=cursor)
    found = [*first.json()["items"], *rest]
    assert [one["id"] for one in found] == [one["id"] for one in made]


async def test_an_edited_form_keeps_its_files(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application, "certificate")
    content = {
        "matter": "renewal",
        "organization_id": application["organization_id"],
        "reason": "lost",
    }
    current = at(application, made["application_version"])
    answer = await edit(registry, current, content, ["application"])
    assert answer.status_code == 200, answer.text
    found = await read(registry, application)
    assert found["attached"] == ["certificate"]


def _member(organization_id: str) -> dict[str, str]:
    return bearer("member-1", Role.ORGANIZATION, district=None, organization_id=organization_id)
