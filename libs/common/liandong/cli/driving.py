"""A service's own handlers, to be run from the terminal as its worker would run them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from liandong.cli.failure import CommandFailed, speaking_of
from liandong.contracts.definitions import definition_of
from liandong.events.letters import Letters
from liandong.runtime import build
from liandong.settings import Settings


@asynccontextmanager
async def driven(settings: Settings) -> AsyncIterator[Callable[[str], Letters]]:
    """Gives the letters of a consumer group by its name."""
    with speaking_of(settings.service):
        runtime = build(definition_of(settings.service), settings)
        by_group = {letters.consumer.group.name: letters for letters in runtime.letters}

        def of_group(name: str) -> Letters:
            if name not in by_group:
                raise CommandFailed(
                    f"{settings.service} 的这一版本已没有消费组 {name}，只能放弃其死信"
                )
            return by_group[name]

        try:
            yield of_group
        finally:
            await runtime.close()
