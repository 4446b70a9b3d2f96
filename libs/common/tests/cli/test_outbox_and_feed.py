"""Blocked keys, the feed, and reading it once more."""

import asyncio

import pytest

from liandong.events.feed import write_cursor

from .conftest import GROUP, Terminal

KEY = "00000000-0000-7000-8000-000000000001"


def test_a_blocked_key_is_listed_and_freed_on_record(terminal: Terminal) -> None:
    terminal.sql(
        "INSERT INTO backbone.outbox_blocked (aggregateid, event_id, reason)"
        f" VALUES ('{KEY}', '{KEY}', 'too large')"
    )
    (blocked,) = terminal.run("--json", "outbox", "blocked").json["blocked"]
    assert (blocked["key"], blocked["reason"], blocked["waiting"]) == (KEY, "too large", 0)
    answer = terminal.run("--json", "outbox", "unblock", KEY, "--as", "王工")
    assert answer.json == {"key": KEY, "unblocked": ["registry"]}
    assert terminal.sql("SELECT actor, action, subject_id FROM backbone.audit_entry") == [
        ("王工", "outbox.unblocked", KEY)
    ]


def test_a_key_that_is_not_blocked_is_said_so(terminal: Terminal) -> None:
    answer = terminal.run("outbox", "unblock", KEY, "--as", "王工")
    assert (answer.code, answer.err) == (2, f"错误：键 {KEY} 没有受阻\n")


def test_the_feed_is_shown_page_by_page(terminal: Terminal) -> None:
    terminal.append_to_feed(3)
    first = terminal.run("--json", "feed", "show", "--limit", "2").json
    assert [one["data"]["number"] for one in first["items"]] == [1, 2]
    assert first["more"] is True
    second = terminal.run("--json", "feed", "show", "--limit", "2", "--after", first["next"]).json
    assert [one["data"]["number"] for one in second["items"]] == [3]
    assert second["more"] is False
    assert "已到末尾" in terminal.run("feed", "show").out


def test_a_torn_cursor_is_one_sentence(terminal: Terminal) -> None:
    answer = terminal.run("feed", "show", "--after", "???")
    assert answer.code == 2
    assert "游标无效" in answer.err


@pytest.fixture
def read_until_7(terminal: Terminal, environment: pytest.MonkeyPatch) -> Terminal:
    """The group has read evaluation's feed up to 7; it has handled the events up to 4."""
    environment.setenv("LIANDONG_EVALUATION_DATABASE_URL", terminal.clone_of_itself(events=9))
    terminal.sql(
        "INSERT INTO backbone.feed_cursor (consumer_group, source, cursor)"
        f" VALUES ('{GROUP}', 'evaluation', '{write_cursor(7)}')"
    )
    for number in range(1, 5):
        terminal.sql(
            "INSERT INTO backbone.inbox (event_id, consumer_group)"
            f" VALUES ('00000000-0000-7000-8000-{number:012}', '{GROUP}')"
        )
    return terminal


def _cursor(terminal: Terminal) -> str:
    ((cursor,),) = terminal.sql("SELECT cursor FROM backbone.feed_cursor")
    return str(cursor)


def test_a_dry_run_tells_what_would_be_read_again_and_changes_nothing(
    read_until_7: Terminal,
) -> None:
    answer = read_until_7.run(
        "--json", "feed", "replay", "--group", GROUP, "--from", write_cursor(2), "--dry-run"
    )
    assert answer.code == 0
    assert (answer.json["events"], answer.json["unhandled"]) == (5, 3)
    assert answer.json["changed"] is False
    assert _cursor(read_until_7) == write_cursor(7)


def test_a_group_is_set_back_with_a_yes_and_on_record(read_until_7: Terminal) -> None:
    answer = read_until_7.run(
        "feed", "replay", "--group", GROUP, "--beginning", "--as", "王工", "--yes"
    )
    assert answer.code == 0
    assert "不会再次生效" in answer.out
    assert _cursor(read_until_7) == write_cursor(0)
    assert read_until_7.sql("SELECT actor, action, subject_id FROM backbone.audit_entry") == [
        ("王工", "feed.replayed", GROUP)
    ]


def test_without_a_yes_the_group_stays_where_it_is(read_until_7: Terminal) -> None:
    answer = read_until_7.run("feed", "replay", "--group", GROUP, "--beginning", "--as", "王工")
    assert answer.code != 0
    assert _cursor(read_until_7) == write_cursor(7)


def test_a_group_is_never_set_forward(read_until_7: Terminal) -> None:
    answer = read_until_7.run(
        "feed", "replay", "--group", GROUP, "--from", write_cursor(8), "--as", "王工", "--yes"
    )
    assert answer.code == 2
    assert "只能往回退" in answer.err


def test_a_running_worker_is_not_set_back_under_its_feet(read_until_7: Terminal) -> None:
    async def with_a_worker() -> str:
        worker = await read_until_7.connection(application_name="liandong-registry-relay")
        try:
            answer = await asyncio.to_thread(
                read_until_7.run,
                *("feed", "replay", "--group", GROUP, "--beginning", "--as", "王工", "--yes"),
            )
        finally:
            await worker.close()
        return answer.err

    assert "请先停止" in asyncio.run(with_a_worker())
    assert _cursor(read_until_7) == write_cursor(7)


def test_a_time_of_which_the_inbox_knows_nothing_needs_a_word_more(
    read_until_7: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv(
        "LIANDONG_EVALUATION_DATABASE_URL", read_until_7.clone_of_itself(events=9, days_old=200)
    )
    arguments = ("feed", "replay", "--group", GROUP, "--beginning", "--as", "王工", "--yes")
    refused = read_until_7.run(*arguments)
    assert refused.code == 2
    assert "--beyond-inbox" in refused.err
    assert read_until_7.run(*arguments, "--beyond-inbox").code == 0


def test_a_group_nobody_knows_is_answered_with_those_there_are(terminal: Terminal) -> None:
    answer = terminal.run(
        "feed", "replay", "--group", "registry.other", "--beginning", "--as", "王工"
    )
    assert answer.code == 2
    assert GROUP in answer.err


def test_on_kafka_the_place_is_not_ours_to_set(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_TRANSPORT", "kafka")
    environment.setenv("LIANDONG_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    answer = terminal.run("feed", "replay", "--group", GROUP, "--beginning", "--as", "王工")
    assert answer.code == 2
    assert "kafka-consumer-groups" in answer.err
