"""Partners and the public: readers of the feed, refusals, limits."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability.dashboards.parts import Query, figure, graph, new, row

_FEED = 'route="/v1/events"'


def dashboard() -> Dashboard:
    count = "liandong_http_request_seconds_count"
    return (
        new("partners", "合作方", "读取事件流的系统、被拒绝与被限流的请求")
        .with_panel(
            figure(
                "正在等待的读者", "short", Query("sum(liandong_feed_readers_waiting)", "读者"),
                told="以长轮询等待事件的连接，含平台自己的服务。", span=8,
            )
        )
        .with_panel(
            figure(
                "给合作方的事件", "short",
                Query('sum(increase(liandong_feed_events_served_total{reader="partner"}[1h]))', "事件"),
                told="一小时内经事件流给出的事件。", span=8,
            )
        )
        .with_panel(
            figure(
                "读取事件流失败", "short",
                Query(
                    f'sum(increase({count}{{{_FEED}, status=~"5.."}}[10m])) or vector(0)', "次"
                ),
                told="十分钟内以 5xx 答复的读取。", runbook="LiandongServerErrors", span=8, bad_from=1,
            )
        )
        .with_row(row("事件流"))
        .with_panel(
            graph(
                "给出的事件", "ops",
                Query(
                    "sum by (service, reader) "
                    "(rate(liandong_feed_events_served_total[$__rate_interval]))",
                    "{{service}} → {{reader}}",
                ),
                told="service 平台自己的服务；partner 合作方；other 系统管理员。",
                runbook="LiandongConsumerStands",
            )
        )
        .with_panel(
            graph(
                "读取事件流的答复", "reqps",
                Query(
                    f"sum by (service, status) (rate({count}{{{_FEED}}}[$__rate_interval]))",
                    "{{service}} {{status}}",
                ),
                told="200 正常；401 令牌；403 授权或行政区划；422 游标。",
                runbook="LiandongServerErrors",
            )
        )
        .with_row(row("拒绝与限流"))
        .with_panel(
            graph(
                "被拒绝的请求", "reqps",
                Query(
                    f'sum by (service, status) (rate({count}{{status=~"401|403|404|409|412|422|428|429"}}'
                    "[$__rate_interval]))",
                    "{{service}} {{status}}",
                ),
                told="401 令牌无效；403 无权；409 与现状不符；412/428 版本；422 内容；429 过频。",
                runbook="LiandongServerErrors",
            )
        )
        .with_panel(
            graph(
                "公开查询", "reqps",
                Query(
                    f'sum by (service, route) (rate({count}{{route=~"/v1/(public|checks).*"}}'
                    "[$__rate_interval]))",
                    "{{service}} {{route}}",
                ),
                told="公众与合作方不需令牌的查询。", runbook="LiandongSlowAnswers",
            )
        )
    )  # fmt: skip
