"""The routes of an application as it runs, and whom each lets in by its signature."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from liandong.contracts.definitions import definitions_of
from liandong.identity.actors import Role
from liandong.identity.dependencies import RequiredRoles, current_actor
from liandong.testing.services import start


@dataclass(frozen=True)
class Guard:
    """Whom a route's dependencies let in; ``roles`` are all of ``any-token`` without a role."""

    needs_token: bool
    roles: frozenset[Role]
    scopes: frozenset[str]


def routes_of(app: FastAPI) -> dict[str, tuple[Any, Guard]]:
    """``METHOD /path`` of everything that the application answers, with route and guard.

    Routers carry their whole prefix (the house rule), so a route's own path is the address.
    """
    found: dict[str, tuple[Any, Guard]] = {}
    for route in _flat(app.routes):
        dependant = route.dependant if isinstance(route, APIRoute) else None
        guard = _guard(dependant)
        for method in sorted((getattr(route, "methods", None) or {"MOUNT"}) - {"HEAD"}):
            key = f"{method} {route.path}"
            assert key not in found, f"{key} is defined twice"
            found[key] = (route, guard)
    return found


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from _flat(included.routes)


def _guard(dependant: Dependant | None) -> Guard:
    calls = [one.call for one in _tree(dependant)] if dependant is not None else []
    required = [call for call in calls if isinstance(call, RequiredRoles)]
    named = [frozenset(one.roles) for one in required if one.roles]
    return Guard(
        needs_token=current_actor in calls,
        # Several requirements must all be met: what is left is what they have in common.
        roles=frozenset.intersection(*named) if named else frozenset(),
        scopes=frozenset(scope for one in required for scope in one.scopes),
    )


def _tree(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _tree(one)


@asynccontextmanager
async def applications() -> AsyncIterator[dict[str, FastAPI]]:
    """Every service's application as it runs, without a database behind it."""
    services = [start(one, "postgresql://nobody@localhost:1/none") for one in definitions_of()]
    yield {one.definition.name: one.app for one in services}
    for one in services:
        await one.close()
