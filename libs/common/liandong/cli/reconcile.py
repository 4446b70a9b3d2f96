"""``liandong reconcile``: what was told, what the topic holds, what was taken; and mending it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from liandong.cli.driving import driven
from liandong.cli.failure import NEEDS_ATTENTION, CommandFailed, speaking_of
from liandong.cli.options import Operator, Options, commands_on, database, operator, options_of
from liandong.cli.output import give, table
from liandong.contracts.definitions import definition_of
from liandong.db.engine import connect
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor
from liandong.reconciliation import groups, sources
from liandong.reconciliation.findings import ADVICE, TITLES, Finding, Kind, Pair, open_ones
from liandong.reconciliation.groups import Reader
from liandong.reconciliation.noting import note
from liandong.reconciliation.sources import Source
from liandong.settings import Settings


@dataclass
class Report:
    """Everything that was compared. ``left_out``: services that were not asked for or configured,
    so that what only they know was not compared."""

    sources: list[Source] = field(default_factory=list[Source])
    pairs: list[Pair] = field(default_factory=list[Pair])
    left_out: list[str] = field(default_factory=list[str])
    repairs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def findings(self) -> list[Finding]:
        own = [one for source in self.sources for one in source.findings]
        return own + [one for pair in self.pairs for one in pair.findings]

    def as_dict(self) -> dict[str, Any]:
        return {
            "equal": not open_ones(self.findings),
            "left_out": self.left_out,
            "sources": [
                {
                    "source": one.name,
                    "incarnation": one.number,
                    "events": one.events,
                    "head": one.head,
                    "topic": None
                    if one.extent is None
                    else {
                        "messages": sum(end - begin for begin, end in one.extent.offsets.values()),
                        "since": one.extent.since,
                    },
                    "findings": [found.as_dict() for found in one.findings],
                }
                for one in self.sources
            ],
            "pairs": [one.as_dict() for one in self.pairs],
            "repairs": self.repairs,
        }


def reconcile(
    ctx: typer.Context,
    show: Annotated[int, typer.Option(min=0, max=10_000, help="每项差异列出多少个事件")] = 20,
    repair: Annotated[
        bool, typer.Option("--repair", help="重发主题所缺的，补办消费组所漏的；其余只报告")
    ] = False,
    by: Operator = "",
) -> None:
    """对账：各服务已发布的事件、Kafka 主题、其他服务的收件箱与版本，三者逐一核对。

    服务可照常运行。退出码：0 一致；1 有差异；2 有库或主题读不到，无法核对。
    """
    options = options_of(ctx)
    actor = operator(by) if repair else None
    report = asyncio.run(_report(options, show, actor))
    give(options, report.as_dict(), *_shown(report))
    if open_ones(report.findings):
        raise typer.Exit(NEEDS_ATTENTION)


async def _report(options: Options, show: int, by: Actor | None) -> Report:
    report = await _compared(options, show, by)
    if report.repairs:
        after = await _compared(options, show, None)
        after.repairs = report.repairs
        report = after
    await note(options.settings(), report.findings)
    return report


async def _compared(options: Options, show: int, by: Actor | None) -> Report:
    configured = options.settings()
    known = {one.service for one in configured}
    report = Report()
    async with AsyncExitStack() as stack:
        for settings in configured:
            with speaking_of(settings.service):
                source = await stack.enter_async_context(sources.opened(settings))
                await sources.compare(source, show)
                report.sources.append(source)
        by_name = {one.name: one for one in report.sources}
        for settings in configured:
            for group in definition_of(settings.service).groups:
                report.left_out += [one for one in group.services() if one not in known]
                at_hand = [by_name[one] for one in group.services() if one in by_name]
                if not at_hand:
                    continue
                with speaking_of(settings.service):
                    sql = await connect(settings, "reconcile")
                    try:
                        await sql.execute("SET statement_timeout = 0")
                        reader = Reader(settings, sql, group)
                        found = await groups.compare(reader, at_hand, show)
                        report.pairs += found
                        if by is not None:
                            report.repairs += await _driven(reader, by_name, found)
                    finally:
                        await sql.close()
        report.left_out = sorted(set(report.left_out))
        if by is not None:
            report.repairs += await _republished(report.sources)
            await _put_on_record(configured, report.repairs, by)
    return report


async def _driven(
    reader: Reader, by_name: dict[str, Source], pairs: Sequence[Pair]
) -> list[dict[str, Any]]:
    wanted = [pair for pair in pairs if any(one.kind is Kind.NOT_HANDLED for one in pair.findings)]
    if not wanted:
        return []
    from liandong.reconciliation import repairing  # noqa: PLC0415 - it needs a Kafka client

    async with driven(reader.settings) as letters_of:
        letters = letters_of(reader.group.name)
        done = [await repairing.drive(by_name[pair.source], reader, letters) for pair in wanted]
    return [one.as_dict() for one in done]


async def _republished(compared: Sequence[Source]) -> list[dict[str, Any]]:
    wanted = [
        one for one in compared if any(found.kind is Kind.NOT_IN_TOPIC for found in one.findings)
    ]
    if not wanted:
        return []
    from liandong.reconciliation import repairing  # noqa: PLC0415 - it needs a Kafka client

    return [(await repairing.republish(one)).as_dict() for one in wanted]


async def _put_on_record(
    configured: Sequence[Settings], repairs: Sequence[dict[str, Any]], by: Actor
) -> None:
    """In the audit log of the service that was mended."""
    for settings in configured:
        mine = [
            one
            for one in repairs
            if (one["group"] or one["source"]).partition(".")[0] == settings.service
        ]
        if not mine:
            continue

        async def work(uow: UnitOfWork, mine: Sequence[dict[str, Any]] = mine) -> None:
            for one in mine:
                uow.record("events.reconciled", "event-source", one["source"], **_figures(one))

        async with database(settings) as engine:
            await commands_on(settings, engine).run(by, work)


def _figures(repair: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in repair.items() if name != "source"}


def _shown(report: Report) -> list[RenderableType]:
    shown: list[RenderableType] = [
        table(
            "对账",
            ["来源", "消费组", "事件", "待读", "差异"],
            [
                (one.name, "（主题）", one.events, None, _count(one.findings))
                for one in report.sources
            ]
            + [
                (one.source, one.group, one.events, one.pending, _count(one.findings))
                for one in report.pairs
            ],
        )
    ]
    for found in report.findings:
        where = found.source if found.group is None else f"{found.source} → {found.group}"
        title = f"{where}：{TITLES[found.kind]}（{found.count}）"
        if found.accepted:
            shown.append(f"{title}：恢复时已知，不计为差异")
            continue
        columns = list(found.examples[0]) if found.examples else []
        rows = [tuple(one.values()) for one in found.examples]
        shown += [table(title, columns, rows), f"处理：{ADVICE[found.kind]}"]
    shown += [_told(one) for one in report.repairs]
    if report.left_out:
        shown.append(f"未配置而未核对：{'、'.join(report.left_out)}")
    shown.append("一致。" if not open_ones(report.findings) else "有差异，见上。")
    return shown


def _count(findings: Sequence[Finding]) -> int:
    return sum(one.count for one in open_ones(findings))


def _told(repair: dict[str, Any]) -> str:
    if repair["group"] is None:
        return f"已修复 {repair['source']}：重新发布 {repair['republished']} 个事件。"
    return (
        f"已修复 {repair['source']} → {repair['group']}：补办 {repair['handled']} 个，"
        f"已有更新版本而未生效 {repair['superseded']} 个，另行搁置 {repair['set_aside']} 个。"
    )


def one_service(options: Options) -> Settings:
    """For ``recover``, which is for one service, named."""
    if len(options.services) != 1:
        raise CommandFailed("请用 --service 指明恢复的是哪一个服务")
    return options.one()
