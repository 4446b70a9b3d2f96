"""A process is killed at each point of an upload: nothing is lost, and nothing is left for ever."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from liandong.testing.fleet import Fleet, fleet
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import Child
from liandong.testing.services import eventually
from liandong.values.credit_code import make
from services.registry.tests.applications.desk import PERSON
from services.registry.tests.attachments.files import a_pdf

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
_KEY = {"Idempotency-Key": "one-upload", "Content-Type": "multipart/form-data; boundary=one"}


@dataclass
class Office:
    """The registry as a process that is killed, with a draft to attach to."""

    world: Fleet
    folder: Path
    process: Child
    """Answers requests."""
    worker: Child
    """Sweeps."""
    draft: str = ""

    @property
    def clerk(self) -> dict[str, str]:
        return self.world.processes.bearer("clerk-1", "clerk")

    async def opens(self, crash_at: str = "") -> None:
        self.process.start(crash_at=crash_at)
        await self.process.ready()

    async def closes(self) -> None:
        self.process.terminate()
        assert await self.process.died() == 0

    async def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = self.clerk | given.pop("headers", {})
        async with httpx.AsyncClient(base_url=self.process.url, timeout=30) as client:
            return await client.request(method, path, headers=headers, **given)

    async def upload(self) -> httpx.Response:
        files = {"file": ("章程.pdf", a_pdf(), "application/pdf")}
        return await self.send("POST", self.place(), headers=_KEY, files=files)

    def place(self, *more: str) -> str:
        return "/".join([f"/v1/applications/{self.draft}/attachments", *more])

    def stored(self) -> set[str]:
        root = self.folder / "files"
        return {str(one.relative_to(root)) for one in root.rglob("*") if one.is_file()}

    async def named(self) -> set[str]:
        query = "SELECT object_key FROM attachment WHERE object_secret IS NOT NULL"
        return {row["object_key"] for row in await self.world.fetch("registry", query)}

    async def loose(self) -> set[str]:
        found = await self.world.fetch("registry", "SELECT object_key FROM loose_object")
        return {row["object_key"] for row in found}

    async def swept(self) -> None:
        """Two days later, after the worker's next round."""
        self.world.clock.set(MONDAY + timedelta(days=2))
        self.worker.start()

        async def nothing_is_loose() -> bool:
            return not await self.loose()

        await eventually(nothing_is_loose)


@pytest_asyncio.fixture
async def office(database_templates: DatabaseTemplates, tmp_path: Path) -> AsyncIterator[Office]:
    async with fleet(
        database_templates, tmp_path, "feed", "", MONDAY, services=["registry"]
    ) as world:
        worker = world.service("registry", "worker", other_port=True)
        found = Office(world, tmp_path, world.service("registry", "api"), worker)
        await found.opens()
        body = {
            "kind": "service_institution",
            "name": "合肥市庐阳区示例社会工作服务中心",
            "credit_code": make("52", "340103", "XN000001"),
            "district": "340103",
            "registered_on": "2020-03-02",
        }
        made = (await found.send("POST", "/v1/organizations", json=body)).json()
        content = {"matter": "renewal", "organization_id": made["id"], "reason": "expiry"}
        form = {"content": content, "applicant": PERSON}
        found.draft = (await found.send("POST", "/v1/applications", json=form)).json()["id"]
        await found.closes()
        yield found


@pytest.mark.parametrize(
    ("point", "objects", "rows"),
    [
        ("storage.after_announcement", 0, 0),
        ("storage.after_put", 1, 0),
        ("command.before_commit", 1, 0),
        ("command.after_commit", 1, 1),
    ],
)
async def test_an_upload_killed_anywhere_succeeds_once_when_it_is_sent_again(
    office: Office, point: str, objects: int, rows: int
) -> None:
    await office.opens(crash_at=point)
    with pytest.raises(httpx.HTTPError):
        await office.upload()
    assert await office.process.died() == -9
    assert (len(office.stored()), len(await office.named())) == (objects, rows)
    assert len(await office.loose()) == 1 - rows

    await office.opens()
    answer = await office.upload()
    assert answer.status_code == 201, answer.text
    content = await office.send("GET", office.place(answer.json()["id"], "content"))
    assert content.content == a_pdf()

    await office.swept()
    assert office.stored() == await office.named()
    assert len(office.stored()) == 1
    listed = await office.send("GET", office.place())
    assert [one["id"] for one in listed.json()["items"]] == [answer.json()["id"]]


@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
async def test_a_removal_killed_around_its_commit_is_whole_or_nothing(
    office: Office, point: str
) -> None:
    await office.opens()
    made = (await office.upload()).json()
    await office.closes()
    await office.opens(crash_at=point)
    with pytest.raises(httpx.HTTPError):
        await office.send("DELETE", office.place(made["id"]))
    assert await office.process.died() == -9
    await office.swept()
    assert office.stored() == await office.named()
    assert len(office.stored()) == (1 if point == "command.before_commit" else 0)


async def test_a_sweep_killed_between_store_and_database_is_finished_by_the_next(
    office: Office,
) -> None:
    await office.opens(crash_at="command.before_commit")
    with pytest.raises(httpx.HTTPError):
        await office.upload()
    assert await office.process.died() == -9
    office.world.clock.set(MONDAY + timedelta(days=2))
    office.worker.start(crash_at="storage.after_delete")
    assert await office.worker.died() == -9
    assert (office.stored(), len(await office.loose())) == (set(), 1)
    await office.swept()
    assert office.stored() == set()
