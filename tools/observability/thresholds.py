"""From when on somebody is told. Every number of the alert rules stands here, with its reason."""

from typing import Final, NamedTuple


class Threshold(NamedTuple):
    value: float
    unit: str
    reason: str

    def __str__(self) -> str:
        """As PromQL writes it."""
        return f"{self.value:g}"


OUTBOX_SECONDS: Final = Threshold(30, "s", "一秒内生效是承诺；30 秒说明发布已停，不是繁忙")
LAG_RECORDS: Final = Threshold(
    1000, "条", "两批（每批 500 条）：持续五分钟还追不上，处理能力就是不够"
)
STANDSTILL_SECONDS: Final = Threshold(
    120, "s", "消费组每 20 秒至少报告一次；看门狗 60 秒会换客户端，再 60 秒会结束进程"
)
HELD_SECONDS: Final = Threshold(900, "s", "自动重试的间隔此时已达分钟级，说明不是瞬时故障")
EFFECT_SECONDS: Final = Threshold(1, "s", "平台的承诺：列入严重名单一秒内处处生效")
TIMER_SECONDS: Final = Threshold(300, "s", "期限以日计；五分钟说明计时器没有在运行")
UNSEALED_SECONDS: Final = Threshold(60, "s", "封存每 0.2 秒一轮；未封存的审计记录尚不受链保护")
ERROR_RATIO: Final = Threshold(0.01, "", "百分之一以上的请求以 5xx 答复，窗口已能感觉到")
SLOW_SECONDS: Final = Threshold(2, "s", "等待数据库连接的上限为 2 秒，超过即将答复 503")
TRANSACTION_SECONDS: Final = Threshold(
    120, "s", "语句上限 30 秒、空闲事务上限 60 秒；更久的一定是外来连接或迁移"
)
LOOP_SECONDS: Final = Threshold(1, "s", "事件循环被占一秒，一秒内生效就不可能")
MEMORY_BYTES: Final = Threshold(
    450 * 2**20, "B", "容器上限 512 MiB 的 88%；静止时测得 85 至 122 MiB"
)
RECONCILED_SECONDS: Final = Threshold(129_600, "s", "对账每日一次；36 小时即漏了一次")
BACKUP_SECONDS: Final = Threshold(129_600, "s", "备份每日一次；36 小时即漏了一次")
ARCHIVED_SECONDS: Final = Threshold(600, "s", "archive_timeout 为 60 秒；十分钟即归档已停")
SHARDS: Final = Threshold(16, "个", "发件箱分 16 片，无人领取的分片不会发布")
