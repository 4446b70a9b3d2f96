"""Events between the services: outbox, relay, Kafka or the feed, consumers, letters."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability import thresholds as limit
from tools.observability.dashboards.parts import (
    Query,
    bars,
    choice,
    figure,
    graph,
    new,
    quantiles,
    row,
)

_GROUP = 'group=~"$group"'


def dashboard() -> Dashboard:
    return (
        new("events", "Kafka 与事件", "发件箱、发布、消费组、死信；Kafka 与事件流通用")
        .with_variable(
            choice(
                "group",
                "消费组",
                "label_values(liandong_consumer_progress_timestamp_seconds, group)",
                everything=True,
            )
        )
        .with_row(row("发出"))
        .with_panel(
            graph(
                "发件箱", "short",
                Query("max by (service) (liandong_outbox_rows)", "{{service}}"),
                told="未发布的事件数，最多数到十万。", runbook="LiandongEventsNotPublished", span=8,
            )
        )
        .with_panel(
            graph(
                "提交到发布", "s", *quantiles("liandong_relay_wait_seconds", "service"),
                told="事件写入发件箱到发布的时间。", runbook="LiandongEventsNotPublished", span=8,
            )
        )
        .with_panel(
            graph(
                "发布", "ops",
                Query(
                    "sum by (service) (rate(liandong_relay_published_total[$__rate_interval]))",
                    "{{service}}",
                ),
                told="每秒发布的事件。", runbook="LiandongNobodyRelays", span=8,
            )
        )
        .with_panel(
            figure(
                "被拒收的键", "short", Query("sum(max by (service) (liandong_outbox_blocked_keys))", "键"),
                told="Kafka 永远不会接受其首个事件的键。",
                runbook="LiandongEventRefusedByBroker", bad_from=1,
            )
        )
        .with_panel(
            figure(
                "有人发布的分片（最少的服务）", "short",
                Query("min(sum by (service) (liandong_relay_shards))", "分片"),
                told="每个服务应为 16。", runbook="LiandongNobodyRelays",
            )
        )
        .with_panel(
            figure(
                "发布失败", "short", Query("sum(increase(liandong_relay_failures_total[10m]))", "次"),
                told="十分钟内失败的发布轮次；多为数据库或 Kafka 暂时不在。",
                runbook="LiandongEventsNotPublished",
            )
        )
        .with_panel(
            figure(
                "待重发的最新状态", "short",
                Query("sum(max by (service) (liandong_states_waiting_rows))", "条"),
                told="liandong states rebuild 写入而未发布的状态。状态总是先于引起它的事件发布，"
                "所以状态主题的延迟不大于发件箱的年龄。",
                runbook="LiandongEventsNotPublished",
            )
        )
        .with_panel(
            figure(
                "已发布的最新状态", "short", Query("sum(liandong_states_told_total)", "条"),
                told="进程启动以来写入状态主题的条数。", span=8,
            )
        )
        .with_row(row("读入"))
        .with_panel(
            graph(
                "待读消息", "short",
                Query(
                    f"max by (group, lane) (liandong_consumer_lag_records{{{_GROUP}}})",
                    "{{group}} {{lane}}",
                ),
                told="每个消费组、每个分区落后的消息；事件流只报 0 或 1。",
                runbook="LiandongConsumerBehind", limit=limit.LAG_RECORDS.value,
            )
        )
        .with_panel(
            graph(
                "处理的事件", "ops",
                Query(
                    "sum by (group, outcome) (rate(liandong_consumer_events_total"
                    f"{{{_GROUP}}}[$__rate_interval]))",
                    "{{group}} {{outcome}}",
                ),
                told="handled 已处理；duplicate 收件箱已有；stale 已有更新版本；failed 搁置待重试；"
                "waiting 在被搁置的键之后；dead 须人处理。",
                runbook="LiandongDeadLetters",
            )
        )
        .with_panel(
            graph(
                "处理一批", "s", *quantiles("liandong_handler_seconds", "group", _GROUP),
                told="处理一批事件（一个事务）的时间。", runbook="LiandongConsumerBehind",
            )
        )
        .with_panel(
            graph(
                "距上次进展", "s",
                Query(
                    "time() - max by (group) "
                    f"(liandong_consumer_progress_timestamp_seconds{{{_GROUP}}})",
                    "{{group}}",
                ),
                told="消费组上次处理完一批、或确认没有新消息，至今。",
                runbook="LiandongConsumerStands", limit=limit.STANDSTILL_SECONDS.value,
            )
        )
        .with_row(row("搁置与死信"))
        .with_panel(
            bars(
                "死信", "short",
                Query(
                    f"max by (group, status) (liandong_dead_letters{{{_GROUP}}})",
                    "{{group}} {{status}}",
                ),
                told="retrying 自动重试；waiting 在其后等待；dead 须人处理。",
                runbook="LiandongDeadLetters",
            )
        )
        .with_panel(
            graph(
                "被搁置的键", "short",
                Query(f"max by (group) (liandong_held_keys{{{_GROUP}}})", "{{group}}"),
                told="有事件被搁置的对象数。", runbook="LiandongKeysHeld",
            )
        )
        .with_panel(
            graph(
                "最久的搁置", "s",
                Query(f"max by (group) (liandong_held_key_oldest_seconds{{{_GROUP}}})", "{{group}}"),
                told="最早被搁置的对象已搁置多久。", runbook="LiandongKeysHeld",
                limit=limit.HELD_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "停止的消费组", "short",
                Query(f"max by (group) (liandong_consumer_halted{{{_GROUP}}})", "{{group}}"),
                told="1：因连续失败而停止。", runbook="LiandongConsumerHalted", limit=1,
            )
        )
    )  # fmt: skip
