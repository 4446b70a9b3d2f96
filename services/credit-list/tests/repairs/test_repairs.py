"""Repairs over HTTP: one act ends the listing, its measures and its publication."""

import asyncio
from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
AFTER_THE_TERM = "2021-10-12"


async def apply(desk: Desk, listing: str, who: Any) -> Any:
    body = {"listing_id": listing, "content": "罚款已缴纳，问题已整改", "evidence": ["缴款书1号"]}
    return await desk.act("/v1/repairs", body, who)


async def decide(desk: Desk, repair: str, who: Any = None, **given: Any) -> Any:
    body = {
        "outcome": "grant",
        "obligations_met": True,
        "reasons": "期限届满，义务已履行",
        "decision_document": "合民修〔2021〕1号",
    }
    version = given.pop("version", None)
    path = f"/v1/repairs/{repair}/decide"
    return await desk.act(path, body | given, who or desk.approver, version)


async def test_a_granted_repair_ends_everything_in_one_act(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    applied = await apply(desk, listing, desk.organization(organization))
    assert applied.status_code == 201, applied.text
    assert (await desk.standing(organization))["barred_from_bids"]
    granted = await decide(desk, applied.json()["id"])
    assert granted.status_code == 200, granted.text
    assert granted.json()["status"] == "granted"
    standing = await desk.standing(organization)
    assert standing["lists"] == []
    assert not standing["barred_from_bids"]
    assert not standing["payments_held"]
    assert (await desk.read("/v1/boards/serious"))["items"] == []
    assert await desk.facts() == ["listed serious", "delisted serious repaired"]


async def test_before_the_term_is_over_nothing_is_granted_and_nothing_changes(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    answer = await decide(desk, repair)
    assert answer.status_code == 409
    assert answer.json()["exit_not_before"] == "2021-10-12"
    assert (await desk.read(f"/v1/repairs/{repair}"))["status"] == "applied"
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_a_local_rule_set_may_allow_an_early_repair(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    rules = await desk.read("/v1/rule-sets", subject="credit-list.listings")
    shipped = rules["items"] if isinstance(rules, dict) else rules
    parameters = next(one for one in shipped if one["version"] == "2018-order-60")["parameters"]
    parameters["serious"]["early_repair_allowed"] = True
    admin = bearer("admin-1", Role.SYSTEM_ADMIN)
    made = await desk.client.post(
        "/v1/rule-sets/overrides",
        json={
            "subject": "credit-list.listings",
            "jurisdiction": "340100",
            "version": "hefei-1",
            "valid_from": "2019-01-01",
            "legal_basis": "本市试行办法",
            "parameters": parameters,
        },
        headers=admin,
    )
    assert made.status_code == 201, made.text
    granted = await decide(desk, repair)
    assert granted.status_code == 200, granted.text
    assert granted.json()["rule_set"] == "credit-list.listings@340100/hefei-1"


async def test_an_open_duty_stands_against_a_repair(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    answer = await decide(desk, repair, obligations_met=False)
    assert answer.json()["type"] == "urn:liandong:problem:duty-not-done"
    refused = await decide(desk, repair, obligations_met=False, outcome="refuse")
    assert refused.json()["status"] == "refused"
    assert (await desk.standing(organization))["barred_from_bids"]
    assert (await apply(desk, listing, desk.organization(organization))).status_code == 201


async def test_a_revoked_body_is_not_repaired(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await desk.learn(desk.told("revoked", organization))
    desk.set_day(AFTER_THE_TERM)
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    answer = await decide(desk, repair)
    assert answer.json()["type"] == "urn:liandong:problem:leaves-by-cancellation"


async def test_who_entered_an_application_does_not_decide_it(desk: Desk) -> None:
    both = bearer("double", Role.CLERK, Role.APPROVER)
    listing = await desk.a_listing(await desk.an_organization())
    desk.set_day(AFTER_THE_TERM)
    repair = (await apply(desk, listing, both)).json()["id"]
    answer = await decide(desk, repair, both)
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    assert (await decide(desk, repair)).status_code == 200


async def test_one_application_is_open_for_a_listing(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    first = await apply(desk, listing, desk.organization(organization))
    again = await apply(desk, listing, desk.clerk)
    assert again.status_code == 409
    assert again.json()["repair_id"] == first.json()["id"]
    path = f"/v1/repairs/{first.json()['id']}/withdraw"
    own = desk.organization(organization)
    withdrawn = await desk.act(path, {"reason": "材料不全"}, own)
    assert withdrawn.json()["status"] == "withdrawn"
    assert (await apply(desk, listing, desk.clerk)).status_code == 201


async def test_two_officers_grant_a_repair_once(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    answers = await asyncio.gather(
        decide(desk, repair, version=1), decide(desk, repair, desk.other_approver, version=1)
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    assert len(await desk.facts()) == 2


async def test_a_listing_that_was_corrected_meanwhile_is_not_repaired_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    body = {"reason": "处罚已撤销"}
    await desk.act(f"/v1/listings/{listing}/correct", body, desk.other_approver)
    answer = await decide(desk, repair)
    assert answer.json()["type"] == "urn:liandong:problem:nothing-to-repair"
    refused = await decide(desk, repair, outcome="refuse")
    assert refused.status_code == 200


async def test_another_organisation_neither_applies_nor_reads(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    other = desk.organization(await desk.an_organization(2))
    assert (await apply(desk, listing, other)).status_code == 404
    repair = (await apply(desk, listing, desk.organization(organization))).json()["id"]
    hidden = await desk.client.get(f"/v1/repairs/{repair}", headers=other)
    assert hidden.status_code == 404
    assert (await desk.read("/v1/repairs", other))["items"] == []
    assert len((await desk.read("/v1/repairs", listing_id=listing))["items"]) == 1


async def test_a_red_listing_has_nothing_to_repair(desk: Desk) -> None:
    listing = await desk.a_red_listing(await desk.an_organization())
    assert (await apply(desk, listing, desk.clerk)).status_code == 409
