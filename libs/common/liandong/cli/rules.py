"""``liandong rules list|diff|check``: the rule sets in force, their differences, new files."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from liandong.cli.failure import NEEDS_ATTENTION
from liandong.cli.options import options_of
from liandong.cli.output import give, table
from liandong.cli.rule_sets import check_file, differences, find, in_force, shipped_for
from liandong.clock import CHINA
from liandong.values.districts import districts

app = typer.Typer(help="规则（标准、期限、金额）。", no_args_is_help=True)

_CERTAINTY = {
    "verified": "已核对原文",
    "reported": "据地方报道",
    "recalled": "待核对",
    "chosen": "平台默认",
}


@app.command("list")
def list_(
    ctx: typer.Context,
    district: Annotated[str, typer.Option(help="行政区划代码")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一天；省略为今天")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="只看一类规则")] = None,
) -> None:
    """列出一个地区在某一天生效的规则，包括本地规则。"""
    options = options_of(ctx)
    day = (on or datetime.now(CHINA)).date()
    districts().check(district)
    found = asyncio.run(in_force(options, district, day, subject))
    give(
        options,
        {"district": district, "on": day.isoformat(), "rules": found},
        table(
            f"{districts().full_name(district)} {day.isoformat()} 生效的规则",
            ["服务", "规则", "名称", "采用", "生效", "失效", "本地", "可靠程度", "依据"],
            [_row(one) for one in found],
        ),
    )


@app.command()
def diff(
    ctx: typer.Context,
    one: Annotated[str, typer.Argument(help="规则的引用，如 grading@340100/2019")],
    other: Annotated[
        str | None, typer.Argument(help="另一个；省略则为没有本地规则时会采用的")
    ] = None,
) -> None:
    """比较两个版本，或比较本地规则与随系统发布的规则。"""
    options = options_of(ctx)
    after = asyncio.run(find(options, one))
    before = asyncio.run(find(options, other)) if other else shipped_for(options, after)
    found = differences(before, after)
    give(
        options,
        {"before": before.reference, "after": after.reference, "differences": found},
        table(
            f"{before.reference} → {after.reference}（{len(found)} 处不同）",
            ["项目", before.reference, after.reference],
            [(item["path"], item["before"], item["after"]) for item in found],
        ),
    )


@app.command()
def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """检查一个规则文件（YAML）是否合乎其模型。退出码：0 合乎；1 不合乎。"""
    options = options_of(ctx)
    found = check_file(options, file)
    wrong = [one for one in found if one["errors"]]
    give(
        options,
        {"file": str(file), "ok": not wrong, "documents": found},
        table(
            f"{file}：{len(found)} 个规则，{len(wrong)} 个有误",
            ["规则", "服务", "结果"],
            [
                (one["reference"], one["service"], "；".join(one["errors"]) or "合乎要求")
                for one in found
            ],
        ),
    )
    if wrong:
        raise typer.Exit(NEEDS_ATTENTION)


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    rule: dict[str, Any] | None = one["rule_set"]
    if rule is None:
        return one["service"], one["subject"], one["title"], "没有", None, None, None, None, None
    return (
        one["service"],
        one["subject"],
        one["title"],
        rule["reference"],
        _day(rule["valid_from"]),
        _day(rule["valid_to"]),
        rule["overridden"],
        _CERTAINTY.get(rule["certainty"], rule["certainty"]),
        rule["legal_basis"],
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
