"""Repairs over HTTP: one act ends the listing, its measures and its publication."""

from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
AFTER_THE_TERM = "2021-10-12"


async def test_a_granted_repair_ends_everything_in_one_act(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    assert (await desk.standing(organization))["barred_from_bids"]
    granted = await desk.decide_repair(repair)
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
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    answer = await desk.decide_repair(repair)
    assert answer.status_code == 409
    assert answer.json()["exit_not_before"] == "2021-10-12"
    assert (await desk.read(f"/v1/repairs/{repair}"))["status"] == "checked"
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_a_local_rule_set_may_allow_an_early_repair(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    rules = await desk.read("/v1/rule-sets", subject="credit-list.listings")
    serious = rules[0]["parameters"]["serious"] | {"early_repair_allowed": True}
    await desk.override("credit-list.listings", "2018-order-60", serious=serious)
    granted = await desk.decide_repair(repair)
    assert granted.status_code == 200, granted.text
    assert granted.json()["rule_set"] == "credit-list.listings@340100/hefei-1"


async def test_an_open_duty_stands_against_a_repair(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    own = desk.organization(organization)
    repair = await desk.a_checked_repair(listing, own, obligations_met=False)
    for given in ({}, {"obligations_met": True}):
        answer = await desk.decide_repair(repair, **given)
        assert answer.json()["type"] == "urn:liandong:problem:duty-not-done"
    refused = await desk.decide_repair(repair, outcome="refuse")
    assert refused.json()["status"] == "refused"
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_a_refusal_tells_from_when_one_may_apply_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    own = desk.organization(organization)
    repair = await desk.a_checked_repair(listing, own, obligations_met=False)
    refused = await desk.decide_repair(repair, outcome="refuse")
    assert refused.json()["reapply_from"] == "2021-10-22"
    desk.set_day("2021-10-21")
    early = await desk.apply_repair(listing, own)
    assert early.json()["type"] == "urn:liandong:problem:reapply-later"
    assert early.json()["reapply_from"] == "2021-10-22"
    desk.set_day("2021-10-22")
    assert (await desk.apply_repair(listing, own)).status_code == 201


async def test_a_revoked_body_is_not_repaired(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await desk.learn(desk.told("revoked", organization))
    desk.set_day(AFTER_THE_TERM)
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    answer = await desk.decide_repair(repair)
    assert answer.json()["type"] == "urn:liandong:problem:leaves-by-cancellation"


async def test_who_entered_accepted_checked_or_listed_does_not_decide(desk: Desk) -> None:
    both = bearer("double", Role.CLERK, Role.APPROVER)
    entered = await desk.a_listing(await desk.an_organization())
    checked = await desk.a_listing(await desk.an_organization(2))
    desk.set_day("2021-11-05")
    repairs = [
        (await desk.a_checked_repair(entered, both), both),
        (await desk.a_checked_repair(checked, who=both), both),
    ]
    for repair, who in repairs:
        for officer in (who, desk.approver):  # desk.approver has listed it
            answer = await desk.decide_repair(repair, officer)
            assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
        assert (await desk.decide_repair(repair)).status_code == 200


async def test_one_application_is_open_for_a_listing(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    first = await desk.apply_repair(listing, desk.organization(organization))
    again = await desk.apply_repair(listing, desk.clerk)
    assert again.status_code == 409
    assert again.json()["repair_id"] == first.json()["id"]
    path = f"/v1/repairs/{first.json()['id']}/withdraw"
    own = desk.organization(organization)
    withdrawn = await desk.act(path, {"reason": "材料不全"}, own)
    assert withdrawn.json()["status"] == "withdrawn"
    assert (await desk.apply_repair(listing, desk.clerk)).status_code == 201


async def test_a_listing_that_was_corrected_meanwhile_is_not_repaired_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    body = {"reason": "处罚已撤销"}
    third = bearer("approver-3", Role.APPROVER)
    await desk.act(f"/v1/listings/{listing}/correct", body, third)
    answer = await desk.decide_repair(repair)
    assert answer.json()["type"] == "urn:liandong:problem:nothing-to-repair"
    refused = await desk.decide_repair(repair, outcome="refuse")
    assert refused.status_code == 200


async def test_another_organisation_neither_applies_nor_reads(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    other = desk.organization(await desk.an_organization(2))
    assert (await desk.apply_repair(listing, other)).status_code == 404
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    hidden = await desk.client.get(f"/v1/repairs/{repair}", headers=other)
    assert hidden.status_code == 404
    assert (await desk.read("/v1/repairs", other))["items"] == []
    assert len((await desk.read("/v1/repairs", listing_id=listing))["items"]) == 1


async def test_a_red_listing_has_nothing_to_repair(desk: Desk) -> None:
    listing = await desk.a_red_listing(await desk.an_organization())
    assert (await desk.apply_repair(listing, desk.clerk)).status_code == 409


async def test_every_step_has_its_day_and_what_is_late_is_found(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    own = desk.organization(organization)
    desk.set_day(AFTER_THE_TERM)  # a Tuesday
    applied = (await desk.apply_repair(listing, own)).json()
    assert (applied["due_step"], applied["due_on"]) == ("accept", "2021-10-19")
    path = f"/v1/repairs/{applied['id']}"
    await desk.act(f"{path}/return", {"reason": "缺少缴款书"}, desk.clerk)
    returned = await desk.read(path, own)
    assert (returned["status"], returned["return_reason"]) == ("returned", "缺少缴款书")
    body = {"content": "已补缴款书", "evidence": ["缴款书1号", "缴款书2号"]}
    supplemented = await desk.act(f"{path}/supplement", body, own)
    assert (supplemented.json()["status"], supplemented.json()["due_step"]) == ("applied", "accept")
    accepted = (await desk.act(f"{path}/accept", None, desk.clerk)).json()
    assert (accepted["due_step"], accepted["due_on"]) == ("check", "2021-10-19")
    desk.set_day("2021-10-19")
    assert (await desk.read("/v1/repairs", overdue=True))["items"] == []
    desk.set_day("2021-10-20")
    [late] = (await desk.read("/v1/repairs", overdue=True))["items"]
    assert (late["id"], late["is_overdue"]) == (applied["id"], True)
    await desk.check_repair(applied["id"])
    assert (await desk.decide_repair(applied["id"])).json()["due_on"] is None


async def test_nothing_is_decided_before_it_was_checked(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day(AFTER_THE_TERM)
    applied = (await desk.apply_repair(listing, desk.organization(organization))).json()["id"]
    for outcome in ("grant", "refuse"):
        answer = await desk.decide_repair(applied, outcome=outcome)
        assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_a_relapse_while_an_application_is_open_asks_for_another_check(desk: Desk) -> None:
    organization = await desk.an_organization()
    abnormal = {"list": "abnormal", "trigger": "annual-report"}
    listing = await desk.a_listing(organization, **abnormal)
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    again = abnormal | {"trigger": "party-organisation"}
    assert await desk.a_listing(organization, **again) == listing
    outdated = await desk.decide_repair(repair)
    assert outdated.status_code == 409
    assert outdated.json()["type"] == "urn:liandong:problem:check-outdated"
    assert [one["list"] for one in (await desk.standing(organization))["lists"]] == ["abnormal"]
    assert (await desk.check_repair(repair)).status_code == 200
    assert (await desk.decide_repair(repair)).json()["status"] == "granted"
    assert (await desk.standing(organization))["lists"] == []
