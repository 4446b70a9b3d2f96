"""The event feed: complete, in one order, for those who may read it."""

import asyncio

from sqlalchemy import event, text

from liandong.events.feed import read_cursor, write_cursor
from liandong.identity.actors import Role
from liandong.testing.probe import PROBE, make
from liandong.testing.services import an_actor, bearer, eventually

ACTOR = an_actor()
SERVICE = bearer("service-x", Role.SERVICE, district=None)


async def _make(service, number=1):
    for value in range(number):
        async with service.runtime.commands.begin(ACTOR) as uow:
            await make(uow, value)


async def _read(service, **parameters):
    answer = await service.client.get("/v1/events", params=parameters, headers=SERVICE)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_reader_at_full_speed_misses_nothing_while_relays_write(probe, start_service):
    """Two relays append while a reader follows: the union of its pages is everything."""
    second = await start_service(PROBE, same_database_as=probe)
    relays = [probe.runtime.relay, second.runtime.relay]
    for relay in relays:
        relay.batch_size = 3
    running = [asyncio.create_task(relay.run()) for relay in relays]
    writers = [asyncio.create_task(_make(probe, 25)) for _ in range(4)]
    seen: list[str] = []
    cursor = ""
    while len(seen) < 100:
        page = await _read(probe, after=cursor, limit=7, wait=5)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    await asyncio.gather(*writers)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert len(seen) == len(set(seen)) == 100
    assert (await _read(probe, after=cursor))["items"] == []


async def test_a_position_is_not_shown_before_every_lower_one(probe):
    """An append that has its positions but not its commit keeps the next append waiting."""
    await _make(probe)
    await probe.runtime.relay.drain()
    async with probe.runtime.api_engine.connect() as slow:
        await slow.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x4C44_0002_0000_0000}
        )
        await slow.execute(
            text(
                "INSERT INTO backbone.event_feed (id, key, type, headers, payload)"
                " VALUES (gen_random_uuid(), 'k', 't', '{\"id\": \"slow\"}', '{}')"
            )
        )
        await _make(probe)
        appending = asyncio.create_task(probe.runtime.relay.step())
        await asyncio.wait([appending], timeout=0.2)
        assert not appending.done()
        assert len((await _read(probe))["items"]) == 1
        await slow.commit()
    await appending
    positions = [int(item["position"]) for item in (await _read(probe))["items"]]
    assert positions == sorted(positions)
    assert len(positions) == 3


async def test_the_cursor_goes_on_where_nothing_matched(probe):
    await _make(probe, 3)
    await probe.runtime.relay.drain()
    page = await _read(probe, type="cn.liandong.probe.thing.changed")
    assert page["items"] == []
    assert read_cursor(page["next"]) == 3


async def test_a_waiting_reader_is_answered_when_something_is_published(probe):
    waiting = asyncio.create_task(_read(probe, wait=20))
    await asyncio.wait([waiting], timeout=0.1)
    assert not waiting.done()
    await _make(probe)
    await probe.runtime.relay.drain()
    async with asyncio.timeout(5):
        assert len((await waiting)["items"]) == 1


async def test_waiting_readers_are_let_go_when_the_server_is_to_stop(probe):
    waiting = asyncio.create_task(_read(probe, wait=30))
    await asyncio.wait([waiting], timeout=0.1)
    assert not waiting.done()
    await probe.runtime.feed_tail.release()
    async with asyncio.timeout(5):
        assert (await waiting)["items"] == []
        assert (await _read(probe, wait=30))["items"] == []


async def test_a_partner_reads_the_own_district_and_only_with_the_scope(probe):
    await _make(probe)
    await probe.runtime.relay.drain()

    async def read(**given):
        return await probe.client.get("/v1/events", headers=bearer("p", Role.PARTNER, **given))

    assert (await read()).status_code == 403
    assert len((await read(scopes=["events:read"])).json()["items"]) == 1
    other = await read(scopes=["events:read"], district="340700")
    assert other.json()["items"] == []
    assert (await read(scopes=["events:read"], district=None)).status_code == 403


async def test_a_broken_cursor_is_refused_in_words(probe):
    for cursor in ("x", "ZjE6", "ZjE6LTE", "%00", write_cursor(5)[:-1] + "!"):
        answer = await probe.client.get("/v1/events", params={"after": cursor}, headers=SERVICE)
        assert answer.status_code == 422, cursor
        assert answer.json()["errors"][0]["code"] == "invalid-cursor"


async def test_the_feed_is_not_for_everybody(probe):
    assert (await probe.client.get("/v1/events")).status_code == 401
    clerk = bearer("c", Role.CLERK)
    assert (await probe.client.get("/v1/events", headers=clerk)).status_code == 403


async def test_readers_who_wait_for_the_same_page_are_answered_by_one_query(probe):
    """A thousand partners at the head of the feed: two connections are enough for all of them."""
    tail, pages_read = probe.runtime.feed_tail, 0

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal pages_read
        pages_read += "LIMIT" in statement

    async def all_wait() -> bool:
        return tail.waiting == 40

    event.listen(tail.engine.sync_engine, "before_cursor_execute", count)
    waiting = [asyncio.create_task(_read(probe, wait=20)) for _ in range(40)]
    await eventually(all_wait)
    await _make(probe)
    await probe.runtime.relay.drain()
    pages = await asyncio.gather(*waiting)
    assert all(page == pages[0] for page in pages)
    assert len(pages[0]["items"]) == 1
    assert pages_read < 5


async def test_a_look_that_is_shared_began_after_it_was_asked_for(probe):
    """Who has just published sees it, although another look was under way."""
    tail = probe.runtime.feed_tail
    under_way = asyncio.create_task(tail.look())
    await _make(probe)
    await probe.runtime.relay.drain()
    heads = await asyncio.gather(*(tail.look() for _ in range(10)))
    assert set(heads) == {tail.head}
    assert tail.head > 0
    await under_way
