"""A service in its world, and the three ways to call it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx
from sqlalchemy import text

from liandong import faults
from liandong.contracts.definitions import definition_of
from liandong.problems import TYPE_PREFIX, Problem
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import migrated
from tests.authorisation.attempt import Attempt, World
from tests.authorisation.table import route_of
from tests.authorisation.worlds import BUILDERS
from tests.authorisation.worlds.shared import add_shared

_TABLES = text(
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
)


class Rehearsed(Problem):
    """Everything was in order and written; the transaction is taken back instead of committed."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "rehearsed"


async def _take_back() -> None:
    raise Rehearsed()


@contextmanager
def _rehearsal() -> Iterator[None]:
    faults.set_barrier("command.before_commit", _take_back)
    try:
        yield
    finally:
        faults.set_barrier("command.before_commit", None)


def problem(answer: httpx.Response) -> str:
    """The kind of problem an answer is; empty for anything else."""
    if "problem" not in answer.headers.get("content-type", ""):
        return ""
    return answer.json()["type"].removeprefix(TYPE_PREFIX)


@dataclass
class Stage:
    world: World
    _query: str = ""
    _known: dict[str, str] = field(default_factory=dict)

    def attempt(self, key: str) -> Attempt:
        return self.world.attempts[key]

    async def call(self, key: str, who: Mapping[str, str]) -> httpx.Response:
        """The request as it is, for callers who should be refused and for reading."""
        attempt = self.attempt(key)
        method = route_of(key).partition(" ")[0]
        headers = dict(who)
        if attempt.version is not None:
            headers["If-Match"] = f'"v{attempt.version}"'
        given: dict[str, Any] = {}
        if attempt.json is not None:
            given["json"] = attempt.json() if callable(attempt.json) else attempt.json
        clock = self.world.service.clock
        before = clock.now()
        clock.set(attempt.at or before)
        try:
            return await self.world.service.client.request(
                "GET" if method == "MOUNT" else method,
                attempt.path,
                params=attempt.params,
                files=attempt.files,
                headers=headers,
                **given,
            )
        finally:
            clock.set(before)

    async def may(self, key: str, who: Mapping[str, str]) -> str:
        """Empty if the caller got through, else what stood in the way.

        A command goes all the way to its commit and is taken back there, so that the next caller
        finds the world as it was.
        """
        attempt = self.attempt(key)
        self._known = {}  # reading persons is put on record
        if key.startswith(("GET", "MOUNT")) or attempt.commits:
            answer = await self.call(key, who)
            through = answer.status_code < 300
            if attempt.marker or attempt.sees is not None:
                through = through and attempt.shows(answer)
        else:
            with _rehearsal():
                answer = await self.call(key, who)
            through = problem(answer) == Rehearsed.slug
        if through or answer.status_code == attempt.otherwise:
            return ""
        return f"{answer.status_code} {answer.text[:300]}"

    async def refusal(self, key: str, who: Mapping[str, str], how: str, kind: str = "") -> str:
        """Empty if the caller was refused in the way decided, else what happened.

        ``kind`` is the type of the problem, where that matters.
        """
        answer = await self.call(key, who)
        if how == "filtered":
            refused = answer.status_code < 500 and not self.attempt(key).shows(answer)
        else:
            refused = answer.status_code == int(how) and kind in ("", problem(answer))
        return "" if refused else f"{answer.status_code} {answer.text[:300]}"

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Fails if a row of the database is another afterwards."""
        before = self._known or await self._digest()
        yield
        self._known = await self._digest()
        changed = [table for table, digest in self._known.items() if before[table] != digest]
        assert not changed, f"a refused request has left something behind in {changed}"

    async def _digest(self) -> dict[str, str]:
        """For each table what changes whenever one of its rows does."""
        async with self.world.service.runtime.api_engine.connect() as connection:
            if not self._query:
                self._query = " UNION ALL ".join(
                    f"SELECT '{one}', count(*) || ':' ||"
                    f" coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {one} t"
                    for one in await connection.scalars(_TABLES)
                )
            rows = await connection.execute(text(self._query))
            return {row[0]: row[1] for row in rows}


@dataclass
class Stages:
    """Builds each service's world once."""

    templates: DatabaseTemplates
    _stages: dict[str, Stage] = field(default_factory=dict)
    _urls: list[str] = field(default_factory=list)

    async def of(self, service: str) -> Stage:
        if service not in self._stages:
            definition = definition_of(service)
            self._urls.append(await migrated(self.templates, definition))
            world = await BUILDERS[service](definition, self._urls[-1])
            await add_shared(world)
            self._stages[service] = Stage(world)
        return self._stages[service]

    async def close(self) -> None:
        for stage in self._stages.values():
            await stage.world.service.close()
        for url in self._urls:
            await self.templates.drop(url)
