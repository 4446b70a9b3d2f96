"""``liandong reconcile`` on the feed: what a group lacks or alone knows, and what is mended."""

import asyncio
import dataclasses
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from liandong.contracts.definitions import definition_of
from liandong.db.engine import asyncpg_arguments
from liandong.events.feed import write_cursor
from liandong.ids import uuid7
from liandong.reconciliation import groups

from .conftest import GROUP, GradeTold, Terminal

ONE, OTHER = uuid7(), uuid7()


@pytest.fixture
def evaluation(terminal: Terminal, environment: pytest.MonkeyPatch) -> str:
    """Another service's database, whose feed the registry's group reads."""
    url = terminal.clone_of_itself(events=0)
    environment.setenv("LIANDONG_EVALUATION_DATABASE_URL", url)
    # It has the registry's tables, and none to compare with what the registry says.
    environment.setattr(
        "evaluation.app.DEFINITION", dataclasses.replace(definition_of("evaluation"), learnt=())
    )
    return url


def tell(url: str, *events: tuple[UUID, UUID, int]) -> None:
    """Puts grades into the feed: (event, organisation, version)."""

    async def go() -> None:
        connection = await asyncpg.connect(**asyncpg_arguments(url))
        for event_id, key, number in events:
            attributes = {
                "specversion": "1.0", "id": str(event_id), "source": "/liandong/evaluation",
                "type": GradeTold.type, "subject": str(key), "time": "2019-09-02T01:00:00Z",
                "partitionkey": str(key), "sequence": str(number),
                "dataschema": GradeTold.dataschema(),
            }  # fmt: skip
            await connection.execute(
                "INSERT INTO backbone.event_feed (id, key, type, headers, payload)"
                " VALUES ($1, $2, $3, $4, $5)",
                event_id, str(key), GradeTold.type, json.dumps(attributes),
                GradeTold(organization_id=key, number=number).model_dump_json().encode(),
            )  # fmt: skip
        await connection.close()

    asyncio.run(go())


def has_read(terminal: Terminal, position: int) -> None:
    terminal.sql(
        "INSERT INTO backbone.feed_cursor (consumer_group, source, cursor)"
        f" VALUES ('{GROUP}', 'evaluation', '{write_cursor(position)}')"
    )


def differences(answer: Any) -> dict[str, int]:
    told = answer.json
    found = [one for part in (*told["sources"], *told["pairs"]) for one in part["findings"]]
    return {one["kind"]: one["count"] for one in found}


def test_what_is_not_read_yet_is_no_difference(terminal: Terminal, evaluation: str) -> None:
    (first,) = terminal.deliver((ONE, 1))
    tell(evaluation, (first, ONE, 1), (uuid7(), ONE, 2))
    has_read(terminal, 1)
    answer = terminal.run("--json", "reconcile")
    assert (answer.code, differences(answer)) == (0, {})
    (pair,) = (one for one in answer.json["pairs"] if one["group"] == GROUP)
    assert (pair["events"], pair["pending"]) == (2, 1)
    assert "一致。" in terminal.run("reconcile").out


def test_what_was_missed_is_handled_on_record_and_what_is_superseded_is_told(
    terminal: Terminal, evaluation: str
) -> None:
    (third,) = terminal.deliver((ONE, 3))
    older, missed = uuid7(), uuid7()
    tell(evaluation, (older, ONE, 2), (third, ONE, 3), (missed, OTHER, 7))
    has_read(terminal, 3)
    before = terminal.run("--json", "reconcile")
    assert (before.code, differences(before)) == (1, {"not-handled": 2})
    answer = terminal.run("--json", "reconcile", "--repair", "--as", "王工")
    assert (answer.code, differences(answer)) == (0, {})
    (done,) = answer.json["repairs"]
    assert (done["handled"], done["superseded"], done["set_aside"]) == (1, 1, 0)
    assert terminal.handled == [3, 7]
    assert terminal.sql("SELECT actor, action, subject_id FROM backbone.audit_entry") == [
        ("王工", "events.reconciled", "evaluation")
    ]


def test_what_the_source_forgot_is_told_and_never_mended(
    terminal: Terminal, evaluation: str
) -> None:
    first, _ = terminal.deliver((ONE, 1), (ONE, 2))
    tell(evaluation, (first, ONE, 1))
    has_read(terminal, 2)
    answer = terminal.run("--json", "reconcile", "--repair", "--as", "王工")
    assert (answer.code, differences(answer)) == (
        1,
        {"cursor-ahead": 1, "version-ahead": 1, "unknown-to-source": 1},
    )
    assert terminal.handled == [1, 2]
    assert "liandong recover" in terminal.run("reconcile").out


