"""``liandong states rebuild``."""

import pytest

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.organizations.test_organizations import register

from .conftest import Terminal


def test_every_state_goes_through_the_outbox_on_record(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = terminal.run("states", "rebuild", "--as", "王工", "--yes")
    assert refused.code == 2
    assert "registry 没有开通最新状态主题" in refused.err

    async def two(service: ServiceUnderTest) -> None:
        for number in (1, 2):
            assert (await register(service, number)).status_code == 201
        await service.runtime.relay.drain()

    terminal.inside(two)
    monkeypatch.setenv("LIANDONG_TRANSPORT", "kafka")
    monkeypatch.setenv("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("LIANDONG_STATE_TOPICS", "true")
    monkeypatch.setenv("LIANDONG_TOPIC_PREFIX", "hf.")
    answer = terminal.run("--json", "states", "rebuild", "--as", "王工", "--yes")
    told = [one for one in answer.json["rebuilt"] if one["aggregates"]]
    assert len(answer.json["rebuilt"]) == 3
    assert told == [
        {
            "service": "registry",
            "type": "cn.liandong.registry.organization.state",
            "aggregates": 2,
        }
    ]
    rows = terminal.sql(
        "SELECT topic, shard = ANY($1), payload <> '' FROM backbone.outbox", [*range(16)]
    )
    assert rows == [("hf.liandong.registry.state", True, True)] * 2
    assert ("王工", "states.rebuilt") in terminal.sql(
        "SELECT actor, action FROM backbone.audit_entry"
    )
