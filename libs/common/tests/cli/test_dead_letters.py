"""Dead letters from the terminal: seen, driven again in order, given up, always on record."""

import json
from uuid import uuid4

from .conftest import GROUP, Terminal

OTHER, KEY = uuid4(), uuid4()


def _set_aside(terminal: Terminal) -> list[str]:
    """Grades 1, 2, 3 of one organisation, of which the first fails; 10 of another goes through."""
    terminal.failing.add(1)
    terminal.deliver((KEY, 1), (KEY, 2), (OTHER, 10), (KEY, 3))
    return [one["id"] for one in terminal.run("dead-letters", "list", "--json").json["letters"]]


def test_the_list_shows_the_letters_of_a_key_in_their_order(terminal: Terminal) -> None:
    _set_aside(terminal)
    letters = terminal.run("--json", "dead-letters", "list").json["letters"]
    assert [one["status"] for one in letters] == ["retrying", "waiting", "waiting"]
    assert {one["key"] for one in letters} == {str(KEY)}
    assert terminal.handled == [10]


def test_people_see_the_list_in_chinese(terminal: Terminal) -> None:
    _set_aside(terminal)
    shown = terminal.run("dead-letters", "list").out
    assert "死信（3）" in shown
    assert "排在同键之后" in shown
    assert "RuntimeError" in shown


def test_a_letter_is_shown_with_its_event_and_how_many_are_before_it(terminal: Terminal) -> None:
    last = _set_aside(terminal)[-1]
    shown = terminal.run("--json", "dead-letters", "show", last).json
    assert shown["data"] == {"organization_id": str(KEY), "number": 3}
    assert shown["letters_before"] == 2
    assert shown["attributes"]["partitionkey"] == str(KEY)


def test_driving_a_key_again_keeps_its_order_and_is_audited(terminal: Terminal) -> None:
    letters = _set_aside(terminal)
    terminal.failing.clear()
    answer = terminal.run("--json", "dead-letters", "redrive", "--key", str(KEY), "--as", "王工")
    assert answer.code == 0
    assert answer.json["redriven"] == 3
    assert terminal.handled == [10, 1, 2, 3]
    audited = terminal.sql(
        "SELECT subject_id, actor, actor_roles FROM backbone.audit_entry"
        " WHERE action = 'dead-letter.redriven' ORDER BY id"
    )
    assert audited == [(letter, "王工", "system_admin") for letter in letters]


def test_naming_a_later_letter_drives_the_earlier_ones_of_its_key_first(terminal: Terminal) -> None:
    last = _set_aside(terminal)[-1]
    terminal.failing.clear()
    answer = terminal.run("--json", "dead-letters", "redrive", "--id", last, "--as", "王工")
    assert answer.json["redriven"] == 3
    assert terminal.handled == [10, 1, 2, 3]


def test_a_letter_that_fails_again_holds_those_behind_it(terminal: Terminal) -> None:
    _set_aside(terminal)
    terminal.failing = {2}
    answer = terminal.run("--json", "dead-letters", "redrive", "--all", "--as", "王工")
    assert answer.code == 1
    assert (answer.json["redriven"], answer.json["left"]) == (1, 2)
    assert "grade 2 is not wanted" in answer.json["keys"][0]["reason"]
    assert terminal.handled == [10, 1]


def test_driving_everything_again_with_nothing_there_is_no_error(terminal: Terminal) -> None:
    answer = terminal.run("--json", "dead-letters", "redrive", "--all", "--as", "王工")
    assert (answer.code, answer.json["redriven"]) == (0, 0)


def test_a_discarded_letter_lets_its_key_go_on_and_is_audited(terminal: Terminal) -> None:
    first = _set_aside(terminal)[0]
    arguments = ("dead-letters", "discard", first, "--reason", "重复录入", "--as", "王工", "--yes")
    assert terminal.run(*arguments).code == 0
    terminal.run("dead-letters", "redrive", "--key", str(KEY), "--as", "王工")
    assert terminal.handled == [10, 2, 3]
    ((actor, details),) = terminal.sql(
        "SELECT actor, details FROM backbone.audit_entry WHERE action = 'dead-letter.discarded'"
    )
    assert actor == "王工"
    assert json.loads(details)["reason"] == "重复录入"


def test_nothing_is_discarded_without_a_yes(terminal: Terminal) -> None:
    first = _set_aside(terminal)[0]
    answer = terminal.run("dead-letters", "discard", first, "--reason", "试试", "--as", "王工")
    assert answer.code != 0
    assert len(terminal.run("--json", "dead-letters", "list").json["letters"]) == 3


def test_a_settled_letter_is_not_discarded_again(terminal: Terminal) -> None:
    first = _set_aside(terminal)[0]
    arguments = ("dead-letters", "discard", first, "--reason", "重复", "--as", "王工", "--yes")
    terminal.run(*arguments)
    answer = terminal.run(*arguments)
    assert answer.code == 2
    assert "已放弃" in answer.err


def test_one_way_of_choosing_letters_must_be_given(terminal: Terminal) -> None:
    for chosen in ([], ["--all", "--key", "k"]):
        answer = terminal.run("dead-letters", "redrive", *chosen, "--as", "王工")
        assert answer.code == 2
        assert "选一个" in answer.err


def test_a_letter_nobody_knows_is_one_sentence(terminal: Terminal) -> None:
    unknown = str(uuid4())
    answer = terminal.run("dead-letters", "show", unknown)
    assert (answer.code, answer.err) == (2, f"错误：没有编号为 {unknown} 的死信\n")


def test_the_platform_itself_is_no_operator(terminal: Terminal) -> None:
    answer = terminal.run("dead-letters", "redrive", "--all", "--as", "system:registry")
    assert answer.code == 2
    assert "--as" in answer.err


def test_letters_of_a_group_that_is_gone_can_only_be_given_up(terminal: Terminal) -> None:
    _set_aside(terminal)
    terminal.sql("UPDATE backbone.dead_letter SET consumer_group = 'registry.old'")
    answer = terminal.run("dead-letters", "redrive", "--all", "--as", "王工")
    assert answer.code == 2
    assert "registry.old" in answer.err
    assert GROUP not in answer.err