def test_what_is_handled_while_its_publisher_has_not_put_it_away_is_no_difference(
    terminal: Terminal, evaluation: str, environment: pytest.MonkeyPatch
) -> None:
    """Kafka hands it on before the publisher moves it from its outbox to its feed."""
    missing = groups._missing

    async def told_meanwhile(*given: Any) -> None:
        await missing(*given)
        told = "INSERT INTO backbone.outbox (id, shard, topic, aggregatetype, aggregateid, type,"
        told += " headers, payload, occurred_at) VALUES ($1, 0, 'liandong.evaluation',"
        told += " 'liandong.evaluation', $2, $3, $4, '', now())"
        headers = json.dumps({"subject": str(ONE), "sequence": "2"})
        taken = "INSERT INTO backbone.stream_version (consumer_group, source, subject, sequence)"
        taken += " VALUES ($1, '/liandong/evaluation', $2, 2) ON CONFLICT DO NOTHING"
        for url, statement, values in (
            (evaluation, told, (uuid7(), str(ONE), GradeTold.type, headers)),
            (terminal.url, taken, (GROUP, str(ONE))),
        ):
            connection = await asyncpg.connect(**asyncpg_arguments(url))
            await connection.execute(statement, *values)
            await connection.close()

    environment.setattr(groups, "_missing", told_meanwhile)
    answer = terminal.run("--json", "reconcile")
    assert (answer.code, differences(answer)) == (0, {})


def test_a_version_that_was_used_twice_is_told(terminal: Terminal, evaluation: str) -> None:
    tell(evaluation, (uuid7(), ONE, 5), (uuid7(), ONE, 5))
    answer = terminal.run("--json", "reconcile", "--service", "evaluation")
    assert (answer.code, differences(answer)) == (1, {"version-reused": 1})


def test_a_service_that_does_not_answer_cannot_be_compared(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_EVALUATION_DATABASE_URL", terminal.url_of("nowhere"))
    answer = terminal.run("reconcile")
    assert (answer.code, answer.err) == (2, "错误：evaluation：没有这个数据库\n")


def test_a_copy_of_another_environment_is_adopted_before_it_is_recovered(
    terminal: Terminal,
) -> None:
    terminal.sql("UPDATE backbone.belonging SET environment = 'production', id = $1", ONE)
    for more in ((), ("--dry-run",)):
        refused = terminal.run("recover", "--service", "registry", "--as", "王工", "--yes", *more)
        assert refused.code == 2
        assert "请先执行 liandong adopt --service registry" in refused.err
    assert terminal.sql("SELECT count(*) FROM backbone.incarnation") == [(0,)]
    assert terminal.run("adopt", "--service", "registry", "--yes").code == 0
    assert terminal.run("recover", "--service", "registry", "--as", "王工", "--yes").code == 0


def test_every_run_is_kept_with_what_it_found_until_a_hundred_later_ones(
    terminal: Terminal, evaluation: str
) -> None:
    terminal.deliver((ONE, 1))
    assert terminal.run("reconcile").code == 1
    runs = terminal.sql(
        "SELECT findings->>'unknown-to-source', ended_at >= started_at, repaired::text"
        " FROM backbone.reconciliation"
    )
    assert runs == [("1", True, "{}")]
    terminal.sql(
        "INSERT INTO backbone.reconciliation (run_id, started_at)"
        " SELECT gen_random_uuid(), now() - interval '1 day' FROM generate_series(1, 150)"
    )
    assert terminal.run("reconcile").code == 1
    assert terminal.sql("SELECT count(*) FROM backbone.reconciliation") == [(100,)]
    assert terminal.sql(
        "SELECT count(*) FROM backbone.reconciliation WHERE ended_at IS NOT NULL"
    ) == [(2,)]


def test_a_run_that_could_not_compare_has_no_end(
    terminal: Terminal, evaluation: str, environment: pytest.MonkeyPatch
) -> None:
    terminal.sql("ALTER TABLE backbone.event_feed RENAME TO away")
    assert terminal.run("reconcile").code == 2
    assert terminal.sql("SELECT ended_at FROM backbone.reconciliation") == [(None,)]


def test_recovery_is_refused_under_a_running_process_and_done_on_record(
    terminal: Terminal,
) -> None:
    async def beside_a_process() -> tuple[int, str]:
        running = await terminal.connection(application_name="liandong-registry-worker")
        try:
            arguments = ("recover", "--service", "registry", "--as", "王工", "--yes")
            answer = await asyncio.to_thread(terminal.run, *arguments)
            return answer.code, answer.err
        finally:
            await running.close()

    code, said = asyncio.run(beside_a_process())
    assert code == 2
    assert "仍在运行" in said
    assert terminal.run("recover", "--as", "王工", "--yes").code == 2
    answer = terminal.run("--json", "recover", "--service", "registry", "--as", "王工", "--yes")
    assert (answer.code, answer.json["incarnation"]) == (0, 2)
    assert terminal.sql("SELECT actor, action, subject_id FROM backbone.audit_entry") == [
        ("王工", "database.recovered", "2")
    ]
