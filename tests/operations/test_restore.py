"""A database is lost and restored: what was told and forgotten is found, nothing happens twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from liandong.db.engine import UnfitDatabase
from liandong.db.incarnation import VERSIONS, assert_not_restored
from liandong.ids import uuid7
from liandong.reconciliation.guard import DatabaseForgot, wait_until_known

from .conftest import Office, name_of, run_script

pytestmark = pytest.mark.timeout(600)
RENAMED, RENAMED_AGAIN = "合肥市庐阳区晨曦社会工作服务中心", "合肥市庐阳区春晖社会工作服务中心"
GROUP = "credit-list.learned"
_CHANGED = """
    SELECT max(CAST(headers->>'sequence' AS bigint)) FROM backbone.event_feed
    WHERE type = 'cn.liandong.registry.organization.changed'
"""
_TOLD_ONCE_MORE = """
    INSERT INTO backbone.event_feed (id, key, type, district, headers, payload)
    SELECT gen.id, key, type, district, jsonb_set(jsonb_set(headers,
        '{id}', to_jsonb(gen.id::text)), '{sequence}', '"2"'), payload
    FROM backbone.event_feed, (SELECT $1::uuid AS id) AS gen
    WHERE type = 'cn.liandong.registry.organization.registered'
"""


def counted(answer: Any) -> dict[tuple[str, str, str | None], int]:
    """Differences by kind, source and group."""
    told = json.loads(answer.stdout)
    found = [one for part in (*told["sources"], *told["pairs"]) for one in part["findings"]]
    return {
        (one["kind"], one["source"], one["group"]): one["count"]
        for one in found
        if not one["accepted"]
    }


async def test_a_source_that_went_back_is_refused_until_it_begins_above_what_it_forgot(
    office: Office, tmp_path: Path
) -> None:
    first = await office.register(1)
    await office.knows(1)
    dump = await office.dump("registry", tmp_path)
    await office.rename(first, RENAMED)
    await office.register(2)
    await office.knows(1, 2, renamed=RENAMED)
    assert (await office.command("reconcile")).exit_code == 0
    await office.running.stop_worker("registry")
    await office.restore("registry", dump)
    with pytest.raises(UnfitDatabase, match="liandong recover --service registry"):
        await assert_not_restored(office.settings("registry"))
    with pytest.raises(DatabaseForgot, match="liandong recover"):
        await wait_until_known(office.settings("registry"))

    answer = await office.command("--json", "reconcile", "--repair", "--as", "王工")
    found = counted(answer)
    assert answer.exit_code == 1
    assert found["unknown-to-source", "registry", None] == 2
    assert found["unknown-to-source", "registry", GROUP] == 2
    assert found["version-ahead", "registry", GROUP] == 2

    answer = await office.command(
        "--json", "recover", "--service", "registry", "--as", "王工", "--yes"
    )
    assert answer.exit_code == 0, answer.stderr
    assert sum(one["count"] for one in json.loads(answer.stdout)["forgotten"]) == 2
    await assert_not_restored(office.settings("registry"))
    await wait_until_known(office.settings("registry"))
    office.running.start_worker("registry")
    await office.rename(first, RENAMED_AGAIN)
    await office.register(3)
    await office.knows(1, 2, 3, renamed=RENAMED_AGAIN)
    assert (await office.fetch("registry", _CHANGED))[0][0] == VERSIONS + 2
    answer = await office.command("--json", "reconcile")
    assert (answer.exit_code, counted(answer)) == (0, {}), answer.stdout


async def test_a_reader_that_went_back_hears_again_what_it_forgot_and_nothing_twice(
    office: Office, tmp_path: Path
) -> None:
    await office.register(1)
    await office.knows(1)
    dump = await office.dump("credit-list", tmp_path)
    await office.register(2)
    await office.knows(1, 2)
    await office.running.stop_worker("credit-list")
    await office.restore("credit-list", dump)
    answer = await office.command("--json", "reconcile")
    assert (answer.exit_code, counted(answer)) == (1, {("not-handled", "registry", GROUP): 1})
    answer = await office.command("recover", "--service", "credit-list", "--as", "王工", "--yes")
    assert answer.exit_code == 0, answer.stderr
    office.running.start_worker("credit-list")
    await office.knows(1, 2)
    answer = await office.command("--json", "reconcile")
    assert (answer.exit_code, counted(answer)) == (0, {}), answer.stdout


async def test_what_the_topic_lost_is_sent_again_and_what_a_group_missed_is_handled(
    office: Office,
) -> None:
    await office.register(1)
    await office.knows(1)
    await office.fetch("registry", _TOLD_ONCE_MORE, uuid7())
    answer = await office.command("--json", "reconcile")
    assert answer.exit_code == 1
    assert counted(answer) == {
        ("not-in-topic", "registry", None): 1,
        ("not-handled", "registry", GROUP): 1,
    }
    answer = await office.command("--json", "reconcile", "--repair", "--as", "王工")
    assert (answer.exit_code, counted(answer)) == (0, {}), answer.stdout
    done = {one["group"]: one for one in json.loads(answer.stdout)["repairs"]}
    assert done[None]["republished"] == 1
    assert done[GROUP]["handled"] == 1


async def test_a_dump_is_restored_into_an_empty_database_only(
    office: Office, tmp_path: Path
) -> None:
    dump = await office.dump("credit-list", tmp_path)
    refused = run_script("restore.sh", dump, office.url("registry"))
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    torn = run_script("restore.sh", dump, office.url("registry"))
    assert torn.returncode == 1
    assert "not empty" not in torn.stderr
    assert name_of(1) not in await office.learned()
