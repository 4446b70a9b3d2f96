"""The conditions of the red list, looked at in what this service knows of an organisation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from credit_list.learned import repository as learned
from credit_list.learned.models import KnownOrganization
from credit_list.listings import repository as listings
from credit_list.listings.domain import ListName
from credit_list.records import repository as records
from credit_list.records.domain import Kind
from credit_list.records.models import CreditRecord
from credit_list.red_list import domain
from credit_list.red_list.domain import Credit, Failed
from credit_list.red_list.rules import RedListParameters
from liandong.db.unit_of_work import UnitOfWork


async def failed(
    uow: UnitOfWork, organization: KnownOrganization, rules: RedListParameters, on: date
) -> list[Failed]:
    """Every condition that is not met on the day; the organisation's row may be locked."""
    organization_id = organization.organization_id
    found = await listings.current(uow.session, organization_id)
    current = {one.list: one for one in found if not one.is_over(uow.today)}
    red = current.get(ListName.RED)
    return domain.failed_conditions(
        rules,
        status=organization.status,
        grade=await learned.grade_on(uow.session, organization_id, on),
        lists=list(current),
        credit=_credit(await records.all_counted(uow.session, organization_id)),
        today=on,
        renewable=red is not None and domain.is_renewable(red.valid_until, rules, uow.today),
    )


async def explained(
    uow: UnitOfWork, organization: KnownOrganization, rules: RedListParameters, on: date
) -> list[dict[str, Any]]:
    """Every condition that the rules ask, met or not, with the reason."""
    reasons = {one.code: one.message for one in await failed(uow, organization, rules, on)}
    return [
        {"code": code, "text": text, "passed": code not in reasons, "reason": reasons.get(code, "")}
        for code, text in domain.asked(rules).items()
    ]


def _credit(found: Sequence[CreditRecord]) -> Credit:
    """A year that was inspected late was inspected."""
    years = {one.year or 0: "missed" for one in found if one.kind is Kind.REPORT_MISSED}
    verdicts = [one for one in found if one.kind is Kind.INSPECTION_VERDICT]
    years |= {one.year or 0: one.result or "" for one in verdicts}
    penalties = [one.arose_on for one in found if one.kind is Kind.PENALTY]
    return Credit(
        verdicts=tuple(years[year] for year in sorted(years, reverse=True)),
        last_penalty_on=max(penalties, default=None),
    )
