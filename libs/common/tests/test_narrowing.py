"""Routes are found quickly, and found as before."""

from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from liandong.http.narrowing import narrow

ID = "019d2a4e-0000-7000-8000-000000000001"


def an_app() -> FastAPI:
    """Routers that share beginnings, with words where others take any word for an id."""
    search, things = APIRouter(prefix="/v1/things"), APIRouter(prefix="/v1/things")
    parts = APIRouter(prefix="/v1/things/{thing_id}/parts")

    @search.get("")
    def find() -> str:
        return "find"

    @search.get("/export")
    def export() -> str:
        return "export"

    @things.post("")
    def make() -> str:
        return "make"

    @things.get("/{thing_id}")
    def get(thing_id: UUID) -> str:
        return f"get {thing_id}"

    @things.get("/by-name/{name}")
    def by_name(name: str) -> str:
        return f"by name {name}"

    @parts.get("/{number}")
    def part(thing_id: UUID, number: int) -> str:
        return f"part {number} of {thing_id}"

    @parts.delete("/{number}")
    def drop(number: int) -> str:
        return f"drop {number}"

    app = FastAPI()
    for router in (search, things, parts):
        app.include_router(router)

    @app.get("/health")
    def health() -> str:
        return "well"

    return app


async def answer(app: FastAPI, method: str, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        return await client.request(method, path)


ASKED = [
    ("GET", "/v1/things", 200),
    ("POST", "/v1/things", 200),
    ("PUT", "/v1/things", 405),
    ("GET", "/v1/things/", 307),
    ("GET", "/v1/things/export", 200),
    ("GET", "/v1/things/exported", 422),
    ("GET", f"/v1/things/{ID}", 200),
    ("DELETE", f"/v1/things/{ID}", 405),
    ("GET", "/v1/things/by-name/合肥.*", 200),
    ("GET", f"/v1/things/{ID}/parts/7", 200),
    ("GET", f"/v1/things/{ID}/parts/x", 422),
    ("DELETE", f"/v1/things/{ID}/parts/7", 200),
    ("POST", f"/v1/things/{ID}/parts/7", 405),
    ("GET", f"/v1/things/{ID}/parts", 404),
    ("GET", f"/v1/things/{ID}/parts/7/8", 404),
    ("GET", "/v1/thing", 404),
    ("GET", "/v1/things%0A", 200),
    ("GET", "/health", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ASKED)
async def test_a_request_finds_the_same_route_with_and_without(
    method: str, path: str, status: int
) -> None:
    plain, narrowed = an_app(), an_app()
    narrow(narrowed.routes)
    answers = [await answer(app, method, path) for app in (plain, narrowed)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].content == answers[1].content
    assert answers[0].headers == answers[1].headers


async def test_a_router_whose_paths_do_not_fit_is_not_asked() -> None:
    app = an_app()
    narrow(app.routes)
    router = next(one for one in app.router.routes if hasattr(one, "original_router"))
    asked: list[str] = []
    inner = router.original_router.matches  # pyright: ignore[reportAttributeAccessIssue]
    router.original_router.matches = lambda scope: asked.append(scope["path"]) or inner(scope)  # pyright: ignore[reportAttributeAccessIssue]
    await answer(app, "GET", f"/v1/things/{ID}")
    assert asked == []
    await answer(app, "GET", "/v1/things")
    assert asked == ["/v1/things"]
