"""``liandong status``: figures, what needs a person, and services that do not answer."""

import pytest

from .conftest import GROUP, Terminal

KEY = "00000000-0000-7000-8000-000000000001"


def _registry(terminal: Terminal) -> dict[str, object]:
    (service,) = terminal.run("--json", "--service", "registry", "status").json["services"]
    return service


def test_a_quiet_service_is_all_well(terminal: Terminal) -> None:
    answer = terminal.run("status", "--json")
    (service,) = answer.json["services"]
    assert answer.code == 0
    assert service["schema"]["ok"] is True
    assert service["outbox"] == {"rows": 0, "oldest_seconds": None, "blocked_keys": 0}
    assert service["groups"][0]["group"] == GROUP


def test_people_see_the_standing_in_chinese(terminal: Terminal) -> None:
    shown = terminal.run("status").out
    assert "待发事件" in shown
    assert "registry" in shown
    assert GROUP in shown


def test_waiting_events_and_entries_are_counted(terminal: Terminal) -> None:
    terminal.sql(
        "INSERT INTO backbone.outbox (id, shard, topic, aggregatetype, aggregateid, type, headers,"
        " payload, occurred_at, written_at) VALUES (gen_random_uuid(), 0, 't', 'a', 'k', 'x', '{}',"
        " '', now(), now() - interval '90 seconds')"
    )
    terminal.sql(
        "INSERT INTO backbone.deadline (id, kind, subject_id, due_at)"
        f" VALUES (gen_random_uuid(), 'k', '{KEY}', now() - interval '1 day')"
    )
    service = _registry(terminal)
    assert service["outbox"]["rows"] == 1
    assert service["outbox"]["oldest_seconds"] > 89
    assert service["deadlines"]["overdue"] == 1


def test_a_dead_letter_asks_for_a_person(terminal: Terminal) -> None:
    terminal.sql(
        "INSERT INTO backbone.dead_letter (id, consumer_group, key, event_id, type, status, reason,"
        " detail, topic, lane, source_offset, headers, payload) VALUES (gen_random_uuid(),"
        f" '{GROUP}', 'k', gen_random_uuid(), 't', 'dead', 'r', 'd', 't', 'l', '1', '{{}}', '')"
    )
    answer = terminal.run("--json", "status")
    assert answer.code == 1
    assert answer.json["services"][0]["groups"][0]["dead_letters"] == {"dead": 1}


def test_a_schema_of_another_release_asks_for_a_person(terminal: Terminal) -> None:
    terminal.sql("UPDATE alembic_version SET version_num = '0001'")
    answer = terminal.run("status")
    assert answer.code == 1
    assert "不一致" in answer.out


def test_how_far_a_group_is_behind_is_known_when_both_databases_answer(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_EVALUATION_DATABASE_URL", terminal.clone_of_itself(events=7))
    terminal.sql(
        "INSERT INTO backbone.feed_cursor (consumer_group, source, cursor)"
        f" VALUES ('{GROUP}', 'evaluation', 'ZjE6NA')"  # f1:4
    )
    services = terminal.run("--json", "status").json["services"]
    (source,) = services[0]["groups"][0]["sources"]
    assert (source["position"], source["lag"]) == (4, 3)


def test_a_service_that_does_not_answer_is_named_and_the_others_are_shown(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_EVALUATION_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/none")
    answer = terminal.run("status")
    assert answer.code == 2
    assert "evaluation：无法连接数据库" in answer.out
    assert "待发事件" in answer.out
    assert "Traceback" not in answer.out + answer.err


def test_a_database_without_tables_is_one_sentence(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_REGISTRY_DATABASE_URL", terminal.empty_database())
    answer = terminal.run("dead-letters", "list")
    assert (answer.code, answer.err) == (
        2,
        "错误：registry：数据库尚未建表，请先执行 migrate\n",
    )


def test_a_wrong_address_is_one_sentence(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_REGISTRY_DATABASE_URL", "postgresql:nowhere")
    answer = terminal.run("outbox", "blocked")
    assert answer.code == 2
    assert answer.err.startswith("错误：registry：数据库地址写得不对")


def test_a_database_that_is_not_there_is_one_sentence(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_REGISTRY_DATABASE_URL", terminal.url_of("no_such_database"))
    answer = terminal.run("audit", "verify")
    assert (answer.code, answer.err) == (2, "错误：registry：没有这个数据库\n")


def test_a_service_without_configuration_is_said_by_name(terminal: Terminal) -> None:
    answer = terminal.run("--service", "funding", "status")
    assert answer.code == 2
    assert "LIANDONG_FUNDING_DATABASE_URL" in answer.err


def test_an_unknown_service_is_refused(terminal: Terminal) -> None:
    answer = terminal.run("status", "--service", "treasury")
    assert answer.code == 2
    assert "没有服务 treasury" in answer.err


def test_one_shared_database_address_does_not_pass_for_five_services(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("LIANDONG_REGISTRY_DATABASE_URL")
    environment.setenv("LIANDONG_DATABASE_URL", terminal.url)
    assert "--service" in terminal.run("status").err
    assert terminal.run("status", "--service=registry").code == 0
