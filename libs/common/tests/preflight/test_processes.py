"""Real processes: one sentence on standard error, and an exit code that never changes."""

import asyncio
from pathlib import Path

from liandong.ids import uuid7
from liandong.testing.kafka import KafkaBroker
from liandong.testing.pair import pair, patient_mirror
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import Child
from liandong.transports.claims import Claim, claim


async def told_by(child: Child) -> tuple[int, str]:
    """How it ended, and the last line that it wrote."""
    child.start()
    code = await child.died()
    return code, child.told().strip().splitlines()[-1]


async def test_a_start_in_wrong_surroundings_ends_with_its_code_and_one_sentence(
    database_templates: DatabaseTemplates, tmp_path: Path
) -> None:
    async with pair(database_templates, tmp_path, "feed") as town:
        probe = town.probe("api")
        probe.start()
        await probe.ready()
        wrong = town.processes.service(
            patient_mirror, database_url=town.probe_database, urls={}, mode="worker"
        )
        assert await told_by(wrong) == (
            7,
            "镜像服务无法启动：这是 probe 服务的数据库，不是 mirror 的："
            "请改正 LIANDONG_MIRROR_DATABASE_URL",
        )
        nickname = town.processes.keys.issuer.replace("127.0.0.1", "localhost")
        code, told = await told_by(town.probe("api", other_port=True, oidc_issuer=nickname))
        assert code == 5
        assert f"认证中心自称 {town.processes.keys.issuer}，" in told
        code, told = await told_by(town.mirror(environment="staging"))
        assert code == 7
        assert "属于 test 环境，而 LIANDONG_ENVIRONMENT 是 staging" in told
        code, told = await told_by(
            town.probe("api", other_port=True, topic_prefix="a b", clock_tolerance_seconds=60)
        )
        assert code == 2
        assert told.startswith("试验服务无法启动：LIANDONG_TOPIC_PREFIX ")


async def test_a_broker_that_comes_later_is_looked_at_before_anything_is_published(
    database_templates: DatabaseTemplates, tmp_path: Path, private_kafka: KafkaBroker
) -> None:
    bootstrap = private_kafka.bootstrap_servers
    async with pair(database_templates, tmp_path, "kafka", bootstrap) as town:
        assert town.topic is not None
        foreign = Claim(town.topic.name, uuid7(), "staging", 3)
        await claim(bootstrap, town.settings["topic_prefix"], foreign)
        await asyncio.to_thread(private_kafka.stop)
        probe = town.probe("all")
        probe.start()
        await probe.ready()
        await town.make(1)
        await asyncio.to_thread(private_kafka.start)
        assert await probe.died() == 1
        assert "preflight_refused" in probe.told()
        [left] = await town.fetch(town.probe_database, "SELECT count(*) FROM backbone.outbox")
        assert left[0] == 1
