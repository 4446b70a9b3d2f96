"""The audit chain from the terminal: whole, broken, and what it says of one subject."""

from .conftest import Terminal


def _tamper(terminal: Terminal, statement: str) -> None:
    """As a superuser could, around the triggers that refuse it."""
    for change in (
        "ALTER TABLE backbone.audit_entry DISABLE TRIGGER ALL",
        statement,
        "ALTER TABLE backbone.audit_entry ENABLE TRIGGER ALL",
    ):
        terminal.sql(change)


def test_an_untouched_chain_is_whole(terminal: Terminal) -> None:
    terminal.record("a.made", "a.changed", "a.closed")
    answer = terminal.run("--json", "audit", "verify")
    assert answer.code == 0
    (service,) = answer.json["services"]
    assert (service["ok"], service["checked"], service["broken_at"]) == (True, 3, None)


def test_a_changed_entry_is_named_with_its_position(terminal: Terminal) -> None:
    terminal.record("a.made", "a.changed", "a.closed")
    _tamper(terminal, "UPDATE backbone.audit_entry SET actor = 'nobody' WHERE action = 'a.changed'")
    answer = terminal.run("audit", "verify")
    assert answer.code == 1
    assert "第 2 条断裂：审计记录内容已被改动" in answer.out
    (service,) = terminal.run("audit", "verify", "--json").json["services"]
    ((entry,),) = terminal.sql("SELECT id FROM backbone.audit_entry WHERE action = 'a.changed'")
    assert (service["broken_at"], service["entry_id"]) == (2, str(entry))


def test_a_removed_entry_is_named_with_its_position(terminal: Terminal) -> None:
    terminal.record("a.made", "a.changed", "a.closed")
    _tamper(terminal, "DELETE FROM backbone.audit_entry WHERE action = 'a.closed'")
    answer = terminal.run("audit", "verify")
    assert answer.code == 1
    assert "第 3 条断裂：审计记录已被删除" in answer.out


def test_the_entries_of_a_subject_are_listed_latest_first(terminal: Terminal) -> None:
    terminal.record("a.made", "a.changed", subject="s-7")
    terminal.record("b.made", subject="s-8")
    entries = terminal.run("--json", "audit", "list", "--subject-id", "s-7").json["entries"]
    assert [one["action"] for one in entries] == ["a.changed", "a.made"]
    assert entries[0]["details"] == {"note": "正常"}
    assert "clerk-1" in terminal.run("audit", "list", "--subject-id", "s-7").out
