"""``GET /v1/states``: everything that is shown, page by page, and where to go on from."""

import dataclasses
from typing import Any
from uuid import UUID

from liandong.identity.actors import Role
from liandong.testing.probe import change, make
from liandong.testing.services import ServiceUnderTest, an_actor, bearer
from liandong.testing.states import HIDDEN, STATED, ThingState

ACTOR = an_actor()
SERVICE = bearer("service-x", Role.SERVICE, district=None)


async def _page(service: ServiceUnderTest, **parameters: Any) -> dict[str, Any]:
    answer = await service.client.get("/v1/states", params=parameters, headers=SERVICE)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _all(service: ServiceUnderTest, **parameters: Any) -> tuple[list[dict[str, Any]], str]:
    """Every state, and the place in the feed to go on from."""
    items: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = await _page(service, **parameters, **after)
        items += page["items"]
        if not page["more"]:
            return items, page["events_after"]
        after = {"after": page["next"]}


async def _make(service: ServiceUnderTest, *values: int) -> list[UUID]:
    async with service.runtime.commands.begin(ACTOR) as uow:
        return [(await make(uow, value)).id for value in values]


async def test_every_page_together_is_what_is_shown(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    ids = await _make(service, 1, HIDDEN, 3, 4, HIDDEN, HIDDEN, 7 + 1)
    shown = [one for one, value in zip(ids, (1, 0, 1, 1, 0, 0, 1), strict=True) if value]
    for limit in (1, 2, 3, 200):
        items, _ = await _all(service, limit=limit)
        assert [one["subject"] for one in items] == [str(one) for one in shown]
    assert items[0]["type"] == ThingState.type
    assert items[0]["data"] == {"thing_id": str(shown[0]), "value": 1}
    assert items[0]["sequence"] == "1"
    assert len({one["id"] for one in items}) == len(items)


async def test_nobody_there_is_an_empty_page(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    page = await _page(service)
    assert (page["items"], page["more"], page["next"]) == ([], False, "")


async def test_states_and_then_the_feed_miss_nothing(start_service) -> None:
    """What happens between the pages is in a later page, or in the feed behind the place."""
    service: ServiceUnderTest = await start_service(STATED)
    first, second, *_ = await _make(service, 1, 2, 3)
    await service.runtime.relay.drain()
    page = await _page(service, limit=1)
    known = {one["subject"]: (int(one["sequence"]), one["data"]["value"]) for one in page["items"]}
    async with service.runtime.commands.begin(ACTOR) as uow:
        await change(uow, first, 11)
        await change(uow, second, 12)
    [late] = await _make(service, 4)
    await service.runtime.relay.drain()
    while page["more"]:
        page = await _page(service, limit=1, after=page["next"])
        known |= {
            one["subject"]: (int(one["sequence"]), one["data"]["value"]) for one in page["items"]
        }
    events = await service.client.get(
        "/v1/events", params={"after": page["events_after"]}, headers=SERVICE
    )
    for event in events.json()["items"]:
        version = int(event["sequence"])
        if version > known.get(event["subject"], (0, 0))[0]:
            known[event["subject"]] = (version, event["data"]["value"])
    assert known[str(first)] == (2, 11)
    assert known[str(second)] == (2, 12)
    assert known[str(late)] == (1, 4)
    assert len(events.json()["items"]) == 3, "from the place on, not from the beginning"


async def test_what_cannot_be_read_is_refused_in_words(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    await _make(service, 1, 2)
    cursor = (await _page(service, limit=1))["next"]
    for wrong in ("x", "czE6", cursor[:-2] + "!!", cursor[4:], "ZjE6MQ"):
        answer = await service.client.get("/v1/states", params={"after": wrong}, headers=SERVICE)
        assert answer.status_code == 422, wrong
        assert answer.json()["errors"][0]["code"] == "invalid-cursor"
    other = await service.client.get(
        "/v1/states", params={"type": "cn.liandong.probe.other.state"}, headers=SERVICE
    )
    assert other.status_code == 422
    assert "有：cn.liandong.probe.thing.state" in other.json()["detail"]
    event = await service.client.get(
        "/v1/states", params={"type": "cn.liandong.probe.thing.made"}, headers=SERVICE
    )
    assert event.status_code == 422


async def test_a_partner_reads_only_with_the_scope_and_a_district(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)

    async def read(**given: Any) -> int:
        headers = bearer("p", Role.PARTNER, **given)
        return (await service.client.get("/v1/states", headers=headers)).status_code

    assert await read() == 403
    assert await read(scopes=["events:read"], district=None) == 403
    assert (await service.client.get("/v1/states")).status_code == 401


async def test_a_service_without_states_has_no_such_address(start_service) -> None:
    service: ServiceUnderTest = await start_service(dataclasses.replace(STATED, states=[]))
    assert (await service.client.get("/v1/states", headers=SERVICE)).status_code == 404
