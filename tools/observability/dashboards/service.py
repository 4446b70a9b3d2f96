"""One service, chosen: its requests, its processes, its timers and records."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability import thresholds as limit
from tools.observability.dashboards.parts import Query, choice, figure, graph, new, row, rows

_OWN = 'service="$service"'
_PROCESS = 'job=~".*liandong.*", service="$service"'


def dashboard() -> Dashboard:
    requests = "rate(liandong_http_request_seconds_count{" + _OWN
    return (
        new("service", "单个服务", "一个服务的请求、进程、计时、审计与规则")
        .with_variable(choice("service", "服务", "label_values(liandong_build_info, service)"))
        .with_row(row("请求"))
        .with_panel(
            graph(
                "按状态", "reqps",
                Query(f"sum by (status) ({requests}}}[$__rate_interval]))", "{{status}}"),
                told="每秒答复的请求，按状态码。", runbook="LiandongServerErrors", stacked=True,
            )
        )
        .with_panel(
            graph(
                "按路径", "reqps",
                Query(
                    f"topk(10, sum by (method, route) ({requests}}}[$__rate_interval])))",
                    "{{method}} {{route}}",
                ),
                told="最忙的十条路径。", runbook="LiandongSlowAnswers",
            )
        )
        .with_panel(
            graph(
                "用时", "s",
                *(
                    Query(
                        f"histogram_quantile({share}, sum by (le) (rate("
                        f'liandong_http_request_seconds_bucket{{{_OWN}, route!="/v1/events"}}'
                        "[$__rate_interval])))",
                        name,
                    )
                    for share, name in ((0.5, "中位"), (0.95, "95 分位"), (0.99, "99 分位"))
                ),
                told="从请求到答复结束；事件流的长轮询不计。", runbook="LiandongSlowAnswers",
                limit=limit.SLOW_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "正在办理的请求", "short",
                Query(
                    f"sum by (instance) (liandong_http_requests_open{{{_OWN}}})", "{{instance}}"
                ),
                told="未答复的请求，含等待事件的长轮询。", runbook="LiandongSlowAnswers",
            )
        )
        .with_row(row("进程"))
        .with_panel(
            graph(
                "内存", "bytes",
                Query(f"process_resident_memory_bytes{{{_PROCESS}}}", "{{instance}}"),
                told="常驻内存。", runbook="LiandongMemoryHigh", span=8,
                limit=limit.MEMORY_BYTES.value,
            )
        )
        .with_panel(
            graph(
                "CPU", "percentunit",
                Query(
                    f"rate(process_cpu_seconds_total{{{_PROCESS}}}[$__rate_interval])",
                    "{{instance}}",
                ),
                told="一个进程最多用一个核。", runbook="LiandongEventLoopBlocked", span=8,
            )
        )
        .with_panel(
            graph(
                "事件循环迟到", "s",
                Query(f"liandong_event_loop_lag_seconds{{{_OWN}}}", "{{instance}} 迟到"),
                told="事件循环比约定晚醒的时间。", runbook="LiandongEventLoopBlocked", span=8,
                limit=limit.LOOP_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "垃圾回收", "ops",
                Query(
                    f"sum by (generation) (rate(python_gc_collections_total{{{_PROCESS}}}"
                    "[$__rate_interval]))",
                    "第 {{generation}} 代",
                ),
                told="每秒的垃圾回收次数。", span=8,
            )
        )
        .with_panel(
            rows(
                "版本",
                Query(f"liandong_build_info{{{_OWN}}}", ""),
                told="各进程的部分、版本与源码修订。", runbook="LiandongVersionsMixed", span=16,
            )
        )
        .with_row(row("计时与记录"))
        .with_panel(
            figure(
                "最晚的到期事项", "s",
                Query(f"max(liandong_deadline_late_seconds{{{_OWN}}})", "晚"),
                told="到期而未办的事项中最早的一个晚了多久。",
                runbook="LiandongTimersLate", bad_from=limit.TIMER_SECONDS.value,
            )
        )
        .with_panel(
            figure(
                "被放弃的到期事项", "short",
                Query(f"max(liandong_deadlines_failed{{{_OWN}}})", "项"),
                told="十次失败后等待人工。", runbook="LiandongTimersFailed", bad_from=1,
            )
        )
        .with_panel(
            figure(
                "未封存的审计记录", "s",
                Query(f"max(liandong_audit_unsealed_oldest_seconds{{{_OWN}}})", "最早"),
                told="最早的未封存记录的年龄。",
                runbook="LiandongAuditUnsealed", bad_from=limit.UNSEALED_SECONDS.value,
            )
        )
        .with_panel(
            figure(
                "距上次对账", "s",
                Query(
                    f"time() - max(liandong_reconciliation_timestamp_seconds{{{_OWN}}})", "已过"
                ),
                told="liandong reconcile 上次核对本服务至今。",
                runbook="LiandongReconciliationOverdue", bad_from=limit.RECONCILED_SECONDS.value,
            )
        )
        .with_panel(
            figure(
                "对账差异", "short",
                Query(f"sum(max by (kind) (liandong_reconciliation_findings{{{_OWN}}}))", "项"),
                told="上次对账发现的未决差异。",
                runbook="LiandongReconciliationFindings", bad_from=1,
            )
        )
        .with_panel(
            figure(
                "后台工作失败", "short",
                Query(
                    f"sum(increase(liandong_background_failures_total{{{_PROCESS}}}[10m]))", "次"
                ),
                told="十分钟内失败的后台轮次。", runbook="LiandongBackgroundWorkFails", bad_from=10,
            )
        )
        .with_panel(
            rows(
                "现行规则集",
                Query(
                    "max by (subject, jurisdiction, version, origin) "
                    f"(liandong_rule_set_info{{{_OWN}}})",
                    "",
                ),
                told="今日现行的规则集；override 为管理员在其上另订的。", span=24,
            )
        )
    )  # fmt: skip
