"""One transaction per command: committed before the answer, or not at all."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from liandong.faults import set_barrier
from liandong.identity.actors import Role
from liandong.testing.probe import FORBIDDEN_AT_COMMIT, PROBE, change, make
from liandong.testing.services import ServiceUnderTest, an_actor, bearer

CLERK = bearer("clerk-1", Role.CLERK)
ACTOR = an_actor()


async def _count(service: ServiceUnderTest, table: str) -> int:
    async with service.runtime.api_engine.connect() as connection:
        return await connection.scalar(text(f"SELECT count(*) FROM {table}"))


async def test_the_commit_comes_before_the_first_byte_of_the_answer(probe):
    """FastAPI's default would answer first; a register of record must not."""
    order: list[str] = []

    async def committing() -> None:
        order.append("commit")

    async def watched(scope, receive, send):
        async def noted(message):
            order.append(message["type"])
            await send(message)

        await probe.app(scope, receive, noted)

    set_barrier("command.after_commit", committing)
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(watched), base_url="http://probe.test"
        ) as client:
            await client.post("/v1/things", json={"value": 1}, headers=CLERK)
    finally:
        set_barrier("command.after_commit", None)
    assert order[:2] == ["commit", "http.response.start"]


async def test_a_commit_that_fails_is_never_answered_with_success(probe):
    answer = await probe.client.post(
        "/v1/things", json={"value": FORBIDDEN_AT_COMMIT}, headers=CLERK
    )
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "refused at commit" not in answer.text
    assert await _count(probe, "thing") == 0
    assert await probe.published() == []


async def test_a_command_whose_connection_is_cut_answers_503_and_leaves_nothing(probe):
    async def cut() -> None:
        async with probe.runtime.worker_engine.begin() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'liandong-probe-api'"
                    " AND datname = current_database()"
                )
            )

    set_barrier("command.before_commit", cut)
    try:
        answer = await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK)
    finally:
        set_barrier("command.before_commit", None)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    again = await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK)
    assert again.status_code in (201, 503)
    assert await _count(probe, "thing") == (1 if again.status_code == 201 else 0)


async def test_event_audit_and_row_are_there_together(probe):
    await probe.client.post("/v1/things", json={"value": 7}, headers=CLERK)
    assert await _count(probe, "thing") == 1
    assert await _count(probe, "backbone.outbox") == 1
    assert await _count(probe, "backbone.audit_entry") == 1


async def test_a_deadlock_is_run_again_and_nobody_notices(probe):
    async with probe.runtime.commands.begin(ACTOR) as uow:
        first, second = await make(uow, 1), await make(uow, 2)
    met = asyncio.Barrier(2)
    attempts: list[str] = []

    def crosswise(name, one, other):
        async def work(uow):
            attempts.append(name)
            await change(uow, one.id, 10)
            if attempts.count(name) == 1:
                async with asyncio.timeout(10):
                    await met.wait()
            await change(uow, other.id, 20)

        return work

    await asyncio.gather(
        probe.runtime.commands.run(ACTOR, crosswise("a", first, second)),
        probe.runtime.commands.run(ACTOR, crosswise("b", second, first)),
    )
    assert len(attempts) == 3
    changed = [event for event in await probe.published() if event["type"].endswith("changed")]
    assert len(changed) == 4


async def test_a_request_that_loses_a_deadlock_is_answered_as_if_nothing_had_happened(
    probe,
):
    made = (await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK)).json()
    raised = []

    async def lose_once() -> None:
        if not raised:
            raised.append(True)
            async with probe.runtime.api_engine.begin() as connection:
                await connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))

    set_barrier("command.before_commit", lose_once)
    try:
        answer = await probe.client.put(
            f"/v1/things/{made['id']}", json={"value": 5}, headers=CLERK | {"If-Match": '"v1"'}
        )
    finally:
        set_barrier("command.before_commit", None)
    assert raised
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert len(await probe.published()) == 2


