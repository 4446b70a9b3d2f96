"""The store and the database together: away, slow, damaged, and another kind of store."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from moto.server import ThreadedMotoServer

from liandong import faults
from liandong.embedded.ports import free_port
from liandong.storage.folder import FolderStore
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, migrated, start
from registry.app import DEFINITION
from services.registry.tests.applications.desk import CLERK, codes, done, slug
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
from services.registry.tests.attachments.files import a_pdf

_DAY = timedelta(days=1)


def _folder(registry: ServiceUnderTest) -> Path:
    store = registry.runtime.store
    assert isinstance(store, FolderStore)
    return store.root


async def test_a_store_that_is_away_changes_nothing_and_is_told(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application)
    folder = _folder(registry)
    away = folder.rename(folder.with_name("away"))
    folder.write_text("in its place")
    for answer in (
        await attach(registry, application, data=a_pdf(words="二")),
        await download(registry, made),
    ):
        assert (answer.status_code, slug(answer)) == (503, "storage-unavailable")
        assert answer.headers["retry-after"] == "5"
    assert [one["id"] for one in await listed(registry, application)] == [made["id"]]
    ready = await registry.client.get("/health/ready")
    assert ready.status_code == 200
    folder.unlink()
    away.rename(folder)
    assert (await download(registry, made)).content == a_pdf()
    await attached(registry, application, data=a_pdf(words="二"))
    registry.clock.advance(_DAY)
    await registry.settle()
    assert stored(registry) == await named(registry)
    assert await rows(registry, "SELECT 1 FROM loose_object") == []


async def test_a_sweep_waits_for_a_store_that_is_away(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application)
    folder = _folder(registry)
    away = folder.rename(folder.with_name("away"))
    folder.write_text("in its place")
    await take_away(registry, made)
    await registry.settle()
    assert len(await rows(registry, "SELECT 1 FROM loose_object")) == 1
    folder.unlink()
    away.rename(folder)
    await registry.settle()
    assert len(stored(registry)) == 1
    registry.clock.advance(timedelta(minutes=6))
    await registry.settle()
    assert stored(registry) == set()
    assert await rows(registry, "SELECT 1 FROM loose_object") == []


@pytest.mark.parametrize("damage", ["gone", "cut", "changed", "swapped"])
async def test_a_content_that_is_not_what_was_put_there_is_not_given_out(
    registry: ServiceUnderTest, damage: str
) -> None:
    application = await a_renewal(registry)
    made = await attached(registry, application)
    file = _folder(registry) / stored(registry).pop()
    content = file.read_bytes()
    await attached(registry, application, data=a_pdf(words="另"))
    [other] = stored(registry) - {str(file.relative_to(_folder(registry)))}
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(
            {
                "cut": content[:-1],
                "changed": content[:-1] + bytes([content[-1] ^ 1]),
                "swapped": (_folder(registry) / other).read_bytes(),
            }[damage]
        )
    answer = await download(registry, made)
    assert (answer.status_code, slug(answer)) == (503, "content-unreadable")
    read = "SELECT 1 FROM backbone.audit_entry WHERE subject_type = 'attachment'"
    assert await rows(registry, read) == []


async def test_what_is_swept_before_it_is_claimed_is_not_attached(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)

    async def a_day_later() -> None:
        registry.clock.advance(_DAY)
        await registry.settle()

    faults.set_barrier("storage.after_put", a_day_later)
    try:
        answer = await attach(registry, application)
    finally:
        faults.set_barrier("storage.after_put", None)
    assert (answer.status_code, slug(answer)) == (503, "storage-unavailable")
    assert await listed(registry, application) == []
    assert stored(registry) == set()
    await attached(registry, application)


async def test_what_the_application_does_not_allow_any_more_is_refused_after_all(
    registry: ServiceUnderTest,
) -> None:
    """The file is stored, and meanwhile somebody submits."""
    application = await a_renewal(registry)

    async def submitted() -> None:
        await done(registry, application, "submit")

    faults.set_barrier("storage.after_put", submitted)
    try:
        answer = await attach(registry, application)
    finally:
        faults.set_barrier("storage.after_put", None)
    assert (answer.status_code, slug(answer)) == (409, "illegal-transition")
    registry.clock.advance(_DAY)
    await registry.settle()
    assert stored(registry) == set()


async def test_only_what_is_stored_or_refused_before_takes_room(registry: ServiceUnderTest) -> None:
    application = await a_renewal(registry)
    for answer in (
        await attach(registry, application, data=b""),
        await attach(registry, application, name="章程.exe"),
        await attach(registry, application, data=a_pdf("/S /JavaScript")),
        await attach(registry, application, declared="image/png"),
    ):
        assert (answer.status_code, slug(answer)) == (422, "file-refused")
    assert stored(registry) == set()
    assert await rows(registry, "SELECT 1 FROM loose_object") == []


async def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_read(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    sent = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--one\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        while sent < 200:
            sent += 1
            yield b"x" * 1_048_576

    kind = {"Content-Type": "multipart/form-data; boundary=one"}
    announced = await registry.client.post(
        place(application),
        content=b"",
        headers=CLERK | kind | {"Content-Length": str(200 * 1_048_576)},
    )
    assert (announced.status_code, slug(announced)) == (413, "too-large")
    answer = await registry.client.post(
        place(application), content=without_end(), headers=CLERK | kind
    )
    assert (answer.status_code, slug(answer)) == (413, "too-large")
    assert sent <= 33
    assert stored(registry) == set()


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=one", 422),
        (b"{}", "application/json", 422),
        (b"nothing", "multipart/form-data", 400),
        (b"--one\r\nnothing", "multipart/form-data; boundary=one", 422),
        (b'--one\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--one--', "m", 422),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(
    registry: ServiceUnderTest, content: bytes, kind: str, status: int
) -> None:
    application = await a_renewal(registry)
    kind = "multipart/form-data; boundary=one" if kind == "m" else kind
    answer = await registry.client.post(
        place(application), content=content, headers=CLERK | {"Content-Type": kind}
    )
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("document", ["示例", "A", "a" * 41, "a\x00b", "-x"])
async def test_a_document_code_that_is_none_is_refused(
    registry: ServiceUnderTest, document: str
) -> None:
    application = await a_renewal(registry)
    answer = await attach(registry, application, document)
    assert (answer.status_code, codes(answer)) == (422, ["pattern"])


async def test_the_number_and_the_size_of_all_files_have_limits(
    registry: ServiceUnderTest,
) -> None:
    application = await a_renewal(registry)
    await _ruled(registry, files_max=2, total_bytes=1_000_000)
    first = await attached(registry, application, data=_pages(600_000, "一"))
    assert first["rule_set"] == "registry.attachments@340100/local"
    answer = await attach(registry, application, data=_pages(400_001, "二"))
    assert (answer.status_code, slug(answer)) == (409, "too-many-files")
    await attached(registry, application, data=_pages(400_000, "二"))
    answer = await attach(registry, application)
    assert (answer.status_code, slug(answer)) == (409, "too-many-files")
    await take_away(registry, first)
    await attached(registry, application)


def _pages(size: int, words: str) -> bytes:
    short = a_pdf(words=words)
    return short[:-6] + b" " * (size - len(short)) + short[-6:]


async def _ruled(registry: ServiceUnderTest, **given: int) -> None:
    from liandong.identity.actors import Role  # noqa: PLC0415
    from liandong.testing.services import bearer  # noqa: PLC0415
    from services.registry.tests.shipped import ATTACHMENT_RULES  # noqa: PLC0415

    parameters = ATTACHMENT_RULES.model_dump(mode="json") | given
    body = {
        "subject": "registry.attachments",
        "jurisdiction": "340100",
        "version": "local",
        "valid_from": "2026-01-01",
        "legal_basis": "本市规定",
        "parameters": parameters,
    }
    answer = await registry.client.post(
        "/v1/rule-sets/overrides", json=body, headers=bearer("admin-1", Role.SYSTEM_ADMIN)
    )
    assert answer.is_success, answer.text


@pytest_asyncio.fixture
async def on_s3(database_templates: DatabaseTemplates) -> AsyncIterator[ServiceUnderTest]:
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient() as client:
        (await client.put(f"{address}/files")).raise_for_status()
    url = await migrated(database_templates, DEFINITION)
    service = start(
        DEFINITION,
        url,
        storage="s3://files/registry",
        storage_endpoint=address,
        storage_access_key="access",
        storage_secret_key="secret",
    )
    yield service
    await service.close()
    await database_templates.drop(url)
    server.stop()


async def test_the_whole_way_with_a_bucket(on_s3: ServiceUnderTest) -> None:
    application = await a_renewal(on_s3)
    data = a_pdf(words="示例" * 400_000)
    made = await attached(on_s3, application, "certificate", data=data)
    assert (await download(on_s3, made)).content == data
    key = (await named(on_s3)).pop()
    assert await on_s3.runtime.store.exists(key)
    gone = await take_away(on_s3, made)
    await on_s3.settle()
    assert not await on_s3.runtime.store.exists(key)
    version = gone.json()["application_version"]
    await done(on_s3, at(application, version), "submit")


async def test_without_a_store_nothing_can_be_attached(
    database_templates: DatabaseTemplates,
) -> None:
    url = await migrated(database_templates, DEFINITION)
    service = start(DEFINITION, url, storage="")
    application = await a_renewal(service)
    answer = await attach(service, application)
    assert (answer.status_code, slug(answer)) == (503, "storage-unavailable")
    await service.close()
    await database_templates.drop(url)
