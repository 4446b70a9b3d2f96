"""What a caller behind a proxy sees, and whom the service takes the caller for."""

from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import ValidationError

from liandong.http.boundary import Boundary
from liandong.http.narrowing import narrow
from liandong.process import server_config
from liandong.settings import Settings


def settings(**given: Any) -> Settings:
    return Settings(
        service="probe",
        database_url="postgresql://localhost/probe",
        oidc_issuer="http://localhost",
        **given,
    )


def _service(prefix: str) -> FastAPI:
    router = APIRouter(prefix="/v1/things")

    @router.post("")
    async def make(request: Request, response: Response) -> str:
        response.headers["Location"] = "/v1/things/1"
        return request.url.path

    app = FastAPI()
    app.include_router(router)
    narrow(app.router.routes)
    app.add_middleware(
        Boundary,  # type: ignore[arg-type]
        service="probe",
        max_body_bytes=1000,
        max_upload_bytes=1000,
        path_prefix=prefix,
    )
    return app


async def test_paths_may_begin_with_the_prefix_and_what_was_made_is_told_behind_it() -> None:
    transport = httpx.ASGITransport(_service(settings(path_prefix="/probe").path_prefix))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for path, location in [
            ("/probe/v1/things", "/probe/v1/things/1"),
            ("/v1/things", "/v1/things/1"),
        ]:
            answer = await client.post(path)
            assert (answer.status_code, answer.json()) == (200, path)
            assert answer.headers["location"] == location
        for path in ("/probes/v1/things", "/probe/probe/v1/things", "/other/v1/things"):
            assert (await client.post(path)).status_code == 404


@pytest.mark.parametrize(
    ("trusted", "sender", "caller"),
    [
        (("10.42.0.0/16",), "10.42.3.4", "203.0.113.9"),
        (("10.42.0.0/16",), "10.43.0.1", "10.43.0.1"),  # somebody else says so
        ((), "10.42.3.4", "10.42.3.4"),
    ],
)
async def test_only_a_trusted_proxy_is_believed_who_the_caller_is(
    trusted: tuple[str, ...], sender: str, caller: str
) -> None:
    met: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        met.append(scope["client"][0])

    config = server_config(app, settings(trusted_proxies=trusted))
    config.load()
    # What stands before the proxy's own entry was written by the caller.
    headers = [(b"x-forwarded-for", b"192.0.2.1, 203.0.113.9")]
    scope = {"type": "http", "client": (sender, 1), "headers": headers, "scheme": "http"}
    await config.loaded_app(scope, None, None)  # type: ignore[arg-type]
    assert met == [caller]


@pytest.mark.parametrize("given", [{"trusted_proxies": ("*",)}, {"path_prefix": "registry/"}])
def test_a_proxy_is_named_by_its_address_and_a_prefix_begins_with_a_stroke(
    given: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        settings(**given)