async def test_an_exhausted_pool_answers_503_and_the_relay_goes_on(start_service):
    probe = await start_service(PROBE, api_pool_size=1, pool_wait_seconds=0.05)
    async with probe.runtime.commands.begin(ACTOR) as uow:
        await make(uow, 1)
    async with probe.runtime.api_engine.connect() as held:
        await held.execute(text("SELECT 1"))
        answer = await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:liandong:problem:unavailable"
        assert answer.headers["Retry-After"]
        assert await probe.runtime.relay.drain() == 1


async def test_the_same_key_at_the_same_time_is_one_command(probe):
    headers = CLERK | {"Idempotency-Key": "twice"}
    answers = await asyncio.gather(
        *(probe.client.post("/v1/things", json={"value": 3}, headers=headers) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await _count(probe, "thing") == 1
    assert await _count(probe, "backbone.outbox") == 1


async def test_a_refused_command_leaves_its_key_free(probe):
    headers = CLERK | {"Idempotency-Key": "later"}
    missing = "/v1/things/01a20077-faae-7128-b95c-c8b59666460f"
    versioned = headers | {"If-Match": '"v1"'}
    assert (
        await probe.client.put(missing, json={"value": 1}, headers=versioned)
    ).status_code == 404
    made = await probe.client.post("/v1/things", json={"value": 1}, headers=headers)
    assert made.status_code == 201


async def test_two_clerks_with_the_same_version_one_wins(probe):
    made = (await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK)).json()
    answers = await asyncio.gather(
        *(
            probe.client.put(
                f"/v1/things/{made['id']}",
                json={"value": value},
                headers=bearer(f"clerk-{value}", Role.CLERK) | {"If-Match": '"v1"'},
            )
            for value in (5, 6)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"value": "x"}', b'{"value": 1e400}', b"\xff"])
async def test_broken_bodies_are_refused_and_change_nothing(probe, body):
    answer = await probe.client.post(
        "/v1/things", content=body, headers=CLERK | {"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await _count(probe, "thing") == 0


async def test_a_body_beyond_the_limit_is_refused(start_service):
    probe = await start_service(PROBE, max_body_bytes=100)
    answer = await probe.client.post(
        "/v1/things", content=b" " * 101, headers=CLERK | {"content-type": "application/json"}
    )
    assert answer.status_code == 413


async def test_a_caller_beyond_the_rate_is_told_when_to_come_back(start_service):
    probe = await start_service(PROBE, rate_limit="2/hour")
    statuses = [
        (await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK)).status_code
        for _ in range(3)
    ]
    assert statuses == [201, 201, 429]
    other = bearer("clerk-2", Role.CLERK)
    assert (
        await probe.client.post("/v1/things", json={"value": 1}, headers=other)
    ).status_code == 201


async def test_every_answer_carries_the_security_headers_and_a_request_id(probe):
    answer = await probe.client.get("/health/live")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    unknown = await probe.client.get("/v1/nothing-here")
    assert unknown.status_code == 404
    assert unknown.json()["type"] == "urn:liandong:problem:not-found"


@pytest.mark.parametrize(
    "migration",
    [
        "ALTER TABLE backbone.idempotency_key ALTER key TYPE varchar(300)",  # asked in plain SQL
        "ALTER TABLE thing ALTER value TYPE bigint",  # asked through the mapper
    ],
)
async def test_a_table_migrated_under_a_running_service_fails_no_command(start_service, migration):
    """PostgreSQL refuses the statements that a connection has prepared; the command is repeated."""
    probe = await start_service(PROBE, api_pool_size=1)

    async def both(number: int) -> None:
        """A command that makes a thing, and one that loads it and changes it."""
        key = {"Idempotency-Key": f"key-{number}"}
        made = await probe.client.post("/v1/things", json={"value": 1}, headers=CLERK | key)
        assert made.status_code == 201, made.text
        await probe.runtime.commands.run(ACTOR, lambda uow: change(uow, made.json()["id"], 2))

    await both(1)
    async with probe.runtime.worker_engine.begin() as connection:
        await connection.execute(text(migration))
    await both(2)
    assert len(await probe.published()) == 4
