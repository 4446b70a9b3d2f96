"""The application factory: one FastAPI application per service, all made the same way."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import structlog
from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.openapi.utils import get_openapi
from fastapi.params import Depends as DependsMarker
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.routing import BaseRoute

from liandong.db.incarnation import assert_not_restored
from liandong.events import feed, state_pages
from liandong.http import errors
from liandong.http.boundary import Boundary
from liandong.http.limits import AddressLimit, RateLimits
from liandong.http.narrowing import narrow
from liandong.http.routing import ProblemBody
from liandong.identity.dependencies import optional_actor
from liandong.imports import endpoints as imports
from liandong.observing.process import announce, refresh
from liandong.observing.sampler import Sampler
from liandong.rules import overrides
from liandong.runtime import Runtime
from liandong.tracing import enabled
from liandong.worker import Worker

log = structlog.get_logger(__name__)


def create_app(runtime: Runtime, *, api: bool = True, worker: bool = False) -> FastAPI:
    """The service as an ASGI application.

    ``api``: with the business routes and the feed; ``worker``: runs the background parts while
    the application runs. Both for a service in one process; health and metrics always.
    """
    definition = runtime.definition

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await assert_not_restored(runtime.settings)
        tasks = [asyncio.create_task(Sampler(runtime, everything=worker).run())]
        if worker:
            tasks.append(asyncio.create_task(Worker(runtime).run()))
            tasks[-1].add_done_callback(partial(_exit_when_dead, runtime))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await runtime.close()

    app = FastAPIOffline(  # its documentation page needs nothing from outside
        title=definition.title,
        description=definition.description,
        version="1.0",
        lifespan=lifespan,
        redoc_url=None,
    )
    announce(runtime, api=api, worker=worker)
    app.state.runtime = runtime
    app.state.token_verifier = runtime.verifier
    app.state.admission = RateLimits(runtime.settings).admit
    app.state.inquiries = AddressLimit(runtime.settings.inquiry_rate_limit)
    errors.install(app)
    if api:
        routers = [*definition.routers, overrides.router]
        if definition.imports:
            routers.append(imports.router)
        for router in routers:
            app.router.routes.extend(_routes(router, Depends(optional_actor)))
        app.router.routes.extend(_routes(feed.router))
        if definition.states:
            app.router.routes.extend(_routes(state_pages.router))
    _operational_routes(app, runtime)
    app.openapi = lambda: _openapi(app)
    app.add_middleware(
        Boundary,  # type: ignore[arg-type]
        service=definition.name,
        path_prefix=runtime.settings.path_prefix,
        max_body_bytes=runtime.settings.max_body_bytes,
        max_upload_bytes=runtime.settings.max_upload_bytes,
    )
    if enabled():
        # Only then: spans that nobody gathers would cost a tenth of every request.
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: PLC0415

        FastAPIInstrumentor.instrument_app(
            app,
            excluded_urls="health/.*,metrics",
            exclude_spans=["receive", "send"],
        )
    return app


_INCLUDED: Final[dict[int, tuple[APIRouter, Sequence[BaseRoute]]]] = {}


def _routes(router: APIRouter, *dependencies: DependsMarker) -> Sequence[BaseRoute]:
    """The router as part of an application; all applications of a process share it.

    Reading the signatures of two hundred endpoints takes a tenth of a second, and nothing in them
    belongs to one application, which they find in the request. Dependency overrides of an
    application do not reach them: a test replaces what the dependency calls.
    """
    if id(router) not in _INCLUDED:
        parent = APIRouter()
        parent.include_router(router, dependencies=dependencies)
        narrow(parent.routes)
        _INCLUDED[id(router)] = (router, parent.routes)
    return _INCLUDED[id(router)][1]


def _exit_when_dead(runtime: Runtime, task: asyncio.Task[None]) -> None:
    """A worker that dies takes its process along, so that the supervisor starts a new one."""
    if task.cancelled():
        return
    log.critical("worker_died", exc_info=task.exception())
    runtime.worker_died = True
    os.kill(os.getpid(), signal.SIGTERM)


def _operational_routes(app: FastAPI, runtime: Runtime) -> None:
    @app.get("/health/live", tags=["运行"], summary="存活检查")
    async def live() -> dict[str, str]:
        return {  # also who answers: the checks before a start of the others compare it
            "status": "ok",
            "service": runtime.definition.name,
            "environment": runtime.settings.environment,
        }

    @app.get(
        "/health/ready",
        tags=["运行"],
        summary="就绪检查",
        responses={503: {"description": "未就绪"}},
    )
    async def ready(response: Response) -> dict[str, Any]:
        checks: dict[str, str] = {"process": "ending"} if runtime.draining else {}
        try:
            async with asyncio.timeout(2), runtime.read_engine.connect() as connection:
                await connection.scalar(text("SELECT 1"))
            checks["database"] = "ok"
        except Exception as error:
            checks["database"] = type(error).__name__
        checks |= {f"consumer {group}": "halted" for group in runtime.halted}
        healthy = all(state == "ok" for state in checks.values())
        response.status_code = 200 if healthy else 503
        return {"status": "ok" if healthy else "unavailable", "checks": checks}

    @app.get("/metrics", tags=["运行"], summary="运行指标（Prometheus）", response_class=Response)
    async def metrics() -> Response:
        refresh(runtime)
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        components["Problem"] = ProblemBody.model_json_schema()
        components.pop("HTTPValidationError", None)
        components.pop("ValidationError", None)
        app.openapi_schema = schema
    return app.openapi_schema
