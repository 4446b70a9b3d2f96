"""``liandong preflight`` and ``liandong adopt``: what a start would find, without starting."""

from uuid import UUID

import pytest

from .conftest import Terminal

COPIED = UUID("00000000-0000-7000-8000-00000000000a")


def test_what_is_found_is_told_with_the_code_of_a_start(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_OIDC_ISSUER", "http://127.0.0.1:1")
    answer = terminal.run("preflight", "--json")
    assert answer.code == 0
    states = {one["check"]: one["state"] for one in answer.json["services"]}
    assert states["database.schema"] == "fit"
    assert states["issuer.reachable"] == "unknown"
    assert terminal.sql("SELECT id FROM backbone.belonging") == [(None,)]  # it only looks
    environment.delenv("LIANDONG_OIDC_ISSUER")
    assert terminal.run("preflight").code == 2
    environment.setenv("LIANDONG_OIDC_ISSUER", "http://127.0.0.1:1")
    terminal.sql("UPDATE alembic_version SET version_num = '0001'")
    answer = terminal.run("preflight")
    assert answer.code == 3
    assert "请先执行 migrate" in answer.out


def test_a_restored_copy_is_adopted_by_another_environment(
    terminal: Terminal, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("LIANDONG_OIDC_ISSUER", "http://127.0.0.1:1")
    terminal.sql("UPDATE backbone.belonging SET environment = 'production', id = $1", COPIED)
    assert terminal.run("preflight").code == 7
    answer = terminal.run("adopt", "--yes", "--service", "registry")
    assert answer.code == 0
    assert "归属 development 环境" in answer.out
    assert terminal.run("preflight").code == 0
    assert terminal.sql("SELECT id FROM backbone.belonging") != [(COPIED,)]
    again = terminal.run("adopt", "--yes", "--service", "registry")
    assert again.code == 2
    assert "liandong recover --service registry" in again.err
    refused = terminal.run("adopt", "--partitions", "--yes", "--service", "registry")
    assert refused.code == 2
