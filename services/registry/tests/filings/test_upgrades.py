"""升级为登记: the filed body goes on in the registered one, with its name and its hubs."""

from typing import Any

import httpx

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from services.registry.tests.applications import desk as applications
from services.registry.tests.filings.desk import COUNTY, codes, post, read, slug, told
from services.registry.tests.hubs.desk import (
    APPROVER,
    CLERK,
    ELSEWHERE,
    PUBLIC,
    a_body,
    a_hub,
    counts,
    joined,
)

NAME = "合肥市庐阳区晨光社会工作服务中心"
PARTS = {
    "kind": "service_institution",
    "district": "340103",
    "division": "合肥市庐阳区",
    "trade_name": "晨光",
    "field": "社会工作服务",
    "form": "中心",
    "applicant": "示例张三丰",
}
CERTIFICATE = {
    "credit_code": make("52", "340103", "XN900001"),
    "certificate_from": "2026-03-02",
    "certificate_until": "2030-03-01",
}


async def upgrade(
    registry: ServiceUnderTest,
    body: dict[str, Any],
    by: dict[str, str] = APPROVER,
    version: int = 1,
    **to: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/organizations/{body['id']}/upgrade",
        json=to,
        headers=by | {"If-Match": f'"v{version}"'},
    )


async def lineage(registry: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    return await read(registry, f"/v1/organizations/{body['id']}/lineage", PUBLIC)


async def test_the_certificate_of_the_establishment_upgrades_the_filed_body(
    registry: ServiceUnderTest,
) -> None:
    old = await a_body(registry, 1, name=NAME, district="340103")
    hub = await a_hub(registry)
    await joined(registry, hub, old)
    other = await post(registry, "/v1/name-reservations", PARTS, CLERK)
    assert (other.status_code, slug(other)) == (409, "name-too-close")
    kept = await post(registry, "/v1/name-reservations", PARTS | {"succeeds": old["id"]}, CLERK)
    assert kept.status_code == 201, kept.text
    content = applications.establishment(kept.json()["id"], grows_out_of=old["id"])
    draft = await applications.drafted(registry, content, documents=applications.DOCUMENTS)
    approved = await applications.approved(registry, draft)
    done = await applications.done(registry, approved, "certify", **CERTIFICATE)
    new = await read(registry, f"/v1/organizations/{done['organization_id']}")
    assert (new["name"], new["status"]) == (NAME, "active")
    gone = await read(registry, f"/v1/organizations/{old['id']}")
    assert (gone["status"], gone["ended_on"]) == ("cancelled", "2026-03-02")
    changes = await read(registry, f"/v1/organizations/{old['id']}/changes", COUNTY)
    assert changes["items"][-1]["note"] == "升级为登记"
    assert (await counts(registry, hub["id"]))["members"] == 1
    now = await read(registry, f"/v1/hubs/{hub['id']}/memberships", PUBLIC, on="2026-03-02")
    assert [one["member_id"] for one in now["items"]] == [new["id"]]
    [link] = (await lineage(registry, new))["before"]
    assert (link["predecessor_id"], link["kind"], link["distance"]) == (old["id"], "upgrade", 1)
    assert link["predecessor_number"] == old["filing_number"]
    [link] = (await lineage(registry, old))["after"]
    assert link["successor_number"] == CERTIFICATE["credit_code"]
    origin = await read(registry, f"/v1/organizations/{new['id']}/provenance", COUNTY)
    assert origin["predecessors"] == [old["id"]]
    [event] = await told(registry, "succession")
    assert (event["organization_id"], event["successor_id"]) == (old["id"], new["id"])
    taken = await post(registry, "/v1/name-reservations", PARTS, CLERK)
    assert taken.status_code == 409  # the name is the successor's now


async def test_a_body_registered_before_is_linked_by_command(registry: ServiceUnderTest) -> None:
    old = await a_body(registry, 1)
    new = await applications.registered(registry)
    stale = await upgrade(registry, old, version=7, successor_id=new["id"])
    assert stale.status_code == 412
    for who in (ELSEWHERE, CLERK):
        assert (await upgrade(registry, old, who, successor_id=new["id"])).status_code == 403
    answer = await upgrade(registry, old, successor_id=new["id"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["kind"] == "upgrade"
    again = await upgrade(registry, old, version=2, successor_id=new["id"])
    assert (again.status_code, slug(again)) == (409, "not-a-filed-body")
    assert len((await lineage(registry, new))["before"]) == 1


async def test_what_cannot_succeed_is_refused(registry: ServiceUnderTest) -> None:
    old, other = await a_body(registry, 1), await a_body(registry, 2)
    new = await applications.registered(registry)
    filed = await upgrade(registry, old, successor_id=other["id"])
    assert (filed.status_code, slug(filed)) == (409, "not-a-registered-body")
    registered = await upgrade(registry, new, successor_id=new["id"])
    assert (registered.status_code, slug(registered)) == (409, "not-a-filed-body")
    unknown = await upgrade(registry, old, successor_id=str(uuid7()))
    assert (unknown.status_code, codes(unknown)) == (422, ["unknown-organization"])
    assert (await upgrade(registry, old)).status_code == 422
    draft = await applications.drafted(registry, applications.establishment(None))
    early = await upgrade(registry, old, application_id=draft["id"])
    assert (early.status_code, slug(early)) == (409, "not-certified-yet")
    missing = await upgrade(registry, {"id": uuid7()}, successor_id=new["id"])
    assert missing.status_code == 404
    assert (await read(registry, f"/v1/organizations/{old['id']}"))["status"] == "active"


async def test_an_application_names_only_a_living_filed_body(registry: ServiceUnderTest) -> None:
    new = await applications.registered(registry)
    wrong = await applications.start(
        registry, applications.establishment(None, grows_out_of=new["id"])
    )
    assert (wrong.status_code, codes(wrong)) == (422, ["unknown-organization"])
    reservation = await post(
        registry, "/v1/name-reservations", PARTS | {"succeeds": new["id"]}, CLERK
    )
    assert (reservation.status_code, codes(reservation)) == (422, ["unknown-organization"])


async def test_a_lineage_goes_over_generations_and_survives_a_circle(
    registry: ServiceUnderTest,
) -> None:
    bodies = [await applications.registered(registry, number) for number in range(1, 4)]
    pairs = [(0, 1), (1, 2), (2, 0)]  # a circle that no command can make
    async with registry.runtime.worker_engine.begin() as connection:
        for before, after in pairs:
            await connection.exec_driver_sql(
                "INSERT INTO succession (id, version, created_at, updated_at, predecessor_id,"
                " successor_id, kind, succeeded_on) VALUES (gen_random_uuid(), 1, now(), now(),"
                f" '{bodies[before]['id']}', '{bodies[after]['id']}', 'merger', '2026-01-01')"
            )
    found = await lineage(registry, bodies[1])
    assert [one["distance"] for one in found["before"]] == [1, 2, 3]
    assert found["before"][1]["predecessor_id"] == bodies[2]["id"]
    assert not found["is_truncated"]
    assert (await registry.client.get(f"/v1/organizations/{uuid7()}/lineage")).status_code == 404
