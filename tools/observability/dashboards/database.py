"""The databases: whether they answer, what their connections do, their schema and archive."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tools.observability import thresholds as limit
from tools.observability.dashboards.parts import Query, bars, figure, graph, new, row, rows


def dashboard() -> Dashboard:
    return (
        new("database", "数据库", "连通、连接池、事务、大小、迁移版本与归档")
        .with_panel(
            figure(
                "连不上数据库的进程", "short",
                Query("count(liandong_database_up == 0) or vector(0)", "进程"),
                told="上一次查看失败的进程数。", runbook="LiandongDatabaseAway", span=6, bad_from=1,
            )
        )
        .with_panel(
            figure(
                "最旧的读数", "s",
                Query("max(time() - liandong_database_sampled_timestamp_seconds)", "已过"),
                told="由数据库读出的指标距今多久；数据库不在时停在最后一次。",
                runbook="LiandongDatabaseAway", span=6, bad_from=60,
            )
        )
        .with_panel(
            figure(
                "最久的事务", "s", Query("max(liandong_database_oldest_transaction_seconds)", "已过"),
                told="最早打开而未结束的事务。", runbook="LiandongTransactionOpen", span=6,
                bad_from=limit.TRANSACTION_SECONDS.value,
            )
        )
        .with_panel(
            figure(
                "未归档 WAL 的服务", "short",
                Query("count(max by (service) (liandong_wal_archiving) == 0) or vector(0)", "服务"),
                told="没有开启 WAL 归档的服务数：不能恢复到任一时刻。",
                runbook="LiandongWalArchiveStands", span=6,
            )
        )
        .with_row(row("连接"))
        .with_panel(
            graph(
                "在用的连接", "short",
                Query(
                    'sum by (service, pool) (liandong_database_connections{state="used"})',
                    "{{service}} {{pool}}",
                ),
                told="各连接池正在使用的连接。", runbook="LiandongPoolExhausted", span=8,
            )
        )
        .with_panel(
            graph(
                "等待连接", "short",
                Query(
                    "sum by (service, pool) (liandong_database_connections_waiting)",
                    "{{service}} {{pool}}",
                ),
                told="等待连接的请求与后台工作；最多等 2 秒。", runbook="LiandongPoolExhausted",
                span=8, limit=1,
            )
        )
        .with_panel(
            graph(
                "占用率", "percentunit",
                Query(
                    'sum by (service, pool) (liandong_database_connections{state="used"})'
                    " / sum by (service, pool) (liandong_database_connections_limit)",
                    "{{service}} {{pool}}",
                ),
                told="在用连接占上限的比例。", runbook="LiandongPoolExhausted", span=8, limit=1,
            )
        )
        .with_row(row("库"))
        .with_panel(
            graph(
                "大小", "bytes",
                Query("max by (service) (liandong_database_size_bytes)", "{{service}}"),
                told="数据库在盘上的大小。",
            )
        )
        .with_panel(
            graph(
                "最久的事务", "s",
                Query(
                    "max by (service) (liandong_database_oldest_transaction_seconds)",
                    "{{service}}",
                ),
                told="每个服务最早打开的事务。", runbook="LiandongTransactionOpen",
                limit=limit.TRANSACTION_SECONDS.value,
            )
        )
        .with_panel(
            rows(
                "迁移版本",
                Query("max by (service, revision, state) (liandong_schema_info)", ""),
                told="current：与程序一致；behind：落后；newer：程序被回退过。",
                runbook="LiandongSchemaBehind",
            )
        )
        .with_panel(
            bars(
                "世代", "short",
                Query("max by (service) (liandong_database_incarnation)", "{{service}}"),
                told="恢复过几次就比 1 大几。", runbook="LiandongReconciliationFindings",
            )
        )
        .with_row(row("归档"))
        .with_panel(
            graph(
                "距上次归档", "s",
                Query(
                    "time() - max by (service) (liandong_wal_archived_timestamp_seconds > 0)"
                    " or 0 * max by (service) (liandong_wal_archiving)",
                    "{{service}}",
                ),
                told="WAL 上次归档至今；从未归档显示 0，见上方“未归档”。",
                runbook="LiandongWalArchiveStands", limit=limit.ARCHIVED_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "归档失败", "short",
                Query("max by (service) (liandong_wal_archive_failures)", "{{service}}"),
                told="自统计重置以来的失败次数；在增加就是正在失败。",
                runbook="LiandongWalArchiveStands",
            )
        )
        .with_row(row("备份"))
        .with_panel(
            graph(
                "距上次备份", "s",
                Query(
                    "time() - max by (service, kind) (liandong_backup_timestamp_seconds > 0)"
                    " or 0 * max by (service, kind) (liandong_backup_timestamp_seconds)",
                    "{{service}} {{kind}}",
                ),
                told="base：整个服务器；dump：按服务导出。从未备份显示 0。",
                runbook="LiandongBackupOverdue", limit=limit.BACKUP_SECONDS.value,
            )
        )
        .with_panel(
            graph(
                "备份大小", "bytes",
                Query("max by (service, kind) (liandong_backup_size_bytes)", "{{service}} {{kind}}"),
                told="最近一次备份在盘上的大小；突然变小须查看。",
                runbook="LiandongBackupOverdue",
            )
        )
    )  # fmt: skip
