"""Writes ``docs/authorisation.md`` from the decisions: ``python -m tests.authorisation``."""

import asyncio

from tests.authorisation.page import PAGE, rendered
from tests.authorisation.routes import applications


async def write() -> None:
    async with applications() as running:
        PAGE.write_text(rendered(running), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(write())
