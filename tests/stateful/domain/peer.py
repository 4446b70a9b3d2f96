"""The way to credit-list's confirming answer, on which anything may happen."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

UNCLEAR = ("away", "error", "no-json", "unknown", "no-fields")
"""Ways of not getting a clear answer."""

_ANSWERS = {
    "error": httpx.Response(500, json={"known": True, "barred_from_bids": False}),
    "no-json": httpx.Response(200, text="<html>"),
    "unknown": httpx.Response(
        200, json={"known": False, "barred_from_bids": False, "payments_held": False}
    ),
    "no-fields": httpx.Response(200, json={"known": True}),
}


class Doubtful(httpx.AsyncBaseTransport):
    """Asks the real service, unless ``mood`` says otherwise; ``before`` happens first."""

    def __init__(self, app: Callable[[], Any]) -> None:
        self._app = app
        self.mood = ""
        self.before: Callable[[], Awaitable[None]] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.before is not None:
            before, self.before = self.before, None
            await before()
        if self.mood == "away":
            raise httpx.ConnectError("nobody there")
        if self.mood:
            known = _ANSWERS[self.mood]
            return httpx.Response(known.status_code, content=known.content, headers=known.headers)
        real = httpx.ASGITransport(self._app(), raise_app_exceptions=False)
        return await real.handle_async_request(request)
