"""Setting a consumer group's place in a feed back, with what that will mean."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.cli.failure import CommandFailed, Unreachable
from liandong.cli.options import Options, commands_on, database
from liandong.contracts.definitions import definition_of
from liandong.db.housekeeping import INBOX_MONTHS
from liandong.db.unit_of_work import UnitOfWork
from liandong.events.feed import read_cursor, write_cursor
from liandong.events.subscriptions import Group
from liandong.identity.actors import Actor
from liandong.settings import Settings

_PAGE = 5000
_INBOX_KEPT = timedelta(days=28 * INBOX_MONTHS)
_CURSOR = text(
    "SELECT cursor FROM backbone.feed_cursor WHERE consumer_group = :group AND source = :source"
)
_SET_BACK = text("""
    UPDATE backbone.feed_cursor SET cursor = :cursor, moved_at = clock_timestamp()
    WHERE consumer_group = :group AND source = :source AND cursor = :before
""")
_WORKERS = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ANY(:names)
""")
_AGAIN = text("""
    SELECT position, id, appended_at FROM backbone.event_feed
    WHERE position > :after AND position <= :until AND type = ANY(:types)
    ORDER BY position LIMIT :limit
""")
_HANDLED = text(
    "SELECT count(*) FROM backbone.inbox WHERE consumer_group = :group AND event_id = ANY(:ids)"
)


@dataclass(frozen=True)
class Plan:
    """What setting back would do. ``events`` and ``unhandled`` are None when the feed's own
    database cannot be asked."""

    group: str
    source: str
    current: int
    target: int
    before: str
    worker_running: bool
    events: int | None = None
    unhandled: int | None = None
    beyond_inbox: bool = False

    def check(self, *, beyond_inbox: bool) -> None:
        """Raises :class:`CommandFailed` when it must not be done (now)."""
        if self.worker_running:
            raise CommandFailed(
                f"{self.group} 的工作进程正在运行，会用自己记得的位置覆盖：请先停止它"
            )
        if self.beyond_inbox and not beyond_inbox:
            raise CommandFailed(
                "退回的范围早于收件箱的保存期，不能保证不重复生效：确实需要时请加 --beyond-inbox"
            )

    def as_dict(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "source": self.source,
            "current_position": self.current,
            "target_position": self.target,
            "target_cursor": write_cursor(self.target),
            "events": self.events,
            "unhandled": self.unhandled,
            "worker_running": self.worker_running,
            "beyond_inbox": self.beyond_inbox,
        }


async def plan(
    options: Options, settings: Settings, group_name: str, source: str | None, target: int
) -> Plan:
    """Looks up where the group stands and what lies between there and ``target``."""
    if settings.transport == "kafka":
        raise CommandFailed("以 Kafka 为传输时位置由 Kafka 保存：请用 kafka-consumer-groups 重置")
    group = _group(settings, group_name)
    source = _source(group, source)
    async with database(settings) as engine:
        async with engine.connect() as connection:
            before = await connection.scalar(_CURSOR, {"group": group.name, "source": source})
            names = [f"liandong-{settings.service}-{part}" for part in ("relay", "worker")]
            running = bool(await connection.scalar(_WORKERS, {"names": names}))
        if before is None:
            raise CommandFailed(f"{group.name} 还没有读过 {source} 的事件流，不必退回")
        current = read_cursor(before)
        if target >= current:
            raise CommandFailed(f"只能往回退：现在的位置是 {current}，给出的是 {target}")
        seen = await _between(options, engine, group, source, target, current)
    return Plan(group.name, source, current, target, before, running, **seen)


async def set_back(settings: Settings, found: Plan, by: Actor) -> None:
    """Moves the cursor, with an audit entry; refuses when it has moved in the meantime."""

    async def work(uow: UnitOfWork) -> None:
        moved = await uow.session.execute(
            _SET_BACK,
            {
                "group": found.group,
                "source": found.source,
                "cursor": write_cursor(found.target),
                "before": found.before,
            },
        )
        if not getattr(moved, "rowcount", 0):
            raise CommandFailed("位置刚刚变动过，请重新执行")
        uow.record(
            "feed.replayed",
            "consumer-group",
            found.group,
            source=found.source,
            from_position=found.current,
            to_position=found.target,
        )

    async with database(settings) as engine:
        await commands_on(settings, engine).run(by, work)


def _group(settings: Settings, name: str) -> Group:
    groups = {group.name: group for group in definition_of(settings.service).groups}
    if name not in groups:
        there = "、".join(sorted(groups)) or "无"
        raise CommandFailed(f"{settings.service} 没有消费组 {name}（有：{there}）")
    return groups[name]


def _source(group: Group, source: str | None) -> str:
    sources = group.services()
    if source is None and len(sources) == 1:
        return sources[0]
    if source not in sources:
        raise CommandFailed(f"请用 --source 指明来源：{'、'.join(sources)}")
    return source


async def _between(
    options: Options, engine: AsyncEngine, group: Group, source: str, target: int, current: int
) -> dict[str, Any]:
    """Counts the events that would be read again, and those of them that never were handled."""
    peer = options.settings_of(source)
    if peer is None:
        return {}
    events = handled = 0
    oldest: datetime | None = None
    try:
        async with database(peer) as feed, feed.connect() as there, engine.connect() as here:
            position = target
            while True:
                rows = (
                    await there.execute(
                        _AGAIN,
                        {
                            "after": position,
                            "until": current,
                            "types": sorted(group.by_type()),
                            "limit": _PAGE,
                        },
                    )
                ).all()
                if not rows:
                    break
                oldest = oldest or rows[0].appended_at
                ids = [row.id for row in rows]
                handled += await here.scalar(_HANDLED, {"group": group.name, "ids": ids}) or 0
                events, position = events + len(rows), rows[-1].position
    except Unreachable:
        return {}
    return {
        "events": events,
        "unhandled": events - handled,
        "beyond_inbox": oldest is not None and oldest < datetime.now(UTC) - _INBOX_KEPT,
    }
