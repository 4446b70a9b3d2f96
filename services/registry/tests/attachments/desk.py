"""The desk's hands for files: attach, read, take away; and what the store really holds."""

from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from liandong.storage.folder import FolderStore
from liandong.testing.services import ServiceUnderTest
from services.registry.tests.applications.desk import CLERK, drafted, registered
from services.registry.tests.attachments.files import a_pdf

PDF = "application/pdf"


def place(application: dict[str, Any], *more: str) -> str:
    return "/".join([f"/v1/applications/{application['id']}/attachments", *more])


async def attach(
    registry: ServiceUnderTest,
    application: dict[str, Any],
    document: str = "",
    data: bytes | None = None,
    name: str = "扫描件.pdf",
    declared: str = PDF,
    by: dict[str, str] = CLERK,
    **headers: str,
) -> httpx.Response:
    return await registry.client.post(
        place(application),
        data={"document": document},
        files={"file": (name, a_pdf() if data is None else data, declared)},
        headers=by | headers,
    )


async def attached(
    registry: ServiceUnderTest, application: dict[str, Any], document: str = "", **given: Any
) -> dict[str, Any]:
    answer = await attach(registry, application, document, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def take_away(
    registry: ServiceUnderTest, attachment: dict[str, Any], by: dict[str, str] = CLERK
) -> httpx.Response:
    path = f"/v1/applications/{attachment['application_id']}/attachments/{attachment['id']}"
    return await registry.client.delete(path, headers=by)


async def download(
    registry: ServiceUnderTest, attachment: dict[str, Any], by: dict[str, str] = CLERK
) -> httpx.Response:
    path = f"/v1/applications/{attachment['application_id']}/attachments/{attachment['id']}"
    return await registry.client.get(f"{path}/content", headers=by)


async def listed(
    registry: ServiceUnderTest,
    application: dict[str, Any],
    by: dict[str, str] = CLERK,
    **asked: Any,
) -> list[dict[str, Any]]:
    answer = await registry.client.get(place(application), params=asked, headers=by)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def at(application: dict[str, Any], version: int) -> dict[str, Any]:
    """The application as it is after its files have changed."""
    return application | {"version": version}


async def a_renewal(registry: ServiceUnderTest, number: int = 1, **given: Any) -> dict[str, Any]:
    """A draft of an organisation; it needs the documents ``application`` and ``certificate``."""
    organization = await registered(registry, number)
    content = {"matter": "renewal", "organization_id": organization["id"], "reason": "expiry"}
    return await drafted(registry, content, **given)


def stored(registry: ServiceUnderTest) -> set[str]:
    """The objects that are in the store."""
    store = registry.runtime.store
    assert isinstance(store, FolderStore)
    root: Path = store.root
    return {str(one.relative_to(root)) for one in root.rglob("*") if one.is_file()}


async def rows(registry: ServiceUnderTest, query: str) -> list[Any]:
    async with registry.runtime.worker_engine.connect() as connection:
        return list(await connection.execute(text(query)))


async def named(registry: ServiceUnderTest) -> set[str]:
    """The objects that a row names."""
    found = await rows(
        registry, "SELECT object_key FROM attachment WHERE object_secret IS NOT NULL"
    )
    return {row.object_key for row in found}
