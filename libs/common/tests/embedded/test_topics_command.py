"""``python -m liandong.transports.topics``: a step of a deployment."""

import asyncio

import pytest

from liandong.settings import SERVICES
from liandong.transports import topics


async def test_it_makes_the_topics_of_all_services_and_can_be_repeated(
    kafka_bootstrap: str,
    kafka_topic_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", kafka_bootstrap)
    monkeypatch.setenv("LIANDONG_TOPIC_PREFIX", kafka_topic_prefix)
    names = topics.topic_names(SERVICES, kafka_topic_prefix)
    names += topics.state_topic_names(SERVICES, kafka_topic_prefix)
    for _ in range(2):
        assert await asyncio.to_thread(topics.main, ["--partitions", "3"]) == 0
        assert capsys.readouterr().out.split() == names
    assert await asyncio.to_thread(topics.main, ["--partitions", "9"]) == 2
    assert "只有 3 个分区，至少需要 9 个" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bootstrap", "said"),
    [("127.0.0.1:1", "127.0.0.1:1）没有应答"), ("", "请设置 LIANDONG_KAFKA_BOOTSTRAP_SERVERS")],
)
def test_what_is_wrong_is_said_in_one_line(
    bootstrap: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", bootstrap)
    assert topics.main(["--wait", "0.1"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
