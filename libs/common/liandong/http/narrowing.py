"""Finding the route of a request quickly, in a service of many routers.

The framework asks one route after another, each at the cost of several calls, and an included
router twice: with two hundred routes that would be a fifth of a short answer. Here a router is
asked only when one regular expression, made of the paths of all its routes, knows the path. What
is found is the same: the first route in order that knows path and method, else 405 or 404.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Match, compile_path

_NAME = re.compile(r"\(\?P<\w+>")
_Matches = Callable[[Any], tuple[Match, Any]]


def narrow(routes: Iterable[BaseRoute]) -> None:
    """Call it once, with all routers included. Of flat routers: whose routes have whole paths."""
    for included in routes:
        router = getattr(included, "original_router", None)
        if router is not None and (paths := _paths(router.routes)) is not None:
            included.matches = _where_it_may(included.matches, paths)  # pyright: ignore[reportAttributeAccessIssue]


def _paths(routes: list[BaseRoute]) -> re.Pattern[str] | None:
    """What knows the paths of the routes; None when one of them is no plain route."""
    if not all(isinstance(route, APIRoute) for route in routes):
        return None
    patterns = {compile_path(route.path)[0].pattern for route in routes}  # pyright: ignore[reportAttributeAccessIssue]
    return re.compile("|".join(_NAME.sub("(?:", one) for one in sorted(patterns)))


def _where_it_may(matches: _Matches, paths: re.Pattern[str]) -> _Matches:
    def narrowed(scope: Any) -> tuple[Match, Any]:
        if scope["type"] != "http" or paths.match(get_route_path(scope)) is None:
            return Match.NONE, {}
        return matches(scope)

    return narrowed
