"""HTTP of the public view: by an exact credit code only, so that nobody can go through it."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from credit_list.learned import repository as learned
from credit_list.listings import repository as listings
from credit_list.listings.models import Listing
from credit_list.records import repository
from credit_list.records.domain import Sanction
from credit_list.records.models import CreditRecord
from credit_list.records.public_schemas import PublicListing, PublicRecord, PublicRecords
from credit_list.records.publication import shown_until
from credit_list.records.rules import RECORDS
from liandong.http.dependencies import Inquiry
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import OptionalActor
from liandong.values.credit_code import CreditCode

router = router_for("/v1/public/records", "信用信息公开查询")


@router.get("", summary="按统一社会信用代码查询公开的信用信息（公众）", responses=problems(409))
async def look_up(
    uow: Inquiry,
    _: OptionalActor,
    response: Response,
    credit_code: Annotated[CreditCode, Query(description="统一社会信用代码，须完整准确")],
) -> PublicRecords:
    """公示期内的行政处罚、年检结论和现行列入。撤销、修复、公示期满的不再显示。"""
    response.headers["Cache-Control"] = "no-store"
    shown = PublicRecords(credit_code=credit_code, records=[], listings=[], as_of=uow.today)
    organization = await learned.find_by_credit_code(uow.session, credit_code)
    if organization is None:
        return shown
    rule_set = await uow.rules(RECORDS, organization.district)
    rules = rule_set.parameters.publication
    for one in await repository.all_counted(uow.session, organization.organization_id):
        until = shown_until(one, rules)
        if until is not None and uow.today <= until:
            shown.records.append(_record(one, until))
    for one in await listings.current(uow.session, organization.organization_id):
        if one.publication_ends_on is None or uow.today <= one.publication_ends_on:
            shown.listings.append(_listing(one))
    return shown


def _record(one: CreditRecord, until: date) -> PublicRecord:
    return PublicRecord(
        kind=one.kind,
        kind_text=one.kind.label,
        authority=one.authority,
        document_number=one.document_number,
        arose_on=one.arose_on,
        year=one.year,
        result=one.result,
        sanctions=one.sanctions,
        sanction_texts=[Sanction(code).label for code in one.sanctions],
        fine_fen=one.fine_fen,
        shown_until=until,
    )


def _listing(one: Listing) -> PublicListing:
    return PublicListing(
        list=one.list,
        list_text=one.list.label,
        trigger_text=one.trigger_text,
        legal_basis=one.legal_basis,
        listed_on=one.listed_on,
        exit_not_before=one.exit_not_before,
        valid_until=one.valid_until,
    )
