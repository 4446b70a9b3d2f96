"""The decisions are complete, fit the signatures, and the page in docs says the same."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from liandong.settings import SERVICES
from tests.authorisation.page import PAGE, rendered
from tests.authorisation.routes import Guard, applications, routes_of
from tests.authorisation.table import Decision, decisions_of, every_decision, route_of

UNTESTED = 0
"""Decisions that no request tries; each says why in ``untested_because``."""

each_service = pytest.mark.parametrize("service", SERVICES)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[dict[str, FastAPI]]:
    async with applications() as running:
        yield running


@pytest.fixture
def app(running: dict[str, FastAPI], service: str) -> FastAPI:
    return running[service]


def signature(decision: Decision) -> Guard:
    """The guard that a decision demands of the endpoint's signature."""
    roles, scopes = frozenset(), frozenset()
    if decision.checked == "dependency" and not isinstance(decision.roles, str):
        roles = frozenset(decision.roles)
        scopes = frozenset(one for found in decision.scopes.values() for one in found)
    return Guard(needs_token=decision.roles != "public", roles=roles, scopes=scopes)


@each_service
def test_every_endpoint_has_a_decision_and_every_decision_an_endpoint(
    service: str, app: FastAPI
) -> None:
    decided = {route_of(key) for key in decisions_of(service)}
    routes = set(routes_of(app))
    assert (sorted(routes - decided), sorted(decided - routes)) == ([], [])


@each_service
def test_a_facet_is_decided_beside_the_whole_of_its_endpoint(service: str) -> None:
    decisions = decisions_of(service)
    assert [key for key in decisions if route_of(key) not in decisions] == []


@each_service
def test_no_route_escapes_the_list_that_the_openapi_document_knows(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    documented = {f"{method.upper()} {path}" for path, found in paths.items() for method in found}
    assert documented <= set(routes_of(app))


@each_service
def test_every_signature_lets_in_whom_the_decision_names(service: str, app: FastAPI) -> None:
    routes = routes_of(app)
    differing = {
        key: (routes[key][1], signature(decision))
        for key, decision in decisions_of(service).items()
        if key in routes and routes[key][1] != signature(decision)
    }
    assert differing == {}


def test_no_decision_goes_untested_unnoticed() -> None:
    untested = [key for _, key, decision in every_decision() if decision.untested_because]
    assert len(untested) == UNTESTED, untested


def test_the_page_in_docs_says_what_is_decided(running: dict[str, FastAPI]) -> None:
    """``python -m tests.authorisation`` writes it."""
    assert PAGE.read_text(encoding="utf-8") == rendered(running)
