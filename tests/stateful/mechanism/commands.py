"""Rules: commands over HTTP, repeated, failing at the commit, cut off before and after it."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from liandong.identity.actors import Role
from liandong.testing import probe
from liandong.testing.services import an_actor, bearer
from tests.stateful.mechanism.base import World
from tests.stateful.running import at

CLERK = bearer("clerk-1", Role.CLERK)
# The good ones are likelier than the ones whose effect fails.
VALUES = st.one_of(
    st.integers(0, 9),
    st.sampled_from([probe.FAILS, probe.REJECTED, probe.WAITS_FOR_PERMISSION]),
    st.integers(10, 19),
    st.just(probe.WRITES_THEN_FAILS),
)
CUTS = st.sampled_from([None, None, "command.before_commit", "command.after_commit"])
SOME = st.integers(0, 30)


async def _cut() -> None:
    raise RuntimeError("the process ended here")


def something_is_there(self: Any) -> bool:
    return bool(self.model.things)


def something_was_sent(self: Any) -> bool:
    return bool(self.sent)


def nobody_is_slow(self: Any) -> bool:
    return bool(self.slow is None)


def somebody_is_slow(self: Any) -> bool:
    return bool(self.slow is not None)


class CommandRules(World):
    """What the probe is told, and by the model what comes of it."""

    async def begin(self) -> None:
        await super().begin()
        self.sent: list[tuple[dict[str, Any], httpx.Response]] = []
        self.slow: Any = None

    async def _send(self, request: dict[str, Any]) -> httpx.Response:
        return await self.probes[0].client.request(**request)

    def _request(self, method: str, path: str, value: int, **headers: str) -> dict[str, Any]:
        key = f"key-{len(self.sent)}"
        headers = CLERK | {"Idempotency-Key": key} | headers
        return {"method": method, "url": path, "json": {"value": value}, "headers": headers}

    def _change(self, thing: UUID, value: int, version: int) -> dict[str, Any]:
        tag = {"If-Match": f'"v{version}"'}
        return self._request("PUT", f"/v1/things/{thing}", value, **tag)

    async def _command(self, request: dict[str, Any], cut: str | None) -> httpx.Response:
        """The command, sent again with its key when its answer was lost."""
        with at(cut, _cut):
            answer = await self._send(request)
        if cut is not None:
            assert answer.status_code == 500
            answer = await self._send(request)
            replayed = answer.headers.get("idempotent-replay") == "true"
            assert replayed == (cut == "command.after_commit")
        assert answer.status_code in (200, 201), answer.text
        self.sent.append((request, answer))
        return answer

    @initialize(values=st.lists(VALUES, min_size=1, max_size=3))
    def make_some(self, values: list[int]) -> None:
        for value in values:
            self.make(value, None)

    @rule(value=VALUES, cut=CUTS)
    def make(self, value: int, cut: str | None) -> None:
        answer = self.run(self._command(self._request("POST", "/v1/things", value), cut))
        assert answer.json()["version"] == 1
        self.model.things[UUID(answer.json()["id"])] = [value]

    @precondition(something_is_there)
    @rule(number=SOME, value=VALUES, cut=CUTS)
    def change(self, number: int, value: int, cut: str | None) -> None:
        thing = self.named(number)
        values = self.model.things[thing]
        answer = self.run(self._command(self._change(thing, value, len(values)), cut))
        values.append(value)
        assert answer.json() == {"id": str(thing), "version": len(values), "value": value}

    @precondition(something_is_there)
    @rule(number=SOME, value=VALUES)
    def change_twice_at_once(self, number: int, value: int) -> None:
        """A double click: two requests with one key make one change and get one answer."""
        thing = self.named(number)
        values = self.model.things[thing]
        request = self._change(thing, value, len(values))

        async def both() -> list[httpx.Response]:
            return await asyncio.gather(self._send(request), self._send(request))

        one, other = self.run(both())
        values.append(value)
        assert (one.status_code, one.json()) == (other.status_code, other.json())
        assert one.json()["version"] == len(values)
        self.sent.append((request, one))

    @precondition(something_was_sent)
    @rule(number=SOME)
    def repeat_an_old_command(self, number: int) -> None:
        request, before = self.sent[number % len(self.sent)]
        answer = self.run(self._send(request))
        same = (before.status_code, before.json())
        assert (answer.status_code, answer.json()) == same, answer.text
        other = request | {"json": {"value": request["json"]["value"] + 1}}
        assert self.run(self._send(other)).status_code == 422

    @precondition(something_is_there)
    @rule(number=SOME)
    def refuse(self, number: int) -> None:
        """A stale version, and a change that the database refuses at the commit."""
        thing = self.named(number)
        version = len(self.model.things[thing])
        assert self.run(self._send(self._change(thing, 1, version - 1))).status_code == 412
        forbidden = self._change(thing, probe.FORBIDDEN_AT_COMMIT, version)
        assert self.run(self._send(forbidden)).status_code == 500

    @precondition(nobody_is_slow)
    @rule(value=VALUES)
    def begin_a_slow_command(self, value: int) -> None:
        """Its event has its number long before it is committed."""

        async def begin() -> UUID:
            self.slow = self.probes[0].runtime.commands.begin(an_actor())
            uow = await self.slow.__aenter__()
            made = (await probe.make(uow, value)).id
            await uow.flush()
            return made

        self.slow_thing = (self.run(begin()), value)

    @precondition(somebody_is_slow)
    @rule(commit=st.booleans())
    def finish_the_slow_command(self, commit: bool) -> None:
        self.run(self.finish_slow(commit))

    async def finish_slow(self, commit: bool) -> None:
        if self.slow is None:
            return
        slow, self.slow = self.slow, None
        if commit:
            await slow.__aexit__(None, None, None)
            thing, value = self.slow_thing
            self.model.things[thing] = [value]
            return
        error = RuntimeError("given up")
        assert not await slow.__aexit__(RuntimeError, error, None)

    async def close(self) -> None:
        await self.finish_slow(commit=False)
        await super().close()
