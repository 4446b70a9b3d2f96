"""The publisher of a worker whose events a connector carries to Kafka."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from liandong.cdc import slot
from liandong.db.engine import connect
from liandong.settings import Settings
from liandong.transports.base import FeedOnly, Outgoing, PublishReport


@dataclass
class SlotWatch(FeedOnly):
    """Takes every event as published while the log is kept for the connector.

    The relay then appends it to the feed and deletes its row: the connector reads the insert from
    the log. Raises ConnectionError when the slot is gone or was invalidated: the rows stay, also
    when a slot of the same name is made meanwhile, which knows nothing of them.
    """

    settings: Settings
    _sql: asyncpg.Connection | None = None

    async def stop(self) -> None:
        sql, self._sql = self._sql, None
        if sql is not None:
            sql.terminate()

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        if self._sql is None or self._sql.is_closed():
            self._sql = await connect(self.settings, "cdc")
        found = await slot.standing(self._sql, self.settings)
        if not found.safe:
            if found.marked and not found.lost:
                await slot.mark(self._sql, slot.LOST)
            raise ConnectionError(f"no usable replication slot {slot.slot_of(self.settings)}")
        return await super().publish(messages)
