"""A tiny application shows what callers with and without a token get."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import (
    Clerk,
    CurrentActor,
    Official,
    OptionalActor,
    RequiredRoles,
    require,
)
from liandong.identity.development import DevelopmentKeys
from liandong.identity.tokens import TokenVerifier
from liandong.problems import Problem

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.PARTNER, Role.SERVICE, scopes=("registry:read",)))
]
Scoped = Annotated[Actor, Depends(require(scopes=("events:read",)))]


def an_application(verifier: TokenVerifier) -> FastAPI:
    app = FastAPI()
    app.state.token_verifier = verifier

    @app.exception_handler(Problem)
    async def written_out(request: Request, problem: Problem) -> JSONResponse:
        return JSONResponse(problem.as_dict(), problem.status, headers=problem.headers)

    @app.get("/public")
    async def public(request: Request, actor: OptionalActor) -> dict[str, Any]:
        return {"subject": actor.subject, "logged": request.state.actor.subject}

    @app.get("/me")
    async def me(request: Request, actor: CurrentActor) -> dict[str, Any]:
        return {"subject": actor.subject, "logged": request.state.actor.subject}

    admitted: list[str] = []

    async def admit(_: Request, actor: Actor) -> None:
        admitted.append(actor.subject)

    app.state.admission = admit

    @app.get("/twice")
    async def twice(anyone: OptionalActor, actor: CurrentActor) -> list[str]:
        assert anyone is actor
        return admitted

    @app.get("/clerk")
    async def clerk(actor: Clerk) -> str:
        return actor.subject

    @app.get("/official")
    async def official(actor: Official) -> str:
        return actor.subject

    @app.get("/read")
    async def read(actor: Reader) -> str:
        return actor.subject

    @app.get("/scoped")
    async def scoped(actor: Scoped) -> str:
        return actor.subject

    return app


@pytest.fixture
async def http(verifier: TokenVerifier) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(an_application(verifier))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def token(keys: DevelopmentKeys) -> Any:
    def make(*roles: Role, scopes: tuple[str, ...] = ()) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.issue(subject='u-1', roles=roles, scopes=scopes)}"}

    return make


async def test_without_a_token_the_answer_is_a_challenge(http: httpx.AsyncClient) -> None:
    for path in ("/me", "/clerk", "/scoped"):
        answer = await http.get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["reason"] == "missing"


async def test_the_public_needs_no_token(http: httpx.AsyncClient) -> None:
    assert (await http.get("/public")).json() == {"subject": "", "logged": ""}


async def test_a_caller_is_admitted_once_however_many_ask_who_it_is(
    http: httpx.AsyncClient, token: Any
) -> None:
    assert (await http.get("/twice", headers=token(Role.CLERK))).json() == ["u-1"]


@pytest.mark.parametrize(
    "header", ["Bearer rubbish", "Basic dTpw", "Bearer", "Bearer ", "", "rubbish"]
)
async def test_a_bad_token_is_refused_even_where_none_is_needed(
    http: httpx.AsyncClient, header: str
) -> None:
    for path in ("/public", "/me"):
        answer = await http.get(path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json()["reason"] == "malformed"


async def test_two_authorization_headers_are_refused(http: httpx.AsyncClient, token: Any) -> None:
    good = token(Role.CLERK)["Authorization"]
    headers = [("Authorization", good), ("Authorization", "Bearer other")]
    assert (await http.get("/me", headers=headers)).status_code == 401


async def test_the_actor_reaches_the_endpoint_and_the_log(
    http: httpx.AsyncClient, token: Any
) -> None:
    for path in ("/public", "/me"):
        answer = await http.get(path, headers=token())
        assert answer.json() == {"subject": "u-1", "logged": "u-1"}


async def test_the_wrong_role_is_told_who_may(http: httpx.AsyncClient, token: Any) -> None:
    answer = await http.get("/official", headers=token(Role.EXPERT))
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:forbidden"
    assert answer.json()["detail"] == "此操作只能由经办人、审批人办理"
    assert answer.json()["required_roles"] == ["clerk", "approver"]
    for role in (Role.CLERK, Role.APPROVER):
        assert (await http.get("/official", headers=token(role))).status_code == 200
    assert (await http.get("/clerk", headers=token(Role.APPROVER))).status_code == 403


@pytest.mark.parametrize(
    ("roles", "scopes", "status"),
    [
        ((Role.CLERK,), (), 200),
        ((Role.PARTNER,), (), 403),
        ((Role.PARTNER,), ("registry:read",), 200),
        ((Role.SERVICE,), ("events:read",), 403),
        ((Role.CLERK, Role.PARTNER), (), 403),
        ((Role.EXPERT,), ("registry:read",), 403),
    ],
)
async def test_people_need_the_role_and_programs_the_scope_too(
    http: httpx.AsyncClient, token: Any, roles: tuple[Role, ...], scopes: Any, status: int
) -> None:
    assert (await http.get("/read", headers=token(*roles, scopes=scopes))).status_code == status


async def test_where_no_role_is_named_everyone_needs_the_scope(
    http: httpx.AsyncClient, token: Any
) -> None:
    answer = await http.get("/scoped", headers=token(Role.SYSTEM_ADMIN))
    assert answer.status_code == 403
    assert answer.json()["detail"] == "访问令牌缺少权限范围：events:read"
    assert (await http.get("/scoped", headers=token(scopes=("events:read",)))).status_code == 200


async def test_the_interface_description_shows_the_bearer_scheme(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["paths"]["/clerk"]["get"]["security"] == [{"bearer": []}]


def test_who_may_call_what_can_be_read_from_the_routes(verifier: TokenVerifier) -> None:
    table = {
        getattr(route, "path", ""): found
        for route in an_application(verifier).routes
        for dependant in getattr(getattr(route, "dependant", None), "dependencies", [])
        if isinstance(found := dependant.call, RequiredRoles)
    }
    assert table["/official"].roles == (Role.CLERK, Role.APPROVER)
    assert table["/read"].scopes == ("registry:read",)
    assert "/me" not in table
