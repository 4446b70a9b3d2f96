"""What services have learnt of each other is damaged by hand: found, named and written anew by
``liandong reconcile``, on both transports, and nothing that was done is done again."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from liandong.cli.main import app
from liandong.reconciliation import projections
from liandong.testing.services import ENCRYPTION_KEY, KEYS
from tests.faults.town import STATION_FEN
from tests.joint.town import JointTown

pytestmark = pytest.mark.timeout(600)

EFFECTS = {
    "funding": "SELECT payment_id, kind, listing_id FROM payment_hold ORDER BY 1, 2",
    "supply-demand": "SELECT id, status, version FROM bid ORDER BY id",
    "evaluation": "SELECT id, status, version FROM grade_review ORDER BY id",
    "credit-list": "SELECT id, status, version FROM listing ORDER BY id",
}
DAMAGE = {
    "supply-demand": [
        ("UPDATE learned_organization SET name = '误' WHERE organization_id = $1", "organization"),
        ("DELETE FROM learned_listing WHERE listing_id = $1", "listing"),
    ],
    "funding": [
        ("UPDATE credit_listing SET holds_payments = false WHERE listing_id = $1", "listing"),
        ("INSERT INTO payee (organization_id, status) VALUES ($1, 'revoked')"
         " ON CONFLICT (organization_id) DO UPDATE SET status = 'revoked'", "organization"),
    ],
    "evaluation": [("DELETE FROM known_organization WHERE organization_id = $1", "organization")],
    "credit-list": [
        ("UPDATE known_organization SET status = 'suspended' WHERE organization_id = $1",
         "organization"),
    ],
    "registry": [
        ("UPDATE organization_mark SET is_serious = false WHERE organization_id = $1",
         "organization"),
    ],
}  # fmt: skip
FOUND = {
    ("learnt-otherwise", "supply-demand.learned", "registry.organization", ("name",)),
    ("not-learnt", "supply-demand.learned", "credit-list.listing", ()),
    ("learnt-otherwise", "funding.standing", "credit-list.listing", ("effects",)),
    ("learnt-only", "funding.standing", "registry.organization", ()),
    ("not-learnt", "evaluation.learned", "registry.organization", ()),
    ("learnt-otherwise", "credit-list.learned", "registry.organization", ("status",)),
    ("learnt-otherwise", "registry.marks", "credit-list.listing", ("marked",)),
}
NOT_AGAIN = {("learnt-only", "funding.standing", "registry.organization", ())}
"""The registry never told funding anything of an active body: a person must look."""


async def command(
    town: JointTown, transport: dict[str, Any], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv("LIANDONG_OIDC_ISSUER", KEYS.issuer)
    monkeypatch.setenv("LIANDONG_ENCRYPTION_KEYS", f'["{ENCRYPTION_KEY}"]')
    for name, value in transport.items():
        monkeypatch.setenv(f"LIANDONG_{name.upper()}", str(value))
    for name, service in town.platform.services.items():
        variable = f"LIANDONG_{name.replace('-', '_').upper()}_DATABASE_URL"
        monkeypatch.setenv(variable, service.runtime.settings.database_url)
    result = await asyncio.to_thread(CliRunner().invoke, app, ["--json", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1), result.stderr
    return result.exit_code, json.loads(result.stdout)


def differences(told: dict[str, Any]) -> dict[tuple[str, str, str, tuple[str, ...]], str]:
    """Kind, group, what and which fields; and the key that is named."""
    found = [one for part in (*told["sources"], *told["pairs"]) for one in part["findings"]]
    return {
        (one["kind"], one["group"], each.get("facts", ""), tuple(each.get("fields", ()))): str(
            each.get("key", "")
        )
        for one in found
        for each in one["examples"]
    }


async def listed(town: JointTown) -> dict[str, UUID]:
    """An organisation with a held payment, a disqualified bid and a listing that all obeyed."""
    organization = await town.organization()
    await town.known(organization)
    await town.budget(STATION_FEN)
    await town.approved((await town.entitled(organization))[0])
    await town.bid(await town.tender(days=60), organization)
    case = await town.served_case(organization)
    town.move_behind(case["window_ends_on"])
    answer = await town.decide(await town.decidable(case))
    assert answer.status_code == 200, answer.text
    await town.quiet()
    return {
        "organization": UUID(organization["id"]),
        "listing": UUID(answer.json()["listing_id"]),
    }


async def test_damaged_copies_are_found_named_and_written_anew(
    town: JointTown, transport: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = town.fleet.fetch
    ids = await listed(town)

    async def settled() -> dict[str, Any]:
        await town.quiet()
        return {name: await fetch(name, query) for name, query in EFFECTS.items()}

    code, told = await command(town, transport, monkeypatch, "reconcile")
    assert (code, differences(told)) == (0, {})
    before = await settled()
    assert len(before["funding"]) == 1
    assert before["supply-demand"][0]["status"] == "disqualified"

    for service, statements in DAMAGE.items():
        for statement, of in statements:
            await fetch(service, statement, ids[of])
    code, told = await command(town, transport, monkeypatch, "reconcile")
    assert code == 1
    assert set(differences(told)) == FOUND
    assert set(differences(told).values()) <= {str(one) for one in ids.values()}

    code, told = await command(
        town, transport, monkeypatch, "reconcile", "--repair", "--as", "王工"
    )
    assert set(differences(told)) == NOT_AGAIN
    assert sum(one["told_again"] for one in told["repairs"]) == len(FOUND - NOT_AGAIN)
    assert await settled() == before

    [run] = await fetch(
        "funding",
        "SELECT findings, repaired FROM backbone.reconciliation"
        " WHERE ended_at IS NOT NULL ORDER BY started_at DESC LIMIT 1",
    )
    assert json.loads(run["findings"]) == {"learnt-only": 1}
    assert json.loads(run["repaired"])["told_again"] == 1
    await fetch("funding", "UPDATE payee SET status = NULL")
    code, told = await command(town, transport, monkeypatch, "reconcile")
    assert (code, differences(told)) == (0, {})
    runs = await fetch("registry", "SELECT findings FROM backbone.reconciliation")
    assert len(runs) == 4


async def test_another_score_in_the_same_grade_is_told_to_nobody_and_no_difference(
    town: JointTown, transport: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = await town.organization()
    await town.known(organization)
    fine = {
        "organization_id": organization["id"],
        "kind": "penalty",
        "authority": "合肥市庐阳区市场监督管理局",
        "document_number": "庐市监罚〔2019〕7号",
        "arose_on": "2019-09-10",
        "sanctions": ["fine"],
        "fine_fen": 4_000_000,
        "evidence": ["处罚决定书"],
    }
    letter = fine | {"document_number": "庐市监告〔2019〕8号", "kind": "letter_undelivered"}
    letter |= {"sanctions": [], "fine_fen": 0}
    scores: list[tuple[str, int]] = []
    for record in (fine, letter):
        await town.do("credit-list", "/v1/records", town.clerk, record)
        await town.quiet()
        found = await town.read("credit-list", f"/v1/credit-grades/{organization['id']}")
        scores.append((found["grade"], found["score"]))
        code, told = await command(town, transport, monkeypatch, "reconcile")
        assert (code, differences(told)) == (0, {})
    assert scores == [("C", 65), ("C", 62)]
    [mark] = await town.fleet.fetch("registry", "SELECT credit_score FROM organization_mark")
    assert mark["credit_score"] == 65


async def test_what_is_told_while_both_sides_are_read_is_no_difference(
    town: JointTown, transport: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first, second or third of the four looks at what differed at first sight, the
    owner tells something new and the reader takes it: no difference is left."""
    organization = await town.organization()
    await town.known(organization)
    await town.quiet()
    loop, looks, chosen = asyncio.get_running_loop(), 0, 0

    async def corrected() -> None:
        path = f"/v1/organizations/{organization['id']}"
        found = await town.read("registry", path)
        body = {"registered_on": f"2012-05-{10 + chosen}", "reason": "登记日期填错"}
        await town.do("registry", f"{path}/correct", town.approver, body, found)
        await town.quiet()

    def then_corrected(look: Any) -> Any:
        async def looked(*given: Any) -> Any:
            nonlocal looks
            found = await look(*given)
            looks += 1
            if looks == chosen:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(corrected(), loop))
            return found

        return looked

    monkeypatch.setattr(projections, "_versions", then_corrected(projections._versions))
    monkeypatch.setattr(projections, "_of_keys", then_corrected(projections._of_keys))
    for chosen in (1, 2, 3):  # noqa: B007 - what is nested reads it
        looks = 0
        await town.fleet.fetch("evaluation", "UPDATE known_organization SET district = '340199'")
        code, told = await command(town, transport, monkeypatch, "reconcile")
        assert (code, differences(told), looks) == (0, {}, 4)
    code, told = await command(town, transport, monkeypatch, "reconcile")
    assert (code, differences(told)) == (0, {})
