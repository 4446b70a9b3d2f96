"""Topics of which too few copies are kept, or acknowledged: as rules, and on three real brokers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liandong.ids import uuid7
from liandong.preflight.broker import Topic
from liandong.preflight.copies import expected, of_copies
from liandong.preflight.findings import first_refused
from liandong.preflight.topics import findings
from liandong.settings import Settings
from liandong.testing.kafka_java import JavaKafka, KafkaUnavailable
from liandong.testing.probe import PROBE
from liandong.testing.services import settings_for
from liandong.transports.topics import ensure_topics


def settings(environment: str = "production", **given: Any) -> Settings:
    return settings_for("probe", "postgresql://x/x", environment=environment, **given)


@pytest.mark.parametrize(
    ("environment", "told", "brokers", "copies"),
    [
        ("production", 0, 1, 1),
        ("production", 0, 2, 2),
        ("production", 0, 3, 3),
        ("production", 0, 9, 3),
        ("staging", 0, 3, 1),
        ("production", 1, 3, 1),
        ("staging", 3, 1, 3),
    ],
)
def test_production_wants_three_copies_where_there_are_three_brokers(
    environment: str, told: int, brokers: int, copies: int
) -> None:
    assert expected(settings(environment, kafka_replication=told), brokers) == copies


@pytest.mark.parametrize(
    ("copies", "insync", "check", "refused"),
    [
        (1, 1, "topics.replication", True),
        (2, 2, "topics.replication", True),
        (3, 1, "topics.min-insync", True),
        (3, 4, "topics.min-insync", True),
        (3, 3, "topics.min-insync", False),
        (3, 2, None, False),
        (5, 2, None, False),
        (3, None, None, False),
    ],
)
def test_an_acknowledged_event_is_on_two_brokers_of_three(
    copies: int, insync: int | None, check: str | None, refused: bool
) -> None:
    found = list(of_copies(settings(), Topic("t", 6, copies=copies, min_insync=insync), 3))
    assert [one.check for one in found] == ([check] if check else [])
    assert (first_refused(found) is not None) is refused
    assert all(one.told and one.english for one in found)


@pytest.fixture(scope="module")
def three_brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("three")
    first = JavaKafka(folder / "1")
    others = [JavaKafka(folder / str(node), joins=first, node=node) for node in (2, 3)]
    try:
        for one in (first, *others):
            one.start()
    except KafkaUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield first.bootstrap_servers
    for one in (*others, first):
        one.discard()


@pytest.mark.timeout(600)
async def test_topics_of_production_that_three_brokers_could_keep_better_are_refused(
    three_brokers: str,
) -> None:
    async def refusal(prefix: str, **given: Any) -> tuple[str, int] | None:
        found = settings(
            transport="kafka", kafka_bootstrap_servers=three_brokers, topic_prefix=prefix, **given
        )
        wrong = first_refused(await findings(PROBE, found, uuid7(), take=False))
        return (wrong.check, wrong.exit_code) if wrong else None

    async def made(prefix: str, replication: int) -> None:
        async with asyncio.timeout(60):
            await ensure_topics(three_brokers, [f"{prefix}liandong.probe"], 3, replication)

    await made("single.", 1)
    await made("thrice.", 3)
    assert await refusal("single.") == ("topics.replication", 4)
    assert await refusal("single.", kafka_replication=1) is None
    assert await refusal("thrice.") is None  # they are made with min.insync.replicas = 2
