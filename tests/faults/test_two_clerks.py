"""Two officers decide the same thing at the same moment, each at another replica."""

import asyncio

import pytest

from liandong.identity.actors import Role


def one_wins(answers):
    """The winner's answer; the other is told that the thing has changed."""
    codes = sorted(answer.status_code for answer in answers)
    assert codes in ([200, 409], [200, 412]), [answer.text for answer in answers]
    return next(answer for answer in answers if answer.status_code == 200).json()


async def two_of(town, name):
    found = [town.fleet.service(name), town.fleet.service(name, other_port=True)]
    for one in found:
        one.start()
    await asyncio.gather(*(one.ready() for one in found))
    return found


@pytest.mark.parametrize("transport", ["feed"])  # what is decided is decided by HTTP
@pytest.mark.timeout(300)
@pytest.mark.scenario(
    47,
    "two clerks decide the same case at once",
    "one wins with 200, the other gets 409 or 412 and sees the new state",
)
async def test_a_case_and_a_payment_are_decided_once(campaign, new_town):
    for _ in campaign.rounds(2):
        town = await new_town("registry", "credit-list", "supply-demand", "funding")
        await town.start("registry", "supply-demand")
        credit_list, funding = await two_of(town, "credit-list"), await two_of(town, "funding")
        organizations = [await town.organization() for _ in range(campaign.scale(6, 40))]
        await town.known(*organizations)
        await town.budget(len(organizations) * 10_000_000)
        awards = [(await town.entitled(one))[0] for one in organizations]
        payments = [await town.proposed(one) for one in awards]
        officers = [town.who(f"approver-{number}", Role.APPROVER) for number in (1, 2)]
        await _payments_approved_once(town, funding, officers, payments)
        cases = [await town.served_case(one) for one in organizations]
        town.move_behind(cases[0]["window_ends_on"])
        for case in [await town.decidable(one) for one in cases]:
            won = one_wins(
                await asyncio.gather(
                    *(
                        town.decide(case, officer, replica.url)
                        for officer, replica in zip(officers, credit_list, strict=True)
                    )
                )
            )
            seen = await town.read("credit-list", f"/v1/cases/{case['id']}")
            assert (seen["status"], seen["listing_id"]) == ("decided", won["listing_id"])
            assert seen["decided_by"] == won["decided_by"]
        await town.fleet.quiet()
        listings = await town.fleet.fetch("credit-list", "SELECT 1 FROM listing")
        assert len(listings) == len(cases)


async def _payments_approved_once(town, funding, officers, payments):
    for payment in payments:
        path = f"/v1/payments/{payment['id']}/approve"
        won = one_wins(
            await asyncio.gather(
                *(
                    town.ask("funding", path, officer, found=payment, url=replica.url)
                    for officer, replica in zip(officers, funding, strict=True)
                )
            )
        )
        seen = await town.payment(payment)
        assert (seen["status"], seen["version"]) == ("approved", won["version"])
        entries = await town.fleet.fetch(
            "funding",
            "SELECT 1 FROM backbone.audit_entry"
            " WHERE action = 'payment.approved' AND subject_id = $1",
            payment["id"],
        )
        assert len(entries) == 1
