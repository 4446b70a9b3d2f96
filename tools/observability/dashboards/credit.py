"""Credit and measures: whether what was decided is obeyed, and asked before money moves."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability import thresholds as limit
from tools.observability.dashboards.parts import (
    Query,
    bars,
    figure,
    graph,
    new,
    quantiles,
    row,
)

_CREDIT = 'type=~"cn[.]liandong[.]credit-list[.].*"'


def dashboard() -> Dashboard:
    return (
        new("credit", "信用与措施", "名单的生效、联合奖惩的回执、不可挽回之前的核实")
        .with_panel(
            figure(
                "逾期未回执", "short",
                Query(
                    'sum(max by (service) (liandong_measures_unacknowledged{state="late"}))', "措施"
                ),
                told="过了期限仍未告知已执行的措施。", runbook="LiandongMeasuresLate", span=6,
                bad_from=1,
            )
        )
        .with_panel(
            figure(
                "待回执", "short",
                Query(
                    'sum(max by (service) (liandong_measures_unacknowledged{state="waiting"}))',
                    "措施",
                ),
                told="未过期限、尚未告知的措施。", runbook="LiandongMeasuresLate", span=6,
            )
        )
        .with_panel(
            figure(
                "因无规则而搁置的线索", "short", Query("max(liandong_leads_without_rules)", "组织"),
                told="当地没有可用触发规则的组织数。", runbook="LiandongLeadsWithoutRules", span=6,
                bad_from=1,
            )
        )
        .with_panel(
            figure(
                "核实无答复", "short",
                Query(
                    "sum(increase(liandong_confirming_check_seconds_count"
                    '{outcome="unavailable"}[10m])) or vector(0)',
                    "次",
                ),
                told="十分钟内没有得到答复的核实。", runbook="LiandongConfirmingCheckFails", span=6,
                bad_from=1,
            )
        )
        .with_row(row("生效"))
        .with_panel(
            graph(
                "信用决定到生效（99 分位）", "s",
                Query(
                    "histogram_quantile(0.99, sum by (le, group, type) (rate("
                    f"liandong_event_effect_seconds_bucket{{{_CREDIT}}}[$__rate_interval])))",
                    "{{group}} {{type}}",
                ),
                told="信用名单服务的每类事件到各消费组处理完毕。", runbook="LiandongListingSlow",
                limit=limit.EFFECT_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "信用决定的处理", "ops",
                Query(
                    "sum by (group, type) (rate(liandong_event_effect_seconds_count"
                    f"{{{_CREDIT}}}[$__rate_interval]))",
                    "{{group}} {{type}}",
                ),
                told="各消费组每秒处理的信用事件。", runbook="LiandongConsumerStands",
            )
        )
        .with_panel(
            bars(
                "未回执的措施", "short",
                Query(
                    "max by (service, state) (liandong_measures_unacknowledged)",
                    "{{service}} {{state}}",
                ),
                told="按执行服务；waiting 未到期限，late 已逾期。", runbook="LiandongMeasuresLate",
            )
        )
        .with_panel(
            graph(
                "到期事项", "ops",
                Query(
                    "sum by (kind) (rate(liandong_deadlines_fired_total"
                    '{service="credit-list"}[$__rate_interval]))',
                    "{{kind}}",
                ),
                told="信用名单服务按期发生的事项：陈述申辩期满、名单到期等。",
                runbook="LiandongTimersLate",
            )
        )
        .with_row(row("不可挽回之前的核实"))
        .with_panel(
            graph(
                "核实的结果", "short",
                Query(
                    "sum by (decision, outcome) (liandong_confirming_checks_total)",
                    "{{decision}} {{outcome}}",
                ),
                told="award 确定成交，payment 拨付；clear 放行，barred 被限制，unclear 没有明确答复。",
                runbook="LiandongConfirmingCheckFails",
            )
        )
        .with_panel(
            graph(
                "核实的用时", "s", *quantiles("liandong_confirming_check_seconds", "peer"),
                told="向信用名单服务提问到答复；上限 2 秒。", runbook="LiandongConfirmingCheckFails",
                limit=2,
            )
        )
    )  # fmt: skip
