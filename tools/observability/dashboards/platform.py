"""The platform at one look: one decision takes effect everywhere."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability import thresholds as limit
from tools.observability.dashboards.parts import Query, figure, graph, new, row
from tools.observability.rules import LISTED

_LISTED = f'type="{LISTED}"'


def dashboard() -> Dashboard:
    listed = f"rate(liandong_event_effect_seconds_bucket{{{_LISTED}}}[$__rate_interval])"
    return (
        new("platform", "平台总览", "一处决定、处处生效：生效用时、未发布的事件、积压与死信")
        .with_panel(
            figure(
                "不在运行的进程", "short",
                Query('count(up{job=~".*liandong.*"} == 0) or vector(0)', "进程"),
                told="读不到指标的目标数。", runbook="LiandongTargetDown", bad_from=1,
            )
        )
        .with_panel(
            figure(
                "最早的未发布事件", "s",
                Query("max(liandong_outbox_oldest_seconds)", "等待"),
                told="各服务发件箱中最早一个事件的等待时间。",
                runbook="LiandongEventsNotPublished", bad_from=limit.OUTBOX_SECONDS.value,
            )
        )
        .with_panel(
            figure(
                "待读消息", "short",
                Query("sum(max by (group, lane) (liandong_consumer_lag_records))", "消息"),
                told="全部消费组落后的消息数；以事件流为传输时每条通道只报 0 或 1。",
                runbook="LiandongConsumerBehind", bad_from=limit.LAG_RECORDS.value,
            )
        )
        .with_panel(
            figure(
                "死信", "short",
                Query('sum(max by (group) (liandong_dead_letters{status="dead"}))', "死信"),
                told="须由人处理的事件数。", runbook="LiandongDeadLetters", bad_from=1,
            )
        )
        .with_panel(
            figure(
                "逾期未回执的措施", "short",
                Query(
                    'sum(max by (service) (liandong_measures_unacknowledged{state="late"}))', "措施"
                ),
                told="执行服务没有告知已执行的联合奖惩措施。",
                runbook="LiandongMeasuresLate", bad_from=1,
            )
        )
        .with_panel(
            figure(
                "正在触发的告警", "short",
                Query('count(ALERTS{alertname=~"Liandong.*", alertstate="firing"}) or vector(0)', "告警"),
                told="已触发的告警数。", bad_from=1,
            )
        )
        .with_row(row("决定到生效"))
        .with_panel(
            graph(
                "列入名单到各处生效", "s",
                Query(f"histogram_quantile(0.5, sum by (le, group) ({listed}))", "{{group}} 中位"),
                Query(f"histogram_quantile(0.99, sum by (le, group) ({listed}))", "{{group}} 99 分位"),
                told="从列入决定生效到投标被否、款项被暂停的时间。承诺为一秒之内。",
                runbook="LiandongListingSlow", limit=limit.EFFECT_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "全部事件到生效（99 分位）", "s",
                Query(
                    "histogram_quantile(0.99, sum by (le, group) "
                    "(rate(liandong_event_effect_seconds_bucket[$__rate_interval])))",
                    "{{group}}",
                ),
                told="每个消费组从事件所述的时刻到处理完毕的时间。", runbook="LiandongListingSlow",
            )
        )
        .with_row(row("事件在途"))
        .with_panel(
            graph(
                "最早的未发布事件", "s",
                Query("max by (service) (liandong_outbox_oldest_seconds)", "{{service}}"),
                told="发件箱的年龄；上升说明发布停了。", runbook="LiandongEventsNotPublished",
                limit=limit.OUTBOX_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "发布与处理", "ops",
                Query("sum(rate(liandong_relay_published_total[$__rate_interval]))", "发布"),
                Query(
                    'sum(rate(liandong_consumer_events_total{outcome="handled"}[$__rate_interval]))',
                    "处理",
                ),
                told="每秒发布的事件与各消费组处理的事件（一个事件有多个读者）。",
                runbook="LiandongConsumerStands",
            )
        )
        .with_row(row("办理"))
        .with_panel(
            graph(
                "请求", "reqps",
                Query(
                    "sum by (service) (rate(liandong_http_request_seconds_count[$__rate_interval]))",
                    "{{service}}",
                ),
                told="各服务每秒答复的请求。", runbook="LiandongTargetDown",
            )
        )
        .with_panel(
            graph(
                "5xx 占比", "percentunit",
                Query(
                    '(sum by (service) (rate(liandong_http_request_seconds_count{status=~"5.."}[$__rate_interval]))'
                    " or 0 * sum by (service) (rate(liandong_http_request_seconds_count[$__rate_interval])))"
                    " / sum by (service) (rate(liandong_http_request_seconds_count[$__rate_interval]))",
                    "{{service}}",
                ),
                told="以 5xx 答复的请求占比。", runbook="LiandongServerErrors",
                limit=limit.ERROR_RATIO.value,
            )
        )
    )  # fmt: skip
