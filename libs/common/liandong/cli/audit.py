"""``liandong audit verify|list``: the chain of audit entries."""

import asyncio
import json
from typing import Annotated, Any

import typer
from sqlalchemy import text

from liandong.audit.log import Verdict, verify
from liandong.cli.failure import NEEDS_ATTENTION
from liandong.cli.options import Options, database, options_of
from liandong.cli.output import give, progress, table

app = typer.Typer(help="审计日志。", no_args_is_help=True)

_ENTRIES = text("""
    SELECT e.id, e.at, e.actor, e.actor_roles, e.action, e.subject_type, e.subject_id, e.district,
           e.details, e.request_id, s.position
    FROM backbone.audit_entry e LEFT JOIN backbone.audit_seal s ON s.entry_id = e.id
    WHERE e.subject_id = :subject AND (CAST(:kind AS text) IS NULL OR e.subject_type = :kind)
    ORDER BY e.id DESC LIMIT :limit
""")


@app.command("verify")
def verify_(ctx: typer.Context) -> None:
    """重算整条哈希链；指出第一处断裂。退出码：0 完好；1 断裂。"""
    options = options_of(ctx)
    found = asyncio.run(_verify(options))
    give(
        options,
        {"services": [_as_dict(service, verdict) for service, verdict in found]},
        *(_told(service, verdict) for service, verdict in found),
    )
    if not all(verdict.ok for _, verdict in found):
        raise typer.Exit(NEEDS_ATTENTION)


@app.command("list")
def list_(
    ctx: typer.Context,
    subject_id: Annotated[str, typer.Option(help="主体编号")],
    subject_type: Annotated[str | None, typer.Option(help="主体类别")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
) -> None:
    """列出一个主体的审计记录，最近的在前。"""
    options = options_of(ctx)
    found = asyncio.run(_entries(options, subject_id, subject_type, limit))
    give(
        options,
        {"entries": found},
        table(
            f"审计记录（{len(found)}）",
            ["服务", "时间", "操作人", "角色", "动作", "主体", "区划", "内容", "封存"],
            [
                (
                    one["service"], one["at"], one["actor"], one["actor_roles"], one["action"],
                    one["subject_type"], one["district"],
                    json.dumps(one["details"], ensure_ascii=False), one["position"],
                )
                for one in found
            ],
        ),
    )  # fmt: skip


async def _verify(options: Options) -> list[tuple[str, Verdict]]:
    found: list[tuple[str, Verdict]] = []
    with progress(options) as bar:
        for settings in options.settings():
            async with database(settings) as engine:
                async with engine.connect() as connection:
                    sealed = await connection.scalar(
                        text("SELECT count(*) FROM backbone.audit_seal")
                    )
                task = bar.add_task(settings.service, total=sealed)
                verdict = await verify(engine, lambda number, task=task: bar.advance(task, number))
                found.append((settings.service, verdict))
    return found


def _as_dict(service: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "service": service,
        "ok": verdict.ok,
        "checked": verdict.checked,
        "unsealed": verdict.unsealed,
        "broken_at": verdict.broken_at,
        "entry_id": verdict.entry_id,
        "reason": verdict.reason or None,
    }


def _told(service: str, verdict: Verdict) -> str:
    unsealed = f"，另有 {verdict.unsealed} 条尚未封存" if verdict.unsealed else ""
    if verdict.ok:
        return f"{service}：{verdict.checked} 条记录完好{unsealed}"
    return (
        f"{service}：第 {verdict.broken_at} 条断裂：{verdict.reason}"
        f"（记录 {verdict.entry_id}；此前 {verdict.checked} 条完好{unsealed}）"
    )


async def _entries(
    options: Options, subject: str, kind: str | None, limit: int
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for settings in options.settings():
        async with database(settings) as engine, engine.connect() as connection:
            rows = await connection.execute(
                _ENTRIES, {"subject": subject, "kind": kind, "limit": limit}
            )
            found += [
                {"service": settings.service, **row, "details": json.loads(row["details"])}
                for row in rows.mappings()
            ]
    found.sort(key=lambda one: one["at"], reverse=True)
    return found[:limit]
