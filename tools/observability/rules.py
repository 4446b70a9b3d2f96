"""Recording and alert rules. ``{@}`` in an expression is where the chart puts the namespace."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from tools.observability import thresholds as limit

RUNBOOKS: Final = "docs/runbooks"
LISTED: Final = "cn.liandong.credit-list.organization.listed"


@dataclass(frozen=True)
class Recording:
    record: str
    expr: str


@dataclass(frozen=True)
class Alert:
    """``description`` says what it means for those who work with the platform."""

    name: str
    expr: str
    severity: Literal["critical", "warning"]
    summary: str
    description: str
    pending: str = "0m"

    @property
    def runbook(self) -> str:
        return f"{RUNBOOKS}/{self.name}.md"


RECORDINGS: Final = (
    Recording(
        "liandong:consumer_lag_records:sum",
        "sum by (service) (label_replace("
        "max by (group, lane) (liandong_consumer_lag_records{@}),"
        ' "service", "$1", "group", "([a-z-]+)[.].*"))',
    ),
    Recording(
        "liandong:http_errors:ratio5m",
        'sum by (service) (rate(liandong_http_request_seconds_count{@, status=~"5.."}[5m]))'
        " / sum by (service) (rate(liandong_http_request_seconds_count{@}[5m]))",
    ),
    Recording(
        "liandong:http_request_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (service, le) (rate("
        'liandong_http_request_seconds_bucket{@, route!="/v1/events"}[5m])))',
    ),
    Recording(
        "liandong:event_effect_seconds:p99_10m",
        "histogram_quantile(0.99, sum by (group, type, le) "
        "(rate(liandong_event_effect_seconds_bucket{@}[10m])))",
    ),
    Recording(
        "liandong:relay_wait_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (service, le) "
        "(rate(liandong_relay_wait_seconds_bucket{@}[5m])))",
    ),
)

ALERTS: Final = (
    Alert(
        "LiandongTargetDown",
        'up{@, job=~".*liandong.*"} == 0',
        "critical",
        "{{ $labels.instance }} 读不到指标",
        "进程不在运行、尚未就绪，或网络策略不许 Prometheus 访问。",
        "1m",
    ),
    Alert(
        "LiandongDatabaseAway",
        "max by (service, instance) (liandong_database_up{@}) == 0",
        "critical",
        "{{ $labels.service }}（{{ $labels.instance }}）连不上数据库",
        "该服务的请求以 503 答复，事件留在发件箱；其他服务照常运行。",
        "30s",
    ),
    Alert(
        "LiandongEventsNotPublished",
        f"max by (service) (liandong_outbox_oldest_seconds{{@}}) > {limit.OUTBOX_SECONDS}",
        "critical",
        "{{ $labels.service }} 最早的未发布事件已等待 {{ $value | humanizeDuration }}",
        "决定已经作出，其他服务还不知道：列入名单的组织仍可投标、仍可收款，直到恢复。",
        "1m",
    ),
    Alert(
        "LiandongEventRefusedByBroker",
        "max by (service) (liandong_outbox_blocked_keys{@}) > 0",
        "critical",
        "{{ $labels.service }} 有 {{ $value }} 个键的事件被 Kafka 拒收",
        "消息永远不会被接受（多为过大），同一键其后的消息都在等待。",
    ),
    Alert(
        "LiandongNobodyRelays",
        f"sum by (service) (liandong_relay_shards{{@}}) < {limit.SHARDS}",
        "critical",
        "{{ $labels.service }} 只有 {{ $value }} 个发件箱分片有人发布",
        "没有 worker 在发布其余分片的事件，或正等待 Kafka 主题可读。",
        "2m",
    ),
    Alert(
        "LiandongConsumerBehind",
        "sum by (group) (max by (group, lane) (liandong_consumer_lag_records{@}))"
        f" > {limit.LAG_RECORDS}",
        "warning",
        "{{ $labels.group }} 落后 {{ $value }} 条消息",
        "其他服务的决定在本服务迟迟不生效。",
        "5m",
    ),
    Alert(
        "LiandongConsumerStands",
        "time() - max by (group) (liandong_consumer_progress_timestamp_seconds{@})"
        f" > {limit.STANDSTILL_SECONDS}",
        "critical",
        "{{ $labels.group }} 已 {{ $value | humanizeDuration }} 没有处理消息",
        "没有 worker 在读，或 worker 停住：其他服务的决定在本服务不生效。",
    ),
    Alert(
        "LiandongConsumerHalted",
        "max by (group) (liandong_consumer_halted{@}) == 1",
        "critical",
        "{{ $labels.group }} 因连续失败而停止",
        "多为有缺陷的版本：停止是为了不把全部事件变成死信。",
    ),
    Alert(
        "LiandongDeadLetters",
        'max by (group) (liandong_dead_letters{@, status="dead"}) > 0',
        "warning",
        "{{ $labels.group }} 有 {{ $value }} 条死信待处理",
        "这些事件没有生效，同一对象其后的事件也在等待；须有人决定重办还是放弃。",
        "5m",
    ),
    Alert(
        "LiandongKeysHeld",
        f"max by (group) (liandong_held_key_oldest_seconds{{@}}) > {limit.HELD_SECONDS}",
        "warning",
        "{{ $labels.group }} 有对象的事件已搁置 {{ $value | humanizeDuration }}",
        "自动重试一直失败；该对象的后续决定在本服务都不生效。",
    ),
    Alert(
        "LiandongListingSlow",
        f'max by (group) (liandong:event_effect_seconds:p99_10m{{@, type="{LISTED}"}})'
        f" > {limit.EFFECT_SECONDS}",
        "warning",
        "列入名单到 {{ $labels.group }} 生效需要 {{ $value | humanizeDuration }}（99 分位）",
        "“一秒内处处生效”的承诺没有兑现。",
        "5m",
    ),
    Alert(
        "LiandongTimersLate",
        f"max by (service) (liandong_deadline_late_seconds{{@}}) > {limit.TIMER_SECONDS}",
        "warning",
        "{{ $labels.service }} 最早的到期事项已晚 {{ $value | humanizeDuration }}",
        "公示期满、名单到期、默示受理等没有按时发生。",
        "5m",
    ),
    Alert(
        "LiandongTimersFailed",
        "max by (service) (liandong_deadlines_failed{@}) > 0",
        "warning",
        "{{ $labels.service }} 有 {{ $value }} 个到期事项十次失败后被放弃",
        "这些事项不会再自动发生，须有人办理。",
    ),
    Alert(
        "LiandongAuditUnsealed",
        f"max by (service) (liandong_audit_unsealed_oldest_seconds{{@}}) > {limit.UNSEALED_SECONDS}",
        "warning",
        "{{ $labels.service }} 的审计记录已 {{ $value | humanizeDuration }} 未封存",
        "未封存的记录还不在哈希链上，被改动时不能证明。",
        "5m",
    ),
    Alert(
        "LiandongMeasuresLate",
        'max by (service) (liandong_measures_unacknowledged{@, state="late"}) > 0',
        "warning",
        "{{ $labels.service }} 有 {{ $value }} 项联合奖惩措施逾期未回执",
        "执行服务没有告知已经执行：可能没有执行。",
        "5m",
    ),
    Alert(
        "LiandongLeadsWithoutRules",
        "max(liandong_leads_without_rules{@}) > 0",
        "warning",
        "{{ $value }} 个组织的线索因当地没有可用的触发规则而搁置",
        "这些组织的违法事实不会成为线索，直到管理员补上或改正规则。",
        "1h",
    ),
    Alert(
        "LiandongServerErrors",
        f"max by (service) (liandong:http_errors:ratio5m{{@}}) > {limit.ERROR_RATIO}",
        "warning",
        "{{ $labels.service }} 有 {{ $value | humanizePercentage }} 的请求以 5xx 答复",
        "办事人员看到“系统繁忙”或“系统内部错误”；写入要么完整、要么没有发生。",
        "5m",
    ),
    Alert(
        "LiandongSlowAnswers",
        f"max by (service) (liandong:http_request_seconds:p99_5m{{@}}) > {limit.SLOW_SECONDS}",
        "warning",
        "{{ $labels.service }} 的答复需要 {{ $value | humanizeDuration }}（99 分位）",
        "窗口排队；再慢就会以 503 答复。",
        "10m",
    ),
    Alert(
        "LiandongPoolExhausted",
        "max by (service, pool) (min_over_time(liandong_database_connections_waiting{@}[2m])) > 0",
        "warning",
        "{{ $labels.service }} 的连接池 {{ $labels.pool }} 两分钟内一直有人等待",
        "请求等待连接，最多 2 秒后以 503 答复。",
    ),
    Alert(
        "LiandongTransactionOpen",
        "max by (service) (liandong_database_oldest_transaction_seconds{@})"
        f" > {limit.TRANSACTION_SECONDS}",
        "warning",
        "{{ $labels.service }} 有事务已打开 {{ $value | humanizeDuration }}",
        "它持有的锁会挡住办理，它的快照会使表膨胀。",
        "2m",
    ),
    Alert(
        "LiandongConfirmingCheckFails",
        "sum by (peer) (rate(liandong_confirming_check_seconds_count"
        '{@, outcome="unavailable"}[5m])) > 0',
        "critical",
        "向 {{ $labels.peer }} 的核实没有答复",
        "确定成交、拨付款项之前必须核实；核实不到就不办理，窗口看到 503。",
        "2m",
    ),
    Alert(
        "LiandongReconciliationFindings",
        "sum by (service, kind) (max by (service, kind, instance) "
        "(liandong_reconciliation_findings{@})) > 0",
        "critical",
        "{{ $labels.service }} 对账有差异：{{ $labels.kind }}",
        "各服务所知的事实不一致，很可能在数据库恢复之后。",
    ),
    Alert(
        "LiandongReconciliationOverdue",
        "time() - max by (service) (liandong_reconciliation_timestamp_seconds{@})"
        f" > {limit.RECONCILED_SECONDS}",
        "warning",
        "{{ $labels.service }} 已超过 36 小时没有对账",
        "差异不会自己暴露：每日执行 liandong reconcile。",
        "1h",
    ),
    Alert(
        "LiandongBackupOverdue",
        "time() - max by (service) (liandong_backup_timestamp_seconds{@})"
        f" > {limit.BACKUP_SECONDS}",
        "warning",
        "{{ $labels.service }} 的数据库已超过 36 小时没有备份",
        "服务器损坏时，只能恢复到最后一次备份及其后的归档。",
        "1h",
    ),
    Alert(
        "LiandongWalArchiveStands",
        "max by (service) (liandong_wal_archiving{@}) == 1 and on (service)"
        " time() - max by (service) (liandong_wal_archived_timestamp_seconds{@})"
        f" > {limit.ARCHIVED_SECONDS}",
        "critical",
        "{{ $labels.service }} 的数据库服务器已停止归档 WAL",
        "此后的提交不能恢复；WAL 留在盘上，磁盘会满。",
        "5m",
    ),
    Alert(
        "LiandongSchemaBehind",
        'max by (service, revision) (liandong_schema_info{@, state="behind"}) == 1',
        "critical",
        "{{ $labels.service }} 的数据库版本 {{ $labels.revision }} 落后于程序",
        "程序在旧的表结构上运行，请求会失败。",
    ),
    Alert(
        "LiandongVersionsMixed",
        "count by (service) (count by (service, version, revision) (liandong_build_info{@})) > 1",
        "warning",
        "{{ $labels.service }} 同时运行着不同的版本",
        "升级或回退没有完成。",
        "1h",
    ),
    Alert(
        "LiandongMemoryHigh",
        f'process_resident_memory_bytes{{@, job=~".*liandong.*"}} > {limit.MEMORY_BYTES.value:.0f}',
        "warning",
        "{{ $labels.instance }} 使用内存 {{ $value | humanize1024 }}B",
        "接近容器上限，再高会被终止；终止不丢数据，但会中断请求。",
        "15m",
    ),
    Alert(
        "LiandongEventLoopBlocked",
        f"max by (service, instance) (liandong_event_loop_lag_seconds{{@}}) > {limit.LOOP_SECONDS}",
        "warning",
        "{{ $labels.service }}（{{ $labels.instance }}）的事件循环迟到 {{ $value | humanizeDuration }}",
        "进程忙于计算或机器过载：全部请求与事件都在等。",
        "5m",
    ),
    Alert(
        "LiandongBackgroundWorkFails",
        "sum by (part) (increase(liandong_background_failures_total{@}[10m])) > 10",
        "warning",
        "后台工作 {{ $labels.part }} 一再失败",
        "计时器、封存、导入、清理或计数之一停住；日志 background_work_failed 写明原因。",
        "10m",
    ),
)


def rule_file(namespace: str | None = None) -> dict[str, Any]:
    """The groups as Prometheus reads them; ``namespace`` narrows every selector and marks what is
    recorded."""
    recorded: list[dict[str, Any]] = [
        {"record": one.record, "expr": selecting(one.expr, namespace)}
        | ({"labels": {"namespace": namespace}} if namespace else {})
        for one in RECORDINGS
    ]
    alerts: list[dict[str, Any]] = [
        {
            "alert": one.name,
            "expr": selecting(one.expr, namespace),
            **({"for": one.pending} if one.pending != "0m" else {}),
            "labels": {"severity": one.severity},
            "annotations": {
                "summary": one.summary,
                "description": one.description,
                "runbook_url": one.runbook,
            },
        }
        for one in ALERTS
    ]
    return {
        "groups": [
            {"name": "liandong-recordings", "rules": recorded},
            {"name": "liandong-alerts", "rules": alerts},
        ]
    }


def selecting(expr: str, namespace: str | None) -> str:
    if namespace is None:
        return expr.replace("{@, ", "{").replace("{@}", "")
    return expr.replace("{@", f'{{namespace="{namespace}"')
