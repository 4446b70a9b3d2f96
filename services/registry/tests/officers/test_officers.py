"""执法人员 over HTTP, and who may act."""

from datetime import date
from typing import Any

import pytest

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from registry.officers.domain import Bar, bars
from services.registry.tests.penalties.casebook import (
    CHIEF,
    CLERK,
    ELSEWHERE,
    an_officer,
    slug,
)

BODY = uuid7()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"is_active": False}, [Bar.INACTIVE]),
        ({"certificate_until": date(2026, 3, 1)}, [Bar.CERTIFICATE_EXPIRED]),
        ({"certificate_until": date(2026, 3, 2)}, []),
        ({"officer_district": "340104"}, [Bar.OTHER_DISTRICT]),
        ({"officer_district": "340000"}, []),
        ({"interests": {BODY}}, [Bar.INTEREST]),
        ({"interests": {uuid7()}}, []),
        ({"is_active": False, "interests": {BODY}}, [Bar.INACTIVE, Bar.INTEREST]),
    ],
)
def test_what_keeps_an_officer_from_a_matter(given: dict[str, Any], expected: list[Bar]) -> None:
    fit: dict[str, Any] = {
        "is_active": True,
        "certificate_until": date(2030, 12, 31),
        "officer_district": "340103",
        "interests": set(),
        "organization_id": BODY,
        "district": "340103001",
        "today": date(2026, 3, 2),
    }
    assert bars(**{**fit, **given}) == expected
    assert all(one.label for one in Bar)


async def test_a_person_and_a_certificate_are_registered_once(registry: ServiceUnderTest) -> None:
    made = await an_officer(registry, "inspector-1")
    body = {
        "subject": "inspector-1",
        "district": "340100",
        "certificate_number": "皖执法-2",
        "certificate_until": "2030-12-31",
    }
    again = await registry.client.post("/v1/officers", json=body, headers=CHIEF)
    assert (again.status_code, slug(again)) == (409, "officer-known")
    other = await an_officer(registry, "inspector-2")
    taken = await registry.client.patch(
        f"/v1/officers/{other['id']}",
        json={"certificate_number": made["certificate_number"]},
        headers=CHIEF | {"If-Match": '"v1"'},
    )
    assert (taken.status_code, slug(taken)) == (409, "officer-known")


async def test_an_officer_leaves_the_post_and_another_district_has_no_say(
    registry: ServiceUnderTest,
) -> None:
    made = await an_officer(registry, "inspector-1")
    path = f"/v1/officers/{made['id']}"
    left = {"is_active": False}
    foreign = await registry.client.patch(path, json=left, headers=ELSEWHERE | {"If-Match": '"v1"'})
    assert (foreign.status_code, slug(foreign)) == (403, "other-district")
    changed = await registry.client.patch(path, json=left, headers=CHIEF | {"If-Match": '"v1"'})
    assert (changed.status_code, changed.json()["is_active"]) == (200, False)
    stale = await registry.client.patch(path, json=left, headers=CHIEF | {"If-Match": '"v1"'})
    assert stale.status_code == 412
    listed = await registry.client.get("/v1/officers", params={"only_active": True}, headers=CLERK)
    assert listed.json()["items"] == []
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
