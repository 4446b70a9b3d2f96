"""谁发布: the relay or the connector, as the settings say and as the database knows."""

import asyncpg

from liandong.cdc import slot
from liandong.preflight.findings import Finding, fit, refused, unknown
from liandong.settings import Settings

_CHECK = "topics.publisher"


async def finding(settings: Settings, sql: asyncpg.Connection) -> Finding:
    """Refused where events would be told by nobody, or out of order by both. A slot that was lost
    does not stop the start: its events wait in the outbox."""
    if settings.transport != "kafka":
        return fit(_CHECK)
    found = await slot.standing(sql, settings)
    if settings.publisher == "relay":
        if not found.marked:
            return fit(_CHECK)
        return refused(
            _CHECK,
            "本服务的事件由连接器（CDC）发布：请设置 LIANDONG_PUBLISHER=cdc，"
            "或先停止所有 worker 并执行 liandong cdc end",
            "the connector publishes, not the relay",
        )
    if not found.marked:
        return refused(
            _CHECK,
            "本服务的事件仍由中继发布：请设置 LIANDONG_PUBLISHER=relay，"
            "或先在中继运行时执行 liandong cdc begin",
            "the relay publishes, not the connector",
        )
    if not found.safe:
        return unknown(
            _CHECK,
            f"复制槽 {slot.slot_of(settings)} 不存在或已失效，事件留在待发表中："
            "请按 docs/operations/cdc.md 处理",
            "the replication slot is gone or lost; events wait in the outbox",
        )
    return fit(_CHECK)
