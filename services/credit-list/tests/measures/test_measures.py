"""Measures over HTTP: begun, ended and acknowledged."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from credit_list.measures import reports
from credit_list.measures.watching import count
from liandong.identity.actors import Role
from liandong.metrics import MEASURES_UNACKNOWLEDGED
from liandong.testing.services import bearer

Desk = Any
ADMIN = bearer("admin-1", Role.SYSTEM_ADMIN)


async def rows(desk: Desk, listing: str, code: str) -> list[dict[str, Any]]:
    found = await desk.read(f"/v1/listings/{listing}/measures")
    return [one for one in found if one["code"] == code]


async def states(desk: Desk, listing: str, code: str) -> list[str]:
    return [one["obedience"] for one in await rows(desk, listing, code)]


def applied(organization: UUID, listing: str, version: int, **given: Any) -> Any:
    kind = given.pop("kind", reports.AppliedBySupplyDemand)
    return kind(
        **{
            "listing_id": UUID(listing),
            "organization_id": organization,
            "measure": "bar-bids",
            "listing_version": version,
            "affected": 2,
            "affected_kind": "bids",
            "applied_on": date(2019, 10, 12),
        }
        | given
    )


def lifted(organization: UUID, listing: str, version: int, **given: Any) -> Any:
    kind = given.pop("kind", reports.LiftedBySupplyDemand)
    return kind(
        **{
            "listing_id": UUID(listing),
            "organization_id": organization,
            "measure": "bar-bids",
            "listing_version": version,
            "affected": 0,
            "lifted_on": date(2019, 11, 1),
        }
        | given
    )


async def relapse(desk: Desk, organization: UUID) -> None:
    await desk.a_listing(organization, trigger="court-defaulter")


async def correct(desk: Desk, listing: str) -> None:
    body = {"reason": "处罚对象为同名组织"}
    answer = await desk.act(f"/v1/listings/{listing}/correct", body, desk.other_approver)
    assert answer.status_code == 200, answer.text


async def override(desk: Desk, subject: str, change: Any) -> Any:
    shipped = await desk.read("/v1/rule-sets", subject=subject)
    [now] = [one for one in shipped if one["valid_from"] <= "2019-10-01" and not one["overridden"]]
    parameters = change(now["parameters"])
    body = {
        "subject": subject,
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2019-01-01",
        "legal_basis": "本市办法",
        "parameters": parameters,
    }
    return await desk.client.post("/v1/rule-sets/overrides", json=body, headers=ADMIN)


def with_measures(*uses: dict[str, Any]) -> Any:
    def change(parameters: dict[str, Any]) -> dict[str, Any]:
        return parameters | {"serious": parameters["serious"] | {"measures": list(uses)}}

    return change


async def test_the_catalogue_is_public(desk: Desk) -> None:
    answer = await desk.client.get("/v1/measures")
    assert answer.status_code == 200
    found = answer.json()
    assert found["rule_set"] == "credit-list.measures@100000/2018-order-60"
    [bar] = [one for one in found["measures"] if one["code"] == "bar-bids"]
    assert (bar["kind"], bar["service"], bar["effect"]) == ("sanction", "supply-demand", "bar-bids")
    assert bar["legal_basis"]


async def test_a_listing_switches_its_measures_on_and_ends_them(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    in_force = await desk.read("/v1/measures/in-force", organization_id=str(organization))
    assert {one["code"]: one["service"] for one in in_force["items"]} == {
        "key-supervision": "registry",
        "bar-bids": "supply-demand",
        "hold-payments": "funding",
        "no-honours": "external",
        "review-grade": "evaluation",
    }
    assert {one["starts_on"] for one in in_force["items"]} == {"2019-10-12"}
    await correct(desk, listing)
    in_force = await desk.read("/v1/measures/in-force", organization_id=str(organization))
    assert in_force["items"] == []
    [row] = await rows(desk, listing, "bar-bids")
    assert (row["ended_on"], row["end_reason"]) == ("2019-10-12", "delisted")


async def test_a_delisting_names_the_measures_that_end_with_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await correct(desk, listing)
    event = [one for one in await desk.service.published() if "delisted" in one["type"]][-1]
    assert event["data"]["listing_version"] == 2
    off = {one["code"]: one["executor"] for one in event["data"]["switched_off"]}
    assert off["bar-bids"] == "supply-demand"
    assert off["no-honours"] == "external"


async def test_who_obeyed_is_shown_with_what_was_affected(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    assert await states(desk, listing, "bar-bids") == ["waiting"]
    assert await states(desk, listing, "no-honours") == ["not_asked"]
    await desk.learn(applied(organization, listing, 1))
    [row] = await rows(desk, listing, "bar-bids")
    assert (row["obedience"], row["applied_count"], row["affected_kind"]) == ("applied", 2, "bids")
    assert row["applied_on"] == "2019-10-12"
    assert await states(desk, listing, "hold-payments") == ["waiting"]


async def test_an_acknowledgement_that_is_overdue_is_late(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.service.clock.advance(timedelta(seconds=300))
    assert await states(desk, listing, "bar-bids") == ["waiting"]
    desk.service.clock.advance(timedelta(seconds=1))
    assert await states(desk, listing, "bar-bids") == ["late"]
    late = await desk.read("/v1/measures/unacknowledged", late=True, service="supply-demand")
    assert [one["code"] for one in late["items"]] == ["bar-bids"]
    await desk.learn(applied(organization, listing, 1))
    assert await states(desk, listing, "bar-bids") == ["applied"]


async def test_officials_see_what_is_not_acknowledged(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    open_ = await desk.read("/v1/measures/unacknowledged")
    assert {one["code"] for one in open_["items"]} == {
        "key-supervision",
        "bar-bids",
        "hold-payments",
        "review-grade",
    }
    assert (await desk.read("/v1/measures/unacknowledged", late=True))["items"] == []
    await desk.learn(applied(organization, listing, 1))
    open_ = await desk.read("/v1/measures/unacknowledged", service="supply-demand")
    assert open_["items"] == []
    elsewhere = bearer("clerk-9", Role.CLERK, district="110000")
    assert (await desk.read("/v1/measures/unacknowledged", elsewhere))["items"] == []


async def test_a_metric_counts_what_waits_and_what_is_late(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)

    async def counted(state: str) -> float:
        await count(desk.service.runtime)
        gauge = MEASURES_UNACKNOWLEDGED.labels("supply-demand", state)
        return gauge._value.get()

    assert (await counted("waiting"), await counted("late")) == (1, 0)
    desk.service.clock.advance(timedelta(seconds=301))
    assert (await counted("waiting"), await counted("late")) == (0, 1)
    await desk.learn(applied(organization, listing, 1))
    assert (await counted("waiting"), await counted("late")) == (0, 0)


async def test_only_the_service_that_was_asked_can_acknowledge(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await desk.learn(applied(organization, listing, 1, kind=reports.AppliedByFunding))
    assert await states(desk, listing, "bar-bids") == ["waiting"]


async def test_an_answer_to_the_decision_before_a_relapse_does_not_count_for_it(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await relapse(desk, organization)
    await desk.learn(applied(organization, listing, 1))
    assert await states(desk, listing, "bar-bids") == ["renewed", "waiting"]
    await desk.learn(applied(organization, listing, 2))
    assert await states(desk, listing, "bar-bids") == ["renewed", "applied"]


async def test_an_answer_that_comes_after_the_delisting_puts_nothing_in_force(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await correct(desk, listing)
    await desk.learn(applied(organization, listing, 1))
    assert await states(desk, listing, "bar-bids") == ["lifting"]
    desk.service.clock.advance(timedelta(seconds=301))
    assert await states(desk, listing, "bar-bids") == ["late_lifting"]
    await desk.learn(lifted(organization, listing, 2))
    assert await states(desk, listing, "bar-bids") == ["lifted"]
    open_ = await desk.read("/v1/measures/unacknowledged", service="supply-demand")
    assert open_["items"] == []


async def test_an_answer_said_twice_keeps_its_first_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await desk.learn(applied(organization, listing, 1))
    again = applied(organization, listing, 1, affected=0, applied_on=date(2019, 10, 13))
    await desk.learn(again)
    [row] = await rows(desk, listing, "bar-bids")
    assert (row["applied_on"], row["applied_count"]) == ("2019-10-12", 2)


async def test_an_answer_to_what_was_never_asked_changes_nothing(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await desk.learn(applied(organization, listing, 7), applied(organization, str(organization), 1))
    assert await states(desk, listing, "bar-bids") == ["waiting"]


async def test_a_measure_with_its_own_term_ends_before_the_listing(desk: Desk) -> None:
    uses = ({"code": "bar-bids", "months": 6}, {"code": "hold-payments"})
    made = await override(desk, "credit-list.listings", with_measures(*uses))
    assert made.status_code == 201, made.text
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    [row] = await rows(desk, listing, "bar-bids")
    assert row["ends_on"] == "2020-04-12"
    desk.set_day("2020-04-12")
    await desk.service.settle()
    assert (await desk.standing(organization))["barred_from_bids"]
    desk.set_day("2020-04-13")
    await desk.service.settle()
    standing = await desk.standing(organization)
    assert not standing["barred_from_bids"]
    assert standing["payments_held"]
    assert standing["lists"][0]["measures"] == ["hold-payments"]
    event = (await desk.service.published())[-1]
    assert event["type"] == "cn.liandong.credit-list.measure.ended"
    assert event["data"] == {
        "listing_id": listing,
        "organization_id": str(organization),
        "district": "340103",
        "listing_version": 2,
        "measure": "bar-bids",
        "effect": "bar-bids",
        "executor": "supply-demand",
        "acknowledge": True,
        "ended_on": "2020-04-13",
    }
    [row] = await rows(desk, listing, "bar-bids")
    assert (row["obedience"], row["end_reason"]) == ("lifting", "term")


async def test_a_relapse_starts_the_term_of_a_measure_again(desk: Desk) -> None:
    made = await override(
        desk, "credit-list.listings", with_measures({"code": "bar-bids", "months": 6})
    )
    assert made.status_code == 201, made.text
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day("2020-03-01")
    await relapse(desk, organization)
    first, second = await rows(desk, listing, "bar-bids")
    assert (first["end_reason"], second["end_reason"]) == ("renewed", None)
    desk.set_day("2020-05-01")
    await desk.service.settle()
    assert (await desk.standing(organization))["barred_from_bids"]
    desk.set_day(second["ends_on"])
    await desk.pass_days(1)
    assert not (await desk.standing(organization))["barred_from_bids"]


async def test_a_term_that_passes_after_the_delisting_tells_nothing(desk: Desk) -> None:
    made = await override(
        desk, "credit-list.listings", with_measures({"code": "bar-bids", "months": 6})
    )
    assert made.status_code == 201, made.text
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await correct(desk, listing)
    before = len(await desk.service.published())
    await desk.pass_days(400)
    assert len(await desk.service.published()) == before


async def test_a_measure_of_another_name_with_the_effect_bars_too(desk: Desk) -> None:
    def with_city_bar(parameters: dict[str, Any]) -> dict[str, Any]:
        [bar] = [one for one in parameters["measures"] if one["code"] == "bar-bids"]
        return {"measures": [*parameters["measures"], bar | {"code": "city-bar"}]}

    made = await override(desk, "credit-list.measures", with_city_bar)
    assert made.status_code == 201, made.text
    made = await override(desk, "credit-list.listings", with_measures({"code": "city-bar"}))
    assert made.status_code == 201, made.text
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    assert (await desk.standing(organization))["barred_from_bids"]


async def test_a_rule_set_that_names_an_unknown_measure_is_refused(desk: Desk) -> None:
    made = await override(
        desk, "credit-list.listings", with_measures({"code": "bar-bids"}, {"code": "exile"})
    )
    assert made.status_code == 422
    [error] = made.json()["errors"]
    assert error["pointer"] == "/parameters/serious/measures/1/code"
    assert error["code"] == "unknown-measure"
    incentives = await override(
        desk, "credit-list.red-list", lambda now: now | {"incentives": [{"code": "exile"}]}
    )
    assert incentives.status_code == 422


async def test_a_local_rule_set_with_texts_of_its_own_still_holds(desk: Desk) -> None:
    """The form of the overrides that were made before there was a catalogue."""
    use = {
        "code": "bar-bids",
        "text": "三年内不得参加投标",
        "legal_basis": "本市办法第八条",
        "certainty": "verified",
    }
    made = await override(desk, "credit-list.listings", with_measures(use))
    assert made.status_code == 201, made.text
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    [row] = await rows(desk, listing, "bar-bids")
    assert (row["text"], row["legal_basis"]) == ("三年内不得参加投标", "本市办法第八条")


async def test_a_measure_taken_from_the_catalogue_stops_the_decision_not_the_measure(
    desk: Desk,
) -> None:
    def without_bar(parameters: dict[str, Any]) -> dict[str, Any]:
        kept = [one for one in parameters["measures"] if one["code"] != "bar-bids"]
        return {"measures": kept}

    made = await override(desk, "credit-list.measures", without_bar)
    assert made.status_code == 201, made.text
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.pass_days(19)
    refused = await desk.decide(case)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("measure-not-in-catalogue")
    assert refused.json()["measures"] == ["bar-bids"]
    assert await desk.facts() == []


@pytest.mark.parametrize("path", ["in-force", "unacknowledged"])
async def test_the_public_does_not_read_who_obeyed(desk: Desk, path: str) -> None:
    organization = await desk.an_organization()
    answer = await desk.client.get(
        f"/v1/measures/{path}", params={"organization_id": str(organization)}
    )
    assert answer.status_code == 401


async def test_an_organisation_reads_its_own_measures_alone(desk: Desk) -> None:
    one, other = await desk.an_organization(1), await desk.an_organization(2)
    listing = await desk.a_listing(one)
    own = await desk.read("/v1/measures/in-force", desk.organization(one), organization_id=str(one))
    assert own["items"]
    path = f"/v1/listings/{listing}/measures"
    assert await desk.read(path, desk.organization(one))
    refused = await desk.client.get(path, headers=desk.organization(other))
    assert refused.status_code == 404
